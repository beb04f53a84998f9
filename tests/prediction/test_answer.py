"""Answers to blocks: every form that goes out holds the same rows."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.prediction.added import Added, added_names
from stance.prediction.answer import Answerer, Job, with_columns
from stance.prediction.predict import thresholds_of
from stance.storage.blocks import Block
from stance.storage.errors import InputError
from stance.storage.rows import Row

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
texts = st.one_of(words, st.sampled_from(["wants the tram plan dropped", "fears loud nights"]))
rows_of_strings = st.lists(st.fixed_dictionaries({"id": words, "text": texts}), min_size=1)


def answer(scorer, block, form="rows", n_explained=0, columns=()):
    job = Job(None, thresholds_of(scorer), form=form, n_explained=n_explained)
    ((block, found),) = with_columns([block], job, columns)
    return Answerer(job, scorer).answer(block, found)


@settings(max_examples=100, deadline=None)
@given(rows=rows_of_strings, n_explained=st.sampled_from([0, 2]))
def test_every_form_holds_the_same(several, rows, n_explained):
    """JSON lines, CSV and record batches, read again, are the dictionaries."""
    import pyarrow as pa

    block = Block("rows", [Row(n, row) for n, row in enumerate(rows, 1)])
    right = answer(several, block, "rows", n_explained).content
    lines = answer(several, block, "jsonl", n_explained).content.decode()
    assert [json.loads(line) for line in lines.removesuffix("\n").split("\n")] == right
    found = answer(several, block, "csv", n_explained)
    header = io.StringIO(found.content.decode(), newline="")
    table = [dict(zip(found.columns, one, strict=True)) for one in csv.reader(header, strict=True)]
    assert [row["text"] for row in table] == [row["text"] for row in rows]
    assert [float(row["prob_costs"]) for row in table] == [row["prob_costs"] for row in right]
    batch = Block("arrow", pa.RecordBatch.from_pylist(rows))
    columns = answer(several, batch, "parquet", n_explained).content.to_pylist()
    for row in right:
        row.update({"explanation": None} if n_explained else {})
    assert [row | ({"explanation": None} if n_explained else {}) for row in columns] == right


def test_predicting_once_more_replaces_what_was_added(several):
    """No field stands in a row twice, in any form."""
    import pyarrow as pa

    row = {"predicted_labels": ["x"], "text": "fears loud nights in July", "prob_night": 7}
    (right,) = answer(several, Block("rows", [Row(1, row)])).content
    assert right["predicted_labels"] == ["night"]
    line = answer(several, Block("jsonl", json.dumps(row).encode()), "jsonl").content
    assert json.loads(line, object_pairs_hook=lambda pairs: sorted(pairs)) == sorted(right.items())
    batch = pa.RecordBatch.from_pylist([row])
    found = answer(several, Block("arrow", batch), "parquet").content
    assert sorted(found.schema.names) == sorted(right)
    assert found.to_pylist() == [{name: right[name] for name in found.schema.names}]
    cells = Block("csv", b"x,fears loud nights in July,7\n", 2, tuple(row))
    assert answer(several, cells, "csv").columns == ("text", *added_names(several.info))


def test_columns_of_parquet_keep_their_types(several):
    """Dates, decimals and nested values go through; rows without a text are refused."""
    import pyarrow as pa

    schema = pa.schema(
        [
            pa.field("text", pa.dictionary(pa.int8(), pa.string())),
            pa.field("on", pa.date32()),
            pa.field("deep", pa.struct([("a", pa.list_(pa.int16()))])),
            pa.field("big", pa.decimal128(30, 2)),
        ],
        metadata={"from": "elsewhere"},
    )
    values = [{"text": "tram", "deep": {"a": [1]}}, {"text": None}, {"text": "no\0"}, {"text": "b"}]
    given_rows = pa.RecordBatch.from_pylist(values, schema=schema)
    found = answer(several, Block("arrow", given_rows, 11), "parquet")
    assert [row.number for row in found.refused] == [12, 13]
    assert found.content.select(schema.names).to_pylist() == given_rows.take([0, 3]).to_pylist()
    assert found.content.schema.field("deep") == schema.field("deep")
    assert found.content.schema.metadata == schema.metadata


def test_a_table_has_the_columns_of_its_first_rows(several):
    """A name that comes later is told, as it has no place in the header."""
    first = Block("jsonl", b'{"text": "tram", "id": 1}\n')
    job = Job(None, thresholds_of(several), form="csv")
    later = Block("jsonl", b'{"text": "tram", "late": 1}\n', 2)
    (_, columns), (_, same) = with_columns([first, later], job)
    assert columns == same == ["text", "id"]
    with pytest.raises(InputError, match='the column "late" first appears'):
        Answerer(job, several).answer(later, columns)


@settings(max_examples=50, deadline=None)
@given(numbers=st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_digits_are_those_of_rounding(several, numbers):
    """Texts made digit by digit are the numbers that round() gives, also at the ends."""
    import numpy as np

    shares = np.array([numbers])
    added = Added(several.info, shares > 0.5, shares, shares[:, 0], [""])
    (fields,) = added.fields()
    assert json.loads(b"{" + added.json_tails()[0][2:]) == fields


def test_a_block_without_a_usable_row_is_empty_in_every_form(several):
    """Nothing but refused rows: no bytes, no columns, no rows."""
    block = Block("jsonl", b'{"text": 5}\n[]\n')
    for form, empty in (("rows", []), ("jsonl", b""), ("csv", b"")):
        found = answer(several, block, form)
        assert (found.content, found.n_rows, len(found.refused)) == (empty, 0, 2)
