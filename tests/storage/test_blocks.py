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


def in_blocks_of(size, read, content, *options):
    """Each block as its kind, its content, its first line and its header."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK_BYTES", size)
        return [
            (one.kind, one.content, one.first, one.columns)
            for one in read(io.BytesIO(content), *options)
        ]


def test_lines_are_cut_where_one_ends():
    """What was read of the next one waits for its end; the last may lack it."""
    content = b'{"a":1}\n{"a":2}\n{"a": 30000}\n{"a"'
    assert in_blocks_of(8, jsonl_blocks, content) == [
        ("jsonl", b'{"a":1}\n', 1, ()),
        ("jsonl", b'{"a":2}\n', 2, ()),
        ("jsonl", b'{"a": 30000}\n', 3, ()),
        ("jsonl", b'{"a"', 4, ()),
    ]
    assert in_blocks_of(8, jsonl_blocks, b"\xef\xbb\xbf{}\n") == [("jsonl", b"{}\n", 1, ())]
    found = in_blocks_of(8, jsonl_blocks, '{"a": "ä"}\n'.encode("cp1252"), "cp1252")
    assert found == [("rows", [Row(1, {"a": "ä"})], 1, ())]


def test_a_line_that_is_too_long_is_a_block_of_its_own(monkeypatch):
    """Ten bytes are not too long where ten are allowed; what comes behind is read."""
    monkeypatch.setattr(module, "MAX_LINE", 10)
    content = b"0123456789\n" + b"x" * 26 + b"\nsix\nseven"

    def waiting(stream):
        return module.line_blocks(stream.read, "lines", waits=True)

    found = in_blocks_of(5, waiting, content)
    assert found[:1] == [("lines", b"0123456789\n", 1, ())]
    assert found[1][0::2] == ("rows", 2)
    assert found[2:] == [("lines", b"six\n", 3, ()), ("lines", b"seven", 4, ())]
    assert [one.waits for one in waiting(io.BytesIO(b"a\nb"))] == [True, True]


@pytest.mark.parametrize(
    ("size", "plain"),
    [
        (8, [(b"1,2\n", 2), (b'3,"\n"\n', 3), (b"5,6\n", 5)]),
        (9, [(b"1,2\n", 2), (b'3,"\n"\n5,6\n', 3)]),
        (16, [(b'1,2\n3,"\n"\n', 2), (b"5,6\n", 5)]),
    ],
)
def test_records_are_cut_as_long_as_quotes_are_plain(size, plain):
    """Behind the first odd one the rest is read row by row, with its lines' numbers."""
    content = b'a,b\n1,2\n3,"\n"\n5,6\n7"8,9\n0,1\n'
    *found, rest = in_blocks_of(size, csv_blocks, content)
    assert found == [("csv", *one, ("a", "b")) for one in plain]
    rows = [Row(6, {"a": '7"8', "b": "9"}), Row(7, {"a": "0", "b": "1"})]
    assert rest == ("rows", rows, 6, ())


def test_a_header_that_is_no_whole_record_is_read_row_by_row():
    """Longer than a block, without its end, or with a quote in an odd place; blank is blank."""
    assert in_blocks_of(4, csv_blocks, b"long,b\n1,2\n") == [
        ("rows", [Row(2, {"long": "1", "b": "2"})], 1, ())
    ]
    assert in_blocks_of(8, csv_blocks, b"a,b") == in_blocks_of(8, csv_blocks, b"a,b\n") == []
    with pytest.raises(InputError, match="line 1: the header cannot be read"):
        in_blocks_of(9, csv_blocks, b'"a"x\n1\n')
    with pytest.raises(InputError, match="line 1: is blank"):
        in_blocks_of(9, csv_blocks, b"\na,b\n")
    assert in_blocks_of(99, csv_blocks, '"ä\n",b\n1,2\n'.encode()) == [
        ("csv", b"1,2\n", 3, ("ä\n", "b"))
    ]
    assert in_blocks_of(99, csv_blocks, "ä\n1\n".encode("cp1252"), "cp1252") == [
        ("rows", [Row(2, {"ä": "1"})], 1, ())
    ]


@pytest.mark.parametrize(
    ("content", "end"),
    [
        (b"", 0),
        (b"a", 0),
        (b"a\nb", 2),
        (b'"a\nb', 0),  # opens and is still open
        (b'x\n"a\nb', 2),
        (b'x\n"a"\n"b\n', 6),
        (b'"a\n"\n"b\nc\n', 5),
        (b'"a""b"\n', 7),
        (b'a,"b"\r\n', 7),
        (b'a\r"b"\r"c",\n', 11),
        (b'a"b"\n', -1),  # opens within a field
        (b'"a"b\n', -1),  # closes within one
        (b'"a" ,"b"\n', -1),
        (b'a"b\n', 0),
        (b'x\na"b\n', 2),
        (b'"",""\n', 6),
    ],
)
def test_records_end_outside_of_quotes(content, end):
    """The last such place; -1 where a quote neither opens nor closes a field."""
    assert module._end_of_records(content) == end


@pytest.mark.parametrize(
    ("content", "n_lines"), [(b"", 0), (b"a", 0), (b"a\n\r\nb\r\rc\r\n", 5), (b"\n\r", 2)]
)
def test_lines_end_at_either_sign_or_both(content, n_lines):
    """CR and LF together are one end."""
    assert module.count_lines(content) == n_lines
