"""Tied features: fewer columns, the same optimum."""

import numpy as np
import pytest

from stance.learning.solver import Problem, solve
from stance.learning.tied import tied


def matrix(n_rows=80, seed=0):
    from scipy.sparse import csr_array

    draw = np.random.default_rng(seed)
    kinds = draw.random((n_rows, 30)) * (draw.random((n_rows, 30)) < 0.2)
    return csr_array(kinds[:, draw.integers(0, 30, 100)]), kinds


def test_equal_columns_become_one_and_come_back():
    """As many kinds as there are different columns, and what is spread gathers again."""
    features, _ = matrix()
    found = tied(features)
    dense = features.toarray()
    assert found.matrix.shape[1] == len(np.unique(dense, axis=1).T)
    assert (
        np.abs(found.matrix.toarray()[:, found.kind] / found.root[found.kind] - dense).max() < 1e-15
    )
    w = np.random.default_rng(1).random((found.matrix.shape[1] + 1, 2))
    assert found.gathered(found.spread(w)) == pytest.approx(w)
    assert (dense @ found.spread(w)[:-1]) == pytest.approx(found.matrix @ w[:-1])


@pytest.mark.parametrize("joint", [False, True])
def test_the_optimum_is_the_same(joint):
    """Coefficients of tied features, spread, are those of the features fitted one by one."""
    features, kinds = matrix()
    targets = np.eye(3)[np.argmax(kinds[:, :3], axis=1)]
    weights = np.full((80, 1 if joint else 3), 7.0)
    found = tied(features)
    short = solve(Problem(found.matrix, targets, weights, joint), tol=1e-12)
    whole = solve(Problem(features, targets, weights, joint), tol=1e-12)
    assert np.abs(found.spread(short) - whole).max() < 1e-7
