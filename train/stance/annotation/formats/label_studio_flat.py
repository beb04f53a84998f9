"""Label Studio's exports with one record an annotation: JSON-MIN and CSV.

Only what was answered is in them: skipped and rejected tasks are not. One choice is a string,
several are `{"choices": […]}`, in CSV as JSON; a task whose text was left without a choice has no
such column at all.
"""

from pathlib import Path
from typing import Any

from stance.annotation.formats.fields import (
    ABOUT,
    CANONICAL,
    SAID,
    about,
    actor,
    annotator_name,
    said,
    spans,
    with_about,
)
from stance.annotation.formats.format import Format, Reading, Rows, Start, Writing, translated
from stance.annotation.formats.label_studio_config import (
    QUESTION,
    SPAN,
    TEXT,
    config_beside,
    write_beside,
)
from stance.annotation.formats.questions import USUAL, Asked
from stance.annotation.formats.starts import records_in, start_of, write_records
from stance.storage.jsonl import BadJsonError, Fields, parse_object

_TIMES = ("created_at", "updated_at")
_PASSED = ("id", "annotator", "annotation_id", *_TIMES, "lead_time", "agreement", "history")
_NOT_QUESTIONS = {*_PASSED, *ABOUT, *SAID, "text", "sentence_id", "meta"}


def _matches_min(start: Start) -> bool:
    return start.kind == "json" and {"annotation_id", "annotator"} <= start.first.keys()


def _matches_csv(start: Start) -> bool:
    """By the columns that Label Studio always writes; or by an annotator, a task's number and a
    column of choices, where some were cut away.
    """
    names = set(start.names)
    if start.kind != "csv" or "annotator" not in names or names & {"labels", "label"}:
        return False
    return "annotation_id" in names or ("id" in names and len(names - _NOT_QUESTIONS) == 1)


def _read(path: Path, reading: Reading) -> Rows:
    start = start_of(path, reading.encoding)
    is_csv = start.kind == "csv"
    asked = Asked(reading.question)
    asked.see(name for one in start.records for name in _questions(_unpacked(one, is_csv)))
    yield from translated(
        records_in(path, start.kind, reading.encoding),
        lambda fields: [_row(_unpacked(fields, is_csv), asked, reading.text_key)],
        "a row of Label Studio",
    )
    asked.check()


def _unpacked(fields: Fields, is_csv: bool) -> Fields:
    """The record without empty fields, and with what CSV has as JSON in its cells read."""
    return {
        name: _parsed(value) if is_csv and name not in _NOT_QUESTIONS else value
        for name, value in fields.items()
        if value not in ("", None)
    }


def _parsed(value: Any) -> Any:
    if not (isinstance(value, str) and value[:1] in ("{", "[")):
        return value
    try:
        return parse_object(f'{{"value":{value}}}')["value"]
    except BadJsonError:
        return value  # a text that begins like this


def _questions(fields: Fields) -> set[str]:
    """The names of the fields that may be choices; one with a usual name leaves no doubt."""
    found = {
        name
        for name, value in fields.items()
        if name not in _NOT_QUESTIONS
        and (isinstance(value, str) or (isinstance(value, dict) and "choices" in value))
    }
    return found & {*USUAL} or found


def _row(fields: Fields, asked: Asked, text_key: str) -> Fields:
    text = fields.get(text_key)
    if not isinstance(text, str):
        raise ValueError(f'no text in "{text_key}"; name the right column with --text-key')
    question = asked.see(_questions(fields) - {text_key})
    row: Fields = {"text": text, "labels": _choices(fields.get(question))}
    if fields.get("sentence_id") or fields.get("id"):
        row["id"] = str(fields.get("sentence_id") or fields["id"])
    if name := annotator_name(fields.get("annotator") or ""):
        row["annotator"] = name
    if fields.get("created_at"):
        row["annotated_at"] = fields["created_at"]
    found = [name for name, value in fields.items() if _is_spans(value)]
    actors = [_actor(text, one) for name in found for one in fields[name]]
    if actors:
        row["actors"] = actors
    passed = (*_PASSED, text_key, "sentence_id", question, *found)
    return with_about({**row, **said(fields, "note", "shown", "suggested")}, fields, passed)


def _choices(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = value["choices"]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("the choices are no names")
    return value


def _is_spans(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) and "start" in one for one in value
    )


def _actor(text: str, one: Fields) -> Fields:
    role = str((one.get("labels") or ["ACTOR"])[0])
    found = actor(text, one.get("start"), one.get("end"), role, one.get("text"))
    return {**found, "id": one["actor_id"]} if one.get("actor_id") else found


def _write(path: Path, writing: Writing) -> None:
    config = config_beside(path, writing.force)
    is_csv = path.suffix.lower() == ".csv"
    records = (_record(number, row, is_csv) for number, row in enumerate(writing.rows, 1))
    write_records(path, records)
    write_beside(config, writing)


def _span(one: Fields) -> Fields:
    found = {name: one[name] for name in ("start", "end", "text")}
    found["labels"] = [one.get("role") or "ACTOR"]
    return {**found, "actor_id": one["id"]} if one.get("id") else found


def _record(number: int, row: Fields, is_csv: bool) -> Fields:
    labels = row["labels"]
    found: Fields = {TEXT: row["text"], "sentence_id": row.get("id", ""), **about(row, "meta")}
    found |= {"id": number, "annotation_id": number, "annotator": row.get("annotator", "")}
    if labels:
        found[QUESTION] = labels[0] if len(labels) == 1 else {"choices": list(labels)}
    if actors := spans(row):
        found[SPAN] = [_span(one) for one in actors]
    if row.get("annotated_at"):
        found |= dict.fromkeys(_TIMES, row["annotated_at"])
    found |= said(row, "note", "shown", "suggested")
    if is_csv:  # in alphabetical order, as Label Studio has them
        found = dict(sorted(found.items()))
    return found


MIN, CSV = (
    Format(
        name=name,
        what=f"Label Studio, {what}",
        matches=matches,
        read=_read,
        write=_write,
        endings=(ending,),
        keeps=frozenset(CANONICAL) - {"answer"},
    )
    for name, what, matches, ending in (
        ("label-studio-min", "JSON-MIN", _matches_min, ".json"),
        ("label-studio-csv", "CSV", _matches_csv, ".csv"),
    )
)
