"""Rows into CSV, JSONL or Parquet, a batch at a time, appearing under their name when complete."""

import contextlib
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from stance.storage.atomic import replacing
from stance.storage.errors import InputError, printable
from stance.storage.jsonl import Fields, dump, to_jsonl

OUTPUT_SUFFIXES = (".csv", ".jsonl", ".parquet")
Write = Callable[[Sequence[Fields]], None]


def check_output(path: Path, force: bool) -> None:
    """Raises InputError when the output cannot be written, before any work is done."""
    name = printable(str(path))
    if path.suffix.lower() not in OUTPUT_SUFFIXES:
        raise InputError(f"{name}: unknown kind of output. Use {', '.join(OUTPUT_SUFFIXES)}.")
    if path.is_dir():
        raise InputError(f"{name}: is a folder. Name a file.")
    if path.exists() and not force:
        raise InputError(f"{name}: exists already. Write over it with --force.")
    if not path.parent.is_dir():
        raise InputError(f"{name}: its folder does not exist. Make it first.")


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Write]:
    """A function that writes rows; the file is there when the block ends well, not before."""
    makers = {".csv": _csv_writer, ".jsonl": _jsonl_writer, ".parquet": _parquet_writer}
    with replacing(path) as stream, makers[path.suffix.lower()](stream) as write:
        yield write


def encoded(text: str) -> bytes:
    """The text in UTF-8. Raises InputError when it holds half a character."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError("a text holds bytes that are not UTF-8. Correct it first.") from error


@contextlib.contextmanager
def _jsonl_writer(stream: BinaryIO) -> Iterator[Write]:
    def write(rows: Sequence[Fields]) -> None:
        stream.write(encoded(to_jsonl(rows)))

    yield write


@contextlib.contextmanager
def _csv_writer(stream: BinaryIO) -> Iterator[Write]:
    columns: list[str] = []

    def write(rows: Sequence[Fields]) -> None:
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, lineterminator="\r\n")  # so that it quotes either within a field
        if rows and not columns:
            columns.extend(_columns(rows))
            writer.writerow(columns)
        for row in rows:
            _refuse_new_columns(row, columns)
            writer.writerow([cell(row.get(name)) for name in columns])
        stream.write(encoded(lines.getvalue()))

    yield write


@contextlib.contextmanager
def _parquet_writer(stream: BinaryIO) -> Iterator[Write]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    writers: list[Any] = []

    def write(rows: Sequence[Fields]) -> None:
        if not rows:
            return
        columns = writers[0].schema.names if writers else _columns(rows)
        for row in rows:
            _refuse_new_columns(row, columns)
        values = {name: [_arrow_value(name, row.get(name)) for row in rows] for name in columns}
        try:
            if not writers:
                schema = _with_label_lists(pa.table(values).schema)
                writers.append(pq.ParquetWriter(stream, schema, write_page_checksum=True))
            writers[0].write_table(pa.table(values, schema=writers[0].schema))
        except (pa.ArrowException, OverflowError, UnicodeEncodeError) as error:
            raise InputError(
                f"a column changes its kind or holds what Parquet cannot "
                f"({str(error).splitlines()[0][:100]}). Write .jsonl instead."
            ) from error

    try:
        yield write
    finally:  # also when a write failed, while the stream is still there to be closed upon
        for writer in writers:
            writer.close()


def _with_label_lists(schema: Any) -> Any:
    """The schema with lists of strings where the first rows had empty lists only."""
    import pyarrow as pa

    fields = [
        field.with_type(pa.list_(pa.string())) if field.type == pa.list_(pa.null()) else field
        for field in schema
    ]
    return pa.schema(fields)


def _columns(rows: Sequence[Fields]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _refuse_new_columns(row: Fields, columns: Sequence[str]) -> None:
    new = row.keys() - set(columns)
    if new:
        raise InputError(
            f'the column "{printable(min(new), 40)}" first appears after the header was written. '
            "Write .jsonl instead."
        )


def cell(value: Any) -> str:
    """The value as a CSV cell: lists of names joined by |, null empty, the rest as JSON.

    >>> cell(["a", "b"]), cell(None), cell(0.5), cell("x")
    ('a|b', '', '0.5', 'x')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return "|".join(value)
    return dump(value)


def _arrow_value(name: str, value: Any) -> Any:
    """Lists of names stay lists; other nested values are written as JSON text."""
    if name == "predicted_labels" or not isinstance(value, dict | list):
        return value
    if all(isinstance(one, str) for one in value) and isinstance(value, list):
        return value
    return dump(value)
