"""Do the 95 % intervals cover the truth 95 % of the time when sentences come in articles?

    python benchmarks/interval_coverage.py [TRIALS]

Draws evaluation sets from a population of articles whose sentences resemble each other (each
article has its own rate of the label and of mistakes), computes the interval of F1 and of average
precision by resampling articles and, for comparison, by resampling sentences, and counts how often
each holds the value of the whole population.
"""

import sys

import numpy as np

from stance.evaluation.intervals import Score, estimates
from stance.evaluation.metrics import average_precision, precision_recall_f1
from stance.learning.arrays import Array

N_POPULATION = 20_000  # articles
SIZES = (40, 100, 300)  # articles in an evaluation set


def population(random: np.random.Generator) -> tuple[Array, Array, Array]:
    """Articles of the sentences, whether they carry the label, and the model's probability."""
    n_sentences = random.integers(3, 15, N_POPULATION)
    article = np.repeat(np.arange(N_POPULATION), n_sentences)
    rate = random.beta(0.7, 1.4, N_POPULATION)[article]
    shift = random.normal(0, 0.9, N_POPULATION)[article]
    target = random.random(len(article)) < rate
    logit = np.where(target, 1.0, -1.0) + shift + random.normal(0, 1.2, len(article))
    return article, target, 1 / (1 + np.exp(-logit))


def scores_of(target: Array, given: Array, probability: Array) -> dict[str, Score]:
    """Both scores as functions of the weights of the sentences."""
    return {
        "F1": lambda weights: precision_recall_f1(target, given, weights)[2],
        "AP": lambda weights: average_precision(target, probability, weights),
    }


def main() -> None:
    """Prints a table: articles in the set, score, coverage by articles and by sentences."""
    n_trials = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    random = np.random.default_rng(1)
    article, target, probability = population(random)
    given = probability >= 0.5
    ones = np.ones((1, len(article)))
    truth = {
        "F1": float(precision_recall_f1(target, given, ones)[2][0]),
        "AP": float(average_precision(target, probability, ones)[0]),
    }
    starts = np.searchsorted(article, np.arange(N_POPULATION + 1))
    print(f"{'articles':>8}{'score':>7}{'truth':>8}{'by article':>12}{'by sentence':>13}")
    for size in SIZES:
        covered = {(name, unit): 0 for name in truth for unit in ("article", "sentence")}
        for trial in range(n_trials):
            drawn = random.choice(N_POPULATION, size, replace=False)
            rows = np.concatenate([np.arange(starts[one], starts[one + 1]) for one in drawn])
            scores = scores_of(target[rows], given[rows], probability[rows])
            for unit, names in (
                ("article", [str(one) for one in article[rows]]),
                ("sentence", [str(one) for one in range(len(rows))]),
            ):
                found = estimates(scores, names, n_draws=400, seed=trial)
                for name, value in truth.items():
                    low, high = found[name].low, found[name].high
                    assert low is not None
                    assert high is not None
                    covered[name, unit] += low <= value <= high
        for name, value in truth.items():
            print(
                f"{size:8}{name:>7}{100 * value:8.1f}"
                f"{100 * covered[name, 'article'] / n_trials:11.1f}%"
                f"{100 * covered[name, 'sentence'] / n_trials:12.1f}%"
            )


if __name__ == "__main__":
    main()
