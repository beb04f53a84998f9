"""Reviewing: which cases there are, where decisions go, and that none of a model's reach a test."""

import json
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.annotation.cases import AUTO, DOUBT, REVIEW, accept_agreed, disputed_cases
from stance.annotation.cases import doubted_cases as of_doubts
from stance.annotation.corrections import Correction, append_corrections, read_corrections
from stance.annotation.doubts import Doubted
from stance.annotation.gold import project_examples
from stance.annotation.review import Review
from stance.annotation.session import session
from stance.annotation.store import Annotation, append_annotations, append_gold, read_gold
from stance.codebook.codebook import Codebook, Label, to_toml
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import add_to_corpus
from stance.learning.split import split_examples
from stance.storage.errors import ConfigError, DataError, ProjectError
from stance.storage.project import create_project

BOOK = Codebook(name="dam", labels=(Label(name="yes", key="a"), Label(name="no")))
TEXTS = [f"The dam {word}." for word in ("holds", "leaks", "stands", "is old", "is new", "bends")]
# Sentence number to the answers of ana, bo and cy; None where one gave none.
ANSWERS = [
    (("yes",), ("no",), None),
    (("yes",), ("yes",), None),
    ((), ("yes", "no"), ("no", "yes")),
    (("yes",), None, None),
    (("no",), ("no",), ("yes",)),
    (("no",), ("yes",), None),
]


def line(number, who, labels, kind=Annotation, **fields):
    fields = {"annotated_at": "2026-01-01T00:00:00Z", "sentence_sha256": sha256(TEXTS[number])} | (
        fields
    )
    name = f"a{number // 3}#{number % 3}"
    return kind(sentence_id=name, labels=labels, annotator=who, **fields)


def made(folder, codebook=BOOK, suggested=False):
    """A project of two articles with three sentences each; the second one is for testing."""
    found = create_project(folder, to_toml(codebook))
    for article in (0, 1):
        sentences = [
            Sentence(
                id=f"a{article}#{n}",
                article_id=f"a{article}",
                sent_index=n,
                text=TEXTS[3 * article + n],
                sha256=sha256(TEXTS[3 * article + n]),
            )
            for n in range(3)
        ]
        add_to_corpus(found, [Article(id=f"a{article}", title=f"Talk {article}")], sentences)
    found.split.write_text(
        json.dumps({"format": 1, "articles": {"a0": "train", "a1": "test"}}), "utf-8"
    )
    append_annotations(
        found,
        [
            line(n, who, labels, note=f"{who} says", suggested=suggested and who == "cy")
            for n, row in enumerate(ANSWERS)
            for who, labels in zip(("ana", "bo", "cy"), row, strict=True)
            if labels is not None
        ],
    )
    return found


@pytest.fixture
def desk(tmp_path):
    return made(tmp_path / "desk")


def reviewing(project, names=(), book=BOOK):
    return Review(project, book, disputed_cases(project, book, names))


def doubt(number, labels=("yes",), suggested=("no",), text=None):
    name = f"a{number // 3}#{number % 3}"
    return Doubted(name, text or TEXTS[number], labels, suggested, 0.1, 0.9)


def test_two_annotators_or_all(desk):
    """With names only their answers are compared; the same set in another order is no dispute."""
    cases = disputed_cases(desk, BOOK, ["bo", "ana"])
    assert [one.sentence.id for one in cases.cases] == ["a0#0", "a0#2", "a1#2"]
    assert cases.n_agreed == 2
    everybody = disputed_cases(desk, BOOK, ()).cases
    assert [one.sentence.id for one in everybody] == ["a0#0", "a0#2", "a1#1", "a1#2"]
    assert [(one.labels, one.who) for one in everybody[1].options] == [
        ((), ("ana",)),
        (("yes", "no"), ("bo", "cy")),
    ]
    assert everybody[1].options[1].notes == ("bo: bo says", "cy: cy says")
    assert everybody[1].before == (TEXTS[0], TEXTS[1])
    assert everybody[1].article.title == "Talk 0"


def test_mistaken_names(desk):
    """Unknown, the same twice, or without a sentence in common."""
    with pytest.raises(ConfigError, match=r'called "anna" answered\. Did you mean "ana"\?'):
        disputed_cases(desk, BOOK, ["anna", "bo"])
    with pytest.raises(ConfigError, match="named twice"):
        disputed_cases(desk, BOOK, ["ana", "ana"])
    append_annotations(desk, [line(3, "dan", ["no"])])
    with pytest.raises(DataError, match="no sentence was answered by two"):
        disputed_cases(desk, BOOK, ["bo", "dan"])


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


def test_what_agrees_is_settled_without_asking(desk):
    """Each row says that it was written so, by whose command and who had agreed; once."""
    assert accept_agreed(desk, BOOK, ["ana", "bo"], "eve") == 2
    first, second = read_gold(desk)
    assert (first.sentence_id, first.labels, first.annotator) == ("a0#1", ("yes",), "eve")
    assert (first.shown, first.note) == (AUTO, "agreed: ana, bo")
    assert second.sentence_id == "a1#1"
    assert accept_agreed(desk, BOOK, ["ana", "bo"], "eve") == 0
    assert accept_agreed(desk, BOOK, [], "eve") == 0


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


def test_what_has_changed_since_is_told(desk):
    """Answers and doubts about other words, or about sentences that are not here."""
    append_annotations(
        desk,
        [line(0, "bo", ["no"], sentence_sha256="0" * 64), line(0, "cy", ["no"])],
    )
    cases = disputed_cases(desk, BOOK, ())
    assert cases.told == ("a0#0 (bo): the sentence has changed since.",)
    assert [option.who for option in cases.cases[0].options] == [("ana",), ("cy",)]
    append_gold(desk, [line(0, "eve", ["no"], sentence_sha256="0" * 64)])
    assert disputed_cases(desk, BOOK, ()).cases[0].decision is None
    found = of_doubts(
        desk, [doubt(0, text="Other words."), doubt(9 % 6), Doubted("b#1", *("",) * 4, 0)]
    )
    assert found.told == (
        "a0#0: the sentence has changed since.",
        "b#1: the sentence is not here.",
    )
    with pytest.raises(DataError, match="no doubt is about a sentence of this project, say a0#0"):
        of_doubts(desk, [doubt(0, text="Other words.")])
