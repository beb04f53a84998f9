"""Cells for spreadsheets: nothing that one would run, and every cell comes back."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stance.prediction.outputs import csv_text_of
from stance.storage.records import cell
from stance.storage.spreadsheet import guard, guarded_cell, unguard
from strategies import json_values, texts

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
cells = st.lists(st.sampled_from([*DANGEROUS, "'", "1", "x", "\n"]), max_size=5).map("".join)


@given(texts | cells)
@example("'=1")
@example("''")
def test_every_cell_comes_back(text):
    """Taking the guard off gives what was there, also where an apostrophe stood before."""
    assert unguard(guard(text)) == text


@given(texts | cells)
def test_no_guarded_cell_is_a_formula(text):
    """Nor does one begin with white space by which a spreadsheet is fooled."""
    assert not guard(text).startswith(DANGEROUS)


@given(texts)
def test_what_is_no_formula_stays(text):
    """Sentences stay as they are, those in quotes, too."""
    if not text.lstrip("'").startswith(DANGEROUS):
        assert guard(text) == text


@given(
    st.lists(st.dictionaries(st.sampled_from("abc"), json_values | cells, min_size=3), max_size=4)
)
def test_a_guarded_file_reads_back_as_the_plain_one(rows):
    """Cell by cell after `unguard`; numbers are left alone, being none but numbers."""
    for row in rows:
        row.pop("z", None)
    plain, safe = csv_text_of()(rows), csv_text_of(spreadsheet_safe=True)(rows)
    records = [list(csv.reader(io.StringIO(one, newline=""), strict=True)) for one in (plain, safe)]
    assert records[0] == [[unguard(one) for one in record] for record in records[1]]


@pytest.mark.parametrize("value", [-1, -0.5, True, None, ["=a", "b"], {"-": 1}])
def test_values_of_any_kind(value):
    """Only what a number writes may begin with a sign."""
    found = guarded_cell(value)
    assert unguard(found) == cell(value)
    assert isinstance(value, int | float) or not found.startswith(DANGEROUS)
