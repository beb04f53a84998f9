"""Taking back: by a new line, through skips and restarts, and only what is one's own."""

import json

from queues import CODEBOOK
from stance.annotation.queue import Queue
from stance.annotation.store import read_annotations


def test_undo_takes_back_by_a_new_line_and_lends_anew(make):
    """Nothing is rewritten, and the sentence on the screen meanwhile is kept for later."""
    project = make((4,))
    queue = Queue(project, CODEBOOK, "order", random_share=0)
    first = queue.next("ana", "x")
    queue.answer("ana", "x", first.sentence.id, ["for"])
    second = queue.next("ana", "x")
    assert queue.undo("ana", "x").sentence == first.sentence
    assert queue.next("ana", "x").sentence == first.sentence
    assert queue.progress("ana").done == 0
    queue.answer("ana", "x", first.sentence.id, ["against"])
    assert queue.next("ana", "x").sentence == second.sentence
    lines = (project.annotations / "ana.jsonl").read_text("utf-8").splitlines()
    kinds = [(one["answer"], one["note"], one["labels"]) for one in map(json.loads, lines)]
    assert kinds == [("accept", "", ["for"]), ("ignore", "undone", []), ("accept", "", ["against"])]


def test_undo_goes_back_through_skips_and_over_a_restart(make):
    """What was skipped comes back, too; then what an earlier run saved, then nothing."""
    project = make((3,))
    queue = Queue(project, CODEBOOK, "order", random_share=0)
    queue.answer("ana", "x", "a0#0", ["for"]) if queue.next("ana", "x") else None
    queue = Queue(project, CODEBOOK, "order", random_share=0)
    skipped = queue.next("ana", "y").sentence.id
    queue.skip("ana", "y", skipped)
    assert queue.next("ana", "y").sentence.id == "a0#2"
    assert queue.undo("ana", "y").sentence.id == skipped
    assert queue.undo("ana", "y").sentence.id == "a0#0"
    assert queue.undo("ana", "y") is None
    assert [one.note for one in read_annotations(project)] == ["undone"]
    assert Queue(project, CODEBOOK, "order").progress("ana").done == 0


def test_nobody_takes_back_what_another_browser_saved(make):
    """Undo is the holder's own, even under one name."""
    queue = Queue(make((3,)), CODEBOOK, "order", random_share=0)
    queue.answer("ana", "x", queue.next("ana", "x").sentence.id, ["for"])
    assert queue.undo("ana", "y") is None
    assert queue.undo("ben", "x") is None
