"""Discourse Network Analyzer: the event list, one line a statement.

The header is that of its exporter (https://github.com/leifeld/dna, Exporter.java), the variables
those of its statement type "DNA Statement". The label is the concept; agreement 0 rejects it. DNA
turns ; into , and " into ' within fields, so a text there no longer is the article's: sentences of
a project are found again by their place in the article (see `importing`).
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stance.annotation.formats.fields import annotator_name, is_empty
from stance.annotation.formats.format import Format, Reading, Rows, Start, Writing
from stance.storage.atomic import replacing
from stance.storage.errors import InputError, printable
from stance.storage.jsonl import Fields
from stance.storage.rows import MAX_LINE, RefusedRow, Row, fault_of, found_encoding, lines_of
from stance.storage.text import open_regular, peekable

COLUMNS = (
    "statement_id",
    "time",
    "person",
    "organization",
    "concept",
    "agreement",
    "start_position",
    "stop_position",
    "text",
    "coder",
    "document_id",
    "document_title",
    "document_author",
    "document_source",
    "document_section",
    "document_type",
)
# Columns that a row keeps as they are, by the name of the row's field.
_FIELDS = {"annotator": "coder", "article_id": "document_id", "title": "document_title",
           "outlet": "document_source"}  # fmt: skip
_META = ("person", "organization", "document_author", "document_section", "document_type")
_MIDNIGHT = "00:00:00"


def _matches(start: Start) -> bool:
    needed = {"statement_id", "start_position", "stop_position", "text", "document_id"}
    return start.kind == "dna" and needed <= {*start.names}


def _read(path: Path, reading: Reading) -> Rows:
    """The statements about one stretch of text by one coder, together."""
    found: dict[tuple[str, ...], list[tuple[int, Fields]]] = {}
    for number, fields in _records(path, reading.encoding):
        if isinstance(fields, RefusedRow):
            yield fields
            continue
        place = ("document_id", "start_position", "stop_position", "coder", "text")
        found.setdefault(tuple(fields[name] for name in place), []).append((number, fields))
    concept = reading.question or "concept"
    for statements in found.values():
        number, first = statements[0]
        try:
            yield Row(number, _row(first, [fields for _, fields in statements], concept))
        except (ValueError, KeyError) as error:
            yield RefusedRow(number, f"not a statement of DNA: {error}")


def _records(path: Path, encoding: str | None) -> Iterator[tuple[int, Any]]:
    csv.field_size_limit(MAX_LINE)
    with open_regular(path) as opened:
        stream = peekable(opened)
        lines = lines_of(stream, found_encoding(stream, encoding), newline="")
        reader = csv.reader(lines, delimiter=";", strict=True)
        try:
            header = next(reader, [])
            for record in reader:
                fault = next((fault for one in record if (fault := fault_of(one))), "")
                if len(record) != len(header):
                    fault = f"{len(record)} fields where the header has {len(header)}"
                fields = dict(zip(header, record, strict=False))
                yield reader.line_num, RefusedRow(reader.line_num, fault) if fault else fields
        except csv.Error as error:
            name = printable(str(path))
            raise InputError(f"{name}: line {reader.line_num}: broken CSV: {error}.") from error


def _row(first: Fields, statements: list[Fields], concept: str) -> Fields:
    agreed = [one[concept] for one in statements if one.get("agreement", "1") != "0"]
    denied = [one[concept] for one in statements if one.get("agreement", "1") == "0"]
    row: Fields = {"text": first["text"], "labels": list(dict.fromkeys(agreed or denied))}
    if not agreed:
        row["answer"] = "reject"
    row |= {name: first.get(column, "") for name, column in _FIELDS.items()}
    row["annotator"] = annotator_name(row["annotator"])
    if first["start_position"] or first["stop_position"]:
        row |= {"start": int(first["start_position"]), "end": int(first["stop_position"])}
    day, _, hour = first.get("time", "").partition(" ")
    row["published_at"] = day if hour in ("", _MIDNIGHT) else f"{day}T{hour}"
    meta = {name: first[name] for name in _META if first.get(name)}
    return {name: value for name, value in {**row, "meta": meta}.items() if not is_empty(value)}


def _write(path: Path, writing: Writing) -> None:
    with replacing(path) as stream:
        stream.write(line(COLUMNS).encode("utf-8"))
        number = 0
        for row in writing.rows:
            for label in row["labels"]:
                number += 1
                stream.write(line(_values(number, row, label)).encode("utf-8"))


def is_statement(row: Fields) -> bool:
    """Whether DNA has a place for the row: a label, a day, and offsets in an article."""
    has_place = type(row.get("start")) is int and type(row.get("end")) is int
    return bool(row["labels"]) and has_place and len(row.get("published_at", "")) >= 10


def _values(number: int, row: Fields, label: str) -> list[Any]:
    day, _, hour = row["published_at"].partition("T")
    meta = row.get("meta", {})
    values = {
        "statement_id": number,
        "time": f"{day} {hour or _MIDNIGHT}",
        "concept": label,
        "agreement": 0 if row.get("answer") == "reject" else 1,
        "start_position": row["start"],
        "stop_position": row["end"],
        "text": row["text"],
        **{column: row.get(name, "") for name, column in _FIELDS.items()},
        **{name: meta.get(name, "") for name in _META},
    }
    return [values[name] for name in COLUMNS]


def line(values: Any) -> str:
    """A line as DNA writes it: semicolons, every field quoted, none of the two inside."""
    return ";".join(f'"{as_text(value)}"' for value in values) + "\n"


def as_text(value: object) -> str:
    """The value without semicolons, double quotes and runs of white space."""
    return " ".join(str(value).replace(";", ",").replace('"', "'").split())


DNA = Format(
    name="dna",
    what="Discourse Network Analyzer, event list",
    matches=_matches,
    read=_read,
    write=_write,
    endings=(".csv",),
    keeps=frozenset(
        {"text", "labels", "annotator", "answer", "article_id", "start", "end"}
        | {"title", "outlet", "published_at", "meta"}
    ),
    answers=("accept", "reject"),
    takes=is_statement,
    needs="a label, a day, or a place in their article",
)
