"""How scores change with the threshold, and whether probabilities mean what they say."""

from dataclasses import dataclass

import numpy as np

from stance.learning.arrays import Array

MAX_POINTS = 120
N_BINS = 10


@dataclass(frozen=True)
class PrecisionRecall:
    """Precision over recall as the threshold falls; `chosen` is the point that is used."""

    label: str
    recall: tuple[float, ...]
    precision: tuple[float, ...]
    chosen: tuple[float, float] | None


@dataclass(frozen=True)
class Calibration:
    """Bins of like probability: mean probability, share that carries the label, rows.

    `ece` is the expected calibration error (Guo et al. 2017, arXiv:1706.04599): the mean distance
    between the two, weighted by rows; `brier` the mean squared error of the probability.
    """

    label: str
    probability: tuple[float, ...]
    share: tuple[float, ...]
    n_rows: tuple[int, ...]
    ece: float
    brier: float


@dataclass(frozen=True)
class Coverage:
    """The share of rows answered wholly right when only the surest are answered."""

    coverage: tuple[float, ...]
    accuracy: tuple[float, ...]


def precision_recall(
    label: str, target: Array, probability: Array, given: Array
) -> PrecisionRecall:
    """The curve of one label; no points where the data does not carry the label."""
    if not target.any():
        return PrecisionRecall(label, (), (), None)
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(target[order])
    n_given = np.arange(1, len(order) + 1)
    is_step = np.append(np.diff(probability[order]) < 0, True)
    recall, precision = (hits / target.sum())[is_step], (hits / n_given)[is_step]
    shown = np.unique(np.linspace(0, len(recall) - 1, MAX_POINTS).round().astype(int))
    hit = (target & given).sum()
    chosen = (float(hit / target.sum()), float(hit / given.sum())) if given.any() else None
    return PrecisionRecall(
        label, tuple(recall[shown].tolist()), tuple(precision[shown].tolist()), chosen
    )


def calibration(label: str, target: Array, probability: Array) -> Calibration:
    """The bins of one label, ten of equal width; empty ones are left out."""
    number = np.minimum((probability * N_BINS).astype(int), N_BINS - 1)
    n_rows = np.bincount(number, minlength=N_BINS)
    used = n_rows > 0
    mean = np.bincount(number, probability, minlength=N_BINS)[used] / n_rows[used]
    share = np.bincount(number, target, minlength=N_BINS)[used] / n_rows[used]
    return Calibration(
        label=label,
        probability=tuple(mean.tolist()),
        share=tuple(share.tolist()),
        n_rows=tuple(n_rows[used].tolist()),
        ece=float(np.abs(mean - share) @ n_rows[used] / len(probability)),
        brier=float(np.mean((probability - target) ** 2)),
    )


def coverage(target: Array, given: Array, probability: Array, limits: Array | None) -> Coverage:
    """Accuracy over coverage, rows ranked by how far their closest answer is from its threshold.

    With exclusive labels (no limits) rows are ranked by their largest probability.
    """
    if limits is None:
        surety = probability.max(axis=1)
    else:
        beyond = np.where(
            probability >= limits,
            (probability - limits) / (1 - limits),
            (limits - probability) / limits,
        )
        surety = beyond.min(axis=1)
    is_right = (target == given).all(axis=1)[np.argsort(-surety, kind="stable")]
    accuracy = np.cumsum(is_right) / np.arange(1, len(is_right) + 1)
    first = min(len(accuracy) - 1, max(0, len(accuracy) // 20))  # fewer rows are noise
    shown = np.unique(np.linspace(first, len(accuracy) - 1, MAX_POINTS).round().astype(int))
    return Coverage(tuple(((shown + 1) / len(accuracy)).tolist()), tuple(accuracy[shown].tolist()))
