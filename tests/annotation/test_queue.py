"""The queue: what comes next, for whom, and what is on the disk."""

import json
import threading

import numpy as np
import pytest

from stance.annotation.queue import Queue
from stance.annotation.store import append_gold, read_annotations
from stance.codebook.codebook import Codebook, Label, to_toml
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import add_to_corpus
from stance.storage.errors import ConfigError, DataError, ProjectError, StanceError
from stance.storage.project import create_project

CODEBOOK = Codebook(name="bridge", labels=(Label(name="for"), Label(name="against")))
WORDS = ("anvil", "barley", "cinder", "dollop", "ember", "fennel", "gravel", "hollow", "ivory")


def unlike(number):
    """A sentence that shares few letters with the others."""
    picked = [WORDS[(number * step + number // 9) % 9] for step in (1, 2, 4, 5, 7)]
    return f"{number} {' '.join(picked)} {number * 7919 % 1000}."


@pytest.fixture
def make(tmp_path):
    """Makes a project of articles with so many sentences each, on the sides given."""

    def project(sizes=(4, 4), sides=(), codebook=CODEBOOK, text=unlike):
        found = create_project(tmp_path / "project", to_toml(codebook))
        number = 0
        for article, size in enumerate(sizes):
            sentences = []
            for index in range(size):
                words = text(number)
                number += 1
                fields = {"id": f"a{article}#{index}", "article_id": f"a{article}"}
                fields |= {"sent_index": index, "text": words, "sha256": sha256(words)}
                sentences.append(Sentence(**fields))
            add_to_corpus(found, [Article(id=f"a{article}", title=f"Talk {article}")], sentences)
        named = sides or ["train"] * len(sizes)
        articles = {f"a{n}": side for n, side in enumerate(named) if side}
        found.split.write_text(json.dumps({"format": 1, "articles": articles}), "utf-8")
        return found

    return project


def drain(queue, annotator="ana", holder="x", labels=("for",)):
    """Answers everything; gives the items in the order in which they came."""
    items = []
    while item := queue.next(annotator, holder):
        queue.answer(annotator, holder, item.sentence.id, labels)
        items.append(item)
    return items


def ids(items):
    return [one.sentence.id for one in items]


def by_number(texts):
    """Probabilities that grow from 0 to one half with the number that a text begins with."""
    numbers = np.array([int(text.split()[0]) for text in texts], dtype=float)
    return np.column_stack([numbers / 200, np.zeros(len(texts))])


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


def test_a_skipped_sentence_is_left_to_others(make):
    """It is put aside for the one who skipped it."""
    queue = Queue(make((2,)), CODEBOOK, "order", random_share=0)
    queue.skip("ana", "x", queue.next("ana", "x").sentence.id)
    assert ids(drain(queue)) == ["a0#1"]
    assert ids(drain(queue, "ben", "y")) == ["a0#0"]


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


def test_what_stops_the_ranking_stops_the_next_call(make):
    """A fault on the other thread is not lost."""

    def breaks(texts):
        if len(texts) < 1000:
            raise StanceError("the model is gone")
        return by_number(texts)

    with pytest.raises(StanceError, match="the model is gone"):
        Queue(make((1001,)), CODEBOOK, "entropy", suggester=breaks).wait(30)


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
