"""Features that all targets share, and once more for the target that a text is for.

"Never again" speaks for one target and against another, and "liar" against any. With a copy of
every feature for each target beside the shared one (Daumé III 2007, arXiv:0907.1815) a single
regression learns both: a target leaves what holds for all only as far as its rows ask for it.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from stance.corpus.targets import target_key, target_of
from stance.learning.arrays import Array

LEAST_ROWS = 20  # rows of a target from which it has features of its own
MOST_TARGETS = 100


def frequent_targets(texts: Sequence[str]) -> tuple[str, ...]:
    """The targets that have features of their own, in the order of the alphabet.

    These are the commonest that have enough texts; with fewer than two there are none, since what
    is learnt of one target is learnt of all.
    """
    counts = Counter(target_key(target_of(text)) for text in texts)
    del counts[""]
    frequent = [name for name, n in counts.items() if n >= LEAST_ROWS]
    frequent.sort(key=lambda name: (-counts[name], name))
    return tuple(sorted(frequent[:MOST_TARGETS])) if len(frequent) > 1 else ()


def target_numbers(texts: Sequence[str], names: Sequence[str]) -> Array:
    """For each text the place of its target among the names; their number for any other."""
    place = {name: number for number, name in enumerate(names)}
    found = [place.get(target_key(target_of(text)), len(names)) for text in texts]
    return np.array(found, dtype=np.int64)


def with_copies(matrix: Any, numbers: Array, n_targets: int) -> Any:
    """The sparse features (n_rows, n_features) and behind them a copy for each target in turn.

    A row has its features twice, in the shared columns and in those of its target; one whose
    number is `n_targets` has the shared ones alone. Shape (n_rows, (1 + n_targets) * n_features).
    """
    from scipy.sparse import csr_array, hstack

    if not n_targets:
        return matrix
    n_rows, n_features = matrix.shape
    lengths = np.diff(matrix.indptr)
    row = np.repeat(np.arange(n_rows), lengths)
    target = np.repeat(numbers, lengths)
    has_own = target < n_targets
    columns = (matrix.indices + target * n_features)[has_own]
    own = csr_array(
        (matrix.data[has_own], (row[has_own], columns)), shape=(n_rows, n_targets * n_features)
    )
    return hstack([matrix, own], format="csr")


class ByTarget:
    """The step of a scikit-learn pipeline that does so: a union of blocks, and its copies.

    `targets_` are the targets found when it was fitted.
    """

    def __init__(self, union: Any) -> None:
        self.union = union

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """What scikit-learn makes an unfitted copy of."""
        return {"union": self.union}

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn may give it: what the union takes."""
        return self.union.__sklearn_tags__()

    @property
    def transformer_weights(self) -> dict[str, float] | None:
        """The weights of the blocks by name, where there are any."""
        found: dict[str, float] | None = self.union.transformer_weights
        return found

    @transformer_weights.setter
    def transformer_weights(self, weights: dict[str, float] | None) -> None:
        self.union.transformer_weights = weights

    @property
    def transformer_list(self) -> list[tuple[str, Any]]:
        """The blocks by name."""
        found: list[tuple[str, Any]] = self.union.transformer_list
        return found

    @transformer_list.setter
    def transformer_list(self, blocks: list[tuple[str, Any]]) -> None:
        self.union.transformer_list = blocks

    def fit(self, texts: Sequence[str], y: Any = None) -> "ByTarget":
        """Finds the n-grams and the targets of the texts."""
        self.union.fit(texts, y)
        self.targets_ = frequent_targets(texts)
        return self

    def transform(self, texts: Sequence[str]) -> Any:
        """The features, see `with_copies`."""
        from scipy.sparse import csr_array

        numbers = target_numbers(texts, self.targets_)
        return with_copies(csr_array(self.union.transform(texts)), numbers, len(self.targets_))

    def fit_transform(self, texts: Sequence[str], y: Any = None) -> Any:
        """Both at once."""
        return self.fit(texts, y).transform(texts)
