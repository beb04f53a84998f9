"""Potato: a project folder that `potato start` runs, and the exports of its answers.

https://github.com/davidjurgens/potato. A project has `config.yaml`, the sentences in a data file,
and one `annotation_output/<user>/user_state.json` for each person. Its own exports (CSV, JSON
lines) name sentences by id and have no texts: those come from the data file beside them, or from
the project that the rows are imported into.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stance.annotation.formats.fields import (
    ABOUT,
    about,
    actor,
    annotator_name,
    by_sentence,
    spans,
    with_about,
)
from stance.annotation.formats.folders import creating
from stance.annotation.formats.format import Format, Reading, Rows, Start, Writing
from stance.annotation.formats.questions import Asked
from stance.annotation.formats.starts import jsonl_lines, records_in, start_of
from stance.codebook.codebook import Codebook
from stance.storage.errors import InputError, printable
from stance.storage.jsonl import Fields
from stance.storage.rows import RefusedRow, Row

QUESTION, SPAN = "stance", "span"
_OUTPUT, _STATE, _DATA = "annotation_output", "user_state.json", "data"
_LABELS, _SPANS = "instance_id_to_label_to_value", "instance_id_to_span_to_value"
_NOT_CHOSEN = (None, False, "", "false", "False")
_SETTLED = "settled"  # whom answers belong to that name nobody: Potato has no answer of nobody
_DATA_ENDINGS = (".json", ".jsonl", ".csv")


def _matches(start: Start) -> bool:
    first = start.first
    if start.kind == "folder":
        return _OUTPUT in start.names
    if start.kind == "csv":
        return {"instance_id", "user_id"} <= {*start.names}
    is_answer = {"instance_id", "user_id"} <= first.keys()
    return _LABELS in first or (is_answer and isinstance(first.get("labels"), dict))


def _read(path: Path, reading: Reading) -> Rows:
    asked = Asked(reading.question)
    texts = _Texts(path, reading)
    answers = list(_answers(path, reading))
    asked.see(name for one in answers if isinstance(one, _Answer) for name in one.labels)
    for one in answers:
        if isinstance(one, RefusedRow):
            yield one
            continue
        try:
            yield Row(one.number, _row(one, asked.name, texts))
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            yield RefusedRow(one.number, f"not an answer of Potato: {error}")
    asked.check()


class _Answer:
    """What one person said of one sentence: the chosen labels by question, and the spans."""

    def __init__(self, number: int, sentence: str, user: str, labels: Any, marked: Any) -> None:
        self.number, self.sentence, self.user = number, str(sentence), str(user)
        self.labels = _by_question(labels)
        self.marked = list(_marked(marked))


def _by_question(found: Any) -> dict[str, list[str]]:
    """The chosen labels of each question, from either form: pairs, or a dictionary of them."""
    chosen: dict[str, list[str]] = {}
    if isinstance(found, dict):
        pairs = [
            ({"schema": schema, "name": name}, value)
            for schema, values in found.items()
            for name, value in (values.items() if isinstance(values, dict) else [("", values)])
        ]
    else:
        pairs = [(pair[0], pair[1]) for pair in found or ()]
    for label, value in pairs:
        name = str(label["name"])
        if name in ("", "select-one"):  # one of a list: the value is what was chosen
            name = str(value or "")
        given = chosen.setdefault(str(label["schema"]), [])
        if value not in _NOT_CHOSEN:
            given.append(name)
    return chosen


def _marked(found: Any) -> Iterator[Fields]:
    lists = found.values() if isinstance(found, dict) else [found or ()]
    for given in lists:
        for one in given.values() if isinstance(given, dict) else given:
            yield one[0] if isinstance(one, list) else one


def _answers(path: Path, reading: Reading) -> Iterator[_Answer | RefusedRow]:
    if path.is_dir():
        states = sorted((path / _OUTPUT).glob(f"*/{_STATE}"))
        if not states:
            raise InputError(f"{printable(str(path))}: nobody has answered in this project yet.")
        for state in states:
            yield from _answers(state, reading)
        return
    start = start_of(path, reading.encoding)
    for record in records_in(path, start.kind, reading.encoding):
        if isinstance(record, RefusedRow):
            yield record
            continue
        try:
            yield from list(_answers_in(record, start.kind))
        except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
            yield RefusedRow(record.number, f"no answers of Potato: {error}")


def _answers_in(record: Row, kind: str) -> Iterator[_Answer]:
    """The answers of a whole state, or the one of a line of an export."""
    fields = record.fields
    if _LABELS in fields or _SPANS in fields:
        labels, marked = fields.get(_LABELS) or {}, fields.get(_SPANS) or {}
        for number, name in enumerate(dict.fromkeys([*labels, *marked]), 1):
            user = fields.get("user_id", "")
            yield _Answer(number, name, user, labels.get(name), marked.get(name))
        return
    is_table = kind == "csv"
    yield _Answer(
        record.number,
        fields["instance_id"],
        fields["user_id"],
        _columns(fields) if is_table else fields.get("labels"),
        None if is_table else fields.get("spans"),
    )


def _columns(fields: Fields) -> dict[str, dict[str, Any]]:
    """The labels in columns called `<question>.<label>`."""
    found: dict[str, dict[str, Any]] = {}
    for column, value in fields.items():
        question, dot, label = column.partition(".")
        if dot and not label.startswith("_"):
            found.setdefault(question, {})[label] = value
    return found


class _Texts:
    """The sentences that answers are about: of the data files, else of the project."""

    def __init__(self, path: Path, reading: Reading) -> None:
        self._known: dict[str, Fields] = {}
        self._reading = reading
        root = next((one for one in (path, *path.parents[:3]) if (one / _OUTPUT).is_dir()), None)
        for file in sorted((root / _DATA).iterdir()) if root and (root / _DATA).is_dir() else ():
            if file.suffix.lower() in _DATA_ENDINGS and file.is_file():
                self._read(file)

    def _read(self, file: Path) -> None:
        start = start_of(file, self._reading.encoding)
        for record in records_in(file, start.kind, self._reading.encoding):
            if isinstance(record, Row) and isinstance(record.fields.get("id"), str | int):
                self._known[str(record.fields["id"])] = record.fields

    def row(self, sentence: str) -> Fields:
        """The canonical row without an answer. Raises ValueError when the text is not at hand."""
        found = self._known.get(sentence)
        if found is None:
            found = self._reading.sentence_fields(sentence)
        text = (found or {}).get(self._reading.text_key)
        if found is None or not isinstance(text, str):
            raise ValueError(
                f'no text for "{printable(sentence, 60)}". Name the folder of the Potato project, '
                "or import into the project that it was made of"
            )
        row: Fields = {"id": sentence, "text": text, "labels": []}
        passed = ("id", self._reading.text_key, "predictions", "labels", "annotator")
        return with_about(row, found, passed)


def _row(answer: _Answer, question: str, texts: _Texts) -> Fields:
    row = texts.row(answer.sentence)
    row["labels"] = list(answer.labels.get(question, ()))
    if answer.user != _SETTLED:
        row["annotator"] = annotator_name(answer.user)
    actors = [
        actor(row["text"], one.get("start"), one.get("end"), str(one.get("name")))
        | ({"id": one["kb_id"]} if one.get("kb_id") else {})
        for one in answer.marked
    ]
    if actors:
        row["actors"] = actors
    return row


def _write(path: Path, writing: Writing) -> None:
    by_user: dict[str, list[Fields]] = {}
    sentences = []
    for number, rows in enumerate(by_sentence(writing.rows), 1):
        name = str(rows[0].get("id") or number)
        sentences.append({"id": name, "text": rows[0]["text"], **about(rows[0], "meta")})
        for row in rows:
            user = annotator_name(row.get("annotator", "")) or _SETTLED
            by_user.setdefault(user, []).append({**row, "id": name})
    with creating(path, writing.force, _matches) as folder:
        (folder / _DATA).mkdir()
        (folder / _DATA / "sentences.jsonl").write_text("".join(jsonl_lines(sentences)), "utf-8")
        (folder / "config.yaml").write_text(config_of(writing.codebook), "utf-8")
        for user, rows in by_user.items():
            (folder / _OUTPUT / user).mkdir(parents=True)
            state = json.dumps(_state(user, rows), indent=1, ensure_ascii=False)
            (folder / _OUTPUT / user / _STATE).write_text(state + "\n", "utf-8")
        users = "".join(json.dumps({"username": user}) + "\n" for user in by_user)
        (folder / _OUTPUT / "user_config.json").write_text(users, "utf-8")


def _state(user: str, rows: list[Fields]) -> Fields:
    """The answers of a person, as Potato saves them: the name of an option is its value, too."""
    return {
        "user_id": user,
        "instance_id_ordering": [row["id"] for row in rows],
        "current_instance_index": 0,
        "current_phase_and_page": ["annotation", "stance"],
        "completed_phase_and_pages": [],
        _LABELS: {
            row["id"]: [[{"schema": QUESTION, "name": one}, one] for one in row["labels"]]
            for row in rows
        },
        _SPANS: {
            row["id"]: [[_span(one), "1"] for one in found] for row in rows if (found := spans(row))
        },
        "phase_to_page_to_label_to_value": {},
        "phase_to_page_to_span_to_value": {},
    }


def _span(one: Fields) -> Fields:
    role = str(one.get("role") or "ACTOR")
    found = {"schema": SPAN, "name": role, "title": role, "start": one["start"], "end": one["end"]}
    return {**found, "kb_id": one["id"]} if one.get("id") else found


def config_of(codebook: Codebook) -> str:
    """The project's config; JSON, which YAML contains."""
    kind = "radio" if codebook.exclusive else "multiselect"
    labels = [
        {"name": one.name, **({"tooltip": one.definition} if one.definition else {})}
        for one in codebook.labels
    ]
    config = {
        "annotation_task_name": "stance",
        "task_dir": ".",
        "output_annotation_dir": f"{_OUTPUT}/",
        "data_files": [f"{_DATA}/sentences.jsonl"],
        "item_properties": {"id_key": "id", "text_key": "text"},
        "user_config": {"allow_all_users": True, "users": []},
        "annotation_schemes": [
            {
                "annotation_type": kind,
                "name": QUESTION,
                "description": codebook.question or "Which stance does the sentence take?",
                "labels": labels,
            },
            {
                "annotation_type": "span",
                "name": SPAN,
                "description": "Who takes it?",
                "labels": [{"name": "ACTOR"}],
            },
        ],
    }
    return json.dumps(config, indent=2, ensure_ascii=False) + "\n"


POTATO = Format(
    name="potato",
    what="Potato, a project folder",
    matches=_matches,
    read=_read,
    write=_write,
    endings=("",),
    keeps=frozenset({"id", "text", "labels", "annotator", "actors", "meta", *ABOUT}),
)
