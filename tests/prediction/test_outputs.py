"""Predicted rows as files: complete or not there, and read back as they were written."""

import csv
import gc
import json
import sys

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stance.prediction.outputs import OUTPUT_SUFFIXES, cell, check_output, writing
from stance.storage.errors import InputError
from stance.storage.row_files import read_rows

ROWS = [
    {"id": "1", "text": 'says "no", twice', "predicted_labels": ["a", "b"], "prob_a": 0.25},
    {"id": "2", "text": "two\nlines", "predicted_labels": [], "prob_a": 1.0},
]
names = st.sampled_from(["id", "text", "labels", "note"])
strings = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=15)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**60), 2**60), strings),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(strings, inner, max_size=2),
    max_leaves=5,
)


@pytest.fixture(autouse=True)
def ignored():
    """What the interpreter ignores in a test, such as a destructor that fails."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "unraisablehook", found.append)
        yield found
        gc.collect()


def write(path, *batches):
    with writing(path) as write_rows:
        for batch in batches:
            write_rows(batch)


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.one_of(names, strings), values, max_size=4), max_size=4))
def test_jsonl_reads_back_equal(tmp_path_factory, rows):
    """Any fields that JSON knows come back as they went in, also with other keys in each row."""
    path = tmp_path_factory.mktemp("out") / "a.jsonl"
    write(path, rows[:2], rows[2:])
    assert [row.fields for row in read_rows(path)] == rows


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.fixed_dictionaries({"id": strings, "text": strings}), min_size=1, max_size=5),
    st.sampled_from([".csv", ".parquet"]),
)
def test_strings_read_back_equal_from_tables(tmp_path_factory, rows, suffix):
    """Texts with quotes, commas, line ends and any character survive CSV and Parquet."""
    assume(suffix != ".csv" or "\r" not in "".join(value for row in rows for value in row.values()))
    path = tmp_path_factory.mktemp("out") / f"a{suffix}"
    write(path, rows[:1], rows[1:])
    assert [row.fields for row in read_rows(path)] == rows


def test_a_carriage_return_survives_csv(tmp_path):
    """A carriage return within a text is quoted, so that it does not end the record."""
    rows = [{"id": "1", "text": "one\rtwo"}, {"id": "2", "text": "\r"}]
    write(tmp_path / "a.csv", rows)
    assert [row.fields for row in read_rows(tmp_path / "a.csv")] == rows


def test_csv_as_written(tmp_path):
    """A header, one record a row, labels joined by |, numbers as JSON writes them."""
    write(tmp_path / "a.csv", ROWS)
    assert (tmp_path / "a.csv").read_text() == (
        'id,text,predicted_labels,prob_a\n1,"says ""no"", twice",a|b,0.25\n2,"two\nlines",,1.0\n'
    )


def test_parquet_keeps_lists_and_numbers(tmp_path):
    """Labels stay lists of strings and probabilities floats."""
    import pyarrow.parquet as pq

    write(tmp_path / "a.parquet", ROWS)
    assert pq.read_table(tmp_path / "a.parquet").to_pylist() == ROWS


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ("a|b", "a|b"),
        (["a", "b"], "a|b"),
        ([], ""),
        ((), ""),
        ([1, "a"], '[1, "a"]'),
        ({"a": [None]}, '{"a": [null]}'),
        (True, "true"),
        (0.1, "0.1"),
        (7, "7"),
    ],
)
def test_cells(value, shown):
    """Lists of names are joined by |, null is empty, everything else is JSON."""
    assert cell(value) == shown


def test_what_json_does_not_know_becomes_text(tmp_path):
    """Dates from Parquet are written as ISO dates, at any depth."""
    from datetime import date, datetime
    from decimal import Decimal

    row = {"on": date(2024, 2, 29), "x": [{"at": datetime(2024, 2, 29, 12, 30)}, Decimal("1.50")]}
    write(tmp_path / "a.jsonl", [row])
    assert json.loads((tmp_path / "a.jsonl").read_text()) == {
        "on": "2024-02-29",
        "x": [{"at": "2024-02-29T12:30:00"}, "1.50"],
    }


@pytest.mark.parametrize("suffix", OUTPUT_SUFFIXES)
def test_nothing_is_left_when_the_work_fails(tmp_path, suffix):
    """An exception half-way leaves neither the file nor a temporary one."""
    with pytest.raises(RuntimeError), writing(tmp_path / f"a{suffix}") as write_rows:
        write_rows(ROWS)
        raise RuntimeError
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("suffix", OUTPUT_SUFFIXES)
def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path, suffix):
    """Writing over a file replaces it at the end; a failure leaves the old one."""
    path = tmp_path / f"a{suffix}"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), writing(path) as write_rows:
        write_rows(ROWS)
        assert path.read_text() == "old"
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    write(path, ROWS)
    assert [row.fields["id"] for row in read_rows(path)] == ["1", "2"]
    assert left_in(tmp_path) == [f"a{suffix}"]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_new_column_after_the_header_is_told(tmp_path, suffix):
    """A column that the header lacks is not lost silently, and no half table stays."""
    with pytest.raises(InputError, match=r'column "late".*Write \.jsonl instead'):
        write(tmp_path / f"a{suffix}", ROWS, [{"id": "3", "late": "x"}])
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_missing_column_is_empty(tmp_path, suffix):
    """A row that lacks a column of the header has an empty cell there."""
    write(tmp_path / f"a{suffix}", [{"id": "1", "x": "y"}], [{"id": "2"}])
    found = [row.fields for row in read_rows(tmp_path / f"a{suffix}")]
    assert found == [{"id": "1", "x": "y"}, {"id": "2", "x": None if suffix != ".csv" else ""}]


def test_a_parquet_column_that_changes_its_kind_is_told(tmp_path):
    """Numbers in one batch and words in the next are no Parquet column."""
    with pytest.raises(InputError, match=r"changes its kind .*Write \.jsonl instead"):
        write(tmp_path / "a.parquet", [{"n": 1}], [{"n": "one"}])
    assert left_in(tmp_path) == []


def test_parquet_takes_labels_after_a_batch_without_any(tmp_path):
    """A first batch in which no row got a label must not stop the next one."""
    told = ""
    try:
        write(tmp_path / "a.parquet", [{"predicted_labels": []}], [{"predicted_labels": ["a"]}])
    except InputError as error:
        told = str(error)
    assert told == ""


def test_a_failed_write_says_nothing_more(tmp_path, ignored):
    """After the message of a failure no destructor adds a traceback of its own."""
    try:
        write(tmp_path / "a.parquet", [{"n": 1}], [{"n": "one"}])
    except InputError as error:
        assert "changes its kind" in str(error)
    gc.collect()
    assert ignored == []


def test_a_number_too_large_for_parquet_is_told(tmp_path):
    """An id of thirty digits is a told mistake, no traceback."""
    with pytest.raises(InputError):
        write(tmp_path / "a.parquet", [{"id": 10**30}])


def test_a_number_that_is_none_is_written_as_null(tmp_path):
    """NaN, a missing number of a Parquet column, is null in JSON and not a traceback."""
    write(tmp_path / "a.jsonl", [{"n": float("nan"), "m": [1.5, float("inf")]}])
    assert (tmp_path / "a.jsonl").read_text() == '{"n": null, "m": [1.5, null]}\n'
    write(tmp_path / "a.csv", [{"id": "1", "n": float("nan")}])
    assert (tmp_path / "a.csv").read_text().startswith("id,n\n1,")


@pytest.mark.parametrize("suffix", OUTPUT_SUFFIXES)
def test_a_text_that_is_no_unicode_is_told(tmp_path, suffix):
    """A byte of the command line that is not UTF-8 is a told mistake, no traceback."""
    with pytest.raises(InputError):
        write(tmp_path / f"a{suffix}", [{"text": "caf\udce9"}])


def test_outputs_that_cannot_be_written_are_told_first(tmp_path):
    """Wrong ending, folder, taken name, missing folder: each before any work is done."""
    (tmp_path / "taken.csv").write_text("old")
    (tmp_path / "folder.csv").mkdir()
    for name, told in (
        ("a.xlsx", "unknown kind of output"),
        ("noending", "unknown kind of output"),
        ("taken.csv", "exists already. Write over it with --force"),
        ("folder.csv", "is a folder"),
        ("missing/a.csv", "its folder does not exist"),
    ):
        with pytest.raises(InputError, match=told):
            check_output(tmp_path / name, force=False)
    check_output(tmp_path / "taken.csv", force=True)
    check_output(tmp_path / "new.PARQUET", force=False)


def test_the_csv_opens_in_the_module_csv(tmp_path):
    """The header and every record have the same number of fields."""
    write(tmp_path / "a.csv", ROWS)
    with (tmp_path / "a.csv").open(newline="") as stream:
        assert {len(record) for record in csv.reader(stream, strict=True)} == {4}


def test_one_json_object_a_line(tmp_path):
    """JSON lines hold the text as it is, not escaped."""
    write(tmp_path / "a.jsonl", [{"text": "Øystein\n☂"}])
    content = (tmp_path / "a.jsonl").read_text(encoding="utf-8")
    assert content == '{"text": "Øystein\\n☂"}\n'
    assert json.loads(content) == {"text": "Øystein\n☂"}
