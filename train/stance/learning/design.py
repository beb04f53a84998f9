"""The features of rows as the regression sees them: all blocks side by side, and copies of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.learning.arrays import Array
from stance.learning.by_target import with_copies
from stance.learning.counts import BlockFeatures


@dataclass(frozen=True)
class Design:
    """The blocks of features, and for each of `n_targets` targets all of them once more.

    `weights` are the blocks' lengths; `about` (n_rows,) says which target a row is for, see
    `by_target.with_copies`.
    """

    blocks: tuple[BlockFeatures, ...]
    weights: tuple[float, ...]
    about: Array
    n_targets: int

    def of(self, rows: Array) -> Any:
        """The features of the rows that the mask selects, sparse (n_rows, n_features)."""
        from scipy.sparse import csr_array, hstack

        parts = [
            block.of(rows) * weight for block, weight in zip(self.blocks, self.weights, strict=True)
        ]
        matrix = csr_array(parts[0] if len(parts) == 1 else hstack(parts, format="csr"))
        return with_copies(matrix, self.about[rows], self.n_targets)

    @property
    def lengths(self) -> Array:
        """The weight of each feature's block, in the order of the features."""
        sizes = [int(block.is_kept.sum()) for block in self.blocks]
        return np.tile(np.repeat(self.weights, sizes), 1 + self.n_targets)
