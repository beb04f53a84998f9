"""How often the promotion rule of `stance retrain` is wrong, and what it can see.

    python benchmarks/promotion.py [TRIALS] [simulated|refits|repeats]

Three tables, or the one that is named. The first simulates the answers of two models (no text, no
fit): whether a label is given follows a score that has a part of the truth, a difficulty that both
models share, and errors of each model's own, of articles and of sentences. The second refits real
models on the project's own annotations: equal data is two halves of the training articles,
improvement is twice and four times as many. The third retrains twenty times on noise beside one
and the same test set. `better` is how often a rule without an interval (the higher macro-F1 wins)
would promote.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stance.annotation.examples import Example
from stance.annotation.gold import project_examples
from stance.codebook.codebook import Codebook, read_codebook
from stance.evaluation.compare import Comparison, LabelDifference, f1_differences
from stance.evaluation.details import Answers
from stance.evaluation.intervals import Estimate
from stance.learning.arrays import Array
from stance.learning.config import read_config
from stance.learning.fitting import as_pipeline, counted, fit
from stance.learning.pipeline import probabilities
from stance.retraining.gate import MARGIN, Judgement, judge
from stance.storage.project import Project

LABELS = ("a", "b", "c", "d")
RATE = np.array([0.2, 0.15, 0.1, 0.1])
PER_ARTICLE = 20
MARGINS = (0.02, MARGIN, 0.05, 1.0)
# How much further apart the challenger's scores are for rows with and without the label.
GAINS = {
    "equal": np.zeros(4),
    "better": np.full(4, 0.25),
    "much better": np.full(4, 0.5),
    "d is worse": np.array([0.7, 0.7, 0.7, -0.5]),
}
SETTINGS = ("features.char.enabled=false", "training.C=10")

Judged = tuple[Judgement, float]


def judged(before: Answers, after: Answers, examples: Sequence[Example], margin: float) -> Judged:
    """What the rule says, and the difference in macro-F1."""
    articles = [one.article_id for one in examples]
    found = f1_differences(before, after, articles)
    names = sorted({label for one in examples for label in one.labels})
    labels = tuple(
        LabelDifference(name, 0.0, 0.0, found[f"{k} f1"], Estimate(0.0), 1.0)
        for k, name in enumerate(names)
    )
    comparison = Comparison(
        "old", "new", len(examples), len(set(articles)), labels, found["macro f1"], Estimate(0.0),
        found["accuracy"], 1.0, 0, 0, (), int((before.given != after.given).any(axis=1).sum()),
    )  # fmt: skip
    return judge(comparison, examples, margin), found["macro f1"].value


def simulated(random: np.random.Generator, n_articles: int) -> "Simulation":
    """A test set of so many articles, and a maker of models on it; see the module."""
    n = n_articles * PER_ARTICLE
    article = np.repeat(np.arange(n_articles), PER_ARTICLE)
    lean = random.normal(0, 0.5, (n_articles, len(LABELS)))[article]
    target = random.random((n, len(LABELS))) < RATE * np.exp(lean)
    shared = random.normal(0, 1.0, target.shape)
    examples = [
        Example(str(row), "", tuple(np.array(LABELS)[target[row]]), f"a{article[row]}")
        for row in range(n)
    ]

    def model(extra: Array) -> Answers:
        own = random.normal(0, 0.6, target.shape)
        own += random.normal(0, 0.4, (n_articles, len(LABELS)))[article]
        score = (2.4 + extra) * target + shared + own
        return Answers(target, score > 1.6 + extra / 2, np.zeros(target.shape))

    return Simulation(examples, model)


@dataclass(frozen=True)
class Simulation:
    """A test set and a maker of models on it."""

    examples: list[Example]
    model: Callable[[Array], Answers]


def table_of_simulations(n_trials: int) -> None:
    """False promotions and power by number of test articles, for several margins."""
    print(f"Simulated answers, {n_trials} trials, {PER_ARTICLE} sentences an article")
    print(f"{'truth':>12}{'articles':>10}{'difference':>12}{'promoted at margin':>36}{'better':>9}")
    print(" " * 34 + "".join(f"{100 * one:>9.0f}" for one in MARGINS))
    for name, gain in GAINS.items():
        for n_articles in (10, 20, 40, 80):
            random = np.random.default_rng(n_articles)
            promoted, values = np.zeros(len(MARGINS)), []
            for _ in range(n_trials):
                trial = simulated(random, n_articles)
                pair = trial.model(GAINS["equal"]), trial.model(gain)
                found, value = judged(*pair, trial.examples, 0.0)
                values.append(value)
                promoted += [is_promoted(found, *pair, margin) for margin in MARGINS]
            told = "".join(f"{one:>8.1%} " for one in promoted / n_trials)
            print(
                f"{name:>12}{n_articles:>10}{100 * np.mean(values):>+12.1f}{told}"
                f"{np.mean(np.array(values) > 0):>9.0%}"
            )


def is_promoted(found: Judgement, before: Answers, after: Answers, margin: float) -> bool:
    """The rule at another margin: the same interval, and the labels' losses counted again."""
    if not found.reasons[0].startswith("The whole interval"):
        return False
    rare = dict(found.unjudged)
    scores = [_f1(one) for one in (before, after)]
    losses = [old - new for name, old, new in zip(LABELS, *scores, strict=True) if name not in rare]
    return max(losses, default=0.0) <= margin


def _f1(one: Answers) -> Array:
    hits = (one.target & one.given).sum(axis=0)
    total: Array = one.target.sum(axis=0) + one.given.sum(axis=0)
    return np.asarray(2 * hits / np.maximum(1, total))


def table_of_refits(n_all: int) -> None:
    """The same with real models on real splits of the project's own annotations."""
    project = Project(Path(__file__).parents[1])
    codebook = read_codebook(project.codebook)
    examples = list(project_examples(project, codebook).examples)
    names = sorted({one.article_id for one in examples})
    print(f"\nReal refits on {len(names)} articles, word n-grams, threshold 0.5")
    print(
        f"{'truth':>22}{'trials':>8}{'articles':>10}{'difference':>12}{'promoted':>10}{'better':>9}"
    )
    for truth, share, is_equal, n_trials in (
        ("equal data", 0.5, True, n_all),
        ("twice the data", 0.5, False, n_all // 4),
        ("four times the data", 0.25, False, n_all // 4),
    ):
        for n_test in (10, 20, 40):
            random = np.random.default_rng(n_test)
            promoted, values = 0, []
            for _ in range(n_trials):
                order = random.permutation(names)
                test, rest = order[:n_test], order[n_test:]
                cut = int(len(rest) * share)
                other = rest[cut : 2 * cut] if is_equal else rest
                tested = _of(examples, test)
                pair = [_refit(_of(examples, one), tested, codebook) for one in (rest[:cut], other)]
                found, value = judged(pair[0], pair[1], tested, MARGIN)
                promoted += found.is_better
                values.append(value)
            print(
                f"{truth:>22}{n_trials:>8}{n_test:>10}{100 * np.mean(values):>+12.1f}"
                f"{promoted / n_trials:>10.1%}{np.mean(np.array(values) > 0):>9.0%}"
            )


def _of(examples: list[Example], articles: Array) -> list[Example]:
    wanted = set(articles.tolist())
    return [one for one in examples if one.article_id in wanted]


def _refit(rows: list[Example], tested: list[Example], codebook: Codebook) -> Answers:
    config = read_config(None, SETTINGS).resolved(codebook.exclusive)
    names = sorted(codebook.names)  # the order in which `judged` names the columns
    targets, target = (
        np.array([[name in one.labels for name in names] for one in part])
        for part in (rows, tested)
    )
    texts, articles = [one.text for one in rows], [one.article_id for one in rows]
    data = counted(config, codebook.exclusive, texts, targets.astype(np.int8), articles)
    pipeline = as_pipeline(fit(data, np.ones(len(texts), dtype=bool)))
    found = probabilities(pipeline, [one.text for one in tested], codebook)
    return Answers(target, found > 0.5, found)


def table_of_repeats(n_all: int) -> None:
    """Retraining on noise again and again beside one test set."""
    steps = (1, 5, 10, 20)
    n_trials = max(1, n_all // 2)
    print(f"\nTwenty retrainings on noise beside one test set of 20 articles, {n_trials} trials")
    first = {"rule": np.zeros(n_trials), "better": np.zeros(n_trials)}
    for rule, found in first.items():
        random = np.random.default_rng(0)
        for trial in range(n_trials):
            test = simulated(random, 20)
            champion, found[trial] = test.model(GAINS["equal"]), np.inf
            for step in range(1, max(steps) + 1):
                challenger = test.model(GAINS["equal"])
                if rule == "rule":
                    is_taken = judged(champion, challenger, test.examples, MARGIN)[0].is_better
                else:
                    is_taken = _f1(challenger).mean() > _f1(champion).mean()
                if is_taken:
                    champion = challenger
                    found[trial] = min(found[trial], step)
    print(f"{'retrainings':>12}{'promoted by the rule':>22}{'by the higher score':>21}")
    for step in steps:
        shares = [np.mean(one <= step) for one in first.values()]
        print(f"{step:>12}{shares[0]:>22.1%}{shares[1]:>21.1%}")


def main() -> None:
    """Prints the three tables."""
    n_trials = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    tables = {
        "simulated": table_of_simulations,
        "refits": table_of_refits,
        "repeats": table_of_repeats,
    }
    for name in sys.argv[2:3] or tables:
        tables[name](n_trials)


if __name__ == "__main__":
    main()
