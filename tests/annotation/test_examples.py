"""Labelled rows: read as written, or refused with a reason."""

import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.annotation.examples import read_labelled
from stance.corpus.targets import target_of
from stance.storage.errors import InputError, StanceError, printable


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.mark.parametrize(
    ("row", "labels"),
    [
        ({"text": "T.", "labels": ["a", "b"]}, ("a", "b")),
        ({"text": "T.", "labels": []}, ()),
        ({"text": "T.", "labels": "a|b"}, ("a", "b")),
        ({"text": "T.", "labels": " a | |\u00a0b\t"}, ("a", "b")),
        ({"text": "T.", "label": "a"}, ("a",)),
        ({"text": "T.", "label": ""}, ()),
        ({"text": "T.", "label": ["a", "b"]}, ("a", "b")),
        ({"text": "T.", "label": "a", "labels": ["a"]}, ("a",)),
    ],
)
def test_labels_are_read_from_lists_joined_strings_and_single_ones(write, row, labels):
    """`labels` is a list or joined by |, `label` is one; both are stripped of white space."""
    found = read_labelled([write("rows.jsonl", lines(row))])
    assert [one.labels for one in found.examples] == [labels]


def test_csv_joins_labels_with_a_bar_and_keeps_values_as_they_are(write):
    """In CSV labels are joined by |, and neither 007 nor NA is taken for something else."""
    path = write("rows.csv", 'id,text,labels,outlet\n007,"A, quoted.",a|b,NA\n008,Plain.,,x\n')
    first, second = read_labelled([path]).examples
    assert (first.id, first.text, first.labels) == ("007", "A, quoted.", ("a", "b"))
    assert first.fields["outlet"] == "NA"
    assert second.labels == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"text": " \t\u00a0", "labels": []}, "blank"),
        ({"text": 5, "labels": []}, "int, not a string"),
        ({"text": None, "labels": []}, "NoneType, not a string"),
        ({"txt": "T.", "labels": []}, 'no "text"'),
        ({"text": "T."}, 'no "labels" or "label"'),
        ({"text": "T.", "lables": ["a"]}, 'Did you mean "lables"'),
        ({"text": "T.", "labels": [1]}, "a list of int"),
        ({"text": "T.", "labels": {"a": True}}, "labels are dict"),
        ({"text": "T.", "labels": None}, "labels are NoneType"),
        ({"text": "T.", "label": 1}, "labels are int"),
        ({"text": "T.", "label": "a", "answer": "maybe"}, "maybe"),
        ({"text": "T.", "label": "a", "event": ["e"]}, '"event" is list'),
        ({"text": "T.", "label": "a", "article_id": True}, '"article_id" is bool'),
        ({"text": "T.", "label": "a", "id": "x" * 2001}, "too long"),
    ],
)
def test_a_wrong_row_is_refused_with_its_place_and_the_others_go_on(write, row, reason):
    """A row with a wrong type or without a text is refused by name and line; others stay."""
    path = write("rows.jsonl", lines({"text": "Good.", "label": "a"}, row))
    found = read_labelled([path])
    assert [one.text for one in found.examples] == ["Good."]
    assert len(found.refused) == 1
    assert found.refused[0].startswith(f"{path}:2: ")
    assert reason in found.refused[0]


def test_a_refusal_names_options_that_exist(write):
    """An option that a message advises is one that some command has."""
    from typer.main import get_command

    from stance.cli.app import app

    commands = get_command(app).commands.values()
    known = {name for command in commands for option in command.params for name in option.opts}
    path = write("rows.jsonl", lines({"text": "Good.", "label": "a"}, {"text": "T.", "klass": 1}))
    (told,) = read_labelled([path]).refused
    assert set(re.findall(r"--[a-z-]+", told)) <= known


def test_a_file_without_one_good_row_is_an_error(write):
    """A file of which nothing can be used is not passed over beside a good one."""
    good = write("good.jsonl", lines({"text": "Good.", "label": "a"}))
    with pytest.raises(InputError, match=r"bad\.jsonl:1.*blank"):
        read_labelled([good, write("bad.jsonl", lines({"text": "", "label": "a"}))])
    with pytest.raises(InputError, match="no rows"):
        read_labelled([good, write("empty.jsonl", "\n\n")])


def test_rows_of_which_nothing_is_known_are_articles_of_their_own(write):
    """Without an article id rows are not lumped together; numbers become strings."""
    rows = [{"text": "One.", "label": "a"}, {"text": "Two.", "label": "a", "article_id": 7}]
    first, second = read_labelled([write("rows.jsonl", lines(*rows))]).examples
    assert first.article_id == first.id == "rows#1"
    assert (second.id, second.article_id) == ("rows#2", "7")


def test_single_means_that_no_row_has_a_list(write):
    """Data counts as one label a row only when every row of every file says `label`."""
    one = write("one.jsonl", lines({"text": "T.", "label": "a"}))
    many = write("many.jsonl", lines({"text": "T.", "labels": ["a"]}))
    assert read_labelled([one]).is_single
    assert not read_labelled([many]).is_single
    assert not read_labelled([one, many]).is_single


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=4,
)
KEYS = st.sampled_from(["text", "label", "labels", "id", "article_id", "event", "answer", "x"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(KEYS, JSON, max_size=6), min_size=1, max_size=6))
def test_every_row_is_taken_or_refused(rows):
    """Accepted and refused rows together are all rows, whatever JSON they hold."""
    rows = [{"text": "Sure.", "label": "a"}, *rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        path.write_text(lines(*rows), encoding="utf-8")
        found = read_labelled([path])
    assert len(found.examples) + len(found.refused) == len(rows)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=120), st.sampled_from([".csv", ".jsonl", ".parquet"]))
def test_any_bytes_give_rows_or_the_declared_error(content, suffix):
    """Whatever bytes are in a file, the answer is rows or a StanceError."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows{suffix}"
        path.write_bytes(content)
        try:
            found = read_labelled([path])
        except StanceError:
            return
    assert all(one.text.strip() for one in found.examples)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": "\u00a0\u200b", "label": "x"}, "the text is blank"),
        ({"text": "a b", "label": "x", "labels": ["y"]}, "do not say the same"),
        ({"text": "a b", "label": "x", "annotated_at": [1]}, '"annotated_at" is list'),
    ],
)
def test_rows_that_contradict_themselves(fields, told, tmp_path):
    """What cannot be meant is refused, with the row."""
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps({'text': 'c d', 'label': 'x'})}\n{json.dumps(fields)}\n", "utf-8")
    found = read_labelled([path])
    assert len(found.examples) == 1
    (refused,) = found.refused
    assert told in refused
    assert (refused.file, refused.line, refused.row) == (str(path), 2, fields)


def test_label_beside_labels_may_say_the_same(tmp_path):
    """Empty, or one of them."""
    lines = [{"text": "a b", "label": one, "labels": "x|y"} for one in ("", " x ", "y")]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    assert [one.labels for one in read_labelled([path]).examples] == [("x", "y")] * 3


def test_moments_of_parquet_are_written_out(tmp_path):
    """A day and a moment have a form of their own there."""
    import datetime

    import pyarrow as pa
    import pyarrow.parquet as pq

    day = datetime.date(2024, 5, 1)
    table = pa.table({"text": ["a b"], "label": ["x"], "id": [day], "event": [None]})
    pq.write_table(table, tmp_path / "rows.parquet")
    (example,) = read_labelled([tmp_path / "rows.parquet"]).examples
    assert (example.id, example.event) == ("2024-05-01", "")


def test_the_column_of_the_text_may_be_named(write):
    """In our own formats by the option; a tool's format puts its text under our name."""
    rows = lines({"body": "T.", "label": "a", "text": 7})
    (example,) = read_labelled([write("rows.jsonl", rows)], text_key="body").examples
    assert example.text == "T."
    result = [{"from_name": "q", "type": "choices", "value": {"choices": ["a"]}}]
    task = {"data": {"body": "T."}, "annotations": [{"completed_by": 1, "result": result}]}
    export = write("out.json", json.dumps([task]))
    (example,) = read_labelled([export], text_key="body").examples
    assert (example.text, example.labels) == ("T.", ("a",))


def test_what_a_row_says_of_itself_is_kept(write):
    """Each field in its place; the target goes with the text."""
    row = {"id": "r", "text": "T.", "label": "a", "target": "nuclear power", "annotator": "ana"}
    row |= {"split": "test", "event": "e", "article_id": "b", "answer": "reject"}
    (example,) = read_labelled([write("rows.jsonl", lines(row))]).examples
    assert (example.text, target_of(example.text)) == ("T.", "nuclear power")
    assert (example.id, example.annotator, example.split) == ("r", "ana", "test")
    assert (example.event, example.article_id, example.answer) == ("e", "b", "reject")
    assert example.place.endswith("rows.jsonl:1")


def test_a_name_may_have_two_thousand_characters_and_no_nul(write):
    """One more is no name."""
    rows = [{"text": "T.", "label": "a", "id": one} for one in ("x" * 2000, "x" * 2001, "a\0")]
    found = read_labelled([write("rows.jsonl", lines(*rows))])
    assert [len(one.id) for one in found.examples] == [2000]
    assert [one.line for one in found.refused] == [2, 3]
    assert all('"id" is too long or holds a NUL character' in one for one in found.refused)


def test_a_file_is_told_with_its_own_rows(write):
    """What another file refused does not stand there, and at most five of its own do."""
    good = write("good.jsonl", lines({"text": "Good.", "label": "a"}, {"text": ""}))
    bad = write("bad.jsonl", lines(*[{"text": f"T{n}.", "label": n} for n in range(7)]))
    with pytest.raises(InputError) as caught:
        read_labelled([good, bad])
    assert "good.jsonl" not in str(caught.value)
    assert [one.line for one in caught.value.refused] == [2, 1, 2, 3, 4, 5, 6, 7]


def test_the_columns_that_were_found_are_told(write):
    """The first eight of them, each cut short."""
    fields = {"x" * 50: 0, **{f"column {n}": n for n in range(9)}}
    path = write("rows.jsonl", lines({"text": "Good.", "label": "a"}, {"text": "T.", **fields}))
    (told,) = read_labelled([path]).refused
    shown = told.split("(found: ")[1].split(")")[0]
    names = [f"column {n}" for n in range(6)]
    assert shown.split(", ") == ["text", printable("x" * 50, 40), *names]
    assert told.endswith("Call it one of the two.")
    path = write("near.jsonl", lines({"text": "Good.", "label": "a"}, {"text": "T.", "labls": "a"}))
    (told,) = read_labelled([path]).refused
    assert 'Did you mean "labls"?' in told
