"""Thresholds with a floor under precision: rather too few answers than too many wrong ones."""

import logging
from collections.abc import Sequence

import numpy as np

from stance.learning.arrays import Array
from stance.storage.errors import ConfigError, nearest, printable

log = logging.getLogger(__name__)

ENOUGH = 5  # answers that a precision is told of


def floors_of(settings: Sequence[str], names: Sequence[str], exclusive: bool) -> dict[str, float]:
    """The floor of each label from `label=0.8`.

    Raises ConfigError for an unknown label, a number that is no share, and exclusive labels, which
    have no threshold.
    """
    if settings and exclusive:
        raise ConfigError(
            "thresholds.min_precision is for labels that do not exclude each other. "
            "Use abstain.low_probability."
        )
    floors = {}
    for setting in settings:
        name, _, number = setting.rpartition("=")
        if name not in names:
            raise ConfigError(
                f'thresholds.min_precision: unknown label "{printable(name)}".'
                f"{nearest(name, names)} Write label=0.8. Labels: {', '.join(names)}."
            )
        floors[name] = float(number)
    return floors


def with_floors(
    thresholds: Array,
    floors: dict[str, float],
    names: Sequence[str],
    targets: Array,
    probabilities: Array,
) -> Array:
    """The thresholds, raised to the lowest that reaches the floor on these predictions.

    The predictions must be out of fold. A floor that no threshold reaches is told, and the most
    precise one that gives `ENOUGH` answers is taken.
    """
    found = thresholds.copy()
    for name, floor in floors.items():
        k = names.index(name)
        threshold, precision = _floored(targets[:, k], probabilities[:, k], floor, found[k])
        found[k] = threshold
        if precision < floor:
            log.warning(
                "%s: no threshold reaches a precision of %.2f on sentences outside the fit; the "
                "most precise one reaches %.2f and was taken",
                name,
                floor,
                precision,
            )
    return found


def _floored(target: Array, probability: Array, floor: float, least: float) -> tuple[float, float]:
    """The lowest threshold from `least` on with the precision, or else the most precise one."""
    order = np.argsort(-probability, kind="stable")
    sorted_probability = probability[order]
    n_given = np.arange(1, len(order) + 1)
    precision = np.cumsum(target[order]) / n_given
    is_last = np.append(sorted_probability[1:] < sorted_probability[:-1], True)
    is_usable = is_last & (sorted_probability > 0)
    n_now = int((probability >= least).sum())
    if n_now and precision[n_now - 1] >= floor:
        return least, float(precision[n_now - 1])
    is_enough = is_usable & (n_given >= min(ENOUGH, len(order)))  # one answer is right by luck
    reaches = np.flatnonzero(is_enough & (precision >= floor) & (n_given <= n_now))
    most_precise = np.argmax(np.where(is_enough, precision, -1))
    best = int(reaches[-1] if len(reaches) else most_precise)
    value = min(max(float(sorted_probability[best]), 1e-9), 1 - 1e-9)
    return value, float(precision[best])
