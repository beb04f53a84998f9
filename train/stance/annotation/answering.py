"""An answer as it came from a person, checked and made a record."""

from collections.abc import Sequence
from typing import Literal

from stance.annotation.leases import Lease
from stance.annotation.store import Annotation, now
from stance.codebook.codebook import Codebook
from stance.corpus.segment import Sentence
from stance.storage.errors import DataError, printable

MAX_NOTE = 2000


def annotation_of(
    codebook: Codebook,
    sentence: Sentence,
    lease: Lease,
    labels: Sequence[str],
    answer: str,
    note: str,
    suggested: bool,
) -> Annotation:
    """The record of the answer, from now.

    Raises DataError when the labels do not fit the codebook, or the note cannot be kept.
    """
    _check_note(note)
    kind = _kind_of(answer)
    try:
        given = codebook.checked(labels if kind == "accept" else (), kind == "accept")
    except ValueError as error:
        raise DataError(f"{error}.") from error
    return Annotation(
        sentence_id=sentence.id,
        sentence_sha256=sentence.sha256,
        labels=given,
        annotator=lease.annotator,
        annotated_at=now(),
        answer=kind,
        note=note,
        shown=lease.shown,
        suggested=suggested,
    )


def _kind_of(answer: str) -> Literal["accept", "reject", "ignore"]:
    kinds: tuple[Literal["accept", "reject", "ignore"], ...] = ("accept", "reject", "ignore")
    for kind in kinds:
        if answer == kind:
            return kind
    raise DataError(f'answer "{printable(answer, 40)}" is none of {", ".join(kinds)}.')


def _check_note(note: str) -> None:
    try:
        note.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DataError("the note holds half a character. Write it anew.") from error
    if len(note) > MAX_NOTE:
        raise DataError(f"the note has {len(note):,} characters; {MAX_NOTE:,} are the most.")
