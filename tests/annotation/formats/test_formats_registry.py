"""Which format a file has: known by its content, or told in one line."""

import csv
import json

import pytest

from stance.annotation.formats.format import Reading
from stance.annotation.formats.registry import detected, rows_in
from stance.storage.errors import InputError
from stance.storage.rows import Row

TEXT = "Germany will send 14 tanks."


@pytest.mark.parametrize(
    "more",
    [
        {"entities": [], "Comments": []},
        {"accept": ["x"], "_view_id": "choice", "label": ["for"]},
        {"instance_id": "a", "user_id": "b"},
        {"data": {"text": "x"}, "fields": {"text": "x"}},
    ],
)
def test_rows_of_ours_stay_ours(tmp_path, more):
    """A row with text and labels is canonical, whatever else is in it."""
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"text": "x", "labels": ["for"], **more}))
    assert detected(path).name == "jsonl"


def test_what_is_no_known_format_is_told_in_one_line(tmp_path):
    """The line names what was tried."""
    path = tmp_path / "notes.txt"
    path.write_text("We met on Monday.\n")
    with pytest.raises(InputError, match=r"Tried: csv, jsonl, .*, dna\. Say which") as told:
        detected(path)
    assert "\n" not in str(told.value)
    with pytest.raises(InputError, match=r'no format "docano"\. Did you mean "doccano"'):
        rows_in(path, Reading(as_format="docano"))


def test_a_file_that_may_be_two_things_is_told(tmp_path):
    """With what it may be, and how to say which."""
    both = {"data": {"text": "x"}, "annotations": [], "fields": {"text": "x"}, "responses": {}}
    path = tmp_path / "a.json"
    path.write_text(json.dumps([both]))
    with pytest.raises(InputError, match=r"may be \S+ or \S+\. Say which: --format NAME"):
        detected(path)


def test_a_long_first_cell_is_a_cell(tmp_path):
    """Whatever limit another part of the program has set."""
    csv.field_size_limit(100)
    path = tmp_path / "a.csv"
    path.write_text("annotation_id,annotator,text,stance\n1,2," + "x" * 150_000 + ",for\n")
    assert detected(path).name == "label-studio-csv"


def test_rows_of_a_tool_may_be_packed_as_parquet(tmp_path):
    """Where the format is named; its columns are those of the tool."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [TEXT], "label": [["for"]]}), path)
    (row,) = rows_in(path, Reading(as_format="doccano"))[1]
    assert row == Row(1, {"text": TEXT, "label": ["for"]})
