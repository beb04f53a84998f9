"""The features of rows as the regression sees them: all blocks side by side, and copies of them."""

from dataclasses import dataclass
from typing import Any

from stance.learning.arrays import Array
from stance.learning.by_target import with_copies
from stance.learning.counts import BlockFeatures


@dataclass(frozen=True)
class Design:
    """The blocks of features, and for each of `n_targets` targets all of them once more.

    `about` (n_rows,) says which target a row is for; see `by_target.with_copies`.
    """

    blocks: tuple[BlockFeatures, ...]
    about: Array
    n_targets: int

    def of(self, rows: Array) -> Any:
        """The features of the rows that the mask selects, sparse (n_rows, n_features)."""
        from scipy.sparse import csr_array, hstack

        parts = [block.of(rows) for block in self.blocks]
        matrix = csr_array(parts[0] if len(parts) == 1 else hstack(parts, format="csr"))
        return with_copies(matrix, self.about[rows], self.n_targets)
