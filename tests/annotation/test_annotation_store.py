"""Annotations: the latest line of an annotator counts, and all answers come to one."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from stance.annotation.store import (
    Annotation,
    append_annotations,
    append_gold,
    latest,
    now,
    read_annotations,
    read_gold,
    resolve,
)
from stance.storage.errors import InputError

LABELS = ("a", "b", "c")


def answer(sentence, annotator="ana", labels=("a",), kind="accept", note=""):
    return Annotation(
        sentence_id=sentence,
        sentence_sha256="0" * 64,
        labels=tuple(labels),
        annotator=annotator,
        annotated_at="2024-05-01T10:00:00Z",
        answer=kind,
        note=note,
    )


ANSWERS = st.lists(
    st.builds(
        answer,
        st.sampled_from(["x#0", "x#1", "y#0"]),
        st.sampled_from(["ana", "ben", "cy"]),
        st.lists(st.sampled_from(LABELS), max_size=2, unique=True),
        st.sampled_from(["accept", "accept", "reject", "ignore"]),
    ),
    max_size=12,
)


def test_the_latest_line_of_an_annotator_counts(project):
    """A changed mind is a new line: the last one counts, for its annotator only."""
    append_annotations(project, [answer("x#0", "ana", ["a"]), answer("x#0", "ben", ["a"])])
    append_annotations(project, [answer("x#1", "ana", ["c"]), answer("x#0", "ana", ["b"])])
    found = {(one.annotator, one.sentence_id): one.labels for one in read_annotations(project)}
    assert found == {("ana", "x#0"): ("b",), ("ana", "x#1"): ("c",), ("ben", "x#0"): ("a",)}


def test_each_annotator_has_a_file_that_only_grows(project):
    """Appending leaves what is there as it is."""
    append_annotations(project, [answer("x#0", "ana"), answer("x#0", "ben")])
    before = (project.annotations / "ana.jsonl").read_bytes()
    append_annotations(project, [answer("x#0", "ana", ["b"])])
    assert (project.annotations / "ana.jsonl").read_bytes().startswith(before)
    assert {path.name for path in project.annotations.glob("*.jsonl")} == {"ana.jsonl", "ben.jsonl"}


@settings(max_examples=150, deadline=None)
@given(ANSWERS)
def test_latest_is_the_last_of_each_pair(answers):
    """For every sentence and annotator exactly the last answer remains."""
    expected = {}
    for one in answers:
        expected[one.sentence_id, one.annotator] = one
    found = {(one.sentence_id, one.annotator): one for one in latest(answers)}
    assert found == expected
    assert len(latest(answers)) == len(expected)


@settings(max_examples=200, deadline=None)
@given(ANSWERS, ANSWERS, st.randoms())
def test_shuffling_answers_about_different_sentences_changes_nothing(answers, gold, draw):
    """Only the order of one annotator's lines about one sentence matters."""
    gold = list({one.sentence_id: one for one in gold}.values())
    tags = list(range(len(answers)))
    draw.shuffle(tags)
    # A stable order within each sentence and annotator, any order between them.
    rank = {}
    for tag, one in zip(tags, answers, strict=True):
        rank.setdefault((one.sentence_id, one.annotator), tag)
    shuffled = sorted(answers, key=lambda one: rank[one.sentence_id, one.annotator])
    draw.shuffle(gold)
    assert resolve(latest(shuffled), gold) == resolve(latest(answers), gold)


@settings(max_examples=200, deadline=None)
@given(ANSWERS, ANSWERS)
def test_every_sentence_with_an_accepted_answer_is_settled_or_disputed(answers, gold):
    """No sentence is both, none is lost, and a rejected or ignored answer settles nothing."""
    answers = latest(answers)
    gold = list({one.sentence_id: one for one in gold}.values())
    found = resolve(answers, gold)
    decided = {one.sentence_id for one in gold}
    rejected = {one.sentence_id for one in gold if one.answer != "accept"}
    accepted = {one.sentence_id for one in (*answers, *gold) if one.answer == "accept"}
    assert found.labels.keys() | set(found.disputed) == accepted - rejected
    assert found.labels.keys().isdisjoint(found.disputed)
    assert decided.isdisjoint(found.disputed)


@pytest.mark.parametrize(
    ("answers", "gold", "labels", "disputed"),
    [
        ([answer("x#0", "ana", "ab"), answer("x#0", "ben", "ba")], [], ("a", "b"), False),
        ([answer("x#0", "ana", "a"), answer("x#0", "ben", "b")], [], None, True),
        ([answer("x#0", "ana", "a"), answer("x#0", "ben", "b", "reject")], [], ("a",), False),
        ([answer("x#0", "ana", "a"), answer("x#0", "ben", "b", "ignore")], [], ("a",), False),
        ([answer("x#0", "ana", "a", "reject")], [], None, False),
        ([answer("x#0", "ana", "a"), answer("x#0", "ben", "b")], ["b"], ("b",), False),
        ([answer("x#0", "ana", "a")], ["c"], ("c",), False),
        ([answer("x#0", "ana", "a")], [""], (), False),
        ([], ["c"], ("c",), False),
    ],
)
def test_gold_decides_and_otherwise_all_must_agree(answers, gold, labels, disputed):
    """Agreement settles, difference is a dispute, gold ends it; rejected answers take no part."""
    found = resolve(answers, [answer("x#0", "chief", one) for one in gold])
    assert found.labels.get("x#0") == labels
    assert found.disputed == (("x#0",) if disputed else ())


def test_rejected_gold_takes_the_sentence_out(project):
    """Gold that rejects leaves neither a label nor a dispute, and the last gold line counts."""
    append_gold(project, [answer("x#0", "chief", "a"), answer("x#0", "chief", "a", "reject")])
    gold = read_gold(project)
    assert len(gold) == 1
    found = resolve([answer("x#0", "ana", "a"), answer("x#0", "ben", "b")], gold)
    assert (found.labels, found.disputed) == ({}, ())


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30), st.lists(st.text(max_size=10), max_size=3))
def test_an_annotation_comes_back_as_it_was_written(note, labels):
    """What is written as a line is read as an equal record."""
    one = answer("x#0", labels=labels, note=note)
    assert Annotation.model_validate_json(one.model_dump_json()) == one


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answer": "maybe"}, "answer"),
        ({"labels": "a"}, "labels"),
        ({"sentence_sha256": "ABC"}, "sentence_sha256"),
        ({"annotator": "../ana"}, "annotator"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_line_that_is_no_annotation_is_named_with_its_place(project, change, field):
    """A wrong line in a file is an error with file, line and field."""
    good = answer("x#0")
    append_annotations(project, [good])
    path = project.annotations / "ana.jsonl"
    bad = {**good.model_dump(mode="json"), **change}
    path.write_text(path.read_text(encoding="utf-8") + json.dumps(bad) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"ana\.jsonl:2: {field}"):
        read_annotations(project)


def test_a_name_that_is_no_file_name_makes_no_annotation():
    """An annotation whose annotator leads out of the folder cannot be made."""
    with pytest.raises(ValidationError, match="annotator"):
        answer("x#0", "../ana")


def test_a_moment_is_told_in_utc():
    """To the second, with a Z."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", now())


def test_a_decision_is_taken_back(project):
    """By a line that ignores the sentence; a rejected one stands."""
    append_gold(project, [answer("x#0"), answer("x#1", kind="reject"), answer("y#0")])
    append_gold(project, [answer("x#0", kind="ignore")])
    assert [one.sentence_id for one in read_gold(project)] == ["x#1", "y#0"]
