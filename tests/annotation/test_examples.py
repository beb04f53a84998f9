"""Labelled rows: read as written, refused with a reason, checked against a codebook."""

import json
import logging
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.annotation.examples import (
    Example,
    Labelled,
    accepted,
    codebook_of,
    read_labelled,
    with_codebook,
)
from stance.storage.errors import ConfigError, DataError, InputError, StanceError


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def labelled(small, *label_sets, is_single=False, answers=()):
    rows = [
        small.example(f"r{n}", f"Sentence number {n}.", labels, answer=answer)
        for n, (labels, answer) in enumerate(
            zip(label_sets, answers or ["accept"] * len(label_sets), strict=True)
        )
    ]
    return Labelled(tuple(rows), (), is_single)


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


def test_labels_that_differ_in_case_become_the_commonest_spelling(small, caplog):
    """Case does not make a new label; the commonest spelling stays and the joining is told."""
    data = labelled(small, ["For"], ["for"], ["for"], ["FOR", "Against"])
    with caplog.at_level(logging.WARNING):
        codebook, joined = codebook_of(data, "rows.csv")
    assert codebook.names == ("Against", "for")
    assert [one.labels for one in joined.examples] == [*[("for",)] * 3, ("for", "Against")]
    assert "FOR, For" in caplog.text


@pytest.mark.parametrize(
    ("label_sets", "is_single", "exclusive"),
    [
        ([["a"], ["b"]], False, True),
        ([["a"], ["a", "b"]], False, False),
        ([["a"], ["b"], []], False, False),
        ([["a"], ["b"], []], True, True),
    ],
)
def test_labels_exclude_each_other_when_every_row_has_one(small, label_sets, is_single, exclusive):
    """One label a row makes an exclusive codebook, which then wants a label in every row."""
    codebook, _ = codebook_of(labelled(small, *label_sets, is_single=is_single), "rows.csv")
    assert codebook.exclusive is exclusive
    assert codebook.none_allowed is not exclusive


@pytest.mark.parametrize("labels", [["a", "a"], ["a", "A"]])
def test_a_label_written_twice_in_a_row_is_one_label(small, labels):
    """A repeated label, also in another case, does not make the data multi-label."""
    codebook, _ = codebook_of(labelled(small, labels, ["b"], ["a"]), "rows.csv")
    assert codebook.exclusive


def test_a_rejected_answer_gives_no_label_to_the_codebook(small):
    """A label that was only rejected or ignored is none of the data's labels."""
    data = labelled(
        small, ["a"], ["b"], ["c"], ["d"], answers=["accept", "accept", "reject", "ignore"]
    )
    assert codebook_of(data, "rows.csv")[0].names == ("a", "b")


def test_labels_that_are_much_alike_are_told(small, caplog):
    """A slip of the pen that makes a label of its own is pointed out."""
    with caplog.at_level(logging.WARNING):
        codebook_of(labelled(small, ["against"], ["agianst"], ["unsure"]), "rows.csv")
    assert 'two labels are much alike: "agianst" and "against".' in caplog.text
    assert "unsure" not in caplog.text


def test_an_unknown_label_is_refused_with_the_nearest_and_the_choice(small):
    """A label the codebook lacks is refused with its row, a hint, and what there is."""
    data = labelled(small, ["unsure", "for_aid"], ["agianst_aid"], [])
    found = with_codebook(data, small.codebook())
    assert [one.labels for one in found.examples] == [("for_aid", "unsure"), ()]
    (told,) = found.refused
    assert told.startswith("rows.csv:r1: ")
    assert 'Did you mean "against_aid"?' in told
    assert "Labels: for_aid, against_aid, unsure" in told


def test_labels_must_fit_the_kind_of_codebook(small):
    """Two labels, or none, where one is wanted are refused row by row."""
    codebook = small.codebook(exclusive=True, none_allowed=False)
    found = with_codebook(labelled(small, ["unsure"], ["unsure", "for_aid"], []), codebook)
    assert [one.labels for one in found.examples] == [("unsure",)]
    assert len(found.refused) == 2


def test_a_codebook_that_fits_no_row_is_an_error(small):
    """When no row fits, the codebook is the wrong one, and this is said."""
    with pytest.raises(ConfigError, match="No row fits the codebook"):
        with_codebook(labelled(small, ["x"], ["y"]), small.codebook())


def test_only_accepted_answers_count(small):
    """A rejected or ignored answer is never a positive one, and nothing accepted is an error."""
    data = labelled(small, ["a"], ["a"], ["b"], answers=["reject", "accept", "ignore"])
    assert [one.id for one in accepted(data.examples)] == ["r1"]
    with pytest.raises(DataError, match="no accepted answer"):
        accepted([one for one in data.examples if one.id != "r1"])


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


def test_many_labels_that_are_alike_are_told_in_one_line(caplog):
    """The first pairs, and how many more there are."""
    words = ("harbour", "mountain", "ferries", "against", "committee")
    names = [f"{word}{end}" for word in words for end in ("", "s")]
    rows = [Example(f"r{n}", "T.", (name,), f"r{n}") for n, name in enumerate(names)]
    with caplog.at_level(logging.WARNING):
        codebook_of(Labelled(tuple(rows), (), True), "rows.csv")
    (record,) = caplog.records
    assert record.getMessage().endswith("(and 2 more such pairs).")


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
