"""Features that always stand together, made one: the same optimum from fewer columns.

Most n-grams occur in one or two sentences, and many of them in the very same ones ("zelen",
"elens", "lensk"). Equal columns get equal coefficients, since the penalty is strictly convex; so k
of them are one column times √k, whose coefficient is √k times theirs and costs the same.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.learning.arrays import Array


@dataclass(frozen=True)
class Tied:
    """The different columns of a matrix, `matrix` (n_rows, n_kinds), each times the root of how
    often it occurs (`root`); `kind` (n_features,) says which of them a feature is, and `first`
    (n_kinds,) which feature it is.
    """

    matrix: Any
    kind: Array
    first: Array
    root: Array

    def spread(self, coefficients: Array) -> Array:
        """The coefficients of the features from those of the kinds, intercepts last."""
        of_kinds = coefficients[:-1] / self.root[:, None]
        return np.vstack([of_kinds[self.kind], coefficients[-1:]])

    def gathered(self, coefficients: Array) -> Array:
        """The coefficients of the kinds from those of the features, intercepts last."""
        return np.vstack([coefficients[self.first] * self.root[:, None], coefficients[-1:]])


def tied(matrix: Any) -> Tied:
    """The matrix with equal columns made one.

    Columns are told apart by two sums with random weights, added up in the order of the rows: equal
    columns have the very same sums, others all but surely not.
    """
    weights = np.random.default_rng(0).random((matrix.shape[0], 2)) + 0.5
    sums = np.ascontiguousarray(matrix.T @ weights).view(np.complex128)[:, 0]
    _, first, kind, n = np.unique(sums, return_index=True, return_inverse=True, return_counts=True)
    root = np.sqrt(n)
    different = matrix[:, first]
    different.data *= root[different.indices]
    return Tied(different, kind, first, root)
