"""The rows of a block, and what tells two blocks apart."""

import pyarrow as pa  # noqa: TID253 - a test may take its time
import pytest

from stance.storage import block_rows as module
from stance.storage.block_rows import arrow_rows, decoded, fingerprint, rows_of
from stance.storage.blocks import Block
from stance.storage.errors import InputError
from stance.storage.rows import MAX_LINE, RefusedRow, Row


def test_a_record_that_the_reader_refuses_is_a_row():
    """One field that is longer than any line; the record behind it has its own number."""
    content = b"x" * (MAX_LINE + 1) + b",y\nshort,z\n"
    refused, row = rows_of(Block("csv", content, 2, ("text", "label")))
    assert (refused.number, row) == (2, Row(3, {"text": "short", "label": "z"}))
    assert "field larger than field limit" in refused.reason


def test_a_line_may_be_as_long_as_the_limit(monkeypatch):
    """Longer ones are refused by number, blank ones passed over."""
    monkeypatch.setattr(module, "MAX_LINE", 10)
    content = b'{"a": 123}\n\n{"a": 1234}\n{"a": 5}'
    whole, refused, behind = rows_of(Block("jsonl", content, 4))
    assert (whole, behind) == (Row(4, {"a": 123}), Row(7, {"a": 5}))
    assert refused == RefusedRow(6, f"the line is longer than {MAX_LINE:,} characters")


def test_a_sentence_names_its_bad_byte():
    """With its place in bytes, as other tools count; the text is kept under the key."""
    good, bad = rows_of(Block("lines", "é\r\né".encode() + b"\xe4\n", 1), "sentence")
    assert good == Row(1, {"sentence": "é"})
    assert (bad.number, bad.reason) == (2, "byte 0xE4 at offset 2 is not UTF-8")
    assert bad.row == "é\udce4"


def test_what_python_cannot_hold_is_told():
    """One line, without the whole of what the library says."""
    batch = pa.RecordBatch.from_arrays([pa.array([2**62], pa.duration("ms"))], ["at"])
    with pytest.raises(InputError, match=r"cannot be read as Parquet \(.{1,120}\)\.$"):
        arrow_rows(batch)


def test_text_is_clean_or_is_not():
    """UTF-8 throughout and without NUL."""
    assert decoded("é".encode()) == ("é", True)
    assert decoded(b"a\0") == ("a\0", False)
    assert decoded(b"a\xff") == ("a\udcff", False)


def test_blocks_have_fingerprints():
    """Equal blocks have the same one; another content, place or header another."""
    numbers = list(range(2000))
    other = [*numbers[:1000], -1, *numbers[1001:]]  # the middle, which a short form leaves out
    blocks = [
        Block("jsonl", b"x"),
        Block("lines", b"x"),
        Block("jsonl", b"x", 2),
        Block("csv", b"x", 1, ("text",)),
        Block("csv", b"x", 1, ("\udcff",)),
        Block("rows", [Row(1, {"text": "x"})]),
        Block("rows", [Row(1, {"text": "\udcff"})]),
        Block("arrow", pa.RecordBatch.from_pydict({"n": numbers})),
        Block("arrow", pa.RecordBatch.from_pydict({"n": other})),
    ]
    found = [fingerprint(one) for one in blocks]
    assert {type(one) for one in found} == {bytes}
    assert len(set(found)) == len(blocks)
    assert fingerprint(Block("jsonl", b"x", n_read=9, source="a", waits=True)) == found[0]
