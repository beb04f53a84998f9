"""Parquet files: the same rows as elsewhere, and damage told."""

import io
import warnings
from datetime import date

import pyarrow as pa  # noqa: TID253 - a test may take its time
import pyarrow.parquet as pq  # noqa: TID253
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.storage.errors import InputError
from stance.storage.parquet import (
    BATCH_ROWS,
    _check_columns,
    _refuse_bomb,
    parquet_blocks,
    parquet_rows,
)
from stance.storage.rows import Row
from strategies import damaged, texts


def as_parquet(table, **options):
    stream = io.BytesIO()
    pq.write_table(table, stream, **options)
    return stream.getvalue()


def rows_of(content, key="text"):
    return list(parquet_rows(io.BytesIO(content), key))


SMALL = as_parquet(
    pa.table({"text": ["one", "two", None] * 4, "n": list(range(12))}), write_page_checksum=True
)


@given(st.lists(st.tuples(texts, st.integers(-(2**63), 2**63 - 1)), max_size=20))
def test_a_table_comes_back(pairs):
    """Every row comes back with its values and its number from 1."""
    table = pa.table(
        {
            "text": pa.array([text for text, _ in pairs], pa.string()),
            "n": pa.array([number for _, number in pairs], pa.int64()),
        }
    )
    expected = [Row(i, {"text": t, "n": n}) for i, (t, n) in enumerate(pairs, start=1)]
    assert rows_of(as_parquet(table)) == expected


def test_numbers_go_on_over_batches():
    """Rows are numbered through, however many batches they come in."""
    n_rows = 2 * BATCH_ROWS + 1
    found = rows_of(as_parquet(pa.table({"text": [str(i) for i in range(n_rows)]})))
    assert [(row.number, row.fields["text"]) for row in found] == [
        (i + 1, str(i)) for i in range(n_rows)
    ]


def test_values_keep_their_types():
    """Lists, dates and gaps come as Python objects."""
    table = pa.table({"text": [None], "labels": [["a", "b"]], "day": [date(2025, 1, 2)]})
    assert rows_of(as_parquet(table.cast(table.schema.set(0, pa.field("text", pa.string()))))) == [
        Row(1, {"text": None, "labels": ["a", "b"], "day": date(2025, 1, 2)})
    ]


@pytest.mark.parametrize(
    "column",
    [pa.array(["é"], pa.large_string()), pa.array(["é"]).dictionary_encode()],
    ids=["large", "dictionary"],
)
def test_every_kind_of_string_is_text(column):
    """Large and dictionary-coded strings are texts too."""
    assert rows_of(as_parquet(pa.table({"text": column}))) == [Row(1, {"text": "é"})]


@pytest.mark.parametrize("values", [[7], [b"bytes"], [["list"]], [None]])
def test_a_text_column_of_another_type_is_refused(values):
    """A text column that holds no strings is told with its type; another key is not looked at."""
    content = as_parquet(pa.table({"text": values, "body": ["x"]}))
    with pytest.raises(InputError, match=r'the column "text" holds .*, not strings'):
        rows_of(content)
    assert rows_of(content, key="body")[0].fields["body"] == "x"


def test_text_that_is_no_utf_8_is_refused():
    """Bytes that only claim to be a string do not get through."""
    offsets = pa.py_buffer((0).to_bytes(4, "little") + (1).to_bytes(4, "little"))
    column = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(b"\xff")])
    with pytest.raises(InputError, match="UTF8"):
        rows_of(as_parquet(pa.table({"text": column})))


def test_a_few_bytes_that_claim_millions_of_rows_are_refused():
    """One row repeated without end is refused before it is unpacked."""
    column = pa.array(["same"]).dictionary_encode()
    indices = pa.array([0] * 1_100_000, pa.int8())
    repeated = pa.DictionaryArray.from_arrays(indices, column.dictionary)
    content = as_parquet(pa.table({"text": repeated}))
    assert len(content) < 20_000
    with pytest.raises(InputError, match="claims 1,100,000 rows"):
        next(parquet_rows(io.BytesIO(content)))


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"PAR1PAR1", b"text\nx\n", SMALL[:-1], SMALL[4:]]
)
def test_what_is_no_parquet_is_refused(content):
    """Empty, short, foreign and cut files are told in one line."""
    with pytest.raises(InputError, match="cannot be read as Parquet") as caught:
        rows_of(content)
    assert "\n" not in str(caught.value)


def test_a_changed_byte_in_a_checked_page_is_found():
    """Where pages carry checksums, a text that was changed on the disk is not read."""
    content = as_parquet(
        pa.table({"text": ["a harbour plan"]}),
        write_page_checksum=True,
        use_dictionary=False,
        compression="none",
        write_statistics=False,
    )
    assert content.count(b"harbour") == 1
    with pytest.raises(InputError, match="CRC"):
        rows_of(content.replace(b"harbour", b"harvour"))


@given(st.one_of(st.binary(max_size=80), damaged(SMALL)))
def test_any_bytes_are_rows_or_an_input_error(content):
    """Whatever the bytes, the result is rows or InputError."""
    try:
        found = rows_of(content)
    except InputError:
        return
    assert [row.number for row in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize(
    "column",
    [
        pa.array([10**18], pa.timestamp("us")),
        pa.array([2**31 - 1], pa.date32()),
        pa.array([2**62], pa.duration("ms")),
        pa.array([1], pa.timestamp("us", tz="Nowhere/Nope")),
    ],
    ids=["far moment", "far day", "long time", "unknown zone"],
)
def test_a_value_that_python_cannot_hold_is_an_input_error(column):
    """A moment beyond Python's calendar or in an unknown zone is the file's fault."""
    with pytest.raises(InputError):
        rows_of(as_parquet(pa.table({"text": ["x"], "at": column})))


@pytest.mark.parametrize("names", [["text", "text"], ["text", "note", "note"]])
def test_two_columns_of_one_name_are_refused(names):
    """As in CSV, no column is dropped because another one has its name."""
    table = pa.table([pa.array([str(i)]) for i in range(len(names))], names=names)
    with warnings.catch_warnings(), pytest.raises(InputError, match=names[-1]):
        warnings.simplefilter("ignore")
        rows_of(as_parquet(table))


def test_columns_have_a_limit_and_views_are_strings():
    """Ten thousand columns are no table of sentences; a string by another name is a string."""
    wide = pa.table({f"c{number}": [1] for number in range(10_001)})
    stream = io.BytesIO()
    pq.write_table(wide, stream)
    with pytest.raises(InputError, match="10,001 columns, over 10,000"):
        list(parquet_rows(stream))
    stream = io.BytesIO()
    pq.write_table(pa.table({"text": pa.array(["a b"], pa.string_view())}), stream)
    assert [row.fields for row in parquet_rows(stream)] == [{"text": "a b"}]


def test_a_table_without_that_column_is_read():
    """Its rows are refused one by one by whoever needs a text."""
    assert rows_of(as_parquet(pa.table({"n": [7]}))) == [Row(1, {"n": 7})]


def test_a_batch_knows_how_much_of_the_file_was_read():
    """Of the bytes as much as of the rows, so that progress can be told."""
    content = as_parquet(pa.table({"text": [str(i) for i in range(4 * BATCH_ROWS)]}))
    blocks = list(parquet_blocks(io.BytesIO(content)))
    assert [one.first for one in blocks] == [1 + n * BATCH_ROWS for n in range(4)]
    assert [one.n_read for one in blocks] == [len(content) * n // 4 for n in (1, 2, 3, 4)]
    assert {one.kind for one in blocks} == {"arrow"}


@pytest.mark.parametrize(("n_rows", "n_bytes"), [(1_000_000, 9), (1_000_001, 1_000_001)])
def test_many_rows_are_no_bomb_by_themselves(n_rows, n_bytes):
    """A million may be all the same; more of them take a byte each."""
    _refuse_bomb(n_rows, n_bytes)
    with pytest.raises(InputError, match="nearly all the same"):
        _refuse_bomb(1_000_001, n_bytes - 1 if n_bytes > 9 else n_bytes)


def test_ten_thousand_columns_are_not_too_many():
    """One more is told in the test above."""
    _check_columns([f"c{n}" for n in range(10_000)])


def test_an_old_pyarrow_knows_no_views(monkeypatch):
    """There they are no strings."""
    monkeypatch.delattr(pa.types, "is_string_view")
    assert rows_of(as_parquet(pa.table({"text": ["x"]}))) == [Row(1, {"text": "x"})]
    with pytest.raises(InputError, match='the column "text" holds int64, not strings'):
        rows_of(as_parquet(pa.table({"text": [7]})))
