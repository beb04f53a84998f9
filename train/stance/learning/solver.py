"""The optimum of logistic regression, reached by Newton steps.

Each step solves the Newton equation by conjugate gradients, as scikit-learn's newton-cg does, but
for all labels at once: one pass over the sparse features serves them all, and their bytes, not
the arithmetic, are what a pass costs. It stops when a whole step moves no probability by more
than the tolerance; steps shrink at least tenfold there, so what is left is a tenth of that. A rule
on the gradient, which scikit-learn has, says little: at C = 10 its 1e-6 left probabilities 1e-3
away (`benchmarks/training.py`).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.learning.arrays import Array
from stance.storage.errors import DataError

_INNER = 0.1  # how much of the Newton equation's residual is left; less costs more than it saves
_MAX_INNER = 1000
_HALVINGS = 40


@dataclass(frozen=True)
class Problem:
    """Minimise, over coefficients W and intercepts b, `C Σ weight · log-loss + ‖W‖² / 2`.

    `features` is sparse (n_rows, n_features), `targets` 0 or 1 of shape (n_rows, n_classes). Each
    row has one class and one weight when `joint` (softmax); otherwise each column is a regression
    of its own, with its own weights (n_rows, n_classes).
    """

    features: Any
    targets: Array
    weights: Array
    joint: bool

    def total(self, values: Array) -> Array:
        """The sum over rows, for each regression."""
        return np.asarray(values.sum() if self.joint else values.sum(axis=0))

    def dot(self, one: Array, other: Array) -> Array:
        """The sum of products, for each regression."""
        return np.asarray(np.einsum("ij,ij->" if self.joint else "ij,ij->j", one, other))

    def logits(self, w: Array) -> Array:
        """Shape (n_rows, n_classes); the last row of `w` has the intercepts."""
        return np.asarray(self.features @ w[:-1] + w[-1])

    def back(self, residual: Array) -> Array:
        """The features, transposed, times the residual; the intercepts' part last."""
        found = np.empty((self.features.shape[1] + 1, residual.shape[1]))
        found[:-1] = self.features.T @ residual
        found[-1] = residual.sum(axis=0)
        return found

    def loss(self, logits: Array) -> Array:
        """The log-loss of the rows, weighted and summed, for each regression."""
        if not self.joint:
            signed = np.where(self.targets > 0, -logits, logits)
            return self.total(self.weights * np.logaddexp(0, signed))
        top = logits.max(axis=1, keepdims=True)
        norm = top[:, 0] + np.log(np.exp(logits - top).sum(axis=1))
        return self.total(self.weights[:, 0] * (norm - (logits * self.targets).sum(axis=1)))

    def curved(self, p: Array, moved: Array) -> Array:
        """The change of the loss's slope when the logits move by so much."""
        part = p * moved
        if self.joint:
            part = part - p * part.sum(axis=1, keepdims=True)
            return np.asarray(self.weights * part)
        return np.asarray(self.weights * part * (1 - p))


def probabilities_of(logits: Array, joint: bool) -> Array:
    """Softmax over each row when `joint`, else the logistic function of each number."""
    if joint:
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))
    small = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1 / (1 + small), small / (1 + small))


def solve(
    problem: Problem, start: Array | None = None, tol: float = 1e-6, max_iter: int = 1000
) -> Array:
    """Coefficients with the intercepts in the last row, shape (n_features + 1, n_classes).

    `start` is where to begin, such as the optimum for another C; it changes the time, and the
    result by less than the tolerance. Raises DataError when the optimum was not reached.
    """
    shape = (problem.features.shape[1] + 1, problem.targets.shape[1])
    w = np.zeros(shape) if start is None else start
    logits = problem.logits(w)
    for _ in range(max_iter):
        p = probabilities_of(logits, problem.joint)
        slope = problem.back(problem.weights * (p - problem.targets))
        slope[:-1] += w[:-1]
        w, logits = _searched(problem, w, logits, slope, _newton_step(problem, p, slope))
        if np.abs(probabilities_of(logits, problem.joint) - p).max(initial=0) <= tol:
            return w
    raise DataError(
        "the fit did not reach its optimum. Raise training.max_iter or lower training.C."
    )


def _newton_step(problem: Problem, p: Array, slope: Array) -> tuple[Array, Array]:
    """About minus the inverse Hessian times the slope, and how it moves the logits."""
    tiny = np.finfo(float).tiny
    step, moved = np.zeros_like(slope), np.zeros_like(p)
    residual = -slope
    direction = residual.copy()
    size = first = problem.dot(residual, residual)
    for _ in range(_MAX_INNER):
        logits = problem.logits(direction)
        bent = problem.back(problem.curved(p, logits))
        bent[:-1] += direction[:-1]
        length = size / np.maximum(problem.dot(direction, bent), tiny)
        step += length * direction
        moved += length * logits
        bent *= length
        residual -= bent
        size, before = problem.dot(residual, residual), size
        if (size <= _INNER**2 * first).all():
            break
        direction *= size / np.maximum(before, tiny)
        direction += residual
    return step, moved


def _searched(
    problem: Problem, w: Array, logits: Array, slope: Array, step: tuple[Array, Array]
) -> tuple[Array, Array]:
    """The step, halved for each regression until its loss falls as it should (Armijo)."""

    def objective(w: Array, logits: Array) -> Array:
        return problem.loss(logits) + problem.dot(w[:-1], w[:-1]) / 2

    before = objective(w, logits)
    fall = problem.dot(slope, step[0])
    length = np.ones_like(before)
    for _ in range(_HALVINGS):
        found = w + length * step[0], logits + length * step[1]
        after = objective(*found)
        is_worse = after > before + 1e-4 * length * fall + 1e-12 * np.abs(before)
        if not is_worse.any():
            break
        length = np.where(is_worse, length / 2, length)
    return found
