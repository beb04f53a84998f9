"""doccano: text classification, and slots with classes, as JSON lines, JSON or CSV; a zip has one
such file for each user.

https://doccano.github.io/doccano/tutorial/. `label` holds classes as a list of strings, or spans as
a list of triples: only classes are labels here. Columns of other names are what doccano keeps as
metadata. In CSV classes are joined by #.
"""

import io
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from stance.annotation.formats.fields import (
    CANONICAL,
    about,
    actor,
    annotator_name,
    said,
    spans,
    with_about,
)
from stance.annotation.formats.format import Format, Reading, Rows, Start, Writing, translated
from stance.annotation.formats.starts import jsonl_lines, records_in, start_of, write_records
from stance.storage.atomic import replacing
from stance.storage.errors import InputError, printable
from stance.storage.json_items import json_rows
from stance.storage.jsonl import Fields
from stance.storage.records import csv_rows
from stance.storage.rows import jsonl_rows
from stance.storage.text import open_regular

_COMMENTS = "Comments"
_EVERYBODY = ("all", "unknown")  # what doccano calls the file of a project that is shared
_MAX_MEMBERS = 1000
_MAX_BYTES = 100_000_000
# What a damaged, encrypted or oddly packed archive raises.
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError)
_PASSED = ("id", "sentence_id", "label", "cats", "entities", "relations", _COMMENTS)


def _matches(start: Start) -> bool:
    fields = start.first
    if start.kind not in ("json", "jsonl") or "labels" in fields:
        return False
    return isinstance(fields.get("text"), str) and _has_answer(fields)


def _has_answer(fields: Fields) -> bool:
    return isinstance(fields.get("label"), list) or "entities" in fields or _COMMENTS in fields


def _matches_csv(start: Start) -> bool:
    if start.kind != "csv" or not {"text", "label"} <= {*start.names}:
        return False
    return _COMMENTS in start.names or any("#" in one.get("label", "") for one in start.records)


def _read(path: Path, reading: Reading) -> Rows:
    start = start_of(path, reading.encoding)
    if start.kind == "zip":
        yield from _read_zip(path, reading)
        return
    yield from _rows(records_in(path, start.kind, reading.encoding), reading, "")


def _rows(records: Rows, reading: Reading, annotator: str) -> Rows:
    return translated(
        records, lambda fields: [_row(fields, reading.text_key, annotator)], "a row of doccano"
    )


def _row(fields: Fields, text_key: str, annotator: str) -> Fields:
    text = fields.get(text_key)
    if not isinstance(text, str):
        raise ValueError(f'no text in "{text_key}"; name the right column with --text-key')
    row: Fields = {"text": text, "labels" if "cats" in fields else "label": _classes(fields)}
    identifier = fields.get("sentence_id") or fields.get("id")
    if identifier not in (None, ""):
        row["id"] = str(identifier)
    if annotator or fields.get("annotator"):
        row["annotator"] = annotator or annotator_name(fields["annotator"])
    actors = [_actor(text, one) for one in fields.get("entities") or ()]
    if actors:
        row["actors"] = actors
    if comments := _comments(fields.get(_COMMENTS)):
        row["note"] = comments
    return with_about(row, fields, passed=(*_PASSED, text_key))


def _classes(fields: Fields) -> list[str]:
    found = fields.get("cats", fields.get("label"))
    if isinstance(found, str):
        return [one for one in found.split("#") if one]
    if found is None:
        raise ValueError("no classes: its labels are spans, not labels of the sentence")
    if any(isinstance(one, list | dict) for one in found):
        raise ValueError("its labels are spans of the text, not labels of the sentence")
    if not all(isinstance(one, str) for one in found):
        raise ValueError("its labels are no names")
    return list(found)


def _actor(text: str, one: Any) -> Fields:
    if isinstance(one, dict):
        start, end = one.get("start_offset"), one.get("end_offset")
        return actor(text, start, end, str(one.get("label")))
    start, end, role = one
    return actor(text, start, end, str(role))


def _comments(found: Any) -> str:
    if isinstance(found, list):
        told = [one.get("comment", "") if isinstance(one, dict) else str(one) for one in found]
        return "\n".join(one for one in told if one)
    return found if isinstance(found, str) else ""


def _read_zip(path: Path, reading: Reading) -> Rows:
    """The files of all users, in order of name; nothing is unpacked to the disk."""
    with open_regular(path) as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                for member in _members(archive, path):
                    yield from _read_member(archive, member, reading)
        except _BROKEN as error:
            reason = printable(str(error), 100)
            raise InputError(f"{printable(str(path))}: cannot be unpacked ({reason}).") from error


def _members(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    """The files in the archive. Raises InputError where they are too many or too large."""
    found = sorted(
        (one for one in archive.infolist() if not one.is_dir()), key=lambda one: one.filename
    )
    name = printable(str(path))
    if len(found) > _MAX_MEMBERS or sum(one.file_size for one in found) > _MAX_BYTES:
        raise InputError(
            f"{name}: holds more than {_MAX_MEMBERS:,} files or {_MAX_BYTES:,} bytes. Unpack it."
        )
    for one in found:
        if PurePosixPath(one.filename).suffix.lower() not in _READERS:
            raise InputError(
                f'{name}: holds "{printable(one.filename, 80)}". A zip of doccano has one .jsonl, '
                ".json or .csv file for each user."
            )
    if not found:
        raise InputError(f"{name}: is an empty zip.")
    return found


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, reading: Reading) -> Rows:
    user = PurePosixPath(member.filename)
    annotator = "" if user.stem in _EVERYBODY else annotator_name(user.stem)
    with archive.open(member) as stream:
        content = stream.read()  # no more than is declared, whatever is there
    read = _READERS[user.suffix.lower()]
    yield from _rows(read(io.BytesIO(content), reading.encoding), reading, annotator)


_READERS: dict[str, Any] = {".jsonl": jsonl_rows, ".json": json_rows, ".csv": csv_rows}


def _write(path: Path, writing: Writing) -> None:
    if path.suffix.lower() == ".zip":
        with replacing(path) as stream:
            _write_zip(stream, writing)
        return
    names = {row.get("annotator", "") for row in writing.rows}
    is_csv = path.suffix.lower() == ".csv"
    if len(names) > 1 and not is_csv:
        raise InputError(
            f"{printable(str(path))}: doccano keeps {len(names)} annotators apart as files of a "
            "zip. Name a .zip."
        )
    form = _form(writing, is_csv)
    write_records(path, (_record(row, form) for row in writing.rows))


def _form(writing: Writing, is_csv: bool) -> str:
    """How classes are written: "csv", "label" in JSON, or "cats" where one of the rows has spans,
    since a project of doccano has one form.
    """
    if is_csv:
        return "csv"
    return "cats" if any(map(spans, writing.rows)) else "label"


def _write_zip(stream: BinaryIO, writing: Writing) -> None:
    form = _form(writing, is_csv=False)
    by_user: dict[str, list[Fields]] = {}
    for row in writing.rows:
        user = annotator_name(row.get("annotator", "")) or _EVERYBODY[0]
        by_user.setdefault(user, []).append(row)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for user, rows in by_user.items():
            content = "".join(jsonl_lines(_record(row, form) for row in rows))
            # The time of day would make two exports of the same rows differ.
            member = zipfile.ZipInfo(f"{user}.jsonl")
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content.encode("utf-8"))


def _record(row: Fields, form: str) -> Fields:
    labels = sorted(row["labels"])  # as doccano has them
    found: Fields = {"text": row["text"]}
    if form == "cats":
        found["entities"] = [
            [one["start"], one["end"], one.get("role") or "ACTOR"] for one in spans(row)
        ]
        found["cats"] = labels
    else:
        found["label"] = "#".join(labels) if form == "csv" else labels
    note = row.get("note", "")
    found[_COMMENTS] = note if form == "csv" else [note] * bool(note)
    if row.get("id"):
        found["sentence_id"] = row["id"]
    who = () if form == "csv" else ("annotator",)  # in CSV there is one, whom nobody names
    return found | about(row, "meta") | said(row, *who, "annotated_at", "shown", "suggested")


JSONL, CSV = (
    Format(
        name=name,
        what=f"doccano, {what}",
        matches=matches,
        read=_read,
        write=_write,
        endings=endings,
        keeps=frozenset(CANONICAL) - lost,
    )
    for name, what, matches, endings, lost in (
        (
            "doccano",
            "JSON lines (.json: a list; .zip: one file for each annotator)",
            lambda start: _matches(start) or start.kind == "zip",
            (".jsonl", ".json", ".zip"),
            {"answer"},
        ),
        ("doccano-csv", "CSV", _matches_csv, (".csv",), {"answer", "actors", "annotator"}),
    )
)
