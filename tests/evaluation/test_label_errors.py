"""Planted label errors are found, first of all, and with the right label."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.evaluation.label_errors import MIN_ROWS, Doubt, doubts_of, find_label_errors
from stance.learning.config import read_config


@pytest.fixture(scope="session")
def small():
    """The makers of small data, as a module."""
    path = Path(__file__).parents[1] / "learning" / "small_data.py"
    spec = importlib.util.spec_from_file_location("small_data_of_errors", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("exclusive", [False, True])
def test_planted_errors_come_first(small, exclusive):
    """Of 180 rows three have another's labels: they are among the first, with what is right."""
    rows = small.examples(180, exclusive=exclusive)
    right = {}
    for k, wrong in ((1, ("unsure",)), (53, ("against_aid",)), (77, ("for_aid",))):
        assert rows[k].labels not in ((), wrong)
        right[rows[k].id] = rows[k].labels
        rows[k] = replace(rows[k], labels=wrong)
    found = find_label_errors(rows, small.codebook(exclusive=exclusive), read_config(None))
    first = {one.example.id: one.suggested for one in found[:12]}
    assert right.keys() <= first.keys()
    # Each label of several is doubted by itself, so that half of an exchange may be seen.
    n_right = sum(first[name] == labels for name, labels in right.items())
    assert n_right == 3 if exclusive else n_right >= 2
    assert all(one.given_probability < one.suggested_probability for one in found[:3])
    shares = [one.given_probability for one in found]
    assert shares == sorted(shares)


def test_a_row_can_be_mended_and_imported(small):
    """It has labels to change, what is suggested, and where it belongs."""
    fields = {"label": "unsure", "outlet": "Post", "annotations": []}
    one = small.example("r1", "We refuse.", ["unsure"], article_id="talk", fields=fields)
    assert Doubt(one, ("against_aid",), 0.123456, 0.8).to_row() == {
        "outlet": "Post",
        "id": "r1",
        "text": "We refuse.",
        "labels": ["unsure"],
        "suggested_labels": ["against_aid"],
        "given_probability": 0.1235,
        "suggested_probability": 0.8,
        "article_id": "talk",
        "event": "",
    }


def test_few_rows_are_not_doubted():
    """Below twenty rows nothing is said."""
    target = np.eye(3, dtype=bool)[np.arange(MIN_ROWS - 1) % 3]
    given, other, answers = doubts_of(target, 1 - target.astype(float), exclusive=True)
    assert np.isnan(given).all() and np.isnan(other).all()
    assert (answers == target).all()


@given(st.integers(0, 2**32 - 1), st.booleans(), st.integers(1, 4))
def test_doubts_hold_together(seed, exclusive, n_labels):
    """A row in doubt has another answer, the others keep theirs, and probabilities are such."""
    random = np.random.default_rng(seed)
    target = random.random((MIN_ROWS + 5, n_labels)) < 0.4
    probability = random.random(target.shape)
    if exclusive:
        target &= np.cumsum(target, axis=1) == 1
        probability /= probability.sum(axis=1, keepdims=True) + random.random((len(target), 1))
    given_p, other_p, answers = doubts_of(target, probability, exclusive)
    is_doubtful = np.isfinite(given_p)
    assert ((answers != target).any(axis=1) == is_doubtful).all()
    assert (np.isfinite(other_p) == is_doubtful).all()
    assert (given_p[is_doubtful] >= 0).all() and (other_p[is_doubtful] <= 1).all()
    if exclusive:
        assert (answers.sum(axis=1) <= 1).all()
