"""Prodigy: the JSON lines of `db-out`, and what `db-in` reads.

https://prodi.gy/docs/api-interfaces. A task about choices has `accept`, one about a single label
has `label`; `answer` is accept, reject (a negative judgement) or ignore. Of the single labels of
one text and annotator the accepted ones together are the answer.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stance.annotation.formats.fields import (
    CANONICAL,
    about,
    actor,
    annotator_name,
    moment,
    said,
    spans,
    timestamp,
    with_about,
)
from stance.annotation.formats.format import Format, Reading, Rows, Start, Writing
from stance.annotation.formats.starts import records_in, start_of, write_records
from stance.storage.jsonl import Fields
from stance.storage.rows import RefusedRow, Row

_MARKS = ("_input_hash", "_task_hash", "_view_id", "_annotator_id", "_session_id")


def _matches(start: Start) -> bool:
    fields = start.first
    if start.kind not in ("json", "jsonl") or "text" not in fields or "labels" in fields:
        return False
    is_choice = isinstance(fields.get("accept"), list) or isinstance(fields.get("options"), list)
    return is_choice or any(mark in fields for mark in _MARKS)


def _read(path: Path, reading: Reading) -> Rows:
    start = start_of(path, reading.encoding)
    joined: dict[tuple[str, str], _Joined] = {}
    for record in records_in(path, start.kind, reading.encoding):
        if isinstance(record, RefusedRow):
            yield record
            continue
        try:
            row, is_single = _row(record.fields, reading.text_key)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            yield RefusedRow(record.number, f"not a task of Prodigy: {error}")
            continue
        if is_single and row.get("answer") != "ignore":
            key = (str(record.fields.get("_input_hash", row["text"])), row.get("annotator", ""))
            joined.setdefault(key, _Joined(record.number)).add(row)
        else:
            yield Row(record.number, row)
    for one in joined.values():
        yield from one.rows()


@dataclass
class _Joined:
    """The tasks about one text and annotator that each asked about a single label."""

    number: int
    accepted: list[Fields] = field(default_factory=list)
    rejected: list[Fields] = field(default_factory=list)

    def add(self, row: Fields) -> None:
        (self.rejected if row.get("answer") == "reject" else self.accepted).append(row)

    def rows(self) -> Rows:
        """One row of the accepted labels; where none was accepted, one of the rejected."""
        found = self.accepted or self.rejected
        labels = list(dict.fromkeys(label for row in found for label in row["labels"]))
        yield Row(self.number, {**found[-1], "labels": labels})


def _row(fields: Fields, text_key: str) -> tuple[Fields, bool]:
    """The row, and whether its task was about one label only."""
    text = fields.get(text_key)
    if not isinstance(text, str):
        raise ValueError(f'no text in "{text_key}"; name the right field with --text-key')
    labels, is_single = fields.get("accept"), False
    if labels is None:
        label = fields.get("label")
        if not isinstance(label, str):
            raise ValueError('neither choices ("accept") nor a "label"; spans are no labels of it')
        labels, is_single = [label], True
    names = _option_names(fields)
    row: Fields = {"text": text, "labels": [names.get(one, one) for one in labels]}
    row["answer"] = fields.get("answer", "ignore")  # a task without one was never answered
    if name := _annotator(fields):
        row["annotator"] = name
    actors = [
        actor(text, one.get("start"), one.get("end"), str(one.get("label")))
        | ({"id": one["id"]} if one.get("id") else {})
        for one in fields.get("spans") or ()
    ]
    if actors:
        row["actors"] = actors
    meta = fields.get("meta")
    row = with_about(row, meta if isinstance(meta, dict) else {}, passed=("sentence_id",))
    if isinstance(meta, dict) and meta.get("sentence_id"):
        row["id"] = str(meta["sentence_id"])
    time = moment(fields.get("_timestamp"))
    if time and "annotated_at" not in row:
        row["annotated_at"] = time
    return row, is_single


def _option_names(fields: Fields) -> dict[Any, str]:
    """What each option is called, where its id is only a number."""
    options = fields.get("options") or ()
    return {
        one["id"]: str(one.get("text", one["id"]))
        for one in options
        if not isinstance(one["id"], str)
    }


def _annotator(fields: Fields) -> str:
    """The person in a session: Prodigy puts the data set's name in front."""
    name = fields.get("_annotator_id") or fields.get("_session_id") or ""
    dataset = fields.get("dataset") or fields.get("_dataset") or ""
    if dataset and str(name).startswith(f"{dataset}-"):
        name = str(name)[len(dataset) + 1 :]
    return annotator_name(name)


def _write(path: Path, writing: Writing) -> None:
    options = [{"id": name, "text": name} for name in writing.codebook.names]
    style = "single" if writing.codebook.exclusive else "multiple"
    write_records(path, (_task(row, options, style) for row in writing.rows))


def _task(row: Fields, options: list[Fields], style: str) -> Fields:
    name = row.get("annotator", "")
    found: Fields = {
        "text": row["text"],
        "options": options,
        "accept": list(row["labels"]),
        "answer": row.get("answer", "accept"),
        "meta": {
            **({"sentence_id": row["id"]} if row.get("id") else {}),
            **about(row, "meta"),
            **said(row, "annotated_at", "note", "shown", "suggested"),
        },
        "_input_hash": _hash(row["text"]),
        "_task_hash": _hash("\0".join((row["text"], "choice", *(one["id"] for one in options)))),
        "_view_id": "choice",
        "config": {"choice_style": style},
    }
    if actors := spans(row):
        found["spans"] = [
            {"start": one["start"], "end": one["end"], "label": one.get("role") or "ACTOR"}
            | ({"id": one["id"]} if one.get("id") else {})
            for one in actors
        ]
    if name:
        found |= {"_annotator_id": name, "_session_id": name}
    if (time := timestamp(row.get("annotated_at"))) is not None:
        found["_timestamp"] = time
    return found


def _hash(text: str) -> int:
    """A number of 32 bits, as Prodigy has them, that is the same for the same text."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return int.from_bytes(digest[:4], "big", signed=True)


PRODIGY = Format(
    name="prodigy",
    what="Prodigy, JSON lines",
    matches=_matches,
    read=_read,
    write=_write,
    endings=(".jsonl",),
    keeps=frozenset(CANONICAL),
    answers=("accept", "reject", "ignore"),
)
