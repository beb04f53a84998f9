"""Argilla: records as dictionaries (`Record.to_dict`), and flat ones, as its export to a data set.

https://docs.argilla.io. A person is a UUID there; for an annotator of another name it is made of
the name, and the name is kept in the metadata. Suggestions are a model's and never become answers.
"""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stance.annotation.formats.fields import (
    CANONICAL,
    SAID,
    about,
    annotator_name,
    as_text,
    by_sentence,
    is_empty,
    said,
    with_about,
)
from stance.annotation.formats.format import Format, Reading, Rows, Start, Writing, translated
from stance.annotation.formats.questions import Asked
from stance.annotation.formats.starts import records_in, start_of, write_records
from stance.storage.jsonl import BadJsonError, Fields, parse_object

QUESTION = "stance"
_NAMESPACE = uuid.UUID("6f1d3f0a-5c1e-5a0b-9d5e-0b3c1d7e2f48")
_KEPT = "answers"  # what Argilla has no room for, in the metadata
_RESPONSES = ".responses"
_STATUS = {"accept": "submitted", "ignore": "discarded"}
_PASSED = ("id", "text", "status", "_server_id", _KEPT)


def _matches(start: Start) -> bool:
    first = start.first
    is_json = start.kind in ("json", "jsonl")
    return is_json and isinstance(first.get("fields"), dict) and "responses" in first


def _matches_flat(start: Start) -> bool:
    if start.kind not in ("json", "jsonl", "parquet"):
        return False
    return any(name.endswith(_RESPONSES) for one in start.records for name in one)


def _read(path: Path, reading: Reading) -> Rows:
    start = start_of(path, reading.encoding)
    asked = Asked(reading.question)
    asked.see(name for one in start.records for name in _questions(one))
    yield from translated(
        records_in(path, start.kind, reading.encoding),
        lambda fields: _rows(fields, asked.see(_questions(fields)), reading.text_key),
        "a record of Argilla",
    )
    asked.check()


def _questions(fields: Fields) -> set[str]:
    """The questions that have responses."""
    responses = fields.get("responses")
    if isinstance(responses, dict):
        return {name for name, given in responses.items() if given}
    ends = (name for name in fields if name.endswith(_RESPONSES) and not is_empty(fields[name]))
    return {name.removesuffix(_RESPONSES) for name in ends}


def _rows(fields: Fields, question: str, text_key: str) -> Iterator[Fields]:
    if "fields" in fields:
        shown, beside = fields["fields"], fields.get("metadata") or {}
        given = [
            (one.get("value"), one.get("user_id"), one.get("status"))
            for one in (fields["responses"] or {}).get(question) or ()
        ]
    else:
        shown = beside = {name: value for name, value in fields.items() if "." not in name}
        given = list(_flat(fields, question))
    text = shown.get(text_key)
    if not isinstance(text, str):
        raise ValueError(f'no text in "{text_key}"; name the right field with --text-key')
    sentence: Fields = {"text": text, "labels": []}
    if fields.get("id"):
        sentence["id"] = str(fields["id"])
    sentence = with_about(sentence, beside, passed=(*_PASSED, text_key))
    kept = {user_of(""): Fields()}
    kept |= {user_of(one.get("annotator", "")): one for one in _kept(beside.get(_KEPT))}
    for value, user, status in given:
        answer = {"answer": "ignore"} if status in ("discarded", "draft") else {}
        more = kept.get(str(user), {"annotator": annotator_name(user)} if user else {})
        actors = {"actors": more["actors"]} if more.get("actors") else {}
        yield {**sentence, **said(more), **actors, "labels": _labels(value), **answer}
    if not given:
        yield {**sentence, "answer": "ignore"}


def _flat(fields: Fields, question: str) -> Iterator[tuple[Any, Any, Any]]:
    values = fields.get(question + _RESPONSES) or []
    users = fields.get(f"{question}{_RESPONSES}.users") or []
    statuses = fields.get(f"{question}{_RESPONSES}.status") or []
    for number, value in enumerate(values):
        user = users[number] if number < len(users) else ""
        yield value, user, statuses[number] if number < len(statuses) else None


def _labels(value: Any) -> list[str]:
    found = [value] if isinstance(value, str) else (value or [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError("a response holds no labels. Name the right question with --question")
    return found


def _kept(text: Any) -> list[Fields]:
    if not isinstance(text, str):
        return []
    try:
        found = parse_object(f'{{"value":{text}}}')["value"]
    except BadJsonError:
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def user_of(name: str) -> str:
    """The UUID of the annotator: the name itself where it is one."""
    try:
        return str(uuid.UUID(name))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, name))


def _write(path: Path, writing: Writing) -> None:
    write_records(path, (_record(rows, writing) for rows in by_sentence(writing.rows)))


def _record(rows: list[Fields], writing: Writing) -> Fields:
    responses = [
        {"value": _value(row, writing), "user_id": user_of(row.get("annotator", ""))}
        for row in rows
    ]
    return {
        "id": rows[0].get("id"),
        "fields": {"text": rows[0]["text"]},
        "metadata": _metadata(rows),
        "suggestions": {},
        "responses": {QUESTION: responses},
        "vectors": {},
        "status": "completed",
        "_server_id": None,
    }


def _value(row: Fields, writing: Writing) -> Any:
    """One label as a string where labels exclude each other, else a list."""
    labels = list(row["labels"])
    return labels[0] if writing.codebook.exclusive and len(labels) == 1 else labels


def _metadata(rows: list[Fields]) -> Fields:
    """What the record says of its sentence, with everything nested as JSON text."""
    found = about(rows[0], "meta")
    if "meta" in found:
        found["meta"] = as_text(found["meta"])
    kept = [
        {name: row[name] for name in (*SAID, "actors") if name != "answer" and row.get(name)}
        for row in rows
    ]
    return {**found, _KEPT: as_text(kept)} if any(kept) else found


def _write_flat(path: Path, writing: Writing) -> None:
    write_records(path, (_flat_record(rows, writing) for rows in by_sentence(writing.rows)))


def _flat_record(rows: list[Fields], writing: Writing) -> Fields:
    name = QUESTION + _RESPONSES
    return {
        "id": rows[0].get("id"),
        "status": "completed",
        "_server_id": None,
        "text": rows[0]["text"],
        **_metadata(rows),
        name: [_value(row, writing) for row in rows],
        f"{name}.users": [user_of(row.get("annotator", "")) for row in rows],
        f"{name}.status": [_STATUS[row.get("answer", "accept")] for row in rows],
    }


ARGILLA = Format(
    name="argilla",
    what="Argilla, records",
    matches=_matches,
    read=_read,
    write=_write,
    endings=(".json", ".jsonl"),
    keeps=frozenset(CANONICAL) - {"answer"},
)
FLAT = Format(
    name="argilla-flat",
    what="Argilla, flat records",
    matches=_matches_flat,
    read=_read,
    write=_write_flat,
    endings=(".jsonl", ".json"),
    keeps=frozenset(CANONICAL),
    answers=("accept", "ignore"),
)
