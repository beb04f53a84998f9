"""Annotating in a terminal: what each key does, and what the person sees."""

import io
import json
import os
import pty
import re
import threading

import pytest
from hypothesis import given, settings

from stance.annotation.keyboard import END, Keyboard
from stance.annotation.label_keys import COMMANDS, label_keys
from stance.annotation.queue import Item, Progress, Queue
from stance.annotation.screen import Screen
from stance.annotation.store import read_annotations
from stance.annotation.terminal import Terminal
from stance.codebook.codebook import MAX_LABELS, Codebook, Label, to_toml
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import add_to_corpus
from stance.storage.project import create_project
from strategies import any_strings

LABELS = (
    Label(name="for", definition="Speaks for the bridge."),
    Label(name="against", definition="Speaks against it.", boundaries=("Silence is neither.",)),
    Label(name="price", key="p"),
)
SEVERAL = Codebook(name="bridge", question="What of the bridge?", labels=LABELS)
ONE = Codebook(name="bridge", exclusive=True, none_allowed=False, labels=LABELS)
TEXTS = (
    "The ferry is late again.",
    "We praise the bridge.",
    "It is a folly \x1b[2J of \u202eiron.",
    "Who pays?",
)


def console(out, width=60):
    """A console as the command makes it for a pipe."""
    from rich.console import Console

    return Console(file=out, width=width, markup=False, highlight=False, emoji=False)


@pytest.fixture
def desk(tmp_path):
    """Makes a terminal with a queue of four sentences; gives it, its output and the project."""

    def make(codebook=SEVERAL, width=60, suggest=False, decide=None, why=None, **settings):
        project = create_project(tmp_path / "project", to_toml(codebook))
        sentences = [
            Sentence(id=f"a#{n}", article_id="a", sent_index=n, text=text, sha256=sha256(text))
            for n, text in enumerate(TEXTS)
        ]
        add_to_corpus(project, [Article(id="a", title="A talk", outlet="Paper")], sentences)
        project.split.write_text(json.dumps({"format": 1, "articles": {"a": "train"}}), "utf-8")
        queue = Queue(project, codebook, "order", decide=decide, random_share=0, **settings)
        out = io.StringIO()
        screen = Screen(console(out, width), codebook)
        return Terminal(queue, "ana", screen, suggest, why), out, project

    return make


def said(project):
    """The labels of each sentence, by its number."""
    return {
        int(one.sentence_id[2:]): one.labels
        for one in read_annotations(project)
        if one.answer == "accept"
    }


def test_lines_give_labels_save_skip_undo_and_note(desk):
    """What a script pipes in: the keys of a sentence on one line, or a command."""
    terminal, out, project = desk()
    terminal.run_lines(
        ["1p\n", "s\n", "n who is it?\n", "2\n", "u\n", "n again\n", "\n", "q\n", "1\n"]
    )
    assert said(project) == {0: ("for", "price"), 2: ()}
    notes = {one.sentence_id: one.note for one in read_annotations(project)}
    assert notes == {"a#0": "", "a#2": "again"}
    shown = out.getvalue()
    assert "saved: for, price" in shown and "taken back" in shown and "saved: no label" in shown
    assert terminal.n_saved == 2


def test_a_line_with_an_unknown_key_saves_nothing(desk):
    """Half of what was meant would be worse."""
    terminal, out, project = desk()
    terminal.run_lines(["1x\n"])
    assert said(project) == {}
    assert "no such key: x; nothing was saved" in out.getvalue()


def test_the_last_sentence_ends_the_session(desk):
    """Lines that come after it go nowhere."""
    terminal, out, project = desk()
    terminal.run_lines(["1\n"] * 9)
    assert said(project) == dict.fromkeys(range(4), ("for",))
    assert "Nothing is left to label." in out.getvalue()


def test_exclusive_labels_replace_each_other_and_one_is_wanted(desk):
    """As the codebook says."""
    terminal, out, project = desk(ONE)
    terminal.run_lines(["\n", "12\n"])
    assert said(project) == {0: ("against",)}
    assert "no label, and the codebook wants one" in out.getvalue()


def test_help_has_the_definitions_and_the_keys(desk):
    """Everything needed to label is one key away."""
    terminal, out, _ = desk()
    terminal.run_lines(["?\n"])
    for text in ("What of the bridge?", "Speaks against it.", "Silence is neither.", "p price"):
        assert text in out.getvalue()


def test_the_models_labels_come_after_the_answer(desk):
    """Before it, they would be believed too easily."""
    terminal, out, project = desk(decide=lambda text: ("price",))
    terminal.run_lines(["1\n", "q\n"])
    assert "The model suggests" not in out.getvalue()
    assert "saved: for (the model said: price)" in out.getvalue()
    assert not read_annotations(project)[0].suggested


def test_with_suggest_they_come_before_it_with_their_words(desk):
    """And the record says that they were on the screen."""
    terminal, out, project = desk(
        suggest=True,
        decide=lambda text: ("for",) if "praise" in text else (),
        why=lambda text: {"for": ("praise", "bridge.")},
    )
    terminal.run_lines(["\n", "q\n"])
    assert "The model suggests no label." in out.getvalue()
    assert "The model suggests for: “praise”, “bridge.”." in out.getvalue()
    assert read_annotations(project)[0].suggested


@pytest.mark.parametrize("width", [40, 25])
def test_nothing_is_wider_than_the_terminal(desk, width):
    """On a phone's terminal, or half a screen."""
    terminal, out, _ = desk(width=width)
    terminal.run_lines(["?\n", "1\n"])
    assert max(map(len, out.getvalue().splitlines())) <= width


@settings(max_examples=60)
@given(any_strings, any_strings, any_strings)
def test_no_control_byte_of_a_text_reaches_the_terminal(text, title, word):
    """Neither to clear the screen nor to turn a line round."""
    out = io.StringIO()
    screen = Screen(console(out), SEVERAL)
    sentence = Sentence(id="a#0", article_id="a", sent_index=0, text=text, sha256="0" * 64)
    article = Article(id="a", title=title)
    screen.item(
        Item(sentence, article, (word,), (word,), "order", ()),
        ["for"],
        word,
        Progress(0, 1, {}, 0.0),
    )
    screen.suggestion(["for"], {"for": [word]})
    screen.say(word)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", out.getvalue())


def test_every_label_has_a_key_of_its_own_that_is_no_command():
    """As many as a codebook can have."""
    labels = [Label(name=f"label{n}", key="snuq?1 "[n] if n < 7 else "") for n in range(MAX_LABELS)]
    keys = label_keys(Codebook(labels=tuple(labels)))
    assert list(keys.values()) == [label.name for label in labels]
    assert not set(keys) & set(COMMANDS) and keys["1"] == "label5"
    assert all(len(key) == 1 and key.isprintable() and not key.isspace() for key in keys)


@pytest.fixture
def terminal_pair():
    """A terminal: what is written to the first end is typed at the second."""
    hand, descriptor = pty.openpty()
    yield hand, descriptor
    for one in (hand, descriptor):
        os.close(one)


def test_keys_come_one_by_one_and_arrows_not_at_all(terminal_pair):
    """Without Enter; letters of several bytes are whole."""
    hand, descriptor = terminal_pair
    with Keyboard(descriptor) as keyboard:
        os.write(hand, "1ü".encode())
        assert [keyboard.key(), keyboard.key()] == ["1", "ü"]
        threading.Timer(0.3, os.write, (hand, b"s")).start()
        os.write(hand, b"\x1b[A")
        assert keyboard.key() == "s"
        os.write(hand, b"\x04")
        assert keyboard.key() == END


def test_a_line_is_read_and_the_terminal_is_as_before(terminal_pair):
    """A note ends with Enter; afterwards keys come one by one again."""
    import termios

    hand, descriptor = terminal_pair
    before = termios.tcgetattr(descriptor)
    with Keyboard(descriptor) as keyboard:
        assert termios.tcgetattr(descriptor) != before
        threading.Timer(0.3, os.write, (hand, "schön\n".encode())).start()
        assert keyboard.line() == "schön"
        os.write(hand, b"1")
        assert keyboard.key() == "1"
    assert termios.tcgetattr(descriptor) == before


def test_a_session_of_keys(desk, terminal_pair):
    """As a person would: mark, save, a wrong key, a note, end."""
    terminal, out, project = desk()
    hand, descriptor = terminal_pair
    with Keyboard(descriptor) as keyboard:
        os.write(hand, b"12\nxn")
        threading.Timer(0.5, os.write, (hand, b"odd\n")).start()
        threading.Timer(1.0, os.write, (hand, b"p\nq")).start()
        terminal.run(keyboard)
    assert said(project) == {0: ("for", "against"), 1: ("price",)}
    assert read_annotations(project)[1].note == "odd"
    assert "no such key: x" in out.getvalue()
