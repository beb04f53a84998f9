"""Rows of CSV and JSONL files: counted, numbered, and never guessed."""

import csv
import io
import os
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stance.storage import rows as module
from stance.storage.errors import InputError
from stance.storage.jsonl import dump
from stance.storage.records import csv_rows
from stance.storage.row_files import read_rows
from stance.storage.rows import RefusedRow, Row, jsonl_rows, text_of
from strategies import csv_like, json_like, json_objects, marks, texts

cells = texts.map(lambda text: text.replace("\0", ""))


def from_csv(content, encoding=None):
    return list(csv_rows(io.BytesIO(content), encoding))


def from_jsonl(content, encoding=None):
    return list(jsonl_rows(io.BytesIO(content), encoding))


def as_csv(table, end="\r\n"):
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    return stream.getvalue()


@given(st.lists(st.tuples(cells, cells), max_size=8), st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_table_comes_back(pairs, end):
    """Any cells, quoted, come back with the number of the line on which their record begins."""
    content = as_csv([("text", "label")], end)
    expected = []
    for text, label in pairs:
        line = len(re.findall("\r\n|\r|\n", content)) + 1
        expected.append(Row(line, {"text": text, "label": label}))
        content += as_csv([(text, label)], end)
    assert from_csv(content.encode()) == expected


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-8"])
def test_byte_order_marks_are_understood(codec):
    """A mark is no part of the first column's name, and UTF-16 is read without being named."""
    content = 'text,label\n"Žluť, 漢",a\n'
    assert from_csv(content.encode(codec)) == [Row(2, {"text": "Žluť, 漢", "label": "a"})]
    assert from_jsonl('{"text": "Žluť"}\n'.encode(codec)) == [Row(1, {"text": "Žluť"})]


def test_a_named_encoding_is_used():
    """A file without a mark is read in the encoding that the user names."""
    assert from_csv(b"text\nit\x92s\n", "cp1252") == [Row(2, {"text": "it’s"})]
    assert from_jsonl(b'{"text": "\xe9"}', "latin-1") == [Row(1, {"text": "é"})]


def test_values_are_not_guessed():
    """What other readers turn into numbers or gaps stays text."""
    content = b"text,label\n007,NA\n1e5,null\n,None\nTrue, nan \n"
    assert [row.fields for row in from_csv(content)] == [
        {"text": "007", "label": "NA"},
        {"text": "1e5", "label": "null"},
        {"text": "", "label": "None"},
        {"text": "True", "label": " nan "},
    ]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\r\r\n"])
def test_any_line_end_ends_a_csv_record(end):
    """Files from old and odd programs have the same rows."""
    content = end.join(["text,label", "one,a", "two,b", ""])
    assert [row.fields["text"] for row in from_csv(content.encode())] == ["one", "two"]


def test_an_unnamed_column_is_left_out():
    """The index that some programs write without a name is no field."""
    assert from_csv(b",text\n0,one\n") == [Row(2, {"text": "one"})]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"one,a,more", "3 fields where the header has 2"),
        (b"alone", "1 fields where the header has 2"),
        (b'"one" more,a', "broken CSV"),
        (b"caf\xe9,a", "byte 0xE9 at character 3"),
        (b"a\0b,a", "NUL"),
    ],
)
def test_a_bad_csv_row_is_refused_and_the_others_are_read(record, reason):
    """A row that cannot be used is named by line and reason; the rows around it count."""
    first, bad, last = from_csv(b"text,label\nbefore,a\n" + record + b"\nafter,b\n")
    assert (first, last) == (
        Row(2, {"text": "before", "label": "a"}),
        Row(4, {"text": "after", "label": "b"}),
    )
    assert isinstance(bad, RefusedRow)
    assert bad.number == 3
    assert reason in bad.reason


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'text,label\none,a\n"two,b\nthree,c\nfour,d\n', 3),
        (b'text,label\n"one\n\nx",a\ntwo,"b', 5),
        (b'text,label\n\n"one,a\ntwo "quoted",b\n', 3),
    ],
)
def test_a_quote_that_never_closes_is_named_where_it_opened(content, line):
    """The reading stops at the line where the quote opened, not where the file ended."""
    with pytest.raises(InputError, match=f"line {line}: a quote opens here"):
        from_csv(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\n\n", "line 1: is blank"),
        (b"text;label\n", "semicolons in its name"),
        (b"text\tlabel\n", "tabs in its name"),
        (b"a," * 10_000 + b"text\n", "10,001 columns, over 10,000"),
        (b"text,label,text\n", 'two columns are called "text"'),
        (b"te\0xt\n", "NUL"),
        (b"t\xffxt\n", "byte 0xFF at character 1"),
        (b'"text\nlabel\n', "line 1"),
        (b"PAR1....", "Parquet"),
        (b"\xff\xfe\0\0t\0\0\0", "UTF-32"),
        (b"\xff\xfet\0e", "damaged or cut off: not whole UTF-16. Fetch it once more"),
    ],
)
def test_a_file_without_a_usable_header_is_refused(content, reason):
    """Without a header that can be read there are no rows at all."""
    with pytest.raises(InputError, match=reason):
        from_csv(content)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "a", "text": "b"}', "twice"),
        (b'{"text": 1e400}', "too large"),
        (b'{"text": ' + b"9" * 5000 + b"}", "digits"),
        (b"[" * 100_000, "too deep"),
        (b'{"text": "\\ud800"}', "surrogate"),
        (b'{"text": "caf\xe9"}', "byte 0xE9 at character 13"),
        (b'{"text": "a\0b"}', "NUL"),
        (b'{"a": 1}\r{"b": 2}', "Extra data"),
        (b"text", "not JSON"),
    ],
)
def test_a_bad_json_line_is_refused_and_the_others_are_read(line, reason):
    """A line that cannot be used is named by number and reason; the lines around it count."""
    content = b'{"text": "x"}\r\n\r\n' + line + b'\n \n{"text": "y"}'
    first, bad, last = from_jsonl(content)
    assert (first, last) == (Row(1, {"text": "x"}), Row(5, {"text": "y"}))
    assert (type(bad), bad.number) == (RefusedRow, 3)
    assert reason in bad.reason


def test_a_line_that_is_too_long_is_refused(monkeypatch):
    """A line beyond the limit becomes one refused row, and the next one is read."""
    monkeypatch.setattr(module, "MAX_LINE", 60)
    long, short = b'{"text": "' + b"x" * 150 + b'"}\n', b'{"text": "y"}\n'
    refused, row = from_jsonl(long + short)
    assert (refused.number, row) == (1, Row(2, {"text": "y"}))
    assert "longer than 60 characters" in refused.reason
    refused, row = from_csv(b"text\n" + b"x" * 150 + b"\ny\n")
    assert (refused.number, row) == (2, Row(3, {"text": "y"}))


def test_a_line_that_is_too_long_inside_quotes_is_refused(monkeypatch):
    """A line left out of a quoted text is not passed off as a part of it."""
    monkeypatch.setattr(module, "MAX_LINE", 60)
    content = b'text,label\n"one\n' + b"x" * 150 + b'\ntwo",a\n'
    try:
        found = from_csv(content)
    except InputError:
        return
    assert [type(row) for row in found] == [RefusedRow]


def test_a_line_that_is_too_long_is_called_so_in_any_table(monkeypatch):
    """The reason is the length, also where the header has several columns."""
    monkeypatch.setattr(module, "MAX_LINE", 60)
    (refused,) = from_csv(b"text,label\n" + b"x" * 150 + b",a\n")
    assert "longer than 60 characters" in refused.reason


def test_the_rest_of_a_line_that_is_too_long_is_no_row(monkeypatch):
    """Nothing behind a CR in a line that is refused comes in as a row of its own."""
    monkeypatch.setattr(module, "MAX_LINE", 60)
    found = from_jsonl(b"x" * 59 + b'\r{"text": "hidden"}\n{"text": "y"}\n')
    assert [(type(row), row.number) for row in found] == [(RefusedRow, 1), (Row, 2)]


@given(st.lists(st.tuples(json_objects, st.booleans(), st.integers(0, 2)), max_size=10))
def test_accepted_and_refused_are_all_lines(material):
    """Every line that is not blank is one row, accepted or refused, under its own number."""
    content, good, bad = "", {}, set()
    for fields, is_bad, n_blank in material:
        content += "\n" * n_blank
        number = content.count("\n") + 1
        content += dump(fields) + ("," if is_bad else "") + "\n"
        if is_bad:
            bad.add(number)
        else:
            good[number] = fields
    found = from_jsonl(content.encode())
    assert {row.number: row.fields for row in found if isinstance(row, Row)} == good
    assert {row.number for row in found if isinstance(row, RefusedRow)} == bad
    assert len(found) == len(material)


@given(marks, st.one_of(csv_like, st.binary(max_size=60)), st.sampled_from([None, "cp1252"]))
@example(b"", b'text\n"', None)
@example(b"\xff\xfe", b"t\0\n\0\0\xd8\n\0", None)
def test_any_bytes_are_csv_rows_or_an_input_error(mark, content, encoding):
    """Rows in rising order whose texts can be written again, or InputError; nothing else."""
    try:
        found = from_csv(mark + content, encoding)
    except InputError:
        return
    numbers = [row.number for row in found]
    assert numbers == sorted(set(numbers))
    assert all(isinstance(row, RefusedRow) or dump(row.fields).encode() for row in found)


@given(marks, json_like)
@example(b"\xfe\xff", b"\0{\0}\0")
def test_any_bytes_are_jsonl_rows_or_an_input_error(mark, content):
    """One row, accepted or refused, for each line that is not blank, or InputError."""
    try:
        found = from_jsonl(mark + content)
    except InputError:
        return
    numbers = [row.number for row in found]
    assert numbers == sorted(set(numbers))
    assert all(isinstance(row, RefusedRow) or dump(row.fields).encode() for row in found)
    if mark == b"" and not content.startswith((b"\xfe\xff", b"\xff\xfe")):  # marks themselves
        lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        assert len(found) == sum(1 for line in lines if line.strip(b"\r\n\t "))


@pytest.mark.parametrize("read", [from_csv, from_jsonl])
def test_a_codec_that_is_no_text_encoding_is_refused(read):
    """Naming one of Python's other codecs is a mistake of the user, not a bug."""
    with pytest.raises(InputError, match="encoding"):
        read(b"text\nx\n", "base64")


def test_the_ending_says_how_to_read(tmp_path):
    """Files are read by their ending in any case; errors name the file."""
    (tmp_path / "a.CSV").write_text("text\nx\n")
    assert list(read_rows(tmp_path / "a.CSV")) == [Row(2, {"text": "x"})]
    (tmp_path / "a.jsonl").write_text('{"text": "x"}')
    assert list(read_rows(tmp_path / "a.jsonl")) == [Row(1, {"text": "x"})]
    with pytest.raises(InputError, match=r"not a row file.*\.jsonl"):
        list(read_rows(tmp_path / "a.xlsx"))
    (tmp_path / "b.csv").write_bytes(b"")
    with pytest.raises(InputError, match=r"b\.csv: is empty"):
        list(read_rows(tmp_path / "b.csv"))


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_pipes_and_folders_are_refused(tmp_path, name):
    """A row file is a regular file, whatever its ending says."""
    os.mkfifo(tmp_path / name)
    with pytest.raises(InputError, match="not a regular file"):
        list(read_rows(tmp_path / name))
    with pytest.raises(InputError, match="folder"):
        (tmp_path / "sub" / name).mkdir(parents=True)
        list(read_rows(tmp_path / "sub" / name))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"txt": "x", "id": "1"}, 'no "text" (found: txt, id). Did you mean "txt"?'),
        ({}, 'no "text" (found: ). Name the column of the text with --text-key'),
        ({"text": 7}, "is int, not a string"),
        ({"text": None}, "NoneType"),
        ({"text": "a\0"}, "NUL"),
        ({"text": "x" * 2_000_001}, "2,000,001 characters"),
    ],
)
def test_a_row_without_a_usable_text_is_refused(fields, reason):
    """The reason says what stands in place of a text, and which column may be meant."""
    refused = text_of(Row(9, fields))
    assert (type(refused), refused.number) == (RefusedRow, 9)
    assert reason in refused.reason
    assert text_of(Row(9, {"text": "", "body": "b"}), "body") == "b"
