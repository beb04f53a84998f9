"""Probabilities that mean what they say: logits are scaled and shifted before they become one.

`sigmoid` gives each label its own scale and shift (Platt 1999); `temperature` one scale to all
(Guo et al. 2017, arXiv:1706.04599), which is what exclusive labels can have; `isotonic` a rising
line through knots (Zadrozny & Elkan 2002), which makes ties and so costs average precision, and
which `auto` leaves alone. Balanced class weights make every rare label look likelier than it is:
this mends it. A method is kept only when it lowers the log-loss of rows that it was not fitted on.
"""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from pydantic import model_validator

from stance.learning.arrays import Array
from stance.learning.solver import Problem, coefficients_of, probabilities_of, solve
from stance.storage.errors import ConfigError
from stance.storage.toml import Record

Method = Literal["none", "sigmoid", "isotonic", "temperature"]

SURE = 30.0  # a logit beyond it counts as this much: a fold may never have seen a label
# How little a scale is held back, as C of a regression: nothing next to thousands of
# rows, and enough that a few rows told apart by chance do not make a label certain.
_LOOSE = 1.0


class Knots(Record):
    """The probability of one label over its logit: straight lines between the points."""

    logits: tuple[float, ...]
    probabilities: tuple[float, ...]

    @model_validator(mode="after")
    def _rise(self) -> "Knots":
        x, y = np.array(self.logits), np.array(self.probabilities)
        if not len(x) == len(y) >= 1 or not np.isfinite(x).all() or (np.diff(x) <= 0).any():
            raise ValueError("knots are as many rising logits as probabilities")
        if not ((y >= 0) & (y <= 1)).all() or (np.diff(y) < 0).any():
            raise ValueError("probabilities of knots rise between 0 and 1")
        return self


class Calibration(Record):
    """What makes probabilities of logits, as plain numbers.

    For each label a scale and a shift, or its knots; with exclusive labels one scale for all.
    """

    method: Method = "none"
    scales: tuple[float, ...] = ()
    shifts: tuple[float, ...] = ()
    knots: tuple[Knots, ...] = ()
    # Log-loss a row and label of rows outside the fit, before and after; what decided.
    log_loss: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "Calibration":
        n_scales = len(self.scales)
        wanted = {"none": 0, "temperature": 1, "isotonic": 0}.get(self.method, n_scales or -1)
        shifts = n_scales if self.method == "sigmoid" else 0
        if n_scales != wanted or len(self.shifts) != shifts:
            raise ValueError(f"{self.method} has other numbers")
        if bool(self.knots) != (self.method == "isotonic"):
            raise ValueError("knots belong to isotonic")
        numbers = (*self.scales, *self.shifts)
        if not np.isfinite(numbers).all() or min(self.scales, default=1.0) <= 0:
            raise ValueError("scales are above 0, and shifts are numbers")
        return self


def calibrated(logits: Array, calibration: Calibration, exclusive: bool, n_labels: int) -> Array:
    """Probabilities (n_rows, n_labels) of logits (n_rows, n_classes).

    Exclusive labels share one softmax, perhaps with a class of no label behind them.
    """
    if calibration.method == "isotonic":
        columns = [
            np.interp(logits[:, k], one.logits, one.probabilities)
            for k, one in enumerate(calibration.knots)
        ]
        return np.stack(columns, axis=1)
    if calibration.scales:
        logits = logits * np.array(calibration.scales)
    if calibration.shifts:
        logits = logits + np.array(calibration.shifts)
    return probabilities_of(logits, exclusive)[:, :n_labels]


def check_method(method: str, exclusive: bool) -> None:
    """Raises ConfigError for a method that exclusive labels cannot have."""
    if exclusive and method in ("sigmoid", "isotonic"):
        raise ConfigError(
            f"calibration.method: {method} is for labels that do not exclude each other. "
            "Choose temperature, auto or none."
        )


def choose_calibration(
    method: str, logits: Array, targets: Array, held_out: Array, exclusive: bool
) -> Calibration:
    """The method with the lowest log-loss on rows outside its fit, none included.

    `logits` are out of fold, with a column for no label where labels are exclusive; `held_out`
    numbers the fold of each row. `method` is one of them, or "auto" for those that keep the order
    of the rows. Runs on one thread, so that the same data gives the same bits.
    """
    from threadpoolctl import threadpool_limits

    check_method(method, exclusive)
    logits = np.clip(logits, -SURE, SURE)
    tried: tuple[str, ...] = ("temperature",) if exclusive else ("sigmoid", "temperature")
    if method != "auto":
        tried = () if method == "none" else (method,)
    n_folds = int(held_out.max()) + 1
    if n_folds < 2 or not tried:
        return Calibration()
    before = _log_loss(Calibration(), logits, targets, exclusive).mean()
    best = Calibration()
    with threadpool_limits(1):
        for name in tried:
            after = np.mean(_outside(name, logits, targets, held_out, exclusive))
            if after < (best.log_loss[1] if best.log_loss else before):
                fitted = _FITS[name](logits, targets, exclusive)
                best = fitted.model_copy(update={"log_loss": (float(before), float(after))})
    return best


def _outside(
    name: str, logits: Array, targets: Array, held_out: Array, exclusive: bool
) -> list[float]:
    """The log-losses of every row under a calibration that was fitted on the other folds."""
    losses: list[float] = []
    for fold in range(int(held_out.max()) + 1):
        inside = held_out != fold
        fitted = _FITS[name](logits[inside], targets[inside], exclusive)
        found = _log_loss(fitted, logits[~inside], targets[~inside], exclusive)
        losses += found.ravel().tolist()
    return losses


def _log_loss(calibration: Calibration, logits: Array, targets: Array, exclusive: bool) -> Array:
    tiny = 1e-12
    found = calibrated(logits, calibration, exclusive, targets.shape[1])
    if not exclusive:
        found = np.where(targets > 0, found, 1 - found)
        return np.asarray(-np.log(np.clip(found, tiny, 1)))
    none = 1 - found.sum(axis=1)
    right = np.where(targets.any(axis=1), (found * targets).sum(axis=1), none)
    return np.asarray(-np.log(np.clip(right, tiny, 1)))


def _sigmoid(logits: Array, targets: Array, exclusive: bool) -> Calibration:
    scales, shifts = [], []
    for k in range(targets.shape[1]):
        scale, shift = 1.0, 0.0
        if 0 < (n_wanted := int(targets[:, k].sum())) < len(targets):
            # Platt's targets: sure of no row, so that labels told apart by chance stay doubtful.
            wanted = np.where(
                targets[:, [k]] > 0,
                (n_wanted + 1) / (n_wanted + 2),
                1 / (len(targets) - n_wanted + 2),
            )
            twice = np.vstack([logits[:, [k]]] * 2)
            kinds = np.vstack([np.ones_like(wanted), np.zeros_like(wanted)])
            weights = _LOOSE * np.vstack([wanted, 1 - wanted])
            problem = Problem(twice, kinds, weights, joint=False)
            fitted = coefficients_of(problem, solve(problem))
            if fitted[0, 0] > 0:  # else the label would be turned round
                scale, shift = map(float, fitted[:, 0])
        scales.append(scale)
        shifts.append(shift)
    return Calibration(method="sigmoid", scales=tuple(scales), shifts=tuple(shifts))


def _temperature(logits: Array, targets: Array, exclusive: bool) -> Calibration:
    from scipy.optimize import minimize_scalar

    def of(log_scale: float) -> Calibration:
        return Calibration(method="temperature", scales=(float(np.exp(log_scale)),))

    found = minimize_scalar(
        lambda x: float(
            _log_loss(of(x), logits, targets, exclusive).sum() + np.exp(2 * x) / (2 * _LOOSE)
        ),
        bounds=(-4.0, 4.0),
        method="bounded",
    )
    return of(found.x)


def _isotonic(logits: Array, targets: Array, exclusive: bool) -> Calibration:
    from sklearn.isotonic import IsotonicRegression

    least = 1 / (len(logits) + 2)  # never sure: the next row may be the first of its kind
    knots = []
    for k in range(targets.shape[1]):
        line: Any = IsotonicRegression(y_min=least, y_max=1 - least).fit(
            logits[:, k], targets[:, k]
        )
        knots.append(
            Knots(
                logits=tuple(line.X_thresholds_.tolist()),
                probabilities=tuple(line.y_thresholds_.tolist()),
            )
        )
    return Calibration(method="isotonic", knots=tuple(knots))


_FITS: dict[str, Callable[[Array, Array, bool], Calibration]] = {
    "sigmoid": _sigmoid,
    "temperature": _temperature,
    "isotonic": _isotonic,
}
