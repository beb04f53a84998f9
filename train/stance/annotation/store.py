"""Annotations: one append-only file per annotator, where the latest line for a sentence counts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field, field_validator

from stance.corpus.store import read_records
from stance.storage.atomic import append_lines
from stance.storage.errors import ProjectError, printable
from stance.storage.project import Project
from stance.storage.toml import Record

ANNOTATOR_PATTERN = re.compile(r"\w[\w.@+-]{0,59}")


class Annotation(Record):
    """One answer of one annotator about one sentence.

    `sentence_sha256` ties it to the words that were judged; `shown` says how the sentence was
    picked, `suggested` whether a model's label was on the screen.
    """

    sentence_id: str
    sentence_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    labels: tuple[str, ...]
    annotator: str
    annotated_at: str
    answer: Literal["accept", "reject", "ignore"] = "accept"
    note: str = ""
    shown: str = "import"
    suggested: bool = False

    @field_validator("labels", mode="before")
    @classmethod
    def _from_json(cls, labels: object) -> object:
        return tuple(labels) if isinstance(labels, list) else labels

    @field_validator("annotator")
    @classmethod
    def _is_a_file_name(cls, annotator: str) -> str:
        if not ANNOTATOR_PATTERN.fullmatch(annotator):
            raise ValueError("an annotator's name has letters, digits and . _ @ + - only")
        return annotator


def now() -> str:
    """The moment as ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def check_annotator(name: str) -> None:
    """Raises ProjectError when the name cannot be one of a file."""
    if not ANNOTATOR_PATTERN.fullmatch(name):
        raise ProjectError(
            f'"{printable(name, 60)}" cannot be an annotator\'s name. '
            "Use letters, digits and . _ @ + - only."
        )


def append_annotations(project: Project, annotations: Sequence[Annotation]) -> None:
    """Writes the answers, each to its annotator's file, and returns when they are on the disk."""
    for annotator in sorted({one.annotator for one in annotations}):
        lines = [one.model_dump_json() for one in annotations if one.annotator == annotator]
        append_lines(project.annotations / f"{annotator}.jsonl", lines)


def append_gold(project: Project, annotations: Sequence[Annotation]) -> None:
    """Writes adjudicated answers and returns when they are on the disk."""
    append_lines(project.gold, [one.model_dump_json() for one in annotations])


def read_annotations(project: Project) -> list[Annotation]:
    """The latest answer of every annotator about every sentence, annotators in order of name."""
    files = [
        file
        for folder in (project.hydrated.annotations, project.annotations)
        for file in (sorted(folder.glob("*.jsonl")) if folder.is_dir() else ())
    ]
    return latest(one for file in files for one in read_records(file, Annotation))


def read_gold(project: Project) -> list[Annotation]:
    """The latest adjudicated answer about every sentence, without those that were taken back.

    An adjudicator takes a decision back by a line with the answer `ignore`.
    """
    answers = (
        one
        for file in (project.hydrated.gold, project.gold)
        for one in read_records(file, Annotation)
    )
    latest_of = {one.sentence_id: one for one in answers}
    return [one for one in latest_of.values() if one.answer != "ignore"]


def latest(annotations: Iterable[Annotation]) -> list[Annotation]:
    """The last answer for each sentence and annotator: a changed mind is a new line."""
    return list({(one.sentence_id, one.annotator): one for one in annotations}.values())


@dataclass(frozen=True)
class Resolved:
    """What the answers about each sentence come to, by sentence id."""

    labels: dict[str, tuple[str, ...]]
    disputed: tuple[str, ...]


def resolve(annotations: Iterable[Annotation], gold: Iterable[Annotation]) -> Resolved:
    """Gold decides; without it all annotators who accepted must agree, or it is disputed.

    Rejected and ignored answers take no part.
    """
    answers: dict[str, set[tuple[str, ...]]] = {}
    for one in annotations:
        if one.answer == "accept":
            answers.setdefault(one.sentence_id, set()).add(tuple(sorted(one.labels)))
    labels = {sentence: min(given) for sentence, given in answers.items() if len(given) == 1}
    disputed = {sentence for sentence, given in answers.items() if len(given) > 1}
    for one in gold:
        disputed.discard(one.sentence_id)
        labels.pop(one.sentence_id, None)
        if one.answer == "accept":
            labels[one.sentence_id] = tuple(sorted(one.labels))
    return Resolved(labels, tuple(sorted(disputed)))
