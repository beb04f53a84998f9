"""Do the intervals of `stance who` hold the true shares, raw and corrected?

    python benchmarks/who_shares.py [TRIALS]

Each trial draws a world: actors with their own true shares of a label, sentences in articles that
resemble each other, and a classifier that finds some of them and gives false alarms, more in some
articles than in others. Its error rates are measured on labelled articles, as `who` measures them
on the test articles. Counted is how often an interval holds the true share; how often two actors
with equal shares are told apart (which is wrong), and two with different ones.
"""

import sys

import numpy as np

from stance.actors.corrected import CANNOT_TELL, Rates, Seen, difference, rate_of, shares
from stance.learning.arrays import Array

SHARES = (0.02, 0.05, 0.1, 0.1, 0.2, 0.4, 0.7)  # of the seven actors
SENSITIVITY, FALSE_ALARM = 0.65, 0.03
SPREAD = 0.5  # of an article's own rates, in logits


def varied(share: float, n: int, random: np.random.Generator) -> Array:
    """A rate for each of n articles whose mean is the share: Beta with a likeness of 0.1."""
    strength = 9.0
    return random.beta(share * strength, (1 - share) * strength, n)


def articles(n_sentences: int, random: np.random.Generator) -> Array:
    """The article of each of so many sentences; one to nine of an article."""
    sizes = random.integers(1, 10, n_sentences)
    return np.repeat(np.arange(n_sentences), sizes)[:n_sentences]


def classified(true: Array, article: Array, random: np.random.Generator) -> Array:
    """What the classifier gives: some articles are harder for it than others."""
    n = int(article.max()) + 1
    found = varied(SENSITIVITY, n, random)[article]
    wrong = varied(FALSE_ALARM, n, random)[article]
    return random.random(len(true)) < np.where(true, found, wrong)


def drawn(share: float, n: int, random: np.random.Generator) -> tuple[Array, Array, Array]:
    """Articles, truth and answers of n sentences."""
    article = articles(n, random)
    true = random.random(n) < varied(share, int(article.max()) + 1, random)[article]
    return article, true, classified(true, article, random)


def measured(n: int, random: np.random.Generator) -> Rates:
    """The classifier's rates on n labelled sentences, a quarter of which carry the label."""
    article, true, given = drawn(0.25, n, random)
    return Rates((rate_of(given[true], article[true]),), (rate_of(given[~true], article[~true]),))


def main() -> None:
    """Prints coverage by number of sentences an actor, and how differences are told."""
    n_trials = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    random = np.random.default_rng(1)
    print(f"{'sentences':>9}{'labelled':>10}{'raw':>9}{'corrected':>11}", end="")
    print(f"{'equal told apart':>19}{'20 and 40 % told apart':>25}")
    for n in (20, 100, 500):
        for n_labelled in (300, 1000):
            raw = corrected = total = apart = far = n_usable = 0
            for trial in range(n_trials):
                rates = measured(n_labelled, random)
                if not rates.usable(0):
                    continue
                n_usable += 1
                worlds = [drawn(share, n, random) for share in SHARES]
                rows = [
                    Seen(article, given[:, None], np.zeros(n, dtype=bool))
                    for article, _, given in worlds
                ]
                found = [one[0] for one in shares(rows, rates, seed=trial)]
                for share, one in zip(SHARES, found, strict=True):
                    assert one.corrected is not None
                    raw += bool((one.raw.low or 0) <= share <= (one.raw.high or 0))
                    low, high = one.corrected.low or 0, one.corrected.high or 0
                    corrected += bool(low <= share <= high)
                    total += 1
                apart += difference(found[2], found[3]).verdict != CANNOT_TELL
                far += difference(found[5], found[4]).verdict != CANNOT_TELL
            print(f"{n:9}{n_labelled:10}{100 * raw / total:8.1f}%", end="")
            print(f"{100 * corrected / total:10.1f}%{100 * apart / n_usable:18.1f}%", end="")
            print(f"{100 * far / n_usable:24.1f}%")


if __name__ == "__main__":
    main()
