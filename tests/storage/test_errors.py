"""Messages: lists of faults, hints and texts that are safe to print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.storage import errors
from stance.storage.errors import (
    InputError,
    StanceError,
    listed,
    n_of,
    naming,
    nearest,
    printable,
)
from strategies import any_strings


@pytest.mark.parametrize(
    "name", ["ProjectError", "InputError", "ConfigError", "DataError", "ModelError"]
)
def test_every_mistake_is_a_stance_error(name):
    """Whoever catches StanceError catches every mistake of a user."""
    kind = getattr(errors, name)
    assert issubclass(kind, StanceError)
    assert not issubclass(StanceError, (ValueError, OSError))


@pytest.mark.parametrize(
    ("n_faults", "last"), [(1, "f0"), (10, "f9"), (11, "and 1 more"), (250, "and 240 more")]
)
def test_faults_beyond_the_limit_are_counted(n_faults, last):
    """As many faults as the limit are shown, one a line, and then the number of the others."""
    lines = listed([f"f{number}" for number in range(n_faults)], limit=10).split("\n")
    assert lines[-1] == last
    assert lines[: min(n_faults, 10)] == [f"f{number}" for number in range(min(n_faults, 10))]
    assert len(lines) == min(n_faults, 11)


@pytest.mark.parametrize(
    ("word", "choices", "hint"),
    [
        ("neutrl", ("for", "neutral"), ' Did you mean "neutral"?'),
        ("NEUTRAL", ("Neutral", "for"), ' Did you mean "Neutral"?'),
        ("zzz", ("for", "neutral"), ""),
        ("for", (), ""),
    ],
)
def test_nearest_names_the_choice_as_it_is_written(word, choices, hint):
    """A hint gives the like choice in its own spelling, and none where nothing is alike."""
    assert nearest(word, choices) == hint


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢 🎉", "plain é 漢 🎉"),
        ("a\tb\0", "a\\tb\\x00"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\udcff", "\\udcff"),
        ("no\u00a0break", "no\u00a0break"),
        ("thin\u202fwide\u3000space", "thin\u202fwide\u3000space"),
        ("em\u2003space", "em\\u2003space"),
    ],
)
def test_control_characters_are_shown_as_escapes(text, shown):
    """What could steer a terminal or turn a line round is written out."""
    assert printable(text) == shown


@given(any_strings, st.integers(1, 60))
def test_printable_is_safe_and_short(text, limit):
    """No control character or surrogate comes through, and at most `limit` characters do."""
    shown = printable(text, limit)
    shown.encode("utf-8")
    assert all(char.isprintable() or char in "\u00a0\u202f\u3000" for char in shown)
    if len(text) > limit:
        assert shown.endswith("…")
    assert len(shown) <= 10 * limit + 1


def test_a_file_is_named_once():
    """In front of a message that does not begin with it; other mistakes stay as they are."""
    with pytest.raises(InputError, match=r"^a\\x1b: is bad$") as told, naming("a\x1b"):
        raise InputError("is bad", ["one"])
    assert told.value.refused == ("one",)
    with pytest.raises(InputError, match=r"^a: is bad$"), naming("a"):
        raise InputError("a: is bad")
    with pytest.raises(InputError, match=r"^is bad$"), naming(""):
        raise InputError("is bad")
    with naming("a"):
        pass


def test_a_hint_has_no_control_characters():
    """The nearest name may come from a file."""
    assert nearest("text", ["text\x1b[2J"]) == ' Did you mean "text\\x1b[2J"?'


@pytest.mark.parametrize(
    ("text", "shown"), [("abcd", "abcd"), ("abcde", "abcd…"), ("abc\x1b", "abc\\x1b")]
)
def test_a_text_may_have_as_many_characters_as_the_limit(text, shown):
    """Escapes of a text that is short enough are written out whole."""
    assert printable(text, 4) == shown
    assert printable("x" * 200) == "x" * 200
    assert printable("x" * 201) == "x" * 200 + "…"


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (12_000, "12,000 rows")]
)
def test_one_is_said_otherwise_than_many(n, said):
    """Also none."""
    assert n_of(n, "row") == said


def test_the_nearest_of_several_is_named():
    """The one that is most alike, and no other."""
    assert nearest("agianst", ["again", "against", "angst"]) == ' Did you mean "against"?'
    assert nearest("x" * 79 + "y", ["x" * 80]) == f' Did you mean "{"x" * 60}…"?'
