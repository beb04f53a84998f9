"""A row file cut into blocks of whole rows, without looking into the rows.

Cutting is cheap, and a block can be parsed by itself, in this process or in another. The cuts
depend on the content alone, so that reading once more gives the same blocks.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from stance.storage.records import checked_header, csv_rows_below
from stance.storage.rows import MAX_LINE, batched, found_encoding, jsonl_rows_of, too_long
from stance.storage.text import peekable

BLOCK_BYTES = 1 << 18
_MARK = b"\xef\xbb\xbf"
Read = Callable[[int], bytes]


@dataclass(frozen=True)
class Block:
    """Whole rows of one kind: "jsonl", "csv" (records without the header) and "lines" as bytes,
    "arrow" as a record batch, "rows" as a list of rows that were read one by one.

    `first` is the number of its first line (row, in Parquet), `columns` the header of a CSV file,
    `n_read` how many bytes of the file were read so far, `waits` says that a slow writer may
    wait for the answer, and `source` names the input, to be told with a row that is refused.
    """

    kind: str
    content: Any
    first: int = 1
    columns: tuple[str, ...] = ()
    n_read: int = 0
    waits: bool = False
    source: str = ""


def jsonl_blocks(stream: BinaryIO, encoding: str | None = None) -> Iterator[Block]:
    """JSON lines as bytes in UTF-8; of another encoding, row by row."""
    stream = peekable(stream)
    named = _named(stream, encoding)
    if named != "utf-8":
        yield from (Block("rows", rows) for rows in batched(jsonl_rows_of(stream, named)))
        return
    yield from line_blocks(stream.read, "jsonl")


def line_blocks(read: Read, kind: str, waits: bool = False) -> Iterator[Block]:
    """Whole lines, ended by LF; the last one may lack its end.

    A line that is too long is refused without being held in memory.
    """
    first, pending = 1, b""
    while content := read(BLOCK_BYTES):
        end = content.rfind(b"\n") + 1
        if not end:
            pending += content
            if len(pending) > MAX_LINE:
                yield Block("rows", [too_long(first)], first)
                first, pending = first + 1, _skip_line(read)
            continue
        whole, pending = pending + content[:end], content[end:]
        yield Block(kind, whole, first, waits=waits)
        first += whole.count(b"\n")
    if pending:
        yield Block(kind, pending, first, waits=waits)


def _skip_line(read: Read) -> bytes:
    """Reads to the end of the line; returns what was read of the next ones."""
    while content := read(BLOCK_BYTES):
        end = content.find(b"\n") + 1
        if end:
            return content[end:]
    return b""


def csv_blocks(stream: BinaryIO, encoding: str | None = None) -> Iterator[Block]:
    """Records as bytes in UTF-8, as long as it is plain where they end; else row by row.

    Raises InputError without a usable header, and at a quote that never closes.
    """
    stream = peekable(stream)
    named = _named(stream, encoding)
    if named != "utf-8":
        yield from (Block("rows", rows) for rows in batched(csv_rows_below(stream, named)))
        return
    content = stream.read(BLOCK_BYTES)
    columns, n_bytes, n_lines = _header(content)
    if not columns:  # longer than a block, or not plain: from the start, row by row
        stream = io.BufferedReader(_Rest(content, stream))
        yield from (Block("rows", rows) for rows in batched(csv_rows_below(stream, named)))
        return
    yield from _plain_records(stream, content[n_bytes:], columns, n_lines + 1)


def _plain_records(
    stream: BinaryIO, pending: bytes, columns: tuple[str, ...], first: int
) -> Iterator[Block]:
    while True:
        end = _end_of_records(pending)
        if end > 0:
            yield Block("csv", pending[:end], first, columns)
            first += count_lines(pending[:end])
            pending = pending[end:]
        if end < 0 or len(pending) > MAX_LINE:
            break
        content = stream.read(BLOCK_BYTES)
        if not content:
            break
        pending += content
    # What is not plain: the last record without its end, or a quote in an odd place.
    rest = io.BufferedReader(_Rest(pending, stream))
    rows = csv_rows_below(rest, "utf-8", columns, first)
    yield from (Block("rows", batch, first) for batch in batched(rows))


def _header(content: bytes) -> tuple[tuple[str, ...], int, int]:
    """The names in the first record with its length in bytes and lines; no names where the
    record is not whole.
    """
    lines = io.StringIO(content.decode("utf-8", "surrogateescape"), newline="")
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(lines, strict=True)
    try:
        names = next(reader, None)
    except csv.Error:
        return (), 0, 0
    n_bytes = len(lines.getvalue()[: lines.tell()].encode("utf-8", "surrogateescape"))
    if names is None or not content[:n_bytes].endswith(b"\n"):
        return (), 0, 0
    return tuple(checked_header(names)), n_bytes, reader.line_num


def _end_of_records(content: bytes) -> int:
    """Where the last whole record ends, 0 when none does, -1 when a quote stands where it
    neither opens nor closes a field.

    With every opening quote behind a comma, a line end or its own double, and every closing one
    before such, counting quotes tells what is inside a field as surely as reading the records.
    """
    end = content.rfind(b"\n") + 1
    if b'"' not in content:
        return end
    import numpy as np

    codes = np.frombuffer(content, dtype=np.uint8)
    quotes = np.flatnonzero(codes == ord('"'))
    while end and (n_before := int(np.searchsorted(quotes, end))) % 2:
        end = content.rfind(b"\n", 0, int(quotes[n_before - 1])) + 1
    if not end:
        return 0
    opening, closing = quotes[:n_before:2], quotes[1:n_before:2]
    before = codes[opening[opening > 0] - 1]
    after = codes[closing + 1]  # a line end follows the last one
    return end if _may_be_beside(before).all() and _may_be_beside(after).all() else -1


def _may_be_beside(codes: Any) -> Any:
    """Whether each byte is a comma, a line end or a quote."""
    return (codes == 44) | (codes == 10) | (codes == 13) | (codes == 34)


def count_lines(content: bytes) -> int:
    """How many lines end in the content, at CR, LF or both."""
    return content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")


class _Rest(io.RawIOBase):
    """What was read already, then what is still in the stream."""

    def __init__(self, content: bytes, stream: BinaryIO) -> None:
        self._content = content
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._content:
            self._content = self._stream.read(len(buffer))
        taken = self._content[: len(buffer)]
        self._content = self._content[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _named(stream: io.BufferedReader, encoding: str | None) -> str:
    """The encoding, with the mark of UTF-8 read away."""
    named = found_encoding(stream, encoding)
    if named == "utf-8-sig":
        stream.read(len(_MARK))
        return "utf-8"
    return named
