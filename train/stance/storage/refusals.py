"""Refused rows as they are told, and the file that keeps them (`--rejects`)."""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from stance.storage.atomic import replacing
from stance.storage.errors import InputError, listed, printable
from stance.storage.jsonl import Fields, dump
from stance.storage.places import check_writable
from stance.storage.records import CSV_END, cell, csv_record
from stance.storage.rows import RefusedRow

REJECTS_SUFFIXES = (".csv", ".jsonl")
_UNDECODED = re.compile("[\udc80-\udcff]")
_HALF = re.compile("[\ud800-\udfff]")
COLUMNS = ("file", "line", "reason", "row")


class Refusal(str):
    """Why a row is not used, as it is told, "file:line: reason.", with the parts of that.

    `line` is 0 where all of the file is refused; `row` is what stands there (see `RefusedRow`).
    """

    file: str
    line: int
    reason: str
    row: Fields | str | None

    def __new__(cls, file: str, refused: RefusedRow) -> "Refusal":
        """The refusal of a row of the file."""
        shown = printable(file)
        where = f"{shown}:{refused.number}: " if refused.number else ""
        reason = refused.reason.removesuffix(".")
        if not where and not reason.startswith(shown):
            where = f"{shown}: "
        found = super().__new__(cls, f"{where}{reason}.")
        found.file, found.line, found.reason, found.row = file, refused.number, reason, refused.row
        return found


def fields_of(refused: str) -> Fields:
    """The parts of the refusal under the names of `COLUMNS`.

    A row that could not be parsed is its line, in which bytes that did not decode are escaped.
    """
    if not isinstance(refused, Refusal):
        return dict.fromkeys(COLUMNS) | {"reason": refused}
    row = refused.row
    if isinstance(row, str):
        row = _UNDECODED.sub(lambda byte: f"\\x{ord(byte[0]) - 0xDC00:02x}", row)
    values = (printable(refused.file), refused.line or None, refused.reason, row)
    return dict(zip(COLUMNS, values, strict=True))


def summed_up(refused: Iterable[str], limit: int = 8) -> str:
    """The refusals one a line, those of one file for the same reason as one with their number."""
    counts: dict[tuple[str, str], int] = {}
    firsts: dict[tuple[str, str], str] = {}
    for one in refused:
        key = (one.file, one.reason) if isinstance(one, Refusal) else ("", one)
        counts[key] = counts.get(key, 0) + 1
        firsts.setdefault(key, one)
    return listed(
        [
            one if counts[key] == 1 else f"{one} So {counts[key] - 1:,} more."
            for key, one in firsts.items()
        ],
        limit,
    )


def check_rejects(path: Path, force: bool) -> None:
    """Raises InputError when the file cannot be written, before any work is done."""
    name = printable(str(path))
    if path.suffix.lower() not in REJECTS_SUFFIXES:
        raise InputError(f"{name}: refused rows are written as {' or '.join(REJECTS_SUFFIXES)}.")
    if path.is_dir():
        raise InputError(f"{name}: is a folder. Name a file.")
    if path.exists() and not force:
        raise InputError(f"{name}: exists already. Name another file, or take it away.")
    if not path.parent.is_dir():
        raise InputError(f"{name}: its folder does not exist. Make it first.")
    check_writable(path.parent)


@contextlib.contextmanager
def writing_refusals(path: Path) -> Iterator[Callable[[Sequence[str]], None]]:
    """A function that writes refusals; the file is there when the block ends well, not before."""
    is_csv = path.suffix.lower() == ".csv"

    def write(refused: Sequence[str]) -> None:
        for one in refused:
            fields = fields_of(one)
            line = csv_record([cell(fields[name]) for name in COLUMNS]) if is_csv else dump(fields)
            # Half a character can only be told as its escape.
            line = _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", line)
            stream.write((line + (CSV_END if is_csv else "\n")).encode("utf-8"))

    with replacing(path) as stream:
        if is_csv:
            stream.write((csv_record(COLUMNS) + CSV_END).encode("utf-8"))
        yield write
