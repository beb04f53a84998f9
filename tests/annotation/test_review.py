"""Reviewing: where decisions go, what is taken back, and that no case is served twice."""

import json
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews import BOOK, made, reviewing
from stance.annotation.cases import REVIEW
from stance.annotation.gold import project_examples
from stance.annotation.session import session
from stance.annotation.store import read_gold
from stance.codebook.codebook import to_toml
from stance.storage.errors import ConfigError, DataError, ProjectError


def test_a_decision_is_one_gold_row_with_who_decided(desk):
    """On the disk when answered; the sentence is settled and comes no more, also anew."""
    review = reviewing(desk)
    first = review.next("eve", "x")
    assert review.next("eve", "x") is first
    review.answer("eve", "x", first.sentence.id, ["no"], note="see rule 3")
    (gold,) = read_gold(desk)
    assert (gold.labels, gold.annotator, gold.shown, gold.note) == (
        ("no",),
        "eve",
        REVIEW,
        "see rule 3",
    )
    assert not gold.suggested
    assert review.next("eve", "x").sentence.id == "a0#2"
    assert reviewing(desk).next("eve", "y").sentence.id == "a0#2"
    assert reviewing(desk).progress("eve").done == 1


def test_left_out_is_in_no_data(desk):
    """The decision that no label holds."""
    review = reviewing(desk)
    review.answer("eve", "x", review.next("eve", "x").sentence.id, [], "reject")
    found = project_examples(desk, BOOK)
    assert "a0#0" not in {one.id for one in found.examples} | set(found.disputed)


def test_undo_goes_back_through_earlier_runs(desk):
    """By a new line each; a decision of somebody else is not taken back."""
    for who in ("eve", "eve", "dan"):
        review = reviewing(desk)
        review.answer(who, "x", review.next(who, "x").sentence.id, ["yes"])
    review = reviewing(desk)
    assert {review.undo("eve", "y").sentence.id for _ in range(2)} == {"a0#0", "a0#2"}
    assert review.undo("eve", "y") is None
    assert [one.annotator for one in read_gold(desk)] == ["dan"]
    lines = desk.gold.read_text("utf-8").splitlines()
    assert [json.loads(one)["answer"] for one in lines] == ["accept"] * 3 + ["ignore"] * 2
    assert set(project_examples(desk, BOOK).disputed) == {"a0#0", "a0#2", "a1#2"}


@given(st.lists(st.sampled_from(["yes", "no", "out", "undo", "skip", "restart"]), max_size=25))
@settings(max_examples=15)
def test_the_disk_is_what_was_decided(tmp_path_factory, steps):
    """Whatever is decided, taken back, put aside, and however often it is started again."""
    desk = made(tmp_path_factory.mktemp("desk") / "p")
    review, decided = reviewing(desk), []
    for step in steps:
        case = review.next("eve", "x")
        if step == "restart":
            review = reviewing(desk)
        elif step == "undo":
            taken = review.undo("eve", "x")
            assert (taken is None) == (not decided)
            if taken is not None:
                decided = [one for one in decided if one[0] != taken.sentence.id]
        elif case is not None and step == "skip":
            review.skip("eve", "x", case.sentence.id)
        elif case is not None:
            labels, kind = ((), "reject") if step == "out" else ((step,), "accept")
            review.answer("eve", "x", case.sentence.id, labels, kind)
            decided.append((case.sentence.id, labels, kind))
    found = {(one.sentence_id, one.labels, one.answer) for one in read_gold(desk)}
    assert found == set(decided)
    assert review.progress("eve").done == len(decided)


def test_no_case_is_served_twice(desk):
    """Eight reviewers at once decide each case once."""
    review, done = reviewing(desk), []

    def work(number):
        while case := review.next(f"r{number}", f"h{number}"):
            review.answer(f"r{number}", f"h{number}", case.sentence.id, ["yes"])
            done.append(case.sentence.id)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(done) == ["a0#0", "a0#2", "a1#1", "a1#2"]
    assert len(desk.gold.read_text("utf-8").splitlines()) == 4


def test_what_is_not_on_the_screen_is_not_saved(desk):
    """Answered by another, with labels that do not fit, or by a codebook that has changed."""
    review = reviewing(desk)
    case = review.next("eve", "x")
    for name in ("a0#2", "gone"):
        with pytest.raises(DataError, match="not on this screen"):
            review.answer("eve", "x", name, ["yes"])
        with pytest.raises(DataError, match="not on this screen"):
            review.skip("eve", "x", name)
    with pytest.raises(DataError, match="not on this screen"):
        review.answer("eve", "other", case.sentence.id, ["yes"])
    with pytest.raises(DataError, match="unknown label"):
        review.answer("eve", "x", case.sentence.id, ["maybe"])
    once = review.answer("eve", "x", case.sentence.id, ["yes"])
    assert review.answer("eve", "x", case.sentence.id, ["yes"]) is once  # the reply got lost
    with pytest.raises(DataError, match="not on this screen"):
        review.answer("eve", "x", case.sentence.id, ["no"])
    review.next("eve", "x")
    desk.codebook.write_text(to_toml(BOOK).replace("dam", "weir"), "utf-8")
    with pytest.raises(ConfigError, match="changed under way"):
        review.answer("eve", "x", "a0#2", ["yes"])
    assert len(read_gold(desk)) == 1


def test_one_review_at_a_time(desk):
    """A second one is told; annotating goes on beside it."""
    with session(desk, "review"), session(desk):
        told = pytest.raises(ProjectError, match="another `stance review` is running")
        with told, session(desk, "review"):
            pass
