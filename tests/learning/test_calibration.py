"""Calibration: probabilities mean what they say, and nothing is kept that does not help."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from stance.learning.calibration import Calibration, Knots, calibrated, choose_calibration
from stance.learning.solver import probabilities_of
from stance.storage.errors import ConfigError

METHODS = ("sigmoid", "temperature", "isotonic")


def drawn(scale, shift, n_rows=3000, n_labels=3, exclusive=False, seed=1):
    """Logits that are wrong by a scale and a shift, the labels drawn by the right ones."""
    draw = np.random.default_rng(seed)
    right = draw.normal(size=(n_rows, n_labels + exclusive)) * 2
    if exclusive:
        p = probabilities_of(right, joint=True)
        chosen = (p.cumsum(axis=1) < draw.random((n_rows, 1))).sum(axis=1)
        targets = np.eye(n_labels + 1)[chosen][:, :n_labels]
    else:
        targets = probabilities_of(right, joint=False) > draw.random(right.shape)
    return right / scale - shift, targets.astype(np.int8), np.arange(n_rows) % 5, right


def error(found, targets):
    """The expected calibration error over ten bins, by hand."""
    total = 0.0
    for low in np.arange(0, 1, 0.1):
        rows = (found >= low) & (found < low + 0.1)
        total += abs((found[rows] - targets[rows]).sum())
    return total / found.size


@pytest.mark.parametrize("method", ["auto", *METHODS])
def test_wrong_probabilities_are_mended(method):
    """Logits three times too large, and shifted, give calibrated probabilities again."""
    logits, targets, held_out, _ = drawn(1 / 3, 0.0 if method == "temperature" else 2.0)
    chosen = choose_calibration(method, logits, targets, held_out, exclusive=False)
    assert chosen.method == {"auto": "sigmoid"}.get(method, method)
    assert chosen.log_loss[1] < chosen.log_loss[0]
    found = calibrated(logits, chosen, False, 3)
    assert error(found, targets) < 0.02 < error(probabilities_of(logits, False), targets)


def test_threads_change_no_bit():
    """Sums over many rows are added up in another order where threads share them."""
    from threadpoolctl import threadpool_limits

    logits, targets, held_out, _ = drawn(1 / 3, 2.0, n_rows=20_000)
    chosen = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads):
            chosen.append(choose_calibration("auto", logits, targets, held_out, exclusive=False))
    assert chosen[0] == chosen[1]


def test_exclusive_labels_get_one_temperature():
    """The softmax over labels and no label is as sure as it should be, and still sums to one."""
    logits, targets, held_out, right = drawn(1 / 4, 0.0, exclusive=True)
    chosen = choose_calibration("auto", logits, targets, held_out, exclusive=True)
    assert chosen.method == "temperature"
    assert chosen.scales[0] == pytest.approx(0.25, rel=0.1)
    found = calibrated(logits, chosen, True, 3)
    assert np.abs(found - probabilities_of(right, True)[:, :3]).max() < 0.05
    with pytest.raises(ConfigError, match="temperature, auto or none"):
        choose_calibration("sigmoid", logits, targets, held_out, exclusive=True)


@pytest.mark.parametrize("exclusive", [False, True])
def test_what_does_not_help_is_not_kept(exclusive):
    """Probabilities that are right already are left as they are, or all but so."""
    kept = 0
    for seed in range(8):
        logits, targets, held_out, right = drawn(1.0, 0.0, 200, exclusive=exclusive, seed=seed)
        chosen = choose_calibration("auto", logits, targets, held_out, exclusive)
        kept += chosen.method != "none"
        found = calibrated(logits, chosen, exclusive, 3)
        assert np.abs(found - probabilities_of(right, exclusive)[:, :3]).max() < 0.12
    assert kept < 6
    assert choose_calibration("none", logits, targets, held_out, exclusive) == Calibration()


def test_a_label_that_no_fold_knew_does_no_harm():
    """Infinite logits, a label on no row and a single fold are no crash."""
    logits, targets, held_out, _ = drawn(0.5, 1.0, 100)
    logits[held_out == 0, 0], targets[:, 0] = -np.inf, 0
    chosen = choose_calibration("auto", logits, targets, held_out, exclusive=False)
    assert np.isfinite(calibrated(np.clip(logits, -30, 30), chosen, False, 3)).all()
    one_fold = choose_calibration("auto", logits, targets, held_out * 0, exclusive=False)
    assert one_fold == Calibration()


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=30), st.sampled_from(METHODS))
def test_the_order_of_rows_is_kept(logits, method):
    """A row with a larger logit never gets a smaller probability."""
    data, targets, held_out, _ = drawn(0.5, 1.0, 60, n_labels=1)
    chosen = choose_calibration(method, data, targets, held_out, exclusive=False)
    found = calibrated(np.sort(logits)[:, None], chosen, False, 1)[:, 0]
    assert (np.diff(found) >= 0).all()
    assert ((found >= 0) & (found <= 1)).all()


@pytest.mark.parametrize(
    "fields",
    [
        {"method": "sigmoid", "scales": (1.0,)},
        {"method": "sigmoid", "scales": (-1.0,), "shifts": (0.0,)},
        {"method": "temperature", "scales": (1.0, 1.0)},
        {"method": "none", "scales": (1.0,)},
        {"method": "isotonic"},
        {"method": "sigmoid", "scales": (float("nan"),), "shifts": (0.0,)},
    ],
)
def test_damaged_numbers_are_refused(fields):
    """What a stranger's model may hold is checked before it is used."""
    with pytest.raises(ValidationError):
        Calibration.model_validate(fields)


def test_knots_rise():
    """A line that falls, or runs backwards, is refused."""
    for logits, probabilities in (((0.0, 0.0), (0.1, 0.2)), ((0.0, 1.0), (0.2, 0.1)), ((), ())):
        with pytest.raises(ValidationError, match="ris"):
            Knots(logits=logits, probabilities=probabilities)
