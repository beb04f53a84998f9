"""Arrays that a stranger made to harm, with every hash put right: refused by both ways to load."""

import numpy as np
import pytest

from stance.models.hashing import MAX_PROBES
from stance.prediction.scorer import load_scorer
from stance.prediction.single import Single
from stance.storage.errors import ModelError

TEXTS = ("A generous pledge to the village", "They refuse the budget", "zzz", "")


def change(name, how):
    """A change of one array in place, or by what `how` gives."""

    def apply(arrays):
        found = how(arrays[name])
        if found is not None:
            arrays[name] = found

    return apply


def put(value, place=-1):
    def how(array):
        array.reshape(-1)[place] = value

    return how


def fill_slots(array):
    array[:] = 1


def crowd(array):
    """All entries in one run, as if every string had the same hash."""
    used = array[array > 0]
    array[:] = 0
    array[: len(used)] = used


ARRAYS = {
    "NaN in the intercept": change("intercept", put(np.nan)),
    "NaN in a coefficient": change("coefficients", put(np.nan)),
    "infinite coefficient": change("coefficients", put(np.inf)),
    "a coefficient that overflows": change("coefficients", put(1e300)),
    "NaN in an idf": change("idf", put(np.nan)),
    "an idf that overflows": change("idf", put(1e200)),
    "an idf of zero": change("idf", put(0)),
    "an idf below zero": change("idf", put(-1)),
    "a slot beyond": change("char.slots", put(2**32 - 1)),
    "no free slot": change("char.slots", fill_slots),
    "slots of one entry": change("words.slots", fill_slots),
    "a number beyond": change("word.numbers", put(2**31 - 1)),
    "a number below": change("word.numbers", put(-5)),
    "a unit beyond": change("word.unit_of", put(2**31 - 1)),
    "places that go back": change("char.starts", lambda array: array[::-1].copy()),
    "a place beyond": change("char.starts", put(2**32 - 1)),
    "halves of characters": change("char.text", put(0xC3, 0)),
    "lines within lines": change("words.text", put(10, 0)),
    "a class more": change("intercept", lambda array: np.append(array, [0.0, 0.0, 0.0])),
    "integers for weights": change("idf", lambda array: array.astype(np.int32)),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_made_to_harm_are_refused_by_both_ways_to_load(forge, name):
    """The whole scorer refuses the folder; the quick one what it touches, or answers in order."""
    folder = forge(arrays=ARRAYS[name])
    with pytest.raises(ModelError, match="cannot be used"):
        load_scorer(folder)
    try:
        quick = Single(folder)
        found = [quick.score(text).probabilities for text in TEXTS]
    except (ModelError, LookupError, ValueError, TypeError, ArithmeticError):
        return
    assert all(0 <= one <= 1 for row in found for one in row)


@pytest.mark.parametrize("form", ["as if all had one hash", "turned round the end"])
def test_a_table_to_be_searched_for_ever_is_refused(forge, form):
    """A long run of filled slots would make every unknown n-gram cost thousands of steps."""

    def change_slots(arrays):
        n = len(arrays["char.starts"]) - 1
        size = 1 << (4 * max(n, 2 * MAX_PROBES)).bit_length()
        texts = [f"x{number}" for number in range(2 * MAX_PROBES)]
        arrays["words.text"] = np.frombuffer(
            "".join(one + "\n" for one in texts).encode() + bytes(8), np.uint8
        ).copy()
        lengths = [len(one) + 1 for one in texts]
        arrays["words.starts"] = np.cumsum([0, *lengths]).astype(np.uint32)
        slots = np.zeros(size, np.uint32)
        shift = 0 if form.startswith("as") else size - MAX_PROBES
        slots[(np.arange(len(texts)) + shift) % size] = np.arange(1, len(texts) + 1)
        arrays["words.slots"] = slots
        arrays["words.negations"] = np.zeros(len(texts), np.uint8)
        arrays["word.unit_of"] = np.full((1, len(texts) + 1), -1, np.int32)

    folder = forge(arrays=change_slots)
    with pytest.raises(ModelError, match="without a free one"):
        load_scorer(folder)
