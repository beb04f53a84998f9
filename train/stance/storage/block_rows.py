"""The rows of a block one by one, each looked at closely; `parsed` has the quick way."""

import io
from collections.abc import Iterator
from typing import Any

from stance.storage.blocks import Block
from stance.storage.errors import InputError
from stance.storage.jsonl import Fields
from stance.storage.records import csv_row, numbered_records
from stance.storage.rows import JSON_SPACE, MAX_LINE, RefusedRow, Row, json_row, too_long


def rows_of(block: Block, key: str = "text") -> Iterator[Row | RefusedRow]:
    """Accepted and refused rows in order; a plain line becomes a row with its text under `key`.

    Raises InputError at a CSV quote that never closes.
    """
    if block.kind == "rows":
        yield from block.content
    elif block.kind == "arrow":
        for number, fields in enumerate(arrow_rows(block.content), block.first):
            yield Row(number, fields)
    elif block.kind == "csv":
        lines = io.StringIO(decoded(block.content)[0], newline="")
        for number, record in numbered_records(lines, block.first):
            if not isinstance(record, RefusedRow):
                yield csv_row(number, record, block.columns)
            else:
                yield record
    else:
        yield from _lines(block, key)


def _lines(block: Block, key: str) -> Iterator[Row | RefusedRow]:
    text = decoded(block.content)[0].removesuffix("\n")
    for number, line in enumerate(text.split("\n"), block.first):
        if block.kind == "lines":
            yield _sentence(number, line.removesuffix("\r"), key)
        elif len(line) > MAX_LINE:
            yield too_long(number)
        elif line.strip(JSON_SPACE):
            yield json_row(number, line)


def _sentence(number: int, line: str, key: str) -> Row | RefusedRow:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError as error:
        offset = len(line[: error.start].encode("utf-8"))
        byte = ord(line[error.start]) - 0xDC00
        return RefusedRow(number, f"byte 0x{byte:02X} at offset {offset} is not UTF-8", line)
    return Row(number, {key: line})


def arrow_rows(batch: Any) -> list[Fields]:
    """The rows of a record batch as Python objects.

    Raises InputError for a value that Python has no form for, such as a day in the year 300,000.
    """
    try:
        return list(batch.to_pylist())
    except (ValueError, OverflowError, KeyError) as error:
        raise InputError(f"cannot be read as Parquet ({str(error)[:120]}).") from error


def decoded(content: bytes) -> tuple[str, bool]:
    """The text, and whether it is clean: UTF-8 throughout, and without NUL.

    Bytes that are not UTF-8 are lone surrogates in it, as PEP 383 has them.
    """
    try:
        return content.decode("utf-8"), b"\0" not in content
    except UnicodeDecodeError:
        return content.decode("utf-8", "surrogateescape"), False


def fingerprint(block: Block) -> bytes:
    """Bytes that are the same for the same block, and hardly for another."""
    head = repr((block.kind, block.first, block.columns)).encode("utf-8", "backslashreplace")
    if isinstance(block.content, bytes):
        return head + block.content
    if block.kind == "arrow":
        return head + bytes(block.content.serialize())
    return head + repr(block.content).encode("utf-8", "backslashreplace")
