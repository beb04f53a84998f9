"""The optima for several values of C, each beginning where the one before it ended."""

from dataclasses import replace

import numpy as np

from stance.learning.arrays import Array
from stance.learning.config import with_c
from stance.learning.fitting import Counted, fit_features, solved
from stance.learning.parallel import started, told
from stance.learning.tied import tied

# A tenth is left of it; 1e-5 would be too much (`benchmarks/tuning.py`).
PATH_TOLERANCE = 6e-5


def path_logits(rows: Counted, held_out: Array, values: tuple[float, ...]) -> list[Array]:
    """For each C the out-of-fold logits of all rows that have a fold, zero for the others.

    Each fold's features are made once, and each optimum is where the next C starts.
    """
    n_folds = int(held_out.max()) + 1
    calls = [(_path, (rows, held_out, fold, values)) for fold in range(n_folds)]
    parts = told(started(calls, rows.size), [""] * n_folds, lambda step: None)
    found = [np.zeros((len(held_out), parts[0][0].shape[1])) for _ in values]
    for fold, part in enumerate(parts):
        for one, logits in zip(found, part, strict=True):
            one[held_out == fold] = logits
    return found


def _path(rows: Counted, held_out: Array, fold: int, values: tuple[float, ...]) -> list[Array]:
    from threadpoolctl import threadpool_limits

    is_held_out = held_out == fold
    inside = (held_out >= 0) & ~is_held_out
    if not inside.any():  # a single group: nothing can be held out
        inside = is_held_out
    found: list[Array] = []
    optima: list[tuple[float, Array]] = []  # the pulls
    with threadpool_limits(1):
        design = fit_features(rows, inside)
        matrix, outside = tied(design.of(inside)), design.of(is_held_out)
        for value in values:
            config = with_c(rows.config, value, PATH_TOLERANCE)
            fitted = solved(
                replace(rows, config=config), design, inside, matrix, _ahead(optima, value)
            )
            optima = [*optima[-1:], (value, fitted.pulls)]
            found.append(fitted.logits_of(outside))
    return found


def _ahead(optima: list[tuple[float, Array]], value: float) -> Array | None:
    """Where the optimum for the value may lie: on the line through the last two, over log C."""
    if len(optima) < 2:
        return optima[0][1] if optima else None
    (c1, pulls1), (c2, pulls2) = optima
    share = float(np.log(value / c2) / np.log(c2 / c1))
    return pulls2 + share * (pulls2 - pulls1)
