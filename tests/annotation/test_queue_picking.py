"""What comes next: by doubt, by chance, or last; and what is never asked."""

import pytest

from queues import CODEBOOK, by_number, drain, ids, unlike
from stance.annotation.queue import Queue
from stance.annotation.store import append_gold
from stance.corpus.normalise import sha256
from stance.storage.errors import StanceError


@pytest.mark.parametrize("pick", ["least_confidence", "margin", "entropy", "class:for"])
def test_a_model_puts_its_doubts_first(make, pick):
    """The nearest to one half, or the likeliest of a class."""
    queue = Queue(make((30,)), CODEBOOK, pick, suggester=by_number, random_share=0)
    assert queue.wait(20)
    numbers = [int(one.sentence.id.split("#")[1]) for one in drain(queue)]
    assert numbers == sorted(numbers, reverse=True)


def test_diversity_needs_no_model_and_puts_off_what_is_alike(make):
    """Of two kinds of sentences both are among the first."""
    project = make((40,), text=lambda n: f"{unlike(n)} {'harbour' if n == 33 else 'market ' * 9}")
    queue = Queue(project, CODEBOOK, "diversity", random_share=0)
    assert queue.wait(60)
    assert len(ids(drain(queue))) == 40


def test_a_fifth_is_random_and_of_these_every_second_of_a_test_article(make):
    """Marked as such; the others are the model's choice and never of a test article."""
    queue = Queue(
        make((60, 20), ("train", "test")), CODEBOOK, "entropy", suggester=by_number, seed=3
    )
    items = [
        (item, queue.answer("ana", "x", item.sentence.id, ["for"]))[0]
        for item in (queue.next("ana", "x") for _ in range(50))
    ]
    shown = [one.shown for one in items]
    assert shown.count("random") == shown.count("test") == 5
    assert {one.article.id for one in items if one.shown == "test"} == {"a1"}
    assert {one.article.id for one in items if one.shown != "test"} == {"a0"}
    for start in range(0, 50, 10):
        assert sum(one != "entropy" for one in shown[start : start + 10]) == 2


def test_an_article_without_a_side_is_never_picked_by_doubt(make):
    """It could join the test articles later."""
    queue = Queue(make((5, 5), ("train", "")), CODEBOOK, "entropy", suggester=by_number)
    assert {one.shown for one in drain(queue) if one.article.id == "a1"} == {"random"}


def test_nothing_is_asked_that_is_settled_blank_or_boilerplate(make):
    """Nor what an adjudicator has decided."""
    texts = ["By Ana Berg", "   ", "A plain sentence about the bridge.", "Another one of barley."]
    project = make((4,), text=lambda n: texts[n])
    gold = {"sentence_id": "a0#3", "sentence_sha256": sha256(texts[3]), "labels": ("for",)}
    from stance.annotation.store import Annotation

    append_gold(project, [Annotation(**gold, annotator="eve", annotated_at="2024-01-01")])
    assert ids(drain(Queue(project, CODEBOOK, "order", random_share=0))) == ["a0#2"]


def test_near_duplicates_of_an_answered_sentence_come_last(make):
    """Also of one that was answered in an earlier session."""
    texts = [
        "The council votes on the new bridge across the river on Monday evening.",
        "Barley prices fell for the third week in a row, traders told us.",
        "The council votes on the new bridge across the river on Monday evenings.",
        "Nobody had expected fennel and gravel on one list.",
    ]
    project = make((4,), text=lambda n: texts[n])
    queue = Queue(project, CODEBOOK, "order", random_share=0)
    assert queue.wait(20)
    queue.answer("ana", "x", queue.next("ana", "x").sentence.id, ["for"])
    again = Queue(project, CODEBOOK, "order", random_share=0)
    assert again.wait(20)
    for one in (queue, again):
        assert one.next("ana", "x").sentence.id == "a0#1"
    assert ids(drain(queue)) == ["a0#1", "a0#3", "a0#2"]


def test_what_stops_the_ranking_stops_the_next_call(make):
    """A fault on the other thread is not lost."""

    def breaks(texts):
        if len(texts) < 1000:
            raise StanceError("the model is gone")
        return by_number(texts)

    with pytest.raises(StanceError, match="the model is gone"):
        Queue(make((1001,)), CODEBOOK, "entropy", suggester=breaks).wait(30)
