"""Rows into CSV, JSONL or Parquet, a batch at a time, appearing under their name when complete."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from stance.storage.atomic import replacing
from stance.storage.compression import COMPRESSIONS, compress
from stance.storage.errors import InputError, printable
from stance.storage.jsonl import Fields, dump, to_jsonl
from stance.storage.places import check_writable
from stance.storage.records import CSV_END, cell, csv_record
from stance.storage.row_files import ROW_SUFFIXES, row_kind
from stance.storage.spreadsheet import guarded_cell
from stance.storage.text import encoded

OUTPUT_SUFFIXES = ROW_SUFFIXES
ROW_GROUP = 1 << 16
Write = Callable[[Sequence[Fields]], None]


def check_output(path: Path, force: bool) -> None:
    """Raises InputError when the output cannot be written, before any work is done."""
    name = printable(str(path))
    if not row_kind(path)[0]:
        raise InputError(
            f"{name}: unknown kind of output. Use {', '.join(OUTPUT_SUFFIXES)}, the first two also "
            f"with {' or '.join(COMPRESSIONS)}."
        )
    if path.is_dir():
        raise InputError(f"{name}: is a folder. Name a file.")
    if path.exists() and not force:
        raise InputError(f"{name}: exists already. Write over it with --force.")
    if not path.parent.is_dir():
        raise InputError(f"{name}: its folder does not exist. Make it first.")
    check_writable(path.parent)


@contextlib.contextmanager
def writing(path: Path, spreadsheet_safe: bool = False) -> Iterator[Write]:
    """A function that writes rows; the file is there when the block ends well, not before.

    `spreadsheet_safe` bears on CSV only.
    """
    suffix, compression = row_kind(path)
    if suffix == ".parquet":
        with replacing(path) as stream, parquet_writer(stream) as write_batch:
            yield write_batch
        return
    make = csv_text_of(spreadsheet_safe) if suffix == ".csv" else to_jsonl
    with replacing(path) as stream:
        yield lambda rows: _write(stream, compress(encoded(make(rows)), compression))


def _write(stream: BinaryIO, content: bytes) -> None:
    stream.write(content)


def csv_text_of(spreadsheet_safe: bool = False) -> Callable[[Sequence[Fields]], str]:
    """A function that makes CSV of rows, with the header in front of the first ones."""
    columns: list[str] = []
    as_shown = guarded_cell if spreadsheet_safe else cell

    def text_of(rows: Sequence[Fields]) -> str:
        records = []
        if rows and not columns:
            columns.extend(columns_of(rows))
            records.append(csv_record([*map(as_shown, columns)]))
        for row in rows:
            refuse_new_columns(row, columns)
            records.append(csv_record([as_shown(row.get(name)) for name in columns]))
        return "".join(record + CSV_END for record in records)

    return text_of


@contextlib.contextmanager
def parquet_writer(stream: BinaryIO) -> Iterator[Callable[[Any], None]]:
    """A function that takes rows or record batches; they are gathered into row groups."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writers: list[Any] = []
    waiting: list[Any] = []

    def flush() -> None:
        if waiting:
            table = pa.Table.from_batches(waiting, schema=writers[0].schema)
            writers[0].write_table(table, row_group_size=ROW_GROUP)
            waiting.clear()

    def write(rows: Any) -> None:
        if not len(rows):
            return
        try:
            known = writers[0].schema if writers else None
            table = pa.Table.from_batches(
                [rows] if isinstance(rows, pa.RecordBatch) else _arrow_batches(rows, known),
                schema=known,
            )
            if not writers:
                writers.append(pq.ParquetWriter(stream, table.schema, write_page_checksum=True))
            waiting.extend(table.to_batches())
            if sum(map(len, waiting)) >= ROW_GROUP:
                flush()
        except (pa.ArrowException, OverflowError, UnicodeEncodeError) as error:
            raise InputError(
                f"a column changes its kind or holds what Parquet cannot "
                f"({str(error).splitlines()[0][:100]}). Write .jsonl instead."
            ) from error

    try:
        yield write
        flush()
    finally:  # also when a write failed, while the stream is still there to be closed upon
        for writer in writers:
            writer.close()


def _arrow_batches(rows: Sequence[Fields], schema: Any) -> list[Any]:
    """The rows in the schema, or in the one that they themselves show."""
    import pyarrow as pa

    columns = columns_of(rows) if schema is None else schema.names
    for row in rows:
        refuse_new_columns(row, columns)
    values = {name: [_arrow_value(name, row.get(name)) for row in rows] for name in columns}
    if schema is None:
        schema = _with_label_lists(pa.table(values).schema)
    return list(pa.table(values, schema=schema).to_batches())


def _with_label_lists(schema: Any) -> Any:
    """The schema with lists of strings where the first rows had empty lists only."""
    import pyarrow as pa

    fields = [
        field.with_type(pa.list_(pa.string())) if field.type == pa.list_(pa.null()) else field
        for field in schema
    ]
    return pa.schema(fields)


def columns_of(rows: Sequence[Fields]) -> list[str]:
    """The names of all fields, in the order in which they come up."""
    return list(dict.fromkeys(name for row in rows for name in row))


def refuse_new_columns(names: Iterable[str], columns: Sequence[str]) -> None:
    """Raises InputError when a name is not among the columns of a table."""
    new = set(names).difference(columns)
    if new:
        raise InputError(
            f'the column "{printable(min(new), 40)}" first appears after the header was written. '
            "Write .jsonl instead."
        )


def _arrow_value(name: str, value: Any) -> Any:
    """Lists of names stay lists; other nested values are written as JSON text."""
    if name == "predicted_labels" or not isinstance(value, dict | list):
        return value
    if all(isinstance(one, str) for one in value) and isinstance(value, list):
        return value
    return dump(value)
