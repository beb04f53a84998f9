"""A text carries its target through copies, pickles and JSON, and is a string everywhere else."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.targets import TargetedText, target_key, target_of, targeted


@given(st.text(), st.text().filter(str.strip))
def test_a_targeted_text_is_the_text(text, target):
    """Equal, of the same hash and JSON; only its target is there besides."""
    made = targeted(text, target)
    assert (made, hash(made), json.dumps(made)) == (text, hash(text), json.dumps(text))
    assert target_of(made) == target
    assert target_of(text) == ""
    again = pickle.loads(pickle.dumps(made))
    assert (again, target_of(again)) == (text, target)


@pytest.mark.parametrize("target", [None, "", "  ", 3, ["a"]])
def test_what_is_no_target_leaves_a_plain_string(target):
    """A missing, blank or odd value is no target."""
    assert type(targeted("It works.", target)) is str


def test_a_target_is_one_word():
    """White space and case are levelled."""
    assert target_key(" The New\tBridge ") == "the_new_bridge"
    assert isinstance(TargetedText("a", "b"), str)
