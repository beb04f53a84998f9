"""Reviewing by keys and by lines."""

import io

import pytest

from stance.annotation.cases import Case, Cases, Option
from stance.annotation.label_keys import label_keys, review_keys
from stance.annotation.review import Review
from stance.annotation.review_terminal import ReviewScreen, ReviewTerminal
from stance.annotation.store import read_gold
from stance.codebook.codebook import Codebook, Label, to_toml
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.storage.project import create_project

BOOK = Codebook(labels=(Label(name="yes"), Label(name="no")))


def case(number, *options, text="It \x1b[31mholds[/b]."):
    sentence = Sentence(
        id=f"a#{number}", article_id="a", sent_index=number, text=text, sha256=sha256(text)
    )
    return Case(sentence, Article(id="a"), (), (), "review", (), options)


class Keys:
    """A keyboard that presses these keys, and writes this line when asked for one."""

    def __init__(self, keys):
        self._keys = iter(keys)

    def key(self):
        return next(self._keys, "q")

    def line(self):
        return " by rule 2 "


@pytest.fixture
def desk(tmp_path):
    """A terminal over two cases, what it has printed, and the project."""
    from rich.console import Console

    found = create_project(tmp_path / "desk", to_toml(BOOK))
    options = (Option(("yes",), ("ana",), ("ana: sure",)), Option((), ("bo", "cy"), (), 0.25))
    review = Review(found, BOOK, Cases(tuple(case(n, *options) for n in range(2))))
    printed = io.StringIO()
    screen = ReviewScreen(Console(file=printed, width=200), BOOK)
    return ReviewTerminal(review, "eve", screen), printed, found


def decided(project):
    return [(one.sentence_id, one.labels, one.answer) for one in read_gold(project)]


def test_a_letter_takes_an_answer_and_enter_saves_it(desk):
    """Nothing is saved before Enter; other labels may be added, a note written."""
    terminal, printed, project = desk
    terminal.run(Keys("aq"))
    assert decided(project) == []
    terminal.run(Keys("ab1n\r\n"))
    assert decided(project) == [("a#0", ("yes",), "accept"), ("a#1", (), "accept")]
    assert read_gold(project)[0].note == "by rule 2"
    shown = printed.getvalue()
    assert "a  yes  — ana\n     ana: sure" in shown
    assert "b  no label  — bo, cy (probability 0.25)" in shown
    assert "Your decision is gold" in shown
    assert "It \\x1b[31mholds[/b]." in shown
    assert "\x1b[31m" not in shown


def test_leaving_out_and_taking_back(desk):
    """One key each."""
    terminal, printed, project = desk
    terminal.run(Keys("xuxsz"))
    assert decided(project) == [("a#0", (), "reject")]
    assert "saved: left out" in printed.getvalue()
    assert "Nothing is left to decide." in printed.getvalue()


def test_lines_are_saved_at_once(desk):
    """From a pipe: an answer's letter, labels' keys, or the key that leaves out."""
    terminal, printed, project = desk
    terminal.run_lines(["zz\n", "n because\n", "b\n", "12\n"])
    assert decided(project) == [("a#0", (), "accept"), ("a#1", ("yes", "no"), "accept")]
    assert read_gold(project)[0].note == "because"
    assert "no such key: z; nothing was saved" in printed.getvalue()
    assert terminal.n_saved == 2


@pytest.mark.parametrize("names", [["a", "x"], [f"l{n}" for n in range(50)]])
def test_keys_of_answers_are_nobody_elses(names):
    """Not a label's, nor a command's, whatever the codebook takes for its labels."""
    book = Codebook(
        labels=tuple(Label(name=name, key=name if len(name) == 1 else "") for name in names)
    )
    options, leave_out = review_keys(book, 4)
    taken = {*label_keys(book), *"sunq?"}
    assert not taken & {*options, leave_out}
    assert leave_out not in options
    assert len(names) > 9 or len(set(options)) == 4
