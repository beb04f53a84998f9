"""The project's own rows: CSV, JSON lines, Parquet, and a JSON list of the same rows.

`prediction.outputs` writes them, like every other table of the project.
"""

from collections.abc import Callable
from pathlib import Path

from stance.annotation.formats.fields import CANONICAL
from stance.annotation.formats.format import Format, Reading, Rows, Start
from stance.annotation.formats.starts import records_in, write_records
from stance.storage.row_files import read_rows, row_kind

ANSWERS = ("accept", "reject", "ignore")


def _reader(kind: str) -> Callable[[Path, Reading], Rows]:
    """Reads a file by its ending, and by its kind where it has another one."""

    def read(path: Path, reading: Reading) -> Rows:
        if row_kind(path)[0]:
            return read_rows(path, reading.encoding, reading.text_key)
        return records_in(path, kind, reading.encoding)

    return read


def _read_list(path: Path, reading: Reading) -> Rows:
    return records_in(path, "json", reading.encoding)


def _is(kind: str) -> Callable[[Start], bool]:
    """Whether a file is packed so: such rows are ours when no other format claims them."""
    return lambda start: start.kind == kind


CSV, JSONL, PARQUET = (
    Format(
        name=name,
        what=f"the project's rows as {what}",
        matches=_is(name),
        read=_reader(name),
        write=None,
        endings=(f".{name}", *endings),
        keeps=frozenset(CANONICAL),
        answers=ANSWERS,
    )
    for name, what, endings in (
        ("csv", "CSV", (".csv.gz", ".csv.zst")),
        ("jsonl", "JSON lines", (".jsonl.gz", ".jsonl.zst")),
        ("parquet", "Parquet", ()),
    )
)
JSON = Format(
    name="json",
    what="the project's rows as a JSON list",
    matches=lambda start: start.kind == "json" and "text" in start.first,
    read=_read_list,
    write=lambda path, writing: write_records(path, writing.rows),
    endings=(".json",),
    keeps=frozenset(CANONICAL),
    answers=ANSWERS,
)
