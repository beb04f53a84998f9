"""Which thresholds hold when labels are rarer, or more frequent, than in training.

    STANCE_SHARED=… python benchmarks/threshold_shift.py

Out-of-fold probabilities of the real training sentences with the default config (two partitions
into folds). Calibration and thresholds come from the other folds, with the project's corpus in
them; the articles of a fold are drawn with replacement so that the share of sentences with a label
is as it was, a half, a quarter or twice of it, or 6 % as in ordinary news. Macro-F1 out of 100 over
the five folds together: mean and standard deviation over draws, and the mean difference to today's
thresholds with the standard deviation of the paired differences. Nothing is read of validation.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from own_corpus import own_and_real

from stance.learning.calibration import SURE, calibrated, choose_calibration
from stance.learning.config import read_config
from stance.learning.dataset import TrainingData, training_data
from stance.learning.groups import folds
from stance.learning.thresholds import best_threshold, shifted_thresholds
from stance.learning.training import out_of_fold

SEEDS = (0, 1)
N_FOLDS = 5
DRAWS = 10
SHARES = {"as it is": 1.0, "half": 0.5, "a quarter": 0.25, "news, 6 %": 0.0, "double": 2.0}
NEWS = 0.06


@dataclass(frozen=True)
class Batch:
    """Predictions with answers that thresholds may come from, and new ones without."""

    target: np.ndarray
    known: np.ndarray
    usual: np.ndarray  # thresholds with the best F1 on the known rows
    averaged: np.ndarray  # their mean over draws of articles
    new: np.ndarray
    new_articles: np.ndarray
    new_target: np.ndarray  # for the two bounds alone, which no user can have


Method = Callable[[Batch], np.ndarray]  # which labels the new rows get


def prior_shift(new: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of the new rows under their own shares of labels, and these shares.

    Expectation and maximisation, each label by itself (Saerens, Latinne & Decaestecker 2002).
    """
    now = share
    for _ in range(1000):
        yes, no = new * now / share, (1 - new) * (1 - now) / (1 - share)
        adjusted = yes / (yes + no)
        before, now = now, np.clip(adjusted.mean(axis=0), 1e-4, 1 - 1e-4)
        if np.abs(now - before).max() < 1e-7:
            break
    return adjusted, now


def chosen(target: np.ndarray, found: np.ndarray) -> np.ndarray:
    """The threshold of each label with the best F1 on these rows."""
    columns = range(found.shape[1])
    return np.array([best_threshold(target[:, k], found[:, k]) for k in columns])


def averaged(target: np.ndarray, known: np.ndarray, articles: np.ndarray) -> np.ndarray:
    """The mean over draws of articles of the thresholds chosen in each."""
    draw, found = np.random.default_rng(0), []
    article = np.unique(articles, return_inverse=True)[1]
    rows_of = np.split(np.argsort(article, kind="stable"), np.cumsum(np.bincount(article))[:-1])
    for _ in range(50):
        rows = np.concatenate([rows_of[i] for i in draw.integers(len(rows_of), size=len(rows_of))])
        found.append(chosen(target[rows], known[rows]))
    return np.asarray(np.mean(found, axis=0))


def half_of_f1(batch: Batch) -> np.ndarray:
    """Half of the best F1, which is where the best threshold of true probabilities lies."""
    given, limits = batch.target, batch.usual
    hits = (given * (batch.known >= limits)).sum(axis=0)
    return np.asarray(batch.new >= hits / ((batch.known >= limits).sum(axis=0) + given.sum(axis=0)))


def expected(batch: Batch) -> np.ndarray:
    """The best expected F1 on the new rows, were their probabilities right."""
    return batch.new >= chosen(batch.new, batch.new)


def shifted_expected(batch: Batch) -> np.ndarray:
    """The same after the shift to their own shares."""
    adjusted = prior_shift(batch.new, batch.target.mean(axis=0))[0]
    return adjusted >= chosen(adjusted, adjusted)


def half_shifted(batch: Batch) -> np.ndarray:
    """What `--threshold like:FILE` does: half of the shift, then the best expected F1."""
    return batch.new >= shifted_thresholds(batch.new, batch.target.mean(axis=0))


def weighted(batch: Batch, shares: np.ndarray) -> np.ndarray:
    """The best F1 on the rows with answers, weighted until labels have these shares."""
    limits, ours = [], batch.target.mean(axis=0)
    for k, share in enumerate(shares):
        order = np.argsort(-batch.known[:, k], kind="stable")
        yes = batch.target[order, k]
        weight = np.where(yes > 0, share / ours[k], (1 - share) / (1 - ours[k]))
        hits, wanted = np.cumsum(weight * yes), (weight * yes).sum()
        best = (hits / (np.cumsum(weight) + wanted + 1e-12)).argmax()
        limits.append(batch.known[order[best], k])
    return batch.new >= np.array(limits)


def shifted_weighted(batch: Batch) -> np.ndarray:
    """The best F1 on the rows with answers, weighted to the estimated shares."""
    return weighted(batch, prior_shift(batch.new, batch.target.mean(axis=0))[1])


METHODS: dict[str, Method] = {
    "today: F1 out of fold": lambda batch: batch.new >= batch.usual,
    "0.5": lambda batch: batch.new >= 0.5,
    "mean of bootstrap draws": lambda batch: batch.new >= batch.averaged,
    "half of the best F1": half_of_f1,
    "expected F1 of the new": expected,
    "shift by EM, expected F1": shifted_expected,
    "half the shift (like:FILE)": half_shifted,
    "shift by EM, rows weighted": shifted_weighted,
    "true shares, rows weighted": lambda batch: weighted(batch, batch.new_target.mean(axis=0)),
    "best for the answers": lambda batch: batch.new >= chosen(batch.new_target, batch.new),
}


def drawn(batch: Batch, share: float, seed: int) -> Batch:
    """The new rows of articles drawn with replacement until about this share has a label."""
    draw, labelled = np.random.default_rng(seed), batch.new_target.any(axis=1)
    article = np.unique(batch.new_articles, return_inverse=True)[1]
    size, hits = np.bincount(article), np.bincount(article, weights=labelled)
    some, none = np.flatnonzero(hits), np.flatnonzero(hits == 0)
    rows, with_label, bare = size[some].mean(), hits[some].mean(), size[none].mean()
    needed = share * bare / (with_label + share * (bare - rows)) if share < 1 else 1.0
    n_some = round(len(size) * min(1.0, needed))
    kept = [*draw.choice(some, n_some), *draw.choice(none, len(size) - n_some)]
    of = np.concatenate([np.flatnonzero(article == one) for one in kept])
    return replace(
        batch,
        new=batch.new[of],
        new_articles=batch.new_articles[of],
        new_target=batch.new_target[of],
    )


def batches(data: TrainingData, real: np.ndarray, seed: int) -> list[Batch]:
    """For each fold its real rows as new ones, and all rows of the other folds with answers."""
    config = read_config(None, ("training.tol=0.001",)).resolved(data.codebook.exclusive)
    held_out, articles = folds(data.groups, data.targets, N_FOLDS, seed), np.array(data.articles)
    found = np.clip(out_of_fold(data, config, held_out), 1e-15, 1 - 1e-15)
    logits = np.clip(np.log(found / (1 - found)), -SURE, SURE)
    made = []
    for fold in range(N_FOLDS):
        known, new = held_out != fold, (held_out == fold) & real
        numbers = np.unique(held_out[known], return_inverse=True)[1]
        target = data.targets[known]
        calibration = choose_calibration("auto", logits[known], target, numbers, exclusive=False)
        p = calibrated(logits, calibration, exclusive=False, n_labels=target.shape[1])
        usual, mean = chosen(target, p[known]), averaged(target, p[known], articles[known])
        here = p[new], articles[new], data.targets[new]
        made.append(Batch(target, p[known], usual, mean, *here))
    return made


def macro_f1(target: np.ndarray, given: np.ndarray) -> float:
    """Macro-F1 of these answers, out of 100."""
    hits = (given & (target > 0)).sum(axis=0)
    return float(100 * np.mean(2 * hits / np.maximum(1, given.sum(axis=0) + target.sum(axis=0))))


def table(parts: list[list[Batch]]) -> None:
    """Prints a line for each method, with its scores at each share of labels."""
    found: dict[str, dict[str, list[float]]] = {name: {} for name in METHODS}
    told = []
    for name, times in SHARES.items():
        shares = []
        for folded in parts:
            usual = np.concatenate([one.new_target.any(axis=1) for one in folded]).mean()
            for seed in range(DRAWS):
                here = [drawn(one, times * usual or NEWS, seed) for one in folded]
                target = np.concatenate([one.new_target for one in here])
                shares.append(target.any(axis=1).mean())
                for method, answer in METHODS.items():
                    given = np.concatenate([answer(one) for one in here])
                    found[method].setdefault(name, []).append(macro_f1(target, given))
        told.append(f"{name} ({100 * np.mean(shares):.0f} %)")
    print(f"{'thresholds':28}" + "".join(f"{one:>26}" for one in told))
    first = next(iter(METHODS))
    for method, scores in found.items():
        line = f"{method:28}"
        for name, values in scores.items():
            gain = np.array(values) - found[first][name]
            more = f"  {gain.mean():+5.1f} ± {gain.std():3.1f}" if method != first else ""
            cell = f"{np.mean(values):.1f} ± {np.std(values):.1f}{more or ' ' * 13}"
            line += f"{cell:>26}"
        print(line)


def main() -> None:
    """Prints the table."""
    logging.getLogger("stance").setLevel(logging.ERROR)
    codebook, own, real, _ = own_and_real()
    data = training_data([*own, *real], codebook)
    names = {one.id for one in real}
    mask = np.array([one in names for one in data.dataset.data.column("id").to_pylist()])
    table([batches(data, mask, seed) for seed in SEEDS])


if __name__ == "__main__":
    main()
