"""Scores as functions of row weights.

With a weight of one a row they are scikit-learn's; with the weights of a bootstrap draw they are
the scores of that draw. All draws are computed at once: `weights` has shape (n_draws, n_rows), and
every score has one value a draw. A score that is not defined in a draw is NaN.
"""

import numpy as np

from stance.learning.arrays import Array


def precision_recall_f1(target: Array, given: Array, weights: Array) -> tuple[Array, Array, Array]:
    """Precision, recall and F1 of one label, each of shape (n_draws,).

    `target` and `given` are boolean of shape (n_rows,). F1 is NaN only where the label neither
    is given nor should be.
    """
    hits = weights @ (target & given)
    n_given, n_target = weights @ given, weights @ target
    return _ratio(hits, n_given), _ratio(hits, n_target), _ratio(2 * hits, n_given + n_target)


def average_precision(target: Array, probability: Array, weights: Array) -> Array:
    """The area under the precision-recall steps, sum of (R_i - R_i-1) P_i, shape (n_draws,).

    Rows of equal probability enter together, as in scikit-learn's `average_precision_score`.
    """
    order = np.argsort(-probability, kind="stable")
    ranked = probability[order]
    is_step = np.append(ranked[1:] < ranked[:-1], True)
    ordered = weights[:, order]
    hits = np.cumsum(ordered * target[order], axis=1)[:, is_step]
    given = np.cumsum(ordered, axis=1)[:, is_step]
    gained = np.diff(hits, axis=1, prepend=0)
    precision = np.divide(hits, given, out=np.zeros_like(hits), where=given > 0)
    return _ratio((gained * precision).sum(axis=1), hits[:, -1])


def subset_accuracy(target: Array, given: Array, weights: Array) -> Array:
    """The share of rows with exactly the right labels; arguments of shape (n_rows, n_labels)."""
    return _ratio(weights @ (target == given).all(axis=1), weights.sum(axis=1))


def hamming_loss(target: Array, given: Array, weights: Array) -> Array:
    """The share of wrong answers among all (row, label) pairs."""
    return _ratio(weights @ (target != given).mean(axis=1), weights.sum(axis=1))


def micro_precision_recall_f1(
    target: Array, given: Array, weights: Array
) -> tuple[Array, Array, Array]:
    """Precision, recall and F1 over all (row, label) pairs together."""
    hits = weights @ (target & given).sum(axis=1)
    n_given, n_target = weights @ given.sum(axis=1), weights @ target.sum(axis=1)
    return _ratio(hits, n_given), _ratio(hits, n_target), _ratio(2 * hits, n_given + n_target)


def _ratio(numerator: Array, denominator: Array) -> Array:
    share = np.full(np.shape(denominator), np.nan)
    np.divide(numerator, denominator, out=share, where=denominator > 0)
    return share


def macro(values: list[Array]) -> Array:
    """The mean over labels, shape (n_draws,), leaving out those not defined in a draw."""
    stacked = np.vstack(values)
    defined = ~np.isnan(stacked)
    return _ratio(np.where(defined, stacked, 0).sum(axis=0), defined.sum(axis=0))
