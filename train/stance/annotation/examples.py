"""Labelled rows: what training, evaluation and import read from files anywhere.

A row needs `text` and `labels` (a list, or joined by | in CSV) or `label` (one). The other
canonical columns are used when they are there: `id`, `article_id`, `event`, `split`, `outlet`,
`published_at`, `annotator`, `answer` and what describes the article.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stance.annotation.formats.format import Reading
from stance.annotation.formats.registry import OWN, rows_in
from stance.codebook.codebook import Codebook, codebook_from_labels
from stance.corpus.normalise import is_blank
from stance.corpus.targets import targeted
from stance.storage.errors import ConfigError, DataError, InputError, nearest, printable
from stance.storage.jsonl import Fields
from stance.storage.refusals import Refusal, summed_up
from stance.storage.rows import RefusedRow, Row, text_of

log = logging.getLogger(__name__)

ANSWERS = ("accept", "reject", "ignore")
_SPACE = " \t\r\n\u00a0"


@dataclass(frozen=True)
class Example:
    """One sentence with its labels, and what it is grouped by.

    `article_id` is the row's own, or unique to the row where nothing is known.
    """

    id: str
    text: str
    labels: tuple[str, ...]
    article_id: str
    event: str = ""
    split: str = ""
    place: str = ""
    annotator: str = ""
    answer: str = "accept"
    fields: Fields = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Labelled:
    """Examples read from files, what was refused, and whether the data has one label a row."""

    examples: tuple[Example, ...]
    refused: tuple[str, ...]
    is_single: bool


def read_labelled(
    paths: Sequence[Path],
    encoding: str | None = None,
    text_key: str = "text",
    reading: Reading | None = None,
) -> Labelled:
    """The rows of the files with their labels as written; no codebook is applied yet.

    A file may be in any format of `formats.registry`; `reading` says more of how to read it.
    Raises InputError when a file cannot be read at all or has no row that can be used.
    """
    reading = replace(reading or Reading(), encoding=encoding, text_key=text_key)
    examples: list[Example] = []
    refused: list[str] = []
    columns: set[str] = set()
    for path in paths:
        name = printable(str(path))
        n_before = len(examples)
        kind, rows = rows_in(path, reading)
        key = text_key if kind in OWN else "text"
        for row in rows:
            found = row if isinstance(row, RefusedRow) else _example_of(path, row, key)
            if isinstance(found, RefusedRow):
                refused.append(Refusal(str(path), found))
            else:
                examples.append(found)
                columns |= found.fields.keys() & {"label", "labels"}
        if len(examples) == n_before:
            told = [one for one in refused if isinstance(one, Refusal) and one.file == str(path)]
            raise InputError(summed_up(told, 5) if told else f"{name}: has no rows.", refused)
    return Labelled(tuple(examples), tuple(refused), is_single=columns == {"label"})


def _example_of(path: Path, row: Row, text_key: str) -> Example | RefusedRow:
    text = text_of(row, text_key)
    if isinstance(text, RefusedRow):
        return text
    if is_blank(text):
        return RefusedRow(row.number, "the text is blank", row.fields)
    try:
        labels = labels_of(row.fields)
        identifier = _short(row.fields, "id") or f"{path.stem}#{row.number}"
        answer = _short(row.fields, "answer") or "accept"
        _short(row.fields, "annotated_at")
        if answer not in ANSWERS:
            raise ValueError(f'answer "{printable(answer, 40)}" is none of {", ".join(ANSWERS)}')
        return Example(
            id=identifier,
            text=targeted(text, row.fields.get("target")),
            labels=labels,
            article_id=_short(row.fields, "article_id") or identifier,
            event=_short(row.fields, "event"),
            split=_short(row.fields, "split"),
            place=f"{printable(str(path))}:{row.number}",
            annotator=_short(row.fields, "annotator"),
            answer=answer,
            fields=row.fields,
        )
    except ValueError as error:
        return RefusedRow(row.number, str(error), row.fields)


def _short(fields: Fields, name: str) -> str:
    """The field as a short string; numbers are written out, null is empty."""
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        value = value.isoformat() if hasattr(value, "isoformat") else value
        if not isinstance(value, str):
            raise ValueError(f'"{name}" is {type(value).__name__}, not a string')
    text = str(value).strip()
    if len(text) > 2000 or "\0" in text:
        raise ValueError(f'"{name}" is too long or holds a NUL character')
    return text


def labels_of(fields: Fields) -> tuple[str, ...]:
    """The labels as written, stripped. Raises ValueError that says what is wrong."""
    if "labels" in fields:
        value = fields["labels"]
        if isinstance(value, str):
            value = value.split("|")
    elif "label" in fields:
        value = fields["label"]
        value = [value] if isinstance(value, str) else value
    else:
        found = ", ".join(printable(name, 40) for name in list(fields)[:8])
        hint = nearest("labels", list(fields))
        raise ValueError(f'no "labels" or "label" (found: {found}).{hint} Call it one of the two')
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"labels are {_kind(value)}, not names. Write them as strings")
    labels = tuple(label.strip(_SPACE) for label in value if label.strip(_SPACE))
    other = fields.get("label")
    if isinstance(other, str) and other.strip(_SPACE) and other.strip(_SPACE) not in labels:
        raise ValueError('"labels" and "label" do not say the same. Keep one of the two')
    return labels


def _kind(value: Any) -> str:
    if isinstance(value, list) and value and not isinstance(value[0], str):
        return f"a list of {type(value[0]).__name__}"
    return type(value).__name__


def codebook_of(labelled: Labelled, name: str) -> tuple[Codebook, Labelled]:
    """A codebook taken from the data, and the data with labels as that codebook writes them.

    Labels that differ only in case become one, in its commonest spelling, and this is told.
    """
    spellings = Counter(label for example in labelled.examples for label in example.labels)
    best: dict[str, str] = {}
    for label, _ in sorted(spellings.items(), key=lambda item: (-item[1], item[0])):
        best.setdefault(label.casefold(), label)
    if len(best) < len(spellings):
        others = sorted(set(spellings) - set(best.values()))
        log.warning("labels that differ only in case were joined: %s", printable(", ".join(others)))
    examples = tuple(
        replace(one, labels=tuple(dict.fromkeys(best[label.casefold()] for label in one.labels)))
        for one in labelled.examples
    )
    label_sets = [one.labels for one in examples if one.answer == "accept"]
    codebook = codebook_from_labels(label_sets, name, labelled.is_single)
    _note_alike(codebook.names)
    return codebook, Labelled(examples, labelled.refused, labelled.is_single)


def _note_alike(names: Sequence[str]) -> None:
    found = []
    for label in names:
        similar = nearest(label, [other for other in names if other != label])
        if similar and label > similar.split('"')[1]:
            found.append(f'"{label}" and "{similar.split(chr(34))[1]}"')
    if found:
        more = f" (and {len(found) - 3} more such pairs)" if len(found) > 3 else ""
        log.warning("two labels are much alike: %s%s.", ", ".join(found[:3]), more)


def with_codebook(labelled: Labelled, codebook: Codebook) -> Labelled:
    """The examples with labels checked and in order; those that do not fit are refused.

    Raises ConfigError when no example fits: then the codebook is probably another one's.
    """
    examples: list[Example] = []
    refused = list(labelled.refused)
    for example in labelled.examples:
        try:
            is_answer = example.answer == "accept"
            labels = codebook.checked(example.labels, is_answer)
            examples.append(replace(example, labels=labels))
        except ValueError as error:
            refused.append(refusal_of(example, str(error)))
    if not examples:
        raise ConfigError(
            f"{summed_up(refused, 3)}\nNo row fits the codebook. Take the labels from the data "
            "with --codebook auto, or name the right codebook.",
            refused,
        )
    return Labelled(tuple(examples), tuple(refused), labelled.is_single)


def refusal_of(example: Example, reason: str) -> Refusal:
    """The refusal of a row that was read already."""
    file, _, line = example.place.rpartition(":")
    number = int(line) if line.isascii() and line.isdigit() else 0
    return Refusal(file if number else example.place, RefusedRow(number, reason, example.fields))


def accepted(examples: Iterable[Example]) -> tuple[Example, ...]:
    """The examples whose answer stands. A rejected answer is never a label; ignored ones go."""
    found = tuple(one for one in examples if one.answer == "accept")
    if not found:
        raise DataError("no accepted answer among the rows. Check the column `answer`.")
    return found
