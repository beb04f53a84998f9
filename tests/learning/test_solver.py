"""The solver: the optimum, from wherever it starts, for one regression a label and for softmax."""

import numpy as np
import pytest

from stance.learning.solver import Problem, coefficients_of, probabilities_of, solve
from stance.storage.errors import DataError


def problem(C=10.0, joint=False, n_rows=300, n_features=900, n_classes=3, seed=0):
    from scipy.sparse import csr_array

    draw = np.random.default_rng(seed)
    dense = draw.random((n_rows, n_features)) * (draw.random((n_rows, n_features)) < 0.03)
    dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-12)
    scores = dense @ draw.normal(size=(n_features, n_classes)) + draw.normal(
        size=(n_rows, n_classes)
    )
    if joint:
        targets = np.eye(n_classes)[scores.argmax(axis=1)]
        weights = np.full((n_rows, 1), C)
    else:
        targets = (scores > 1).astype(float)
        weights = C * np.where(targets > 0, 4.0, 0.7)
    return Problem(csr_array(dense), targets, weights, joint)


def fitted(one, start=None, tol=1e-6):
    """The coefficients at the optimum, and the probabilities of the rows there."""
    w = coefficients_of(one, solve(one, start, tol))
    return w, probabilities_of(one.features @ w[:-1] + w[-1], one.joint)


@pytest.mark.parametrize("joint", [False, True])
@pytest.mark.parametrize("C", [0.1, 10.0, 1000.0])
def test_probabilities_are_those_of_the_optimum(C, joint):
    """At the default tolerance they are within 1e-5 of a solution that nothing is left of."""
    one = problem(C, joint)
    assert np.abs(fitted(one)[1] - fitted(one, tol=1e-12)[1]).max() < 1e-6


@pytest.mark.parametrize("joint", [False, True])
def test_the_slope_vanishes_at_the_optimum(joint):
    """By hand: what the rows pull, the penalty holds, and intercepts are not penalised."""
    one = problem(joint=joint)
    w, p = fitted(one, tol=1e-12)
    errors = one.weights * (p - one.targets)
    assert np.abs(one.features.T @ errors + w[:-1]).max() < 1e-8
    assert np.abs(errors.sum(axis=0)).max() < 1e-8


@pytest.mark.parametrize("joint", [False, True])
def test_scikit_learn_has_the_same_optimum(joint):
    """LogisticRegression at a tolerance that it takes long for gives the same coefficients."""
    from sklearn.linear_model import LogisticRegression

    one = problem(C=3.0, joint=joint, n_rows=120, n_features=60)
    w, _ = fitted(one, tol=1e-12)
    regression = LogisticRegression(C=3.0, solver="newton-cg", tol=1e-12, max_iter=10_000)
    if joint:
        regression.fit(one.features, one.targets.argmax(axis=1))
        assert np.abs(regression.coef_.T - w[:-1]).max() < 1e-6
        return
    for k in range(one.targets.shape[1]):
        regression.fit(one.features, one.targets[:, k], one.weights[:, k] / 3.0)
        assert np.abs(regression.coef_[0] - w[:-1, k]).max() < 1e-6
        assert regression.intercept_[0] == pytest.approx(w[-1, k], abs=1e-6)


@pytest.mark.parametrize("joint", [False, True])
def test_where_it_starts_does_not_matter(joint):
    """From the optimum for another C it arrives at the same probabilities."""
    start = solve(problem(0.5, joint))
    one = problem(20.0, joint)
    warm, cold = (fitted(one, at)[1] for at in (start, None))
    assert np.abs(warm - cold).max() < 1e-6


@pytest.mark.parametrize("joint", [False, True])
def test_the_logits_of_a_fit_of_more_rows_are_a_short_way_from_the_optimum(joint, monkeypatch):
    """With a fifth of the rows taken away it takes fewer passes than from nothing, or from the
    pulls that are left; the probabilities are the same.
    """
    passes = [0]
    moved = Problem.moved

    def counting(*arguments):
        passes[0] += 1
        return moved(*arguments)

    whole = problem(joint=joint, n_rows=1500, n_features=300)
    pulls = solve(whole)
    logits = moved(whole, pulls[:-1])[0] + pulls[-1]
    kept = np.arange(1500) % 5 > 0
    part = Problem(whole.features[kept], whole.targets[kept], whole.weights[kept], joint)
    monkeypatch.setattr(Problem, "moved", counting)
    needed, found = [], []
    for start, near in (
        (None, logits[kept]),
        (None, None),
        (pulls[np.append(kept, True)], None),
    ):
        passes[0] = 0
        w = coefficients_of(part, solve(part, start, near=near))
        needed.append(passes[0])
        found.append(probabilities_of(part.features @ w[:-1] + w[-1], joint))
    assert needed[0] < min(needed[1:])
    assert max(np.abs(found[0] - one).max() for one in found[1:]) < 1e-6


def test_labels_side_by_side_are_solved_as_each_alone():
    """A label's coefficients do not depend on the other labels that are fitted with it."""
    one = problem()
    together, _ = fitted(one, tol=1e-12)
    for k in range(3):
        alone = Problem(one.features, one.targets[:, [k]], one.weights[:, [k]], joint=False)
        assert np.abs(fitted(alone, tol=1e-12)[0][:, 0] - together[:, k]).max() < 1e-7


def test_an_optimum_out_of_reach_is_told():
    """With too few steps nothing half-fitted is returned."""
    with pytest.raises(DataError, match="did not reach its optimum"):
        solve(problem(), max_iter=1)
