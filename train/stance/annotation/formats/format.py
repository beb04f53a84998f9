"""What a format is: how it is known, read and written, and what it has room for.

Every reader gives canonical rows (see `fields`), every writer takes them.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stance.codebook.codebook import Codebook
from stance.storage.errors import n_of
from stance.storage.jsonl import Fields
from stance.storage.rows import RefusedRow, Row

log = logging.getLogger(__name__)

Rows = Iterator[Row | RefusedRow]


@dataclass(frozen=True)
class Start:
    """What a file begins with: enough to know a format by its content.

    `kind` is how it is packed: "json" (a list or an object), "jsonl", "csv", "dna" (CSV with
    semicolons), "parquet", "text", "zip", "folder"; `records` are the first ones, `names` the
    columns of a table or the entries of a folder.
    """

    kind: str
    records: tuple[Fields, ...] = ()
    names: tuple[str, ...] = ()
    text: str = ""

    @property
    def first(self) -> Fields:
        """The first record, empty where there is none."""
        return self.records[0] if self.records else {}


@dataclass(frozen=True)
class Reading:
    """How files are to be read.

    `as_format` is a format's name ("" to find out), `question` which of a file's questions holds
    the labels, `labels` the codebook's, `sentence_fields` gives the canonical row of a sentence of
    the project by its id (for files that have no texts).
    """

    encoding: str | None = None
    text_key: str = "text"
    as_format: str = ""
    question: str = ""
    labels: tuple[str, ...] = ()
    sentence_fields: Callable[[str], Fields | None] = field(default=lambda name: None)


@dataclass(frozen=True)
class Writing:
    """What is written: canonical rows, and the labels with what is said of them."""

    rows: Sequence[Fields]
    codebook: Codebook
    force: bool = False


@dataclass(frozen=True)
class Format:
    """One format.

    `keeps` are the canonical fields that come back when a file that was written is read again,
    `answers` the kinds of answer that it can tell apart, `takes` says which rows have a place in
    it, and `needs` what the others lack. `endings` are those of its files (a folder has none), the
    usual one first.
    """

    name: str
    what: str
    matches: Callable[[Start], bool]
    read: Callable[[Path, Reading], Rows] | None
    write: Callable[[Path, Writing], None] | None
    endings: tuple[str, ...]
    keeps: frozenset[str] = frozenset()
    answers: tuple[str, ...] = ("accept",)
    takes: Callable[[Fields], bool] = lambda row: True
    needs: str = ""

    @property
    def keeps_annotators(self) -> bool:
        """Whether answers of several annotators stay apart in it."""
        return "annotator" in self.keeps


def fitting(rows: Sequence[Fields], into: Format) -> list[Fields]:
    """The rows that the format has room for; what is lost is told."""
    counts = Counter(str(row.get("answer", "accept")) for row in rows)
    for answer in sorted(set(counts) - {*into.answers}):
        told = f"{counts[answer]:,} answers are {answer}"
        log.warning("left out: %s, for which %s has no room", told, into.name)
    answered = [row for row in rows if row.get("answer", "accept") in into.answers]
    kept = [row for row in answered if into.takes(row)]
    if len(kept) < len(answered):
        n_lost = len(answered) - len(kept)
        log.warning(
            "left out: %s of %s without %s", f"{n_lost:,}", n_of(len(rows), "row"), into.needs
        )
    lost = {
        name
        for row in kept
        for name, value in row.items()
        if name not in into.keeps and value is not False and value is not None
    }
    if lost:
        log.warning("%s has no room for: %s", into.name, ", ".join(sorted(lost)))
    return kept


def translated(
    records: Iterable[Row | RefusedRow], rows_of: Callable[[Fields], Iterable[Fields]], what: str
) -> Rows:
    """The canonical rows of a tool's records, under the numbers of these.

    A record that cannot be one of the tool's is refused as "not `what`", with the reason.
    """
    for record in records:
        if isinstance(record, RefusedRow):
            yield record
            continue
        try:
            for row in rows_of(record.fields):
                yield Row(record.number, row)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            yield RefusedRow(record.number, f"not {what}: {error}")
