"""The kept form of a text and the key of a sentence."""

import hashlib
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stance.corpus.normalise import normalise, sentence_key, sha256, short_hash
from strategies import any_strings, prose


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\r\r\n\n", "\n\n\n"),
        ("\ufeffStart \ufeff end", "Start \ufeff end"),
        ("o\u0308sterreich", "österreich"),
        ("\u212b", "\u00c5"),
        ("ﬁne ① “x” – \u00a0\u2028\t", "ﬁne ① “x” – \u00a0\u2028\t"),
        ("", ""),
    ],
)
def test_the_kept_form(text, kept):
    """Line ends, composition and a leading mark are levelled, and nothing else."""
    assert normalise(text) == kept


@given(st.one_of(any_strings, prose))
def test_normalising_twice_changes_nothing(text):
    """The kept form is its own kept form."""
    kept = normalise(text)
    if not kept.startswith("\ufeff"):
        assert normalise(kept) == kept
    assert "\r" not in kept


def test_two_leading_marks_are_normalised_at_once():
    """A file that got its mark twice has one kept form."""
    assert normalise(normalise("\ufeff\ufeffx")) == normalise("\ufeff\ufeffx")


@given(st.one_of(any_strings, prose))
@example("\u0344 \u1e9b\u0323 ϓ̈")
def test_composed_and_decomposed_are_one_text(text):
    """The kept form, the hash and the key do not depend on how accents are written."""
    other = unicodedata.normalize("NFD", text)
    assert normalise(other) == normalise(unicodedata.normalize("NFC", text))
    assert sha256(other) == sha256(text)
    assert sentence_key(other) == sentence_key(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We WILL go.", "we will go."),
        ("STRASSE", "straße"),
        ("“Go” – he said, ‘now’", "\"go\" - He said, 'now'"),
        ("two\u00a0  words\n", "Two words"),
        ("in\u00advis\u200bible\ufeff", "invisible"),
        ("ﬁve ①", "five 1"),
        ("ΟΔΟΣ", "οδος"),
    ],
)
def test_what_a_reader_calls_the_same_has_one_key(one, other):
    """Case, typography, white space and invisible characters make no other sentence."""
    assert sentence_key(one) == sentence_key(other)
    assert short_hash(one) == short_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We go.", "We go!"),
        ("we go", "wego"),
        ("Kyiv", "Kуiv"),  # the second y is Cyrillic
        ("résumé", "resume"),
        ("not now", "now not"),
    ],
)
def test_what_reads_differently_has_two_keys(one, other):
    """Words, their order, accents and marks of punctuation count, and so do look-alikes."""
    assert sentence_key(one) != sentence_key(other)
    assert short_hash(one) != short_hash(other)


@given(st.one_of(any_strings, prose))
@example("ᾳ\u0301")
@example("\u0345\u0301ẞ")
@example("´")
def test_the_key_is_its_own_key(text):
    """Making the key twice changes nothing, and it has no white space but single spaces."""
    key = sentence_key(text)
    assert sentence_key(key) == key
    assert key == " ".join(key.split())


def test_the_hash_is_that_of_the_kept_bytes():
    """Anyone can recompute the hash from the text in UTF-8, NFC and LF."""
    assert sha256("e\u0301\r\n") == hashlib.sha256("é\n".encode()).hexdigest()
    assert len(short_hash("x")) == 8


def test_half_a_pair_can_be_hashed():
    """A text that cannot be written has hashes all the same, and not those of another."""
    assert sha256("\ud800") != sha256("\udfff") != sha256("?")
    assert short_hash("\ud800") != short_hash("?")
