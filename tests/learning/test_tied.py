"""Tied features: fewer columns, the same optimum."""

import numpy as np
import pytest

from stance.learning.solver import Problem, coefficients_of, solve
from stance.learning.tied import tied


def matrix(n_rows=80, seed=0):
    from scipy.sparse import csr_array

    draw = np.random.default_rng(seed)
    kinds = draw.random((n_rows, 30)) * (draw.random((n_rows, 30)) < 0.2)
    return csr_array(kinds[:, draw.integers(0, 30, 100)]), kinds


def test_equal_columns_become_one():
    """As many kinds as there are different columns, and the same products of rows."""
    features, _ = matrix()
    found = tied(features)
    dense, kinds = features.toarray(), found.matrix.toarray()
    assert kinds.shape[1] == len(np.unique(dense, axis=1).T)
    assert np.abs(kinds[:, found.kind] / found.root[found.kind] - dense).max() < 1e-15
    assert np.abs(kinds @ kinds.T - dense @ dense.T).max() < 1e-14
    assert (found.by_column != found.matrix).nnz == 0


@pytest.mark.parametrize("joint", [False, True])
def test_the_optimum_is_the_same(joint):
    """Coefficients of tied features, spread, are those of the features fitted one by one."""
    features, kinds = matrix()
    targets = np.eye(3)[np.argmax(kinds[:, :3], axis=1)]
    weights = np.full((80, 1 if joint else 3), 7.0)
    found = tied(features)
    short = Problem(found.matrix, targets, weights, joint, found.by_column)
    whole = Problem(features, targets, weights, joint)
    spread = found.spread(coefficients_of(short, solve(short, tol=1e-12)))
    assert np.abs(spread - coefficients_of(whole, solve(whole, tol=1e-12))).max() < 1e-7
