"""Rows of CSV and JSONL, streamed, each with its place in the file.

A row that cannot be read becomes a `RefusedRow` and the reading goes on; a file that cannot be
read at all raises InputError. Accepted and refused rows together are all rows of the file.
Values are as the file has them: nothing is guessed, "007" stays "007" and "NA" stays "NA".
"""

import contextlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, TypeVar

from stance.storage.errors import InputError, nearest, printable
from stance.storage.jsonl import BadJsonError, Fields, parse_object
from stance.storage.text import encoding_of, peekable

MAX_LINE = 8_000_000  # characters; a sentence has about 130
MAX_TEXT = 2_000_000
JSON_SPACE = "\r\n\t "
BATCH_ROWS = 1024
T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One row: its line number in the file (row number in Parquet), from 1, and its fields."""

    number: int
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True)
class RefusedRow:
    """A row that cannot be used, and why.

    `row` is what stands there: its fields where it could be parsed, else its line; None where it
    is too long to be kept, or where there is no such row.
    """

    number: int
    reason: str
    row: Fields | str | None = field(default=None, compare=False, repr=False)


def jsonl_rows(stream: BinaryIO, encoding: str | None = None) -> Iterator[Row | RefusedRow]:
    """One row for each line that is not blank; lines end at LF only."""
    stream = peekable(stream)
    return jsonl_rows_of(stream, found_encoding(stream, encoding))


def jsonl_rows_of(stream: BinaryIO, named: str) -> Iterator[Row | RefusedRow]:
    """The same in the encoding that is named."""
    for number, line in enumerate(lines_of(stream, named, newline="\n"), start=1):
        if line.strip(JSON_SPACE):
            yield json_row(number, line)


def json_row(number: int, line: str) -> Row | RefusedRow:
    """The row that the line holds as a JSON object."""
    fault = fault_of(line)
    if fault:
        return RefusedRow(number, fault, line)
    try:
        return Row(number, parse_object(line.strip(JSON_SPACE)))
    except BadJsonError as error:
        return RefusedRow(number, str(error), line)


def found_encoding(stream: io.BufferedReader, encoding: str | None) -> str:
    """The encoding by the first bytes, which stay to be read, or the one that the user names.

    Raises InputError for a Parquet file.
    """
    start = stream.peek(4)[:4]
    if start.startswith(b"PAR1"):
        raise InputError("is a Parquet file by its first bytes. Rename it to .parquet.")
    return encoding_of(start, encoding)


def lines_of(stream: BinaryIO, named: str, newline: str) -> Iterator[str]:
    """Lines with their ends. Bytes that do not decode come through as lone surrogates, and a
    line that is too long as one such character, for `fault_of` to name; memory stays bounded.
    """
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
        raise InputError(
            f"is damaged or cut off: not whole {named.upper()}. Fetch it once more, or save it as "
            "UTF-8."
        ) from error
    finally:
        with contextlib.suppress(ValueError):  # the file was closed before the reading ended
            reader.detach()


_TOO_LONG = "\ud800\n"


_UNDECODED = re.compile("[\udc80-\udcff]")


def fault_of(text: str) -> str:
    """What makes the text unusable: NUL, bytes that did not decode, a line too long; or ""."""
    if "\0" in text:
        return "holds a NUL character"
    if text.isascii():
        return ""
    if _TOO_LONG[0] in text:
        return too_long(0).reason
    undecoded = _UNDECODED.search(text)
    if undecoded is None:
        return ""
    return (
        f"byte 0x{ord(undecoded[0]) - 0xDC00:02X} at character {undecoded.start()} is not valid "
        "in this encoding. Name the right one, for example --encoding cp1252"
    )


def too_long(number: int) -> RefusedRow:
    """The row of a line that is longer than any sentence."""
    return RefusedRow(number, f"the line is longer than {MAX_LINE:,} characters")


def batched(rows: Iterable[T], size: int = BATCH_ROWS) -> Iterator[list[T]]:
    """Lists of `size` items, the last one shorter."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def text_of(row: Row, key: str = "text") -> str | RefusedRow:
    """The row's text, or why it has none that can be used."""
    if key not in row.fields:
        found = ", ".join(printable(name, 40) for name in list(row.fields)[:8])
        return RefusedRow(
            row.number,
            f'no "{key}" (found: {found}).{nearest(key, list(row.fields))} '
            "Name the column of the text with --text-key",
            row.fields,
        )
    text = row.fields[key]
    if not isinstance(text, str):
        fault = f"is {type(text).__name__}, not a string"
    elif "\0" in text:
        fault = "holds a NUL character"
    elif len(text) > MAX_TEXT:
        fault = f"has {len(text):,} characters, over {MAX_TEXT:,}"
    else:
        return text
    return RefusedRow(row.number, f'"{key}" {fault}', row.fields)
