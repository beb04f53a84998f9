"""Row files of every kind, told apart by their ending."""

from collections.abc import Iterator
from pathlib import Path

from stance.storage.errors import InputError, printable
from stance.storage.parquet import parquet_rows
from stance.storage.rows import RefusedRow, Row, csv_rows, jsonl_rows
from stance.storage.text import open_regular

ROW_SUFFIXES = (".csv", ".jsonl", ".parquet")


def read_rows(
    path: Path, encoding: str | None = None, key: str = "text"
) -> Iterator[Row | RefusedRow]:
    """The rows of the file, whose ending says what it is.

    Raises InputError when it is none of `ROW_SUFFIXES`, has no header, or cannot be read on.
    """
    suffix = path.suffix.lower()
    if suffix not in ROW_SUFFIXES:
        raise InputError(
            f"{printable(str(path))}: not a row file. Known endings: {', '.join(ROW_SUFFIXES)}."
        )
    with open_regular(path) as stream:
        try:
            if suffix == ".parquet":
                yield from parquet_rows(stream, key)
            else:
                yield from (csv_rows if suffix == ".csv" else jsonl_rows)(stream, encoding)
        except InputError as error:
            raise InputError(f"{printable(str(path))}: {error}") from error
