"""Label Studio: tasks with annotations as its JSON export has them, and as its JSON import reads.

https://labelstud.io/guide/export and https://labelstud.io/guide/task_format. A task's `data` holds
the text and what is known of the sentence; an annotation is one person's answer. Predictions are a
model's and never become answers.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stance.annotation.formats.fields import (
    CANONICAL,
    about,
    actor,
    annotator_name,
    by_sentence,
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
from stance.annotation.formats.questions import Asked
from stance.annotation.formats.starts import records_in, start_of, write_records
from stance.storage.jsonl import Fields

# What an annotation of ours has beside the fields of Label Studio, which leaves them unread.
_OURS = ("annotator", "note", "shown", "suggested")


def _matches(start: Start) -> bool:
    task = start.first
    answers = {"annotations", "completions", "predictions"} & task.keys()
    return start.kind in ("json", "jsonl") and isinstance(task.get("data"), dict) and bool(answers)


def _read(path: Path, reading: Reading) -> Rows:
    start = start_of(path, reading.encoding)
    asked = Asked(reading.question)
    yield from translated(
        records_in(path, start.kind, reading.encoding),
        lambda task: _rows(task, asked.see(_questions(task)), reading.text_key),
        "a task of Label Studio",
    )
    asked.check()


def _questions(task: Fields) -> set[str]:
    """The names of the choices that were made."""
    return {
        one["from_name"]
        for annotation in _annotations(task)
        for one in annotation.get("result") or ()
        if one.get("type") == "choices"
    }


def _annotations(task: Fields) -> list[Fields]:
    found = task.get("annotations", task.get("completions")) or []
    if not isinstance(found, list):
        raise ValueError("annotations are no list")
    return found


def _rows(task: Fields, question: str, text_key: str) -> Iterator[Fields]:
    data = task["data"]
    text = data.get(text_key)
    if not isinstance(text, str):
        raise ValueError(f'no text in data "{text_key}"; name the right field with --text-key')
    sentence: Fields = {"text": text, "labels": []}
    identifier = data.get("sentence_id", task.get("id"))
    if identifier is not None:
        sentence["id"] = str(identifier)
    sentence = with_about(sentence, data, passed=(text_key, "sentence_id"))
    annotations = _annotations(task)
    for annotation in annotations:
        yield _answered(sentence, annotation, question)
    if not annotations:  # nobody has answered yet
        yield {**sentence, "answer": "ignore"}


def _answered(sentence: Fields, annotation: Fields, question: str) -> Fields:
    row = {**sentence, **said(annotation, *_OURS)}
    if name := _annotator(annotation):
        row["annotator"] = name
    if created := annotation.get("created_at"):
        row["annotated_at"] = created
    if annotation.get("was_cancelled") or annotation.get("skipped"):
        row["answer"] = "ignore"
    labels, actors = result_of(annotation.get("result") or [], row["text"], question)
    row["labels"] = labels
    if actors:
        row["actors"] = actors
    return row


def result_of(result: Any, text: str, question: str) -> tuple[list[str], list[Fields]]:
    """The labels and the actors in the results of an annotation. Raises ValueError."""
    labels: list[str] = []
    actors = []
    for one in result:
        value = one.get("value") or {}
        if one.get("type") == "choices" and one.get("from_name") == question:
            labels += value.get("choices") or []
        elif one.get("type") in ("labels", "hypertextlabels"):
            role = str((value.get("labels") or value.get("hypertextlabels") or ["ACTOR"])[0])
            found = actor(text, value.get("start"), value.get("end"), role, value.get("text"))
            actors.append({**found, **_entity(one)})
    return labels, actors


def _entity(result: Fields) -> Fields:
    meta = result.get("meta")
    found = meta.get("actor_id") if isinstance(meta, dict) else None
    return {"id": found} if found else {}


def _annotator(annotation: Fields) -> str:
    """Who answered: a name of ours, an e-mail address, or the number of the user."""
    if annotation.get("annotator"):
        return annotator_name(annotation["annotator"])
    user = annotation.get("completed_by")
    if isinstance(user, dict):
        user = user.get("email") or user.get("id")
    return annotator_name(user) if isinstance(user, str | int) else ""


def _write(path: Path, writing: Writing) -> None:
    """The tasks, and beside them the labelling config that they are to be imported under."""
    config = config_beside(path, writing.force)
    numbers = iter(range(1, 2**63))
    tasks = (
        _task(number, rows, numbers) for number, rows in enumerate(by_sentence(writing.rows), 1)
    )
    write_records(path, tasks)
    write_beside(config, writing)


def _task(number: int, rows: list[Fields], numbers: Iterator[int]) -> Fields:
    row = rows[0]
    data = {TEXT: row["text"], **about(row, "meta")}
    if row.get("id"):
        data["sentence_id"] = row["id"]
    annotations = [_annotation(next(numbers), one) for one in rows]
    return {"id": number, "data": data, "annotations": annotations, "predictions": []}


def _annotation(number: int, row: Fields) -> Fields:
    """Label Studio refuses answers of users that it does not know, so only names that come from
    it (numbers, e-mail addresses) stand where it looks for them.
    """
    name = row.get("annotator", "")
    found: Fields = {
        "id": number,
        "was_cancelled": row.get("answer") == "ignore",
        "ground_truth": False,
        "result": list(results(row)),
        **said(row, *_OURS),
    }
    if row.get("annotated_at"):
        found["created_at"] = row["annotated_at"]
    if name.isascii() and name.isdigit():
        found["completed_by"] = int(name)
    elif "@" in name:
        found["completed_by"] = {"email": name}
    return found


def results(row: Fields) -> Iterator[Fields]:
    """The row's labels and actors as results."""
    if row["labels"]:
        yield choices(row["labels"])
    for number, one in enumerate(spans(row)):
        value = {name: one[name] for name in ("start", "end", "text")}
        found: Fields = {
            "id": f"actor{number}",
            "from_name": SPAN,
            "to_name": TEXT,
            "type": "labels",
            "value": {**value, "labels": [one.get("role") or "ACTOR"]},
        }
        if one.get("id"):
            found["meta"] = {"actor_id": one["id"]}
        yield found


def choices(labels: list[str], from_name: str = QUESTION, to_name: str = TEXT) -> Fields:
    """The labels as one result."""
    return {
        "id": "labels",
        "from_name": from_name,
        "to_name": to_name,
        "type": "choices",
        "value": {"choices": list(labels)},
    }


LABEL_STUDIO = Format(
    name="label-studio",
    what="Label Studio, JSON",
    matches=_matches,
    read=_read,
    write=_write,
    endings=(".json",),
    keeps=frozenset(CANONICAL),
    answers=("accept", "ignore"),
)
