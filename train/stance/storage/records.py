"""CSV, record by record (RFC 4180: double quotes, any line end), strictly."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from stance.storage.errors import InputError, printable
from stance.storage.jsonl import dump, first_twice
from stance.storage.rows import MAX_LINE, RefusedRow, Row, fault_of, found_encoding, lines_of
from stance.storage.text import peekable

MAX_COLUMNS = 10_000
Record = list[str]


def csv_rows(stream: BinaryIO, encoding: str | None = None) -> Iterator[Row | RefusedRow]:
    """One row for each record below the header.

    Raises InputError without a usable header, and at a quote that never closes, since it
    swallows the rest of the file.
    """
    stream = peekable(stream)
    return csv_rows_below(stream, found_encoding(stream, encoding))


def csv_rows_below(
    stream: BinaryIO, named: str, columns: Sequence[str] = (), first: int = 1
) -> Iterator[Row | RefusedRow]:
    """The same from line `first` on, below a header that was read already (here, without one)."""
    lines = lines_of(stream, named, newline="")
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(lines, strict=True)
    if not columns:
        try:
            columns = checked_header(next(reader, None))
        except csv.Error as error:
            raise InputError(f"line 1: the header cannot be read ({error}).") from error
        first = 1 + reader.line_num
    for number, record in numbered_records(lines, first):
        yield record if isinstance(record, RefusedRow) else csv_row(number, record, columns)


def numbered_records(lines: Iterable[str], first: int) -> Iterator[tuple[int, Record | RefusedRow]]:
    """Each record that is not blank, with the number of the line on which it begins.

    Raises InputError at a quote that never closes.
    """
    csv.field_size_limit(MAX_LINE)
    last = ""

    def remembered() -> Iterator[str]:
        nonlocal last
        for last in lines:  # noqa: UP028  # to be told where the record cannot be
            yield last

    reader = csv.reader(remembered(), strict=True)
    while True:
        number, n_lines = first + reader.line_num, reader.line_num
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # Over several lines the reader has swallowed rows, and nobody knows how many.
            if "unexpected end" in str(error) or reader.line_num > n_lines + 1:
                raise InputError(
                    f"line {number}: a quote opens here and is not closed. Close it, or "
                    'double it ("") if it belongs to the text.'
                ) from error
            yield number, RefusedRow(number, f"broken CSV: {error}", last.rstrip("\r\n"))
            continue
        if record:
            yield number, record


def csv_row(number: int, record: Record, columns: Sequence[str]) -> Row | RefusedRow:
    """The record under the names of the header, without columns that have no name."""
    fault = next((fault for value in record if (fault := fault_of(value))), "")
    if fault:
        return RefusedRow(number, fault, csv_record(record))
    if len(record) != len(columns):
        return RefusedRow(
            number,
            f"{len(record)} fields where the header has {len(columns)}. "
            "Put quotes round a text that holds commas",
            csv_record(record),
        )
    return Row(number, {name: value for name, value in zip(columns, record, strict=True) if name})


def checked_header(header: Record | None) -> Record:
    """The names of the columns. Raises InputError when they cannot be used."""
    if not header:
        what = "is empty" if header is None else "line 1: is blank"
        raise InputError(f"{what}. A CSV file starts with a header line.")
    fault = next((fault for name in header if (fault := fault_of(name))), "")
    if fault:
        raise InputError(f"line 1: {fault}.")
    if len(header) > MAX_COLUMNS:
        raise InputError(f"line 1: {len(header):,} columns, over {MAX_COLUMNS:,}.")
    named = [name for name in header if name]  # pandas writes its index without a name
    if twice := first_twice(named):
        raise InputError(f'line 1: two columns are called "{printable(twice)}". Rename one.')
    if len(header) == 1 and (wrong := re.search("[;\t]", header[0])):
        raise InputError(
            f"line 1: one column, with {'tabs' if wrong[0] != ';' else 'semicolons'} in its name. "
            "Save the file separated by commas."
        )
    return header


def csv_record(cells: Sequence[str]) -> str:
    """The cells as one record without its line end, quoted where they have to be.

    >>> print(csv_record(["a", 'says "no", twice', ""]))
    a,"says ""no"", twice",
    """
    if len(cells) == 1 and not cells[0]:
        return '""'  # a line without anything would be no record
    return ",".join(map(quoted, cells))


def quoted(cell: str) -> str:
    """The cell, in quotes where it has to be."""
    return '"' + cell.replace('"', '""') + '"' if _special(cell) else cell


_special = re.compile('[,"\r\n]').search
CSV_END = "\r\n"


def cell(value: Any) -> str:
    """The value as a CSV cell: lists of names joined by |, null empty, the rest as JSON.

    >>> cell(["a", "b"]), cell(None), cell(0.5), cell("x")
    ('a|b', '', '0.5', 'x')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return "|".join(value)
    return dump(value)
