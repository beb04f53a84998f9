"""Words and pieces as the modules `re` and `str` find them, on every character there is."""

import re
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.corpus.targets import TargetedText
from stance.learning.views import Rewriting
from stance.prediction.codes import SPACE, WORD, make_batch

EVERY_CHARACTER = "".join(map(chr, range(sys.maxunicode + 1)))
any_texts = st.lists(st.text(st.characters(), max_size=30), max_size=6)


def pieces(batch):
    """The pieces as (row, string)."""
    return [
        (row, batch.data[start : start + length].tobytes().decode("utf-8", "surrogatepass"))
        for row, start, length in zip(
            batch.rows().tolist(), batch.starts, batch.lengths, strict=True
        )
    ]


def expected_pieces(texts):
    return [(row, piece) for row, text in enumerate(texts) for piece in text.lower().split()]


@pytest.mark.parametrize("between", ["", " ", "a"])
def test_every_character_is_classed_as_python_does(between):
    r"""Word characters and white space are those of `\w` and `str.split`, for all of Unicode."""
    text = between.join(EVERY_CHARACTER)
    batch = make_batch([text])
    assert pieces(batch) == expected_pieces([text])
    lowered = text.replace("\n", " ").lower()
    sizes = [len(char.encode("utf-8", "surrogatepass")) for char in lowered]
    for kind, matches in ((WORD, re.compile(r"\w").match), (SPACE, str.isspace)):
        expected = np.repeat([bool(matches(char)) for char in lowered], sizes)
        assert ((batch.kinds[1:-9] & kind != 0) == expected).all()


@settings(max_examples=300, deadline=None)
@given(any_texts)
def test_pieces_of_any_texts(texts):
    """Each piece is found once, in order, with the text it comes from; none joins two texts."""
    batch = make_batch(texts)
    assert len(batch) == len(texts)
    assert pieces(batch) == expected_pieces(texts)


def test_a_worked_example():
    """Two texts, lower-cased: the last letter of a Greek word has a form of its own."""
    batch = make_batch(["ΟΔΟΣ 2nd!", "", "A\ntram_a", "ΟΣ"])
    assert pieces(batch) == [(0, "οδος"), (0, "2nd!"), (2, "a"), (2, "tram_a"), (3, "ος")]
    assert batch.first.tolist() == [0, 2, 2, 4, 5]


def test_texts_are_rewritten_one_by_one():
    """What is done to a text ends with it, and a target stays with its text."""
    texts = [TargetedText("Won't #GoNow", "The Tram"), "can'", "t"]
    batch = make_batch(texts, Rewriting(contractions=True, hashtags=True), has_targets=True)
    found = " ".join(f"{row}:{piece}" for row, piece in pieces(batch))
    assert found == "0:wo 0:not 0:hashtag_gonow 0:go 0:now 1:can' 2:t"
    assert batch.targets == ("the_tram", "", "")
