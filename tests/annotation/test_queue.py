"""The queue: whom it serves, what it takes, and what is on the disk."""

import pytest

from queues import CODEBOOK, drain, ids, unlike
from stance.annotation.queue import Queue
from stance.annotation.store import read_annotations
from stance.codebook.codebook import to_toml
from stance.storage.errors import ConfigError, DataError, ProjectError
from stance.storage.project import create_project


def test_in_order_every_sentence_comes_once_with_its_neighbours(make):
    """The plainest strategy: article after article."""
    queue = Queue(make((3, 2)), CODEBOOK, "order", random_share=0)
    items = drain(queue)
    assert ids(items) == ["a0#0", "a0#1", "a0#2", "a1#0", "a1#1"]
    assert {one.shown for one in items} == {"order"}
    assert (items[1].before, items[1].after) == ((unlike(0),), (unlike(2),))
    assert (items[2].before, items[2].after) == ((unlike(0), unlike(1)), ())
    assert items[3].article.title == "Talk 1"
    assert queue.next("ana", "x") is None


def test_the_answer_is_on_the_disk_with_how_it_was_shown(make):
    """What the record says of the moment."""
    project = make((2,))
    queue = Queue(project, CODEBOOK, "order", random_share=0)
    item = queue.next("ana", "x")
    saved = queue.answer(
        "ana", "x", item.sentence.id, ["against", "for"], note="both", suggested=True
    )
    assert read_annotations(project) == [saved]
    assert (saved.labels, saved.note, saved.shown) == (("for", "against"), "both", "order")
    assert saved.suggested and saved.sentence_sha256 == item.sentence.sha256


def test_what_was_answered_stays_answered_after_a_restart(make):
    """The disk alone says where to go on."""
    project = make((5,))
    queue = Queue(project, CODEBOOK, "order", random_share=0)
    for _ in range(3):
        queue.answer("ana", "x", queue.next("ana", "x").sentence.id, ["for"])
    again = Queue(project, CODEBOOK, "order", random_share=0)
    assert again.progress("ana").done == 3
    assert again.progress("ana").per_label == {"for": 3, "against": 0}
    assert ids(drain(again, "ben", "y")) == ["a0#3", "a0#4"]


def test_with_overlap_each_sentence_gets_two_annotators(make):
    """Two people, not one person twice in two browsers."""
    project = make((3,))
    queue = Queue(project, CODEBOOK, "order", random_share=0, overlap=2)
    assert queue.next("ana", "x").sentence.id != queue.next("ana", "y").sentence.id
    queue.release("y")
    for name in ("ana", "ben"):
        assert len(drain(queue, name, "x" if name == "ana" else "b")) == 3
    assert drain(queue, "eve", "e") == []
    assert len(read_annotations(project)) == 6


def test_the_limit_counts_each_annotators_answers_of_this_run(make):
    """What is taken back may be given again."""
    queue = Queue(make((9,)), CODEBOOK, "order", limit=2)
    for _ in range(2):
        queue.answer("ana", "x", queue.next("ana", "x").sentence.id, ["for"])
    assert queue.next("ana", "x") is None and queue.progress("ana").left == 0
    assert queue.next("ben", "y") is not None and queue.progress("ben").left == 2
    queue.undo("ana", "x")
    assert queue.progress("ana").left == 1


def test_an_answer_that_is_sent_twice_is_written_once(make):
    """A browser whose reply was lost asks again."""
    project = make((2,))
    queue = Queue(project, CODEBOOK, "order")
    name = queue.next("ana", "x").sentence.id
    first = queue.answer("ana", "x", name, ["for"])
    assert queue.answer("ana", "x", name, ["for"]) == first
    with pytest.raises(DataError, match="not on this screen"):
        queue.answer("ana", "x", name, ["against"])
    assert len((project.annotations / "ana.jsonl").read_text("utf-8").splitlines()) == 1


def test_what_does_not_fit_is_refused_and_the_sentence_stays(make):
    """Unknown labels, too many or none, half a character in a note."""
    codebook = CODEBOOK.model_copy(update={"exclusive": True, "none_allowed": False})
    project = make((2,), codebook=codebook)
    queue = Queue(project, codebook, "order")
    name = queue.next("ana", "x").sentence.id
    for labels, settings, message in (
        (["fro"], {}, 'unknown label "fro"'),
        (["for", "against"], {}, "2 labels where the codebook wants one"),
        ([], {}, "no label, and the codebook wants one"),
        (["for"], {"note": "\ud83d"}, "half a character"),
        (["for"], {"note": "x" * 2001}, "2,001 characters"),
        (["for"], {"answer": "perhaps"}, "is none of accept, reject, ignore"),
    ):
        with pytest.raises(DataError, match=message):
            queue.answer("ana", "x", name, labels, **settings)
    assert read_annotations(project) == []
    assert queue.answer("ana", "x", name, [], answer="ignore").answer == "ignore"


def test_a_codebook_that_changes_under_way_stops_the_answer(make):
    """Labels would mean something else than what the person saw."""
    project = make((2,))
    queue = Queue(project, CODEBOOK, "order")
    name = queue.next("ana", "x").sentence.id
    project.codebook.write_text(to_toml(CODEBOOK) + "# new rule\n", "utf-8")
    with pytest.raises(ConfigError, match="was changed under way"):
        queue.answer("ana", "x", name, ["for"])
    assert read_annotations(project) == []


@pytest.mark.parametrize("name", ["../ana", "", "a" * 61])
def test_a_name_that_cannot_be_a_file_gets_nothing(make, name):
    """It is refused before there is anything to lose."""
    with pytest.raises(ProjectError, match="cannot be an annotator's name"):
        Queue(make((1,)), CODEBOOK).next(name, "x")


def test_no_sentences_and_no_model_are_told(make, tmp_path):
    """With what to do about it."""
    with pytest.raises(DataError, match="no sentences to label"):
        Queue(create_project(tmp_path / "empty"), CODEBOOK)
    with pytest.raises(ConfigError, match="needs a model"):
        Queue(make((1,)), CODEBOOK, "entropy")
