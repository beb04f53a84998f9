"""The text of a row: usable, or refused with what is wrong."""

import io

import pytest

from stance.storage import rows as module
from stance.storage.errors import printable
from stance.storage.rows import MAX_TEXT, RefusedRow, Row, fault_of, lines_of, text_of, too_long


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("plain", ""),
        ("é\n", ""),
        ("a\0", "holds a NUL character"),
        ("\ud800\n", "the line is longer than 8,000,000 characters"),
        (
            "ab\udce4",
            "byte 0xE4 at character 2 is not valid in this encoding. Name the right one, for "
            "example --encoding cp1252",
        ),
    ],
)
def test_what_is_wrong_with_a_text(text, fault):
    """In words, with the place; nothing for a text that can be used."""
    assert fault_of(text) == fault
    assert too_long(3) == RefusedRow(3, "the line is longer than 8,000,000 characters")


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (7, "is int, not a string"),
        (None, "is NoneType, not a string"),
        ("a\0", "holds a NUL character"),
        ("x" * (MAX_TEXT + 1), "has 2,000,001 characters, over 2,000,000"),
    ],
)
def test_a_text_that_cannot_be_used(value, fault):
    """It is refused with the row."""
    refused = text_of(Row(3, {"body": value}), "body")
    assert refused == RefusedRow(3, f'"body" {fault}')
    assert refused.row == {"body": value}


def test_a_text_may_be_long():
    """As long as the limit."""
    assert text_of(Row(1, {"text": "x" * MAX_TEXT})) == "x" * MAX_TEXT
    assert text_of(Row(1, {"text": ""})) == ""


def test_columns_that_were_found_are_named():
    """The first eight, each cut short."""
    fields = {"y" * 50: 0, **{f"column {n}": n for n in range(9)}}
    refused = text_of(Row(1, fields))
    names = [printable("y" * 50, 40), *(f"column {n}" for n in range(7))]
    assert refused.reason == (
        f'no "text" (found: {", ".join(names)}). Name the column of the text with --text-key'
    )
    assert refused.row == fields
    near = text_of(Row(1, {"txt": "x"})).reason
    assert near.startswith('no "text" (found: txt). Did you mean "txt"? Name the column')


@pytest.mark.parametrize(
    ("newline", "content", "lines"),
    [
        ("", b"x" * 25 + b"\rab\r\ncd", ["\ud800\n", "ab\r\n", "cd"]),
        ("", b"x" * 25 + b"\nab", ["\ud800\n", "ab"]),
        ("\n", b"x" * 25 + b"\rab\ncd", ["\ud800\n", "cd"]),
        ("\n", b"x" * 8 + b"\n" + b"y" * 9 + b"\nz", ["x" * 8 + "\n", "\ud800\n", "z"]),
    ],
)
def test_a_line_that_is_too_long_ends_where_it_ends(monkeypatch, newline, content, lines):
    """In CSV also at CR; the stream is not closed behind it."""
    monkeypatch.setattr(module, "MAX_LINE", 10)
    stream = io.BufferedReader(io.BytesIO(content))
    assert list(lines_of(stream, "utf-8", newline)) == lines
    assert not stream.closed
