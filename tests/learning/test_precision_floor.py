"""The floor under precision: met out of fold, or told that it cannot be."""

import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.learning.config import read_config
from stance.learning.dataset import training_data
from stance.learning.precision_floor import floors_of, with_floors
from stance.learning.training import train
from stance.storage.errors import ConfigError

ROWS = st.lists(st.tuples(st.booleans(), st.floats(0.01, 0.99)), min_size=5, max_size=40)


@given(ROWS, st.floats(0.1, 1.0), st.floats(0.05, 0.95))
def test_the_floor_is_met_or_was_out_of_reach(rows, floor, threshold):
    """From the threshold upwards so much is right, and the threshold never falls for it."""
    target = np.array([[hit] for hit, _ in rows])
    probability = np.array([[p] for _, p in rows])
    found = with_floors(np.array([threshold]), {"a": floor}, ["a"], target, probability)[0]
    limits = probability[probability >= threshold]
    given_rows = [target[probability >= limit] for limit in limits]
    within = [len(rows) >= 5 and rows.mean() >= floor for rows in given_rows]
    if any(within):
        assert target[probability >= found].mean() >= floor
        assert found >= threshold


def test_a_floor_out_of_reach_is_told(caplog):
    """The most precise threshold is taken, and how precise it is stands in the note."""
    target = np.array([[1], [0]] * 10)
    probability = np.linspace(0.9, 0.1, 20)[:, None]
    with caplog.at_level(logging.WARNING):
        found = with_floors(np.array([0.5]), {"a": 0.95}, ["a"], target, probability)
    assert "a: no threshold reaches a precision of 0.95" in caplog.text
    assert (probability >= found).sum() >= 5


def test_training_keeps_the_floor(small):
    """The stored threshold is the raised one; other labels keep theirs."""
    data = training_data(small.examples(60), small.codebook())
    fast = ("features.char.enabled=false", "thresholds.folds=3")
    plain = train(data, read_config(None, fast))
    raised = train(data, read_config(None, fast, ["unsure=0.99"]))
    names = list(small.NAMES)
    at = names.index("unsure")
    assert raised.config.thresholds.min_precision == ("unsure=0.99",)
    others = [k for k in range(len(names)) if k != at]
    assert raised.thresholds[others].tolist() == plain.thresholds[others].tolist()
    assert raised.thresholds[at] >= plain.thresholds[at]


def test_mistakes_in_floors_are_told():
    """An unknown label, no number, and labels without thresholds."""
    with pytest.raises(ConfigError, match="unsure"):
        floors_of(["unsur=0.8"], ["for", "unsure"], exclusive=False)
    with pytest.raises(ConfigError, match="low_probability"):
        floors_of(["for=0.8"], ["for"], exclusive=True)
    for wrong in ("for", "for=2", "for=x"):
        with pytest.raises(ConfigError, match="min_precision"):
            read_config(None, (), [wrong])
