"""Blocks parsed quickly: the same rows as when each is looked at closely."""

import io
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stance.storage import parsed as module
from stance.storage.block_rows import rows_of
from stance.storage.blocks import Block, csv_blocks
from stance.storage.errors import InputError
from stance.storage.jsonl import to_jsonl
from stance.storage.parsed import JsonLines, Parsed, _doubtful, parse
from stance.storage.records import csv_record, csv_rows
from strategies import json_like, json_objects, odd_lines


def same_as_careful(block, key="text"):
    """The parsed block, after it was compared with what the careful reader makes of it."""
    found, careful = parse(block, key), Parsed(rows_of(block, key), key)
    assert found.texts == careful.texts
    assert found.refused == careful.refused
    assert found.fields() == careful.fields()
    assert found.values("id") == careful.values("id")
    return found


@given(st.one_of(odd_lines, json_like))
def test_the_quick_way_through_json_refuses_what_the_careful_one_does(content):
    """Doubled keys at any depth, halves of pairs, control characters: nothing slips through."""
    found = same_as_careful(Block("jsonl", content, 7))
    for head, fields in zip(found.json_heads([]), found.fields(), strict=True):
        assert json.loads(head + b"}") == fields


@given(st.lists(json_objects, max_size=5))
def test_fields_that_come_anew_are_left_out_of_the_line(rows):
    """A field that the prediction adds does not stand in the object twice."""
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
    found = same_as_careful(Block("jsonl", "\n".join(lines).encode()))
    assert len(found.texts) + len(found.refused) == sum(bool(line.strip()) for line in lines)


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


@pytest.mark.parametrize("content", [b"one two\r\n\nthree\n", b"bad \xff\nx\n", b"NUL \0\nx"])
def test_sentences_are_parsed_like_rows(content):
    """Plain lines: the quick way and the careful one have the same texts, fields and JSON."""
    block = Block("lines", content, 5)
    parsed, plain = parse(block, "t"), Parsed(rows_of(block, "t"), "t")
    assert (parsed.texts, parsed.refused) == (plain.texts, plain.refused)
    assert parsed.fields() == [{"t": text} for text in plain.texts]
    assert parsed.json_heads(()) == plain.json_heads(())
    assert parsed.json_heads(["t"]) == plain.json_heads(["t"]) == [b"{"] * len(plain)
    for columns in (["t"], ["t", "n"], ["n"]):
        assert parsed.csv_heads(columns) == plain.csv_heads(columns)


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


def test_records_that_are_not_of_one_length_are_looked_at_closely():
    """They have the same forms as those that are."""
    block = Block("csv", b'1,a,x\n2,b\n3,"c, d",y\n', 2, ("id", "text", ""))
    found = same_as_careful(block)
    assert found.texts == ["a", "c, d"]
    assert [(one.number, one.row) for one in found.refused] == [(3, "2,b")]
    assert found.json_heads(["id"]) == [b'{"text": "a"', b'{"text": "c, d"']
    assert found.csv_heads(["text", "n"]) == ["a,", '"c, d",']
    assert found.values("id") == ["1", "3"]
    assert found.columns() == ["id", "text"]


def test_a_record_that_never_ends_is_told_with_its_line():
    """Blocks of a file are cut where this cannot be; one made otherwise is read with care."""
    with pytest.raises(InputError, match="line 1: a quote opens here"):
        parse(Block("csv", b'"open\n', 1, ("text",)))


@pytest.mark.parametrize(
    ("content", "is_quick"),
    [
        (b'{"text": "a"}', True),
        (b'{"text": "a"}\n{"text": "b", "n": 1}\n', True),
        (b'{"text": "\\u0041 \\n"}', True),
        (b'{"text": "\\ud83d\\ude00"}', False),
        (b'{"text": "\\uD83D\\uDE00"}', False),
        (b'{"text": "\\u0000"}', False),
        (b'{"text": "a"}\r\n', False),
        (b'{"text": "a", "n": "\0"}', False),
        (b'{"text": 1}', False),
        (b'{"txt": "a"}', False),
        (b'{"text": "a", "text": "b"}', False),
        (b"", False),
    ],
)
def test_lines_out_of_the_common_are_read_each(monkeypatch, content, is_quick):
    """All others in one go."""
    asked = []
    monkeypatch.setattr(JsonLines, "_read_each", lambda *given: asked.append(given))
    found = JsonLines(Block("jsonl", content), "text")
    assert (asked == [], found.texts != []) == (is_quick, is_quick)


@pytest.mark.parametrize(
    ("content", "doubtful"),
    [
        (b'{"a": 1}', []),
        (b'{"a" : 1}', [" :"]),
        (b'{"a"\t: 1, "b"\r: 2}', ["\t:", "\r:"]),
        (b'{"a": "\\n"}', ["\\ud", "\\uD"]),
        (b'{"a" : "\\n"}', [" :", "\\ud", "\\uD"]),
    ],
)
def test_what_may_hide_a_key_is_looked_for(content, doubtful):
    """White space before a colon, and halves of pairs."""
    assert _doubtful(content) == doubtful


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_as_much_as_a_text_may_be_is_read_at_once(monkeypatch, end):
    """More of it is looked at row by row."""
    line = '{"text": "abc"}' + end
    asked = []
    monkeypatch.setattr(JsonLines, "_read_each", lambda *given: asked.append(given))
    monkeypatch.setattr(module, "MAX_TEXT", len(line))
    JsonLines(Block("jsonl", line.encode()), "text")
    assert len(asked) == ("\r" in end)
    monkeypatch.setattr(module, "MAX_TEXT", len(line) - 1)
    JsonLines(Block("jsonl", line.encode()), "text")
    assert len(asked) == 1 + ("\r" in end)
    for size, is_quick in ((8, True), (7, False)):
        monkeypatch.setattr(module, "MAX_TEXT", size)
        records = parse(Block("csv", b"1,a\n2,b\n", 2, ("id", "text")))
        assert (records._records is not None) is is_quick
        assert records.texts == ["a", "b"]


def test_columns_that_are_not_there_are_empty():
    """In plain records as in others; nothing is made up."""
    found = same_as_careful(Block("csv", b"1,a\n2,b\n", 2, ("id", "text")))
    assert found.values("n") == [None, None]
    assert found.values("text") == ["a", "b"]
    assert found.csv_heads(["text", "n", "id"]) == ["a,,1", "b,,2"]
    assert found.csv_heads(["id", "text"]) == ["1,a", "2,b"]
    assert found.json_heads(["id", "text"]) == [b"{", b"{"]
    assert found._records is not None


def test_a_batch_without_a_text_is_refused_row_by_row():
    """Each with what was found there."""
    import pyarrow as pa

    found = same_as_careful(Block("arrow", pa.RecordBatch.from_pydict({"n": [1, 2]}), 5))
    assert ([one.number for one in found.refused], found.texts) == ([5, 6], [])
    assert found.columns() == ["n"]
    assert len(found.batch) == 0


def test_a_line_is_as_long_as_a_line_may_be(monkeypatch):
    """One more character is too long; blank ones are passed over."""
    monkeypatch.setattr(module, "MAX_LINE", 14)
    block = Block("jsonl", b'{"text" : "ab"}\n\n{"text" : "a"}\n{"text" : 1}\n', 3)
    found = parse(block)
    assert found.texts == ["a"]
    assert [(one.number, one.reason) for one in found.refused] == [
        (3, "the line is longer than 8,000,000 characters"),
        (6, '"text" is int, not a string'),
    ]
    assert found.json_heads([]) == [b'{"text" : "a"']
