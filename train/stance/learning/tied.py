"""Features that always stand together, made one: the same optimum from fewer columns.

Most n-grams occur in one or two sentences, and many of them in the very same ones ("zelen",
"elens", "lensk"). k equal columns are one column times √k: the products of rows with rows are the
same, and so are the pulls of the rows at the optimum (`learning.solver`).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.learning.arrays import Array


@dataclass(frozen=True)
class Tied:
    """The different columns of a matrix, `matrix` (n_rows, n_kinds), each times the root of how
    often it occurs (`root`); `kind` (n_features,) says which of them a feature is. `by_column` is
    the same matrix with its numbers in the order of the columns.
    """

    matrix: Any
    by_column: Any
    kind: Array
    root: Array

    def spread(self, coefficients: Array) -> Array:
        """The coefficients of the features from those of the kinds, intercepts last."""
        of_kinds = coefficients[:-1] / self.root[:, None]
        return np.vstack([of_kinds[self.kind], coefficients[-1:]])


def tied(matrix: Any) -> Tied:
    """The matrix with equal columns made one.

    Columns are told apart by two sums with random weights, added up in the order of the rows: equal
    columns have the very same sums, others all but surely not. The most frequent kinds come first:
    with their numbers side by side in the processor's cache, products take a tenth less time.
    """
    from scipy.sparse import csc_array, csr_array

    weights = np.random.default_rng(0).random((matrix.shape[0], 2)) + 0.5
    sums = np.ascontiguousarray(matrix.T @ weights).view(np.complex128)[:, 0]
    _, first, kind, n = np.unique(sums, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(-np.bincount(matrix.indices, minlength=len(kind))[first], kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    root = np.sqrt(n[order])
    by_column = csc_array(matrix[:, first[order]])
    by_column.data *= np.repeat(root, np.diff(by_column.indptr))
    return Tied(csr_array(by_column), by_column, place[kind], root)
