"""Who is taken for whom: one table for exclusive labels, one two-by-two table a label otherwise."""

import numpy as np

from stance.evaluation.report import Confusion
from stance.learning.arrays import Array

NONE = "(no label)"


def confusions(
    target: Array, given: Array, names: tuple[str, ...], exclusive: bool
) -> tuple[Confusion, ...]:
    """The tables; the counts of each add up to the number of rows."""
    if exclusive:
        return (_exclusive(target, given, names),)
    return tuple(
        Confusion(
            name=name,
            rows=(f"is {name}", "is not"),
            columns=("given", "not given"),
            counts=tuple(
                tuple(int((is_row & is_column).sum()) for is_column in (given[:, k], ~given[:, k]))
                for is_row in (target[:, k], ~target[:, k])
            ),
        )
        for k, name in enumerate(names)
    )


def _exclusive(target: Array, given: Array, names: tuple[str, ...]) -> Confusion:
    right, answered = (
        np.where(matrix.any(axis=1), matrix.argmax(axis=1), len(names))
        for matrix in (target, given)
    )
    counts = np.zeros((len(names) + 1,) * 2, dtype=int)
    np.add.at(counts, (right, answered), 1)
    has_none = counts[-1].any() or counts[:, -1].any()
    size = len(names) + bool(has_none)
    shown = (*names, NONE)[:size]
    return Confusion(
        name="all labels",
        rows=shown,
        columns=shown,
        counts=tuple(tuple(int(n) for n in row[:size]) for row in counts[:size]),
    )
