"""Files as records, however they are packed: a JSON list, JSON lines, CSV, Parquet."""

import csv
import io
import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from stance.annotation.formats.format import Rows, Start
from stance.storage.atomic import replacing
from stance.storage.errors import InputError, printable
from stance.storage.json_items import json_rows
from stance.storage.jsonl import BadJsonError, Fields, dump, parse_object
from stance.storage.records import CSV_END, cell, csv_record, csv_rows
from stance.storage.row_files import read_rows, row_kind
from stance.storage.rows import JSON_SPACE, MAX_LINE, RefusedRow, Row, jsonl_rows
from stance.storage.text import encoding_of, open_regular

_START_BYTES = 1 << 18
_START_RECORDS = 40
# Python's str.splitlines, which tools read JSON lines with, ends a line at these, too.
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}


def start_of(path: Path, encoding: str | None = None) -> Start:
    """What the file or folder begins with. Raises InputError when it cannot be opened."""
    if path.is_dir():
        return Start("folder", names=tuple(sorted(one.name for one in path.iterdir())))
    suffix, compression = row_kind(path)
    if compression:
        return Start(suffix[1:])
    with open_regular(path) as stream:
        content = stream.read(_START_BYTES)
        is_whole = not stream.read(1)
    if content.startswith(b"PAR1"):
        return _parquet_start(path)
    if content.startswith(b"PK\x03\x04"):
        return Start("zip")
    text = _text_of(content, encoding)
    return _text_start(text if is_whole else text[: text.rfind("\n") + 1] or text, path)


def _text_of(content: bytes, encoding: str | None) -> str:
    try:
        return content.decode(encoding_of(content[:4], encoding), "replace").lstrip("\ufeff")
    except InputError:
        return ""


def _text_start(text: str, path: Path) -> Start:
    """The start of a text file: JSON by its first character, CSV by its ending."""
    first = text.lstrip(JSON_SPACE)[:1]
    lines = text.split("\n")
    is_lines = path.suffix.lower() == ".jsonl" or _is_object(next(filter(str.strip, lines), ""))
    if first == "[" or (first == "{" and not is_lines):
        return Start("json", tuple(_first_items(text)), text=text)
    if first == "{":
        found = [fields for line in lines[:_START_RECORDS] if (fields := _object(line))]
        return Start("jsonl", tuple(found), text=text)
    semicolons = lines[0].count('";"') >= 3
    if semicolons or path.suffix.lower() == ".csv":
        records = _first_records(text, ";" if semicolons else ",")
        names = tuple(records[0]) if records else ()
        return Start("dna" if semicolons else "csv", tuple(records[1:]), names, text)
    return Start("jsonl" if path.suffix.lower() == ".jsonl" else "text", text=text)


def _is_object(line: str) -> bool:
    try:
        parse_object(line.strip(JSON_SPACE))
    except BadJsonError as error:
        return not str(error).startswith("not JSON")  # an object all the same, if a bad one
    return True


def _object(line: str) -> Fields:
    try:
        return parse_object(line.strip(JSON_SPACE))
    except BadJsonError:
        return {}


def _first_items(text: str) -> Iterator[Fields]:
    rows = json_rows(io.BytesIO(text.encode("utf-8", "replace")))
    try:
        for row in itertools.islice(rows, _START_RECORDS):
            if isinstance(row, Row):
                yield row.fields
    except InputError:  # cut off where the start ends, or broken: reading will tell
        return


def _first_records(text: str, delimiter: str) -> list[Fields]:
    """The header, as a record of its own names, and the first records below it."""
    csv.field_size_limit(MAX_LINE)  # longer than any start, so that nothing is refused here
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = next(reader, [])
    rows = [dict(zip(header, one, strict=False)) for one in itertools.islice(reader, 40)]
    return [{name: name for name in header}, *rows]


def _parquet_start(path: Path) -> Start:
    rows: Iterable[Row | RefusedRow]
    try:
        rows = itertools.islice(read_rows(path), 5)
        found = tuple(row.fields for row in rows if isinstance(row, Row))
    except InputError:  # damaged: reading will tell
        found = ()
    return Start("parquet", found, tuple(found[0]) if found else ())


def records_in(path: Path, kind: str, encoding: str | None = None) -> Rows:
    """The records of the file in that packing. Raises InputError that names the file."""
    if kind == "parquet":
        yield from read_rows(path, encoding)
        return
    readers: dict[str, Callable[[BinaryIO, str | None], Rows]] = {
        "json": json_rows,
        "jsonl": jsonl_rows,
        "csv": csv_rows,
    }
    if kind not in readers:
        raise InputError(f"{printable(str(path))}: is neither JSON, JSON lines, CSV nor Parquet.")
    with open_regular(path) as stream:
        try:
            yield from readers[kind](stream, encoding)
        except InputError as error:
            raise InputError(f"{printable(str(path))}: {error}") from error


def write_records(path: Path, records: Iterable[Fields]) -> None:
    """Writes the records as the ending says: .csv, .json (a list), or else JSON lines."""
    suffix = path.suffix.lower()
    with replacing(path) as stream:
        lines = {".csv": csv_lines, ".json": _json_lines}.get(suffix, jsonl_lines)(records)
        for line in lines:
            stream.write(line.encode("utf-8"))


def jsonl_lines(records: Iterable[Fields]) -> Iterator[str]:
    """Each record as a line, with what some readers take for a line end escaped."""
    return (dump(record).translate(_LINE_ENDS) + "\n" for record in records)


def _json_lines(records: Iterable[Fields]) -> Iterator[str]:
    between = "[\n"
    for record in records:
        yield between + dump(record)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def csv_lines(records: Iterable[Fields]) -> Iterator[str]:
    """The records as CSV under a header of all their fields, in the order in which they come up."""
    found = list(records)
    names = list(dict.fromkeys(name for record in found for name in record))
    for cells in (names, *([cell(record.get(name)) for name in names] for record in found)):
        yield csv_record(cells) + CSV_END
