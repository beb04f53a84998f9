"""CSV records: cells, headers, limits, and the number of each."""

import csv
import io

import pytest

from stance.storage.blocks import csv_blocks
from stance.storage.errors import InputError
from stance.storage.records import (
    MAX_COLUMNS,
    cell,
    checked_header,
    csv_record,
    csv_row,
    csv_rows,
    numbered_records,
)
from stance.storage.rows import RefusedRow, Row


@pytest.mark.parametrize(
    ("cells", "record"),
    [
        ([""], '""'),
        (["", ""], ","),
        (["a"], "a"),
        (["a", 'says "no", twice', ""], 'a,"says ""no"", twice",'),
        (["a\nb", "c\rd"], '"a\nb","c\rd"'),
    ],
)
def test_a_record_is_quoted_where_it_has_to_be(cells, record):
    """And is read again as the same cells."""
    assert csv_record(cells) == record
    assert list(csv.reader(io.StringIO(record, newline=""), strict=True)) == [cells]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("x", "x"),
        ([], ""),
        (["a", "b"], "a|b"),
        (("a", "b"), "a|b"),
        (["a", 1], '["a", 1]'),
        ({"a": [1]}, '{"a": [1]}'),
        (0.5, "0.5"),
        (False, "false"),
    ],
)
def test_values_are_cells(value, text):
    """Names joined by a bar, nothing for null, the rest as JSON."""
    assert cell(value) == text


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (None, "is empty. A CSV file starts with a header line."),
        ([], "line 1: is blank. A CSV file starts with a header line."),
        (["a\0"], "line 1: holds a NUL character."),
        (["c"] * (MAX_COLUMNS + 1), "line 1: 10,001 columns, over 10,000."),
        (["a", "b", "a"], 'line 1: two columns are called "a". Rename one.'),
        (["a;b"], "line 1: one column, with semicolons in its name. Save the file separated by"),
        (["a\tb"], "line 1: one column, with tabs in its name."),
    ],
)
def test_a_header_that_cannot_be_used_is_told(header, told):
    """In one line, with what to do."""
    with pytest.raises(InputError) as caught:
        checked_header(header)
    assert str(caught.value).startswith(told)


def test_headers_that_can_be_used():
    """Several columns without a name, as many as are allowed, and signs among several."""
    for header in (["", "a", ""], [f"c{n}" for n in range(MAX_COLUMNS)], ["a;b", "c"]):
        assert checked_header(header) == header


def test_a_field_may_be_as_long_as_a_line():
    """Whatever limit another part of the program has set."""
    for read in (
        lambda: list(csv_rows(io.BytesIO(b"a long name\na long value\n"))),
        lambda: [row for one in csv_blocks(io.BytesIO(b"a long name\nx\n")) for row in [one]],
        lambda: list(numbered_records(["a long value\n"], 1)),
    ):
        csv.field_size_limit(3)
        assert len(read()) == 1
    csv.field_size_limit(3)
    assert list(numbered_records(["a long value\n"], 5)) == [(5, ["a long value"])]


def test_a_broken_record_is_told_as_it_stands():
    """Without its line end; those behind it have their own numbers."""
    lines = ['"a"X\r\n', "\n", '"c\n', 'd"\n', "e\n"]
    (first, broken), *others = numbered_records(lines, 7)
    assert (first, broken.number, broken.row) == (7, 7, '"a"X')
    assert broken.reason == "broken CSV: ',' expected after '\"'"
    assert others == [(9, ["c\nd"]), (11, ["e"])]


@pytest.mark.parametrize("lines", [['"open\n', "x\n"], ["a\n", '"open'], ['"x\n', 'y"z\n']])
def test_a_quote_that_swallows_rows_ends_the_reading(lines):
    """Nobody knows how many there were."""
    number = 1 if lines[0].startswith('"') else 2
    with pytest.raises(InputError, match=f"^line {number}: a quote opens here and is not closed"):
        list(numbered_records(lines, 1))


def test_a_record_has_the_names_of_the_header():
    """Without columns of no name; one that does not fit is refused as it stands."""
    assert csv_row(3, ["1", "x", "y"], ("", "a", "b")) == Row(3, {"a": "x", "b": "y"})
    short = csv_row(4, ["x, y"], ("a", "b"))
    assert short == RefusedRow(
        4, "1 fields where the header has 2. Put quotes round a text that holds commas"
    )
    assert short.row == '"x, y"'
    bad = csv_row(5, ["x", "\0"], ("a", "b"))
    assert (bad.number, bad.reason, bad.row) == (5, "holds a NUL character", "x,\0")
