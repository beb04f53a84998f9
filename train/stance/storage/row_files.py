"""Row files of every kind, told apart by their ending."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from stance.storage.block_rows import rows_of
from stance.storage.blocks import Block, csv_blocks, jsonl_blocks
from stance.storage.compression import COMPRESSIONS, decompressed
from stance.storage.errors import InputError, naming, printable
from stance.storage.parquet import parquet_blocks
from stance.storage.rows import RefusedRow, Row
from stance.storage.text import open_regular

ROW_SUFFIXES = (".csv", ".jsonl", ".parquet")


def row_kind(path: Path) -> tuple[str, str]:
    """The ending of a row file, one of `ROW_SUFFIXES`, and that of its compression.

    Each is "" where there is none; Parquet is compressed inside, and never from outside.

    >>> row_kind(Path("a.b.CSV.gz")), row_kind(Path("a.parquet.gz")), row_kind(Path("a.txt"))
    (('.csv', '.gz'), ('', ''), ('', ''))
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    compression = suffixes.pop() if suffixes and suffixes[-1] in COMPRESSIONS else ""
    suffix = suffixes[-1] if suffixes else ""
    if suffix not in ROW_SUFFIXES or (compression and suffix == ".parquet"):
        return "", ""
    return suffix, compression


def read_blocks(path: Path, encoding: str | None = None, key: str = "text") -> Iterator[Block]:
    """The rows of the file in blocks; its ending says what it is.

    Raises InputError when it is no row file, has no header, or cannot be read on.
    """
    suffix, compression = row_kind(path)
    if not suffix:
        raise InputError(
            f"{printable(str(path))}: not a row file. Known endings: {', '.join(ROW_SUFFIXES)}, "
            f"the first two also with {' or '.join(COMPRESSIONS)}."
        )
    with open_regular(path) as stream, naming(str(path)):
        if suffix == ".parquet":
            for block in parquet_blocks(stream, key):
                yield dataclasses.replace(block, source=str(path))
            return
        cut: Callable[[BinaryIO, str | None], Iterator[Block]]
        cut = csv_blocks if suffix == ".csv" else jsonl_blocks
        for block in cut(decompressed(stream, compression), encoding):
            yield dataclasses.replace(block, n_read=stream.tell(), source=str(path))


def read_rows(
    path: Path, encoding: str | None = None, key: str = "text"
) -> Iterator[Row | RefusedRow]:
    """The rows of the file one by one. Raises InputError as `read_blocks` does."""
    for block in read_blocks(path, encoding, key):
        with naming(block.source):
            yield from rows_of(block, key)
