"""Refused rows: told once a reason, and kept whole in the file of --rejects."""

import csv
import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.storage.blocks import csv_blocks, jsonl_blocks
from stance.storage.errors import InputError
from stance.storage.parsed import parse
from stance.storage.refusals import (
    COLUMNS,
    Refusal,
    check_rejects,
    fields_of,
    summed_up,
    writing_refusals,
)
from stance.storage.rows import RefusedRow
from strategies import any_strings, csv_like, json_like, json_values

BAD_LINES = {
    b'{"text": "a",}': '{"text": "a",}',
    b'{"text": "a\xff"}': '{"text": "a\\xff"}',
    b'{"txt": "a"}': {"txt": "a"},
    b'{"text": 7, "id": "x"}': {"text": 7, "id": "x"},
    b'{"text": "nul \\u0000"}': {"text": "nul \0"},
    b"[1, 2]": "[1, 2]",
    b'{"text": "\\ud800"}': '{"text": "\\ud800"}',
}


@pytest.mark.parametrize("line", BAD_LINES)
def test_the_row_stands_as_it_stood(line):
    """Parsed where it could be parsed, else the line, with bytes that did not decode escaped."""
    (block,) = jsonl_blocks(io.BytesIO(b'{"text": "good"}\n' + line + b"\n"))
    (refused,) = parse(block).refused
    kept = fields_of(Refusal("rows.jsonl", refused))
    assert (kept["file"], kept["line"], kept["row"]) == ("rows.jsonl", 2, BAD_LINES[line])
    assert kept["reason"] == refused.reason


@pytest.mark.parametrize(
    ("record", "row"),
    [
        (b'a,"b",c', "a,b,c"),
        (b'"a"b,c', '"a"b,c'),
        (b'"a, b",\0', '"a, b",\0'),
        (b"alone", "alone"),
    ],
)
def test_a_record_stands_as_it_stood(record, row):
    """One line of CSV, whether the reader could cut it into fields or not."""
    blocks = csv_blocks(io.BytesIO(b"text,label\ngood,x\n" + record + b"\nfine,y\n"))
    refused = [one for block in blocks for one in parse(block).refused]
    assert [(one.number, one.row) for one in refused] == [(3, row)]


@given(json_like | csv_like, st.sampled_from([jsonl_blocks, csv_blocks]))
def test_accepted_and_refused_rows_are_all_rows(content, blocks_of):
    """Each line number is accepted or refused, none both, and each refused row is kept."""
    try:
        parsed = [parse(block) for block in blocks_of(io.BytesIO(content))]
    except InputError:
        return
    numbers = [row.number for one in parsed for row in one.refused]
    assert len(set(numbers)) == len(numbers)
    if blocks_of is jsonl_blocks and b"\xff\xfe" not in content and b"\xfe\xff" not in content:
        n_lines = sum(1 for line in content.split(b"\n") if line.strip(b"\r\n\t "))
        n_marked = content.startswith(b"\xef\xbb\xbf") and not content[3:].split(b"\n")[0].strip()
        assert sum(map(len, parsed)) + len(numbers) == n_lines - n_marked
    for row in (row for one in parsed for row in one.refused):
        assert json.loads(json.dumps(fields_of(Refusal("f", row))))["reason"] == row.reason


refusals = st.builds(
    lambda file, number, reason, row: Refusal(file, RefusedRow(number, reason, row)),
    any_strings,
    st.integers(0, 10**9),
    any_strings,
    st.none() | any_strings | st.dictionaries(any_strings, json_values, max_size=3),
)


@given(st.lists(refusals | any_strings, max_size=5), st.sampled_from([".csv", ".jsonl"]))
def test_any_refusals_are_written_and_can_be_read(tmp_path_factory, refused, suffix):
    """One row each, in order, under the same four names in both forms."""
    path = tmp_path_factory.mktemp("rejects") / f"r{suffix}"
    with writing_refusals(path) as write:
        write(refused)
    text = path.read_bytes().decode("utf-8")
    assert text.endswith("\r\n") == (suffix == ".csv")
    if suffix == ".jsonl":
        assert "\r" not in text
        rows = [json.loads(line) for line in text.split("\n")[:-1]]
    else:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert len(rows) == len(refused)
    assert all(tuple(row) == COLUMNS for row in rows)


def test_one_reason_is_told_once_a_file():
    """The first row of each file and reason stands for the others; plain faults stay."""
    no_text = [Refusal("a.csv", RefusedRow(n, 'no "text"')) for n in range(2, 502)]
    other = Refusal("b.csv", RefusedRow(2, 'no "text"'))
    told = summed_up([*no_text, other, "b.csv: is a link.", Refusal("c", RefusedRow(0, "c: bad."))])
    assert told.split("\n") == [
        'a.csv:2: no "text". So 499 more.', 'b.csv:2: no "text".', "b.csv: is a link.", "c: bad.",
    ]  # fmt: skip
    assert summed_up(str(n) for n in range(10)).endswith("\nand 2 more")


def test_a_file_refused_as_a_whole_is_named_once():
    """Line 0 is no line; the name goes in front where the reason does not begin with it."""
    assert Refusal("in/a.txt", RefusedRow(0, "has no text.")) == "in/a.txt: has no text."
    assert fields_of(Refusal("a\x1b", RefusedRow(0, "bad")))["file"] == "a\\x1b"
    assert fields_of(Refusal("a", RefusedRow(0, "bad")))["line"] is None
    assert fields_of("plain")["reason"] == "plain"


def test_where_rejects_cannot_go(tmp_path, monkeypatch):
    """Told before any work: another ending, a folder, what is there, and no folder."""
    (tmp_path / "d.csv").mkdir()
    (tmp_path / "there.csv").touch()
    for name, told in {
        "r.txt": ".csv or .jsonl",
        "d.csv": "is a folder",
        "there.csv": "exists already",
        "no/r.csv": "its folder does not exist",
    }.items():
        with pytest.raises(InputError, match=told):
            check_rejects(tmp_path / name, force=False)
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *_: False)
        with pytest.raises(InputError, match="may not be written in"):
            check_rejects(tmp_path / "new.csv", force=False)
    check_rejects(tmp_path / "there.csv", force=True)
    check_rejects(tmp_path / "new.jsonl", force=False)


def test_the_file_appears_whole_or_not_at_all(tmp_path):
    """What breaks the block leaves no file; no refused row leaves one with its header."""
    with pytest.raises(KeyError), writing_refusals(tmp_path / "r.csv") as write:
        write(["one"])
        raise KeyError
    assert list(tmp_path.iterdir()) == []
    with writing_refusals(tmp_path / "r.csv"):
        pass
    assert (tmp_path / "r.csv").read_text(encoding="utf-8") == "file,line,reason,row\n"
