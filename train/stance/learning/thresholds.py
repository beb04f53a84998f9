"""From probabilities to labels: one threshold per label, or the largest of exclusive ones."""

import numpy as np

from stance.learning.arrays import Array
from stance.learning.config import Thresholds

_LEAST = 1e-4  # the smallest share of texts that a label is thought to have
_BETA = {"f1": 1.0, "f0.5": 0.5, "f2": 2.0}


def choose_thresholds(settings: Thresholds, targets: Array, probabilities: Array) -> Array:
    """For each label the threshold with the best score on these predictions, shape (n_labels,).

    The predictions must be out of fold: on fitted ones every threshold looks good.
    """
    if settings.metric == "fixed":
        return np.full(targets.shape[1], settings.value)
    beta = _BETA[settings.metric]
    columns = range(targets.shape[1])
    return np.array([best_threshold(targets[:, k], probabilities[:, k], beta) for k in columns])


def best_threshold(target: Array, probability: Array, beta: float = 1.0) -> float:
    """The threshold with the highest F-beta, half-way between two neighbouring probabilities.

    A row counts as labelled from the threshold upwards. Of equally good ones the highest is
    taken; 0.5 when no row carries the label, or only with probability 0. With probabilities in
    place of the targets it is the expected F-beta, about.

    >>> best_threshold(np.array([0, 1, 1]), np.array([0.2, 0.4, 0.8]))
    0.30000000000000004
    """
    if not target.any():
        return 0.5
    order = np.argsort(-probability, kind="stable")
    sorted_probability = probability[order]
    hits = np.cumsum(target[order])
    n_given = np.arange(1, len(order) + 1)
    score = (1 + beta**2) * hits / (beta**2 * target.sum() + n_given)
    # Equal probabilities fall on one side of a threshold together.
    is_last = np.append(sorted_probability[1:] < sorted_probability[:-1], True)
    # Not 0, which every sentence reaches: where the folds knew nothing it says nothing.
    is_allowed = is_last & (sorted_probability > 0)
    best = int(np.argmax(np.where(is_allowed, score, -1)))
    if not is_allowed[best] or not hits[best]:
        return 0.5
    below = sorted_probability[best + 1] if best + 1 < len(order) else 0.0
    middle = float((sorted_probability[best] + below) / 2)
    # Of two neighbouring floats the middle may be the lower one, which must stay below.
    return middle if middle > below else float(sorted_probability[best])


def shifted_thresholds(probabilities: Array, shares: Array) -> Array:
    """Thresholds for texts among which labels are rarer or more frequent than in training.

    `probabilities` (n_texts, n_labels) are calibrated and of these texts, `shares` (n_labels,) how
    many training rows have each label. A label's odds here are estimated by expectation and
    maximisation (Saerens, Latinne & Decaestecker 2002), and half of their logarithm's distance is
    believed: all of it costs points where nothing has shifted (`benchmarks/threshold_shift.py`).
    The threshold has the best expected F1 under the probabilities that this makes of the given
    ones, and is told for the given ones.
    """
    shares = np.clip(shares, _LEAST, 1 - _LEAST)
    ratio = np.sqrt(_odds(_shares_here(probabilities, shares)) / _odds(shares))
    moved = probabilities * ratio / (probabilities * ratio + 1 - probabilities)
    columns = range(len(shares))
    limits = _odds(np.array([best_threshold(moved[:, k], moved[:, k]) for k in columns])) / ratio
    return np.asarray(np.clip(limits / (1 + limits), _LEAST, 1 - _LEAST))


def _shares_here(probabilities: Array, shares: Array) -> Array:
    """How many of the texts have each label."""
    now = shares
    for _ in range(1000):
        ratio = _odds(now) / _odds(shares)
        moved = probabilities * ratio / (probabilities * ratio + 1 - probabilities)
        before, now = now, np.clip(moved.mean(axis=0), _LEAST, 1 - _LEAST)
        if np.abs(now - before).max(initial=0) < 1e-7:
            break
    return now


def _odds(probabilities: Array) -> Array:
    safe = np.clip(probabilities, _LEAST**2, 1 - _LEAST**2)
    return np.asarray(safe / (1 - safe))


def assign(probabilities: Array, thresholds: Array | None, none_allowed: bool) -> Array:
    """Which labels each row gets, bool of shape (n_rows, n_labels).

    With thresholds a label is given from its threshold upwards, and where none is reached but
    one is wanted, the one that comes nearest. Without thresholds the labels exclude each other:
    the largest probability wins (the first of equal ones), unless that of no label, 1 minus
    their sum, is larger and allowed.
    """
    given = np.zeros(probabilities.shape, dtype=bool)
    rows = np.arange(len(probabilities))
    if thresholds is None:
        best = probabilities.argmax(axis=1)
        given[rows, best] = True
        if none_allowed:
            given[1 - probabilities.sum(axis=1) > probabilities[rows, best]] = False
        return given
    given = probabilities >= thresholds
    if not none_allowed:
        is_bare = ~given.any(axis=1)  # so that every threshold is above 0 in these rows
        nearest = (probabilities[is_bare] / thresholds).argmax(axis=1)
        given[rows[is_bare], nearest] = True
    return given
