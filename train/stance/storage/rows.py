"""Rows of CSV and JSONL, streamed, each with its place in the file.

A row that cannot be read becomes a `RefusedRow` and the reading goes on; a file that cannot be
read at all raises InputError. Accepted and refused rows together are all rows of the file.
Values are as the file has them: nothing is guessed, "007" stays "007" and "NA" stays "NA".
"""

import contextlib
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from stance.storage.errors import InputError, nearest, printable
from stance.storage.jsonl import BadJsonError, Fields, parse_object
from stance.storage.text import encoding_of

MAX_LINE = 8_000_000  # characters; a sentence has about 130
MAX_TEXT = 2_000_000


@dataclass(frozen=True)
class Row:
    """One row: its line number in the file (row number in Parquet), from 1, and its fields."""

    number: int
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True)
class RefusedRow:
    """A row that cannot be used, and why."""

    number: int
    reason: str


def jsonl_rows(stream: BinaryIO, encoding: str | None = None) -> Iterator[Row | RefusedRow]:
    """One row for each line that is not blank; lines end at LF only."""
    for number, line in enumerate(_lines(stream, encoding, newline="\n"), start=1):
        if line.strip(_JSON_SPACE):
            yield json_row(number, line)


_JSON_SPACE = "\r\n\t "


def json_row(number: int, line: str) -> Row | RefusedRow:
    """The row that the line holds as a JSON object."""
    fault = _fault_of(line)
    if fault:
        return RefusedRow(number, fault)
    try:
        return Row(number, parse_object(line.strip(_JSON_SPACE)))
    except BadJsonError as error:
        return RefusedRow(number, str(error))


def csv_rows(stream: BinaryIO, encoding: str | None = None) -> Iterator[Row | RefusedRow]:
    """One row for each record below the header (RFC 4180: double quotes, any line end).

    Raises InputError without a usable header, and at a quote that never closes, since it
    swallows the rest of the file.
    """
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(_lines(stream, encoding, newline=""), strict=True)
    try:
        header = next(reader, None)
    except csv.Error as error:
        raise InputError(f"line 1: the header cannot be read ({error}).") from error
    columns = _checked_header(header)
    while True:
        first_line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # Over several lines the reader has swallowed rows, and nobody knows how many.
            if "unexpected end" in str(error) or reader.line_num > first_line:
                raise InputError(
                    f"line {first_line}: a quote opens here and is not closed. Close it, or "
                    'double it ("") if it belongs to the text.'
                ) from error
            yield RefusedRow(first_line, f"broken CSV: {error}")
            continue
        if record:
            yield _csv_row(first_line, record, columns)


def _csv_row(number: int, record: list[str], columns: list[str]) -> Row | RefusedRow:
    fault = next((fault for value in record if (fault := _fault_of(value))), "")
    if fault:
        return RefusedRow(number, fault)
    if len(record) != len(columns):
        return RefusedRow(
            number,
            f"{len(record)} fields where the header has {len(columns)}. "
            "Put quotes round a text that holds commas",
        )
    return Row(number, {name: value for name, value in zip(columns, record, strict=True) if name})


def _checked_header(header: list[str] | None) -> list[str]:
    if not header:
        raise InputError("is empty. A CSV file starts with a header line.")
    fault = next((fault for name in header if (fault := _fault_of(name))), "")
    if fault:
        raise InputError(f"line 1: {fault}.")
    named = [name for name in header if name]  # pandas writes its index without a name
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise InputError(f'line 1: two columns are called "{printable(twice[0])}". Rename one.')
    return header


def _lines(stream: BinaryIO, encoding: str | None, newline: str) -> Iterator[str]:
    """Lines with their ends. Bytes that do not decode come through as lone surrogates, and a
    line that is too long as one such character, for `_fault_of` to name; memory stays bounded.
    """
    start = stream.read(4)
    stream.seek(0)
    if start.startswith(b"PAR1"):
        raise InputError("is a Parquet file by its first bytes. Rename it to .parquet.")
    named = encoding_of(start, encoding)
    reader = io.TextIOWrapper(stream, named, errors="surrogateescape", newline=newline)
    ends = "\n" if newline else ("\n", "\r")
    try:
        while line := reader.readline(MAX_LINE):
            if len(line) < MAX_LINE:
                yield line
                continue
            while line and not line.endswith(ends):
                line = reader.readline(MAX_LINE)
            yield _TOO_LONG
    except UnicodeError as error:  # UTF-16 cut in the middle has no escape
        raise InputError(f"is not {named}: {error}.") from error
    finally:
        with contextlib.suppress(ValueError):  # the file was closed before the reading ended
            reader.detach()


_TOO_LONG = "\ud800\n"


_UNDECODED = re.compile("[\udc80-\udcff]")


def _fault_of(text: str) -> str:
    if "\0" in text:
        return "holds a NUL character"
    if text.isascii():
        return ""
    if _TOO_LONG[0] in text:
        return f"the line is longer than {MAX_LINE:,} characters"
    undecoded = _UNDECODED.search(text)
    if undecoded is None:
        return ""
    return (
        f"byte 0x{ord(undecoded[0]) - 0xDC00:02X} at character {undecoded.start()} is not valid "
        "in this encoding. Name the right one, for example --encoding cp1252"
    )


def text_of(row: Row, key: str = "text") -> str | RefusedRow:
    """The row's text, or why it has none that can be used."""
    if key not in row.fields:
        found = ", ".join(printable(name, 40) for name in list(row.fields)[:8])
        return RefusedRow(
            row.number, f'no "{key}" (found: {found}).{nearest(key, list(row.fields))}'
        )
    text = row.fields[key]
    if not isinstance(text, str):
        return RefusedRow(row.number, f'"{key}" is {type(text).__name__}, not a string')
    if "\0" in text:
        return RefusedRow(row.number, f'"{key}" holds a NUL character')
    if len(text) > MAX_TEXT:
        return RefusedRow(row.number, f'"{key}" has {len(text):,} characters, over {MAX_TEXT:,}')
    return text
