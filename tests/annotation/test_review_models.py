"""Decisions about which a model had a say: corrections, never gold, never in a test set."""

import pytest

from reviews import BOOK, doubt, line, made, reviewing
from stance.annotation.cases import DOUBT, accept_agreed, disputed_cases
from stance.annotation.cases import doubted_cases as of_doubts
from stance.annotation.corrections import Correction, append_corrections, read_corrections
from stance.annotation.gold import project_examples
from stance.annotation.review import Review
from stance.annotation.store import append_annotations, read_gold
from stance.learning.split import split_examples
from stance.storage.errors import DataError


def test_doubts_become_corrections_never_gold(desk):
    """Also in training articles: what a model pointed at is kept apart from what it did not."""
    cases = of_doubts(desk, [doubt(3), doubt(1)])
    assert [one.sentence.id for one in cases.cases] == ["a1#0", "a0#1"]
    for one in cases.cases:
        assert "A model doubts the label: your decision is a correction, not gold" in one.becomes
    assert "a test set never sees it" in cases.cases[1].becomes
    assert "neither training nor tests" in cases.cases[0].becomes
    assert [option.who for option in cases.cases[1].options] == [("ana", "bo"), ("the model",)]
    review = Review(desk, BOOK, cases)
    while case := review.next("eve", "x"):
        review.answer("eve", "x", case.sentence.id, ["no"])
    assert read_gold(desk) == []
    found = read_corrections(desk)
    assert {name: one.labels for name, one in found.items()} == {"a1#0": ("no",), "a0#1": ("no",)}
    assert {(one.shown, one.suggested, one.annotator) for one in found.values()} == {
        (DOUBT, True, "eve")
    }


def test_a_doubt_decided_leaves_the_test_set_as_it_was(desk):
    """The test rows before and after are the same; the training row is learnt as decided."""
    before = split_examples(desk, project_examples(desk, BOOK).examples)
    review = Review(desk, BOOK, of_doubts(desk, [doubt(3), doubt(1)]))
    while case := review.next("eve", "x"):
        review.answer("eve", "x", case.sentence.id, ["no"])
    after = split_examples(desk, project_examples(desk, BOOK).examples)
    assert [(one.id, one.labels) for one in after["test"]] == [
        (one.id, one.labels) for one in before["test"]
    ]
    with pytest.raises(DataError, match="a correction says which labels hold"):
        review.undo("eve", "x") and review.answer("eve", "x", "a0#1", [], "reject")
    review.answer("eve", "x", "a0#1", ["no"])
    assert {one.id: one.labels for one in before["train"]}["a0#1"] == ("yes",)
    assert {one.id: one.labels for one in after["train"]}["a0#1"] == ("no",)


def test_a_dispute_decided_is_in_the_test_set(desk):
    """No model had a part in it: gold, for the test, as the screen says."""
    case = disputed_cases(desk, BOOK, ["ana", "bo"]).cases[-1]
    assert (case.sentence.id, case.is_gold, case.is_test) == ("a1#2", True, True)
    assert case.becomes == "Your decision is gold: it settles the sentence, here for the test."
    review = reviewing(desk, ["ana", "bo"])
    while case := review.next("eve", "x"):
        review.answer("eve", "x", case.sentence.id, ["no"])
    tested = split_examples(desk, project_examples(desk, BOOK).examples)["test"]
    assert ("a1#2", ("no",)) in [(one.id, one.labels) for one in tested]


def test_a_dispute_under_a_models_eyes_is_kept_out_of_the_test_set(tmp_path):
    """Where an annotator saw the model's labels; in training articles it is gold as ever."""
    desk = made(tmp_path / "desk", suggested=True)
    cases = {one.sentence.id: one for one in disputed_cases(desk, BOOK, ()).cases}
    assert (cases["a0#2"].is_gold, cases["a1#1"].is_gold) == (True, False)
    assert "A model's labels were on screen" in cases["a1#1"].becomes
    review = reviewing(desk)
    while case := review.next("eve", "x"):
        review.answer("eve", "x", case.sentence.id, ["no"])
    assert list(read_corrections(desk)) == ["a1#1"]
    tested = split_examples(desk, project_examples(desk, BOOK).examples)["test"]
    assert "a1#1" not in {one.id for one in tested}
    assert reviewing(desk).progress("eve").left == 0
    append_annotations(desk, [line(4, who, ["no"], suggested=True) for who in ("ana", "bo", "cy")])
    accept_agreed(desk, BOOK, (), "eve")
    assert "a1#1" not in {one.sentence_id for one in read_gold(desk)}


def test_an_earlier_correction_comes_back_into_force(desk):
    """Taking a decision back restores what an editor had said, and nothing where none had."""
    append_corrections(desk, [line(1, "ed", [], Correction)])
    review = Review(desk, BOOK, of_doubts(desk, [doubt(1), doubt(0)]))
    assert review.progress("eve").left == 2  # the editor spoke before the model doubted
    for _ in range(2):
        review.answer("eve", "x", review.next("eve", "x").sentence.id, ["no"])
    review = Review(desk, BOOK, of_doubts(desk, [doubt(1), doubt(0)]))
    assert review.progress("eve").left == 0
    assert review.undo("eve", "x") and review.undo("eve", "x")
    (found,) = read_corrections(desk).values()
    assert (found.annotator, found.labels, found.sentence_id) == ("ed", (), "a0#1")
    assert len(desk.corrections.read_text("utf-8").splitlines()) == 5
