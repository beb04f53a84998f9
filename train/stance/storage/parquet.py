"""Parquet in and out, a batch of rows at a time, so that a small file cannot unpack into memory."""

import os
from collections.abc import Iterator
from typing import Any, BinaryIO

from stance.storage.block_rows import rows_of
from stance.storage.blocks import Block
from stance.storage.errors import InputError, printable
from stance.storage.jsonl import first_twice
from stance.storage.records import MAX_COLUMNS
from stance.storage.rows import BATCH_ROWS, RefusedRow, Row

MANY_ROWS = 1_000_000


def parquet_rows(stream: BinaryIO, key: str = "text") -> Iterator[Row | RefusedRow]:
    """The rows with values as Python objects. Raises InputError as `parquet_blocks` does."""
    for block in parquet_blocks(stream, key):
        yield from rows_of(block, key)


def parquet_blocks(stream: BinaryIO, key: str = "text") -> Iterator[Block]:
    """Record batches that were checked.

    Raises InputError when the file is not Parquet, is damaged, or its text column is no string.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream, page_checksum_verification=True)
        n_bytes = stream.seek(0, os.SEEK_END)
        _refuse_bomb(file.metadata.num_rows, n_bytes)
        _check_columns(file.schema_arrow.names)
        _check_text_column(file.schema_arrow, key)
        n_rows = 0
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            batch.validate(full=True)
            first, n_rows = n_rows + 1, n_rows + len(batch)
            n_read = n_bytes * n_rows // file.metadata.num_rows
            yield Block("arrow", batch, first, n_read=n_read)
    except (pa.ArrowException, OSError, ValueError, OverflowError, KeyError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"cannot be read as Parquet ({reason[:120]}).") from error


def _refuse_bomb(n_rows: int, n_bytes: int) -> None:
    """A repeated row costs next to nothing; sentences that differ take some bytes each."""
    if n_rows > MANY_ROWS and n_bytes < n_rows:
        raise InputError(
            f"claims {n_rows:,} rows in {n_bytes:,} bytes, so they are nearly all the same. "
            "Remove the duplicates first."
        )


def _check_columns(names: list[str]) -> None:
    if len(names) > MAX_COLUMNS:
        raise InputError(f"{len(names):,} columns, over {MAX_COLUMNS:,}.")
    if twice := first_twice(names):
        raise InputError(f'two columns are called "{printable(twice, 60)}". Rename one.')


def _check_text_column(schema: Any, key: str) -> None:
    import pyarrow as pa

    if key not in schema.names:
        return
    kind = schema.field(key).type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    views = getattr(pa.types, "is_string_view", lambda kind: False)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or views(kind)):
        raise InputError(f'the column "{key}" holds {kind}, not strings.')
