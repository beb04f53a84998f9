"""The optimum of logistic regression, reached by Newton steps in the space of the rows.

The optimum's coefficients are a sum of the rows, `Xᵀ pulls` (the representer theorem: Kimeldorf and
Wahba 1971), where a row's pull is its weight times what its probability is wrong by. So everything
is worked out with one number a row and class, and of the features only the products `X (Xᵀ ·)` are
needed, for all labels at once: one pass over the sparse features serves them all, and their bytes,
not the arithmetic, are what a pass costs. Each Newton equation is solved by conjugate gradients, as
in scikit-learn's newton-cg and in Lin, Weng and Keerthi 2008, but the intercepts are eliminated:
nothing penalises them, and as columns among the others they cost a quarter more passes.

How exactly an equation is solved is decided by how far it is to go: half of it is left where the
last step moved a probability by half or more, 3 % near the optimum, and more again where less is
left to do (Eisenstat and Walker 1996). It stops when what the last step moved, times the share of
its equation that was left unsolved, is a tenth of the tolerance. A rule on the gradient, which
scikit-learn has, says little: at C = 10 its 1e-6 left probabilities 1e-3 away
(`benchmarks/training.py`).

The first equation may be set up at the logits of another fit. The pulls of that fit are no start
where rows were taken away: without theirs the other rows are far off, and a step from there is
halved again and again. The logits hold, since where the regression looks flat or steep hardly
changes with a fold.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.learning.arrays import Array
from stance.storage.errors import DataError

_FIRST, _LEAST, _MOST = 0.1, 0.03, 0.5  # which share of a Newton equation is left
_LEFT = 0.1  # of the tolerance
_MAX_INNER = 1000
_HALVINGS = 40
_TINY = np.finfo(float).tiny
_NOISE = 1e-15  # what rounding leaves of a sum, of what was added up


@dataclass(frozen=True)
class Problem:
    """Minimise, over coefficients W and intercepts b, `Σ weight · log-loss + ‖W‖² / 2`.

    `features` is sparse (n_rows, n_features), `by_column` the same in the other order if it is at
    hand, which is quicker. `targets` is 0 or 1 of shape (n_rows, n_classes). Each row has one class
    and one weight when `joint` (softmax); otherwise each column is a regression of its own, with
    its own weights (n_rows, n_classes).
    """

    features: Any
    targets: Array
    weights: Array
    joint: bool
    by_column: Any = None

    def dot(self, one: Array, other: Array) -> Array:
        """The sum of products for each regression: a number, or one a class."""
        if self.joint:
            return np.asarray(np.vdot(one, other))
        return np.asarray((one.T @ other).diagonal())

    def scaled(self, values: Array, factor: Array) -> Array:
        """The values times the factor of their regression."""
        return values * factor if self.joint else np.asarray(values @ np.diag(factor))

    def moved(self, pulls: Array) -> tuple[Array, Array]:
        """The logits, without intercepts, that these pulls make, and ‖W‖² of each regression."""
        w = self.features.T @ pulls
        along = self.features if self.by_column is None else self.by_column
        return np.asarray(along @ w), self.dot(w, w)

    def loss(self, logits: Array) -> Array:
        """The log-loss of the rows, weighted and summed, for each regression."""
        if not self.joint:
            signed = logits * (1 - 2 * self.targets)
            rows = np.maximum(signed, 0) + np.log1p(np.exp(-np.abs(signed)))
            return self.dot(self.weights, rows)
        top = logits.max(axis=1, keepdims=True)
        norm = top[:, 0] + np.log(np.exp(logits - top).sum(axis=1))
        return np.asarray(self.weights[:, 0] @ (norm - (logits * self.targets).sum(axis=1)))


@dataclass(frozen=True)
class Curvature:
    """The second derivative of the loss at the probabilities `p`, by the logits of each row."""

    problem: Problem
    p: Array
    weighted: Array  # p (1 - p) of each regression, or p of each class, times the row's weight
    inverse: Array  # of the second derivative by the intercepts

    def of(self, moved: Array) -> Array:
        """The change of the loss's slope when the logits move by so much."""
        found = self.weighted * moved
        if self.problem.joint:
            found -= self.p * found.sum(axis=1, keepdims=True)
        return np.asarray(found)

    def settled(self, slope: Array) -> Array:
        """How the intercepts move to their own optimum, where the rows' slopes add up to none."""
        return np.asarray(-(np.ones(len(slope)) @ slope) @ self.inverse)


def curvature(problem: Problem, p: Array) -> Curvature:
    """See there. A number that all of softmax's intercepts share changes nothing; it stays 0."""
    if problem.joint:
        weighted = problem.weights * p
        second = np.diag(weighted.sum(axis=0)) - weighted.T @ p
        second += second.trace() / len(second)
        return Curvature(problem, p, weighted, np.linalg.pinv(second, hermitian=True))
    weighted = problem.weights * p * (1 - p)
    second = np.ones(len(p)) @ weighted
    return Curvature(problem, p, weighted, np.diag(1 / np.maximum(second, _TINY)))


def probabilities_of(logits: Array, joint: bool) -> Array:
    """Softmax over each row when `joint`, else the logistic function of each number."""
    if joint:
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))
    small = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1 / (1 + small), small / (1 + small))


def coefficients_of(problem: Problem, pulls: Array) -> Array:
    """The coefficients that the pulls make, intercepts last: (n_features + 1, n_classes)."""
    return np.vstack([problem.features.T @ pulls[:-1], pulls[-1:]])


def solve(
    problem: Problem,
    start: Array | None = None,
    tol: float = 1e-6,
    max_iter: int = 1000,
    near: Array | None = None,
) -> Array:
    """The pulls of the rows at the optimum, and the intercepts last: (n_rows + 1, n_classes).

    `start` is where to begin, such as the optimum for another C. `near` are logits (n_rows,
    n_classes) that are closer to the optimum's than those of the start, such as another fit's. Both
    change the time, and the result by less than the tolerance. Raises DataError when the optimum
    was not reached.
    """
    shape = (len(problem.targets) + 1, problem.targets.shape[1])
    pulls = np.zeros(shape) if start is None else start
    logits = problem.moved(pulls[:-1])[0] + pulls[-1]
    value = _value(problem, pulls, logits)
    at = logits if near is None else near
    p, share = probabilities_of(at, problem.joint), _FIRST
    for _ in range(max_iter):
        curve = curvature(problem, p)
        errors = problem.weights * (p - problem.targets) + curve.of(logits - at)
        step, moved, fall = _newton_step(curve, errors, pulls, share)
        length, value = _searched(problem, (pulls, logits), (step, moved), value, fall)
        pulls = pulls + problem.scaled(step, length)
        at = logits = logits + problem.scaled(moved, length)
        before, p = p, probabilities_of(logits, problem.joint)
        way = float(np.abs(p - before).max(initial=0))
        left = share * way
        if left <= _LEFT * tol:
            return pulls
        share = min(_MOST, max(_LEAST, way, _LEFT * tol / left))
    raise DataError(
        "the fit did not reach its optimum. Raise training.max_iter or lower training.C."
    )


def _value(problem: Problem, pulls: Array, logits: Array) -> Array:
    """What is minimised, for each regression; ‖W‖² is `pulls · X Xᵀ pulls`."""
    return problem.loss(logits) + problem.dot(pulls[:-1], logits - pulls[-1]) / 2


def _newton_step(
    curve: Curvature, errors: Array, pulls: Array, share: float
) -> tuple[Array, Array, Array]:
    """How the pulls move, how the logits do, and how steeply the value falls along it.

    About minus the inverse Hessian times the slope: `share` of the slope may be left. `errors` are
    the rows' part of the slope, the loss's by the logits. What is left,
    `Xᵀ residual`, is the slope by the coefficients while the intercepts stay at their optimum.
    """
    problem, settled = curve.problem, curve.settled(errors)
    residual = -(errors + curve.of(np.broadcast_to(settled, errors.shape)) + pulls[:-1])
    along, size = problem.moved(residual)
    direction, steep = residual, size
    noise = _NOISE * problem.dot(np.ones_like(errors), np.abs(residual))
    enough = np.maximum(share**2 * size, noise**2)
    step, moved = np.zeros_like(pulls), np.zeros_like(errors)
    for _ in range(_MAX_INNER):
        freed = along + curve.settled(curve.of(along))
        bent = curve.of(freed)
        length = size / np.maximum(steep + problem.dot(bent, freed), _TINY)
        step[:-1] += problem.scaled(direction, length)
        moved += problem.scaled(along, length)
        if (size <= enough).all():
            break
        residual = residual - problem.scaled(direction + bent, length)
        before = np.maximum(size, _TINY)
        pushed, size = problem.moved(residual)
        turn = size / before
        direction = residual + problem.scaled(direction, turn)
        along = pushed + problem.scaled(along, turn)
        steep = size + turn**2 * steep  # what is left stands at right angles to where it went
    fall = problem.dot(errors + pulls[:-1], moved)
    step[-1] = settled + curve.settled(curve.of(moved))
    fall = fall + problem.dot(errors.sum(axis=0)[None], step[-1:])
    return step, moved + step[-1], fall


def _searched(
    problem: Problem,
    start: tuple[Array, Array],
    step: tuple[Array, Array],
    before: Array,
    fall: Array,
) -> tuple[Array, Array]:
    """The length of the step, halved for each regression until its value falls as it should
    (Armijo), and the value there.
    """
    length = np.ones_like(before)
    for _ in range(_HALVINGS):
        pulls, logits = (
            one + problem.scaled(part, length) for one, part in zip(start, step, strict=True)
        )
        after = _value(problem, pulls, logits)
        is_worse = after > before + 1e-4 * length * fall + 1e-12 * np.abs(before)
        if not is_worse.any():
            break
        length = np.where(is_worse, length / 2, length)
    return length, after
