"""Leases: what lies on which screen, for how long, and why nothing comes."""

import threading

import pytest

from queues import CODEBOOK, drain, ids
from stance.annotation.queue import Queue
from stance.annotation.store import read_annotations
from stance.storage.errors import DataError


def test_the_same_holder_gets_the_same_and_another_one_another(make):
    """A reload changes nothing; two browsers never work on one sentence."""
    queue = Queue(make((2,)), CODEBOOK, "order", random_share=0)
    first = queue.next("ana", "x")
    assert queue.next("ana", "x") == first
    second = queue.next("ben", "y")
    assert second.sentence.id != first.sentence.id
    assert queue.next("eve", "z") is None
    queue.release("x")
    assert queue.next("eve", "z").sentence.id == first.sentence.id


def test_a_skipped_sentence_is_left_to_others(make):
    """It is put aside for the one who skipped it."""
    queue = Queue(make((2,)), CODEBOOK, "order", random_share=0)
    queue.skip("ana", "x", queue.next("ana", "x").sentence.id)
    assert ids(drain(queue)) == ["a0#1"]
    assert ids(drain(queue, "ben", "y")) == ["a0#0"]


def test_a_lease_lapses_but_a_late_answer_counts_while_nobody_else_has_it(make):
    """Half an hour; then the next who asks gets it."""
    time = [0.0]
    queue = Queue(make((1,)), CODEBOOK, "order", random_share=0, clock=lambda: time[0])
    item = queue.next("ana", "x")
    time[0] = 1799
    assert queue.next("ben", "y") is None
    time[0] = 1801
    assert queue.next("ben", "y").sentence == item.sentence
    with pytest.raises(DataError, match="not on this screen"):
        queue.answer("ana", "x", item.sentence.id, ["for"])
    time[0] = 9000
    assert queue.answer("ben", "y", item.sentence.id, ["for"]).annotator == "ben"


def test_it_says_why_nothing_comes(make):
    """Everything is done, or put aside, or elsewhere, or enough for today."""
    project = make((3,))
    queue = Queue(project, CODEBOOK, "order", random_share=0, limit=1)
    queue.answer("ana", "x", queue.next("ana", "x").sentence.id, ["for"])
    assert queue.why_nothing("ana") == "The limit of 1 answer is reached."
    queue = Queue(project, CODEBOOK, "order", random_share=0)
    for holder in ("b", "c"):
        name = queue.next("ana", "x").sentence.id
        queue.skip("ana", "x", name)
        assert queue.next(holder, holder).sentence.id == name
    assert queue.why_nothing("ana") == "2 skipped sentences left: start again to see them."
    assert queue.next("dan", "d") is None
    assert queue.why_nothing("dan") == "What is left is on other screens: 2 sentences."
    for holder in ("b", "c"):
        queue.answer(holder, holder, queue.next(holder, holder).sentence.id, ["for"])
    assert queue.why_nothing("ana") == "All 3 sentences are answered or settled."


def test_eight_at_once_answer_everything_once(make):
    """On one queue, each under its own name."""
    project = make((200,))
    queue = Queue(project, CODEBOOK, "random")
    threads = [threading.Thread(target=drain, args=(queue, f"ann{n}", f"h{n}")) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    answered = [one.sentence_id for one in read_annotations(project)]
    assert len(answered) == len(set(answered)) == 200
