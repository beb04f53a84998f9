"""Words and chunks as the modules `re` and `str` find them, on every character there is."""

import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.prediction.codes import chunks, code_points, make_batch, words

EVERY_CHARACTER = "".join(map(chr, range(sys.maxunicode + 1)))
any_texts = st.lists(st.text(st.characters(), max_size=30), max_size=6)


def strings(spans):
    """The spans as (row, string)."""
    return [
        (int(row), "".join(map(chr, spans.codes[start : start + length].tolist())))
        for start, length, row in zip(spans.starts, spans.lengths, spans.rows, strict=True)
    ]


def expected_words(texts):
    return [
        (row, word)
        for row, text in enumerate(texts)
        for word in re.findall(r"\b\w\w+\b", text.lower())
    ]


def expected_chunks(texts):
    return [(row, chunk) for row, text in enumerate(texts) for chunk in text.lower().split()]


@pytest.mark.parametrize("between", ["", " "])
def test_every_character_is_classed_as_python_does(between):
    """Word characters and white space are those of `\\w` and `str.split`, for all of Unicode."""
    text = between.join(EVERY_CHARACTER)
    batch = make_batch([text])
    assert strings(words(batch)) == expected_words([text])
    assert strings(chunks(batch)) == expected_chunks([text])


@settings(max_examples=300, deadline=None)
@given(any_texts)
def test_words_and_chunks_of_any_texts(texts):
    """Each span is found once, in order, with the text it comes from; none joins two texts."""
    batch = make_batch(texts)
    assert len(batch) == len(texts)
    assert strings(words(batch)) == expected_words(texts)
    assert strings(chunks(batch)) == expected_chunks(texts)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters()))
def test_code_points_are_those_of_the_text(text):
    """One number a character, lone surrogates included."""
    assert code_points(text).tolist() == [ord(char) for char in text]


def test_a_worked_example():
    """Two texts, lower-cased, the second with a one-letter word that is no token."""
    batch = make_batch(["ΟΔΟΣ 2nd!", "A tram_a"])
    assert strings(words(batch)) == [(0, "οδος"), (0, "2nd"), (1, "tram_a")]
    assert strings(chunks(batch)) == [(0, "οδος"), (0, "2nd!"), (1, "a"), (1, "tram_a")]
    assert batch.ends.tolist() == [10, 19]


def test_spans_that_are_kept():
    """`where` keeps the spans a mask selects and leaves the others out."""
    spans = words(make_batch(["one two", "three"]))
    assert strings(spans.where(spans.lengths == 3)) == [(0, "one"), (0, "two")]
