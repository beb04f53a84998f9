"""Blocks: however a file is cut, they hold its rows."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stance.storage import blocks as module
from stance.storage.block_rows import rows_of
from stance.storage.blocks import csv_blocks, jsonl_blocks
from stance.storage.errors import InputError
from stance.storage.records import csv_rows
from stance.storage.row_files import read_blocks, read_rows, row_kind
from stance.storage.rows import RefusedRow, Row, jsonl_rows
from strategies import csv_like, json_like, marks, odd_lines


def cut_small(monkeypatch_size, read):
    """What `read` gives with blocks of so many bytes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK_BYTES", monkeypatch_size)
        try:
            return list(read())
        except InputError as error:
            return str(error)


def rows_in(blocks):
    return blocks if isinstance(blocks, str) else [row for one in blocks for row in rows_of(one)]


def told(rows):
    """The rows without the words of a reason, in which the place within a line may differ."""
    if isinstance(rows, str):
        return rows
    return [row.number if isinstance(row, RefusedRow) else row for row in rows]


@given(marks, st.one_of(odd_lines, json_like), st.integers(1, 40))
def test_json_blocks_hold_the_rows_of_the_file(mark, content, size):
    """However small the blocks, the rows are those that are read one by one."""
    content = mark + content
    whole = cut_small(size, lambda: jsonl_rows(io.BytesIO(content)))
    found = rows_in(cut_small(size, lambda: jsonl_blocks(io.BytesIO(content))))
    assert told(found) == told(whole)


@given(marks, csv_like, st.integers(1, 40))
@example(b"", b'text,n\na,1\n5" pipe,2\n"b\nc",3\n', 8)
@example(b"", b'text\n"a\nb"\n"c"x\n"d"\n', 4)
@example(b"", b'text\n"a ""b"" c"\n""\n"","",x\n', 12)
@example(b"", b'text\na\rb\r\n"c\n', 5)
def test_csv_blocks_hold_the_rows_of_the_file(mark, content, size):
    """However small the blocks, and wherever quotes stand, no record is cut in two."""
    content = mark + content

    def one_by_one():
        try:
            return list(csv_rows(io.BytesIO(content)))
        except InputError as error:
            return str(error)

    def in_blocks():
        try:
            return rows_in(list(csv_blocks(io.BytesIO(content))))
        except InputError as error:
            return str(error)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK_BYTES", size)
        assert in_blocks() == one_by_one()


def test_parquet_is_not_compressed_from_outside(tmp_path):
    """Such a name is no row file."""
    assert row_kind(tmp_path / "a.parquet.gz") == ("", "")
    with pytest.raises(InputError, match="not a row file"):
        list(read_blocks(tmp_path / "a.parquet.gz"))


def test_a_line_of_100_mb_is_passed_over(tmp_path):
    """It is refused by number, the line behind it is read, and little of it is in memory."""
    import tracemalloc

    path = tmp_path / "x.jsonl"
    with path.open("wb") as stream:
        stream.write(b'{"text": "')
        for _ in range(100):
            stream.write(b"x" * 1_000_000)
        stream.write(b'"}\n{"text": "y"}\n')
    tracemalloc.start()
    refused, row = read_rows(path)
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    tracemalloc.stop()
    assert (refused.number, row) == (1, Row(2, {"text": "y"}))


def test_two_columns_of_one_name_are_told():
    """The first that comes up again, however many there are."""
    header = ",".join(f"c{n}" for n in range(9000))
    with pytest.raises(InputError, match='two columns are called "c7"'):
        list(csv_blocks(io.BytesIO(f"{header},c7\n".encode())))


def test_a_long_line_at_the_end_is_passed_over(monkeypatch):
    """It never ends; nothing comes behind it."""
    monkeypatch.setattr(module, "MAX_LINE", 10)
    monkeypatch.setattr(module, "BLOCK_BYTES", 4)
    (block,) = module.line_blocks(io.BytesIO(b"x" * 50).read, "lines")
    assert (block.kind, [row.number for row in block.content]) == ("rows", [1])
