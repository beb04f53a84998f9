"""Blocks: cut anywhere, parsed quickly, and the same rows as when each is looked at closely."""

import gzip
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stance.storage import blocks as module
from stance.storage.block_rows import fingerprint, rows_of
from stance.storage.blocks import Block, csv_blocks, jsonl_blocks
from stance.storage.compression import COMPRESSIONS, compress, decompressed
from stance.storage.errors import InputError
from stance.storage.parsed import Parsed, parse
from stance.storage.records import csv_record, csv_rows
from stance.storage.row_files import read_blocks, read_rows, row_kind
from stance.storage.rows import RefusedRow, Row, jsonl_rows
from strategies import csv_like, json_like, json_objects, marks

_LINES = (
    *(b'{"text":"a"}', b'{"text": "b", "n": 1.50}', b'{"text" : "c"}', b'{"text":"\\u0041"}'),
    *(b'{"text":"x","text":"y"}', b'{"text":"\\ud83d\\ude00"}', b'{"text":"\\ud800"}'),
    *(b'{"text":1}', b'{"a":{"text":"z"}}', b'{"text":"q","a":{"b":1,"b":2}}', b"\r", b"\n"),
    *(b'{"text":"it says \\":"}', b"{}", b"[]", b" ", b"\xff", b"\0", b'{"text":"\\u0000"}'),
)
pieces = st.lists(st.sampled_from(_LINES), max_size=12).map(b"".join)


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


@given(marks, st.one_of(pieces, json_like), st.integers(1, 40))
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


def same_as_careful(block, key="text"):
    """The parsed block, after it was compared with what the careful reader makes of it."""
    found, careful = parse(block, key), Parsed(rows_of(block, key), key)
    assert found.texts == careful.texts
    assert found.refused == careful.refused
    assert found.fields() == careful.fields()
    assert found.values("id") == careful.values("id")
    return found


@given(st.one_of(pieces, json_like))
def test_the_quick_way_through_json_refuses_what_the_careful_one_does(content):
    """Doubled keys at any depth, halves of pairs, control characters: nothing slips through."""
    import json

    found = same_as_careful(Block("jsonl", content, 7))
    for head, fields in zip(found.json_heads([]), found.fields(), strict=True):
        assert json.loads(head + b"}") == fields


@given(st.lists(json_objects, max_size=5))
def test_fields_that_come_anew_are_left_out_of_the_line(rows):
    """A field that the prediction adds does not stand in the object twice."""
    import json

    from stance.storage.jsonl import to_jsonl

    rows = [{**row, "text": "x"} for row in rows]
    dropped = {name for row in rows for name in list(row)[:1]} - {"text"}
    found = parse(Block("jsonl", to_jsonl(rows).encode()))
    kept = [{name: row[name] for name in row if name not in dropped} for row in rows]
    assert [json.loads(head + b"}") for head in found.json_heads(dropped)] == kept


@given(st.lists(st.text("ab,\"\n\r' é", max_size=6), max_size=12), st.booleans())
def test_the_quick_way_through_csv_is_the_careful_one(cells, has_index):
    """Any cells; a record that goes out is read again as the same one."""
    columns = ("", "id", "text") if has_index else ("id", "text")
    width = len(columns)
    records = [cells[at : at + width] for at in range(0, len(cells) - width + 1, width)]
    content = "".join(csv_record(one) + "\n" for one in records).encode()
    found = same_as_careful(Block("csv", content, 2, columns))
    names = [name for name in columns if name]
    text = ",".join(names) + "\n" + "".join(one + "\r\n" for one in found.csv_heads(names))
    assert [row.fields for row in csv_rows(io.BytesIO(text.encode()))] == found.fields()


def test_a_line_goes_out_as_it_came():
    """Numbers, escapes and spaces of a JSON line are not written anew."""
    line = '{"text": "a",  "n": 1.50, "e": 1E3, "u": "\\u00e9", "big": 12345678901234567890123}'
    assert parse(Block("jsonl", line.encode())).json_heads([]) == [line[:-1].encode()]


@pytest.mark.parametrize("compression", COMPRESSIONS)
@given(st.lists(st.binary(max_size=50), max_size=4))
def test_members_and_frames_are_read_one_after_the_other(compression, parts):
    """What is compressed part by part is unpacked as one stream."""
    packed = b"".join(compress(part, compression) for part in parts)
    assert decompressed(io.BytesIO(packed), compression).read() == b"".join(parts)


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_compressed_file_is_a_row_file(tmp_path, compression):
    """Rows are read from it; a damaged or cut-off one is told with its name."""
    content = compress(b'{"text": "a"}\n{"text": "b"}\n' * 500, compression)
    path = tmp_path / f"x.jsonl{compression}"
    path.write_bytes(content)
    assert len(list(read_rows(path))) == 1000
    for broken in (content[:-5], b"no such stream", content + b"junk"):
        path.write_bytes(broken)
        with pytest.raises(InputError, match=r"x\.jsonl\.\w+: cannot be decompressed"):
            list(read_rows(path))


def test_a_bomb_is_unpacked_block_by_block(tmp_path):
    """100 MB of blank lines in 100 kB are never in memory at once."""
    import tracemalloc

    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n" * 50_000_000, 1))
    tracemalloc.start()
    for _ in read_blocks(path):
        pass
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


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


def test_blocks_have_fingerprints():
    """Equal blocks have the same one; another content, place or header another."""
    import pyarrow as pa

    batch = pa.RecordBatch.from_pylist([{"text": "a"}])
    blocks = [
        Block("jsonl", b"x"),
        Block("lines", b"x"),
        Block("jsonl", b"x", 2),
        Block("csv", b"x", 1, ("text",)),
        Block("rows", [Row(1, {"text": "x"})]),
        Block("arrow", batch),
    ]
    assert len({fingerprint(one) for one in blocks}) == len(blocks)
    assert fingerprint(Block("jsonl", b"x", n_read=9)) == fingerprint(blocks[0])


# Lines of which each looks whole, or is, and which together read as other objects.
SHIFTED = (
    '{"text": "a", "x": [{"b": 1}',
    '{"c": 2}]}',
    '{"d": 1},{"text": "e"}',
    '{"text": "a", "text": "b"}',
    '{"text": "a", "x": {"y": 1}}',
    '{"text": "say \\\\": no"}',
    '{"text": "a\\\\\\\\": "b"}',
    '{"text" : "a"}',
    '{"text": "a", "text"\\t: "b"}',
    '{"text": "b", "id": 1}',
    '{"text": "b", "id": NaN}',
    "[]",
    "",
)


@given(st.lists(st.sampled_from([one.replace("\\\\", "\\") for one in SHIFTED]), max_size=5))
@example(['{"text": "a", "x": [{"b": 1}', '{"c": 2}]}', '{"d": 1},{"text": "e"}'])
@example(['{"text": "a", "text": "b"}', '{"text": "a", "x": {"y": 1}}'])
def test_lines_read_at_once_are_those_read_one_by_one(lines):
    """A line is one object, whatever stands in the lines beside it."""
    same_as_careful(Block("jsonl", "\n".join(lines).encode()))


@given(
    st.lists(st.tuples(*[st.text(st.characters(codec="utf-8", exclude_characters="\0"))] * 3)),
    st.sampled_from([(), ("a%s",), ("text", "a%s"), ("text", "a%s", "n")]),
)
def test_cells_are_written_as_json_like_rows(rows, left_out):
    """Column by column as row by row: the same bytes."""
    header = ["text", "a%s", "n"]
    content = "".join(csv_record(row) + "\r\n" for row in [header, *rows])
    for block in csv_blocks(io.BytesIO(content.encode("utf-8"))):
        parsed = parse(block)
        plain = Parsed(rows_of(block), "text")
        assert parsed.json_heads(left_out) == plain.json_heads(left_out)


def test_two_columns_of_one_name_are_told():
    """The first that comes up again, however many there are."""
    header = ",".join(f"c{n}" for n in range(9000))
    with pytest.raises(InputError, match='two columns are called "c7"'):
        list(csv_blocks(io.BytesIO(f"{header},c7\n".encode())))


@pytest.mark.parametrize("content", [b"one two\r\nthree\n", b"bad \xff\nthree\n", b"NUL \0\nthree"])
def test_sentences_are_parsed_like_rows(content):
    """Plain lines: the quick way and the careful one have the same texts, fields and JSON."""
    block = Block("lines", content, 5)
    parsed, plain = parse(block, "t"), Parsed(rows_of(block, "t"), "t")
    assert (parsed.texts, parsed.refused) == (plain.texts, plain.refused)
    assert parsed.fields() == [{"t": text} for text in plain.texts]
    assert parsed.json_heads(()) == plain.json_heads(())
    assert parsed.json_heads(["t"]) == plain.json_heads(["t"]) == [b"{"] * len(plain)


def test_a_batch_is_parsed_like_rows():
    """Columns that are kept, and rows that were made of them."""
    import pyarrow as pa

    batch = pa.RecordBatch.from_pydict({"text": ["a b", None, "c\0d", "e"], "n": [1, 2, 3, 4]})
    block = Block("arrow", batch, 7)
    parsed, plain = parse(block), Parsed(rows_of(block), "text")
    assert parsed.refused == plain.refused
    assert [one.row for one in parsed.refused] == [
        {"text": None, "n": 2}, {"text": "c\0d", "n": 3},
    ]  # fmt: skip
    assert (parsed.texts, parsed.fields()) == (plain.texts, plain.fields())
    assert parsed.columns() == ["text", "n"]
    assert parsed.values("n") == [1, 4]


def test_a_block_of_csv_may_hold_what_is_refused():
    """Records without a name, without a text, and broken ones: told by their own lines."""
    content = b'id,,text\n1,x,a\n2,y,"b\n"\n3,"z"z,c\n4,,d\n'
    parsed = [parse(block) for block in csv_blocks(io.BytesIO(content))]
    fields = [row for one in parsed for row in one.fields()]
    assert [row["text"] for row in fields] == ["a", "b\n", "d"]
    assert all(list(row) == ["id", "text"] for row in fields)
    assert [(row.number, row.row) for one in parsed for row in one.refused] == [(5, '3,"z"z,c')]


def test_a_long_line_at_the_end_is_passed_over(monkeypatch):
    """It never ends; nothing comes behind it."""
    monkeypatch.setattr(module, "MAX_LINE", 10)
    monkeypatch.setattr(module, "BLOCK_BYTES", 4)
    (block,) = module.line_blocks(io.BytesIO(b"x" * 50).read, "lines")
    assert (block.kind, [row.number for row in block.content]) == ("rows", [1])
