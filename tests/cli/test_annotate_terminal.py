"""`stance annotate --terminal` and `stance split` as they are typed."""

import json
import os
import pty
import re
import signal
import termios

import pytest

from stance.annotation.store import read_annotations
from stance.storage.project import Project

ORDER = ("annotate", "--terminal", "--by", "ana", "--project")


@pytest.fixture
def newer(project, done, tmp_path):
    """The project with a model and an article that nobody has labelled, on no side of the split."""
    article = tmp_path / "fresh.txt"
    article.write_text(
        "A baker praises the new bridge.\n\nThe tide comes in at nine in the evening.\n\n"
        "The smith calls the bridge a folly and asks what it will cost.\n\nGulls cry.\n",
        "utf-8",
    )
    done("ingest", article, "--project", project)
    return project


@pytest.fixture
def fresh(newer):
    """The same with the article on the side for training."""
    path = newer / "data" / "split.json"
    split = json.loads(path.read_text("utf-8"))
    split["articles"]["fresh"] = "train"
    path.write_text(json.dumps(split), "utf-8")
    return newer


def answers(root):
    """What Ana said, by sentence number."""
    found = [one for one in read_annotations(Project(root)) if one.annotator == "ana"]
    return {int(one.sentence_id.split("#")[1]): one for one in found}


def test_sentences_are_labelled_from_a_pipe(fresh, run):
    """Only what is new is asked; the end of the pipe ends the session."""
    told = run(*ORDER, fresh, "--pick", "order", "--random-share", "0", stdin="1\n3\n")
    assert (told.exit_code, told.stderr) == (0, "2 answers saved by ana.\n")
    assert {n: one.labels for n, one in answers(fresh).items()} == {
        0: ("against_bridge",),
        1: ("price",),
    }
    assert "A baker praises the new bridge." in told.stdout


def test_a_model_picks_and_says_why_when_asked(fresh, done):
    """By default the best strategy; the words that weighed most stand beside its labels."""
    told = done(
        *ORDER, fresh, "--suggest", "--pick", "class:for_bridge", "--limit", "1", stdin="2\n"
    )
    assert "The model suggests for_bridge: “praises”" in told
    saved = answers(fresh)[0]
    assert (saved.shown, saved.suggested) == ("class:for_bridge", True)


def test_every_article_has_a_side_before_anything_is_picked(newer, done):
    """So that no test sentence is ever a model's choice."""
    before = json.loads((newer / "data" / "split.json").read_text("utf-8"))["articles"]
    done(*ORDER, newer, stdin="q\n")
    after = json.loads((newer / "data" / "split.json").read_text("utf-8"))["articles"]
    assert after.keys() - before.keys() == {"fresh"}
    assert before.items() <= after.items()


def test_split_tells_how_many_articles_are_on_each_side(newer, done):
    """For people and for programs."""
    told = json.loads(done("split", "--json", "--project", newer))
    assert sum(told.values()) == 9 and set(told) == {"train", "test", "aside"}
    assert done("split", "--project", newer).startswith(f"articles: train {told['train']}, test ")


def test_many_new_articles_are_split_in_a_process_of_its_own(newer, run, monkeypatch):
    """Which says that it takes a while."""
    monkeypatch.setattr("stance.cli.split.LARGE", 0)
    told = run(*ORDER, newer, stdin="q\n")
    assert told.exit_code == 0 and "Deciding which of the new articles" in told.stderr
    assert "fresh" in (newer / "data" / "split.json").read_text("utf-8")


def test_without_a_model_sentences_come_at_random(done, run, tmp_path):
    """A project that has just begun; a model of other labels is no help and told."""
    article = tmp_path / "talk.txt"
    article.write_text("The ferry is late.\n\nNobody minds.\n", "utf-8")
    done("init", tmp_path / "new")
    codebook = tmp_path / "new" / "configs" / "codebook.toml"
    codebook.write_text('[[labels]]\nname = "late"\n[[labels]]\nname = "early"\n', "utf-8")
    done("ingest", article, "--project", tmp_path / "new")
    told = run(*ORDER, tmp_path / "new", stdin="1\n\n")
    assert told.exit_code == 0
    assert "No model helps to pick" in told.stderr
    assert {one.shown for one in answers(tmp_path / "new").values()} == {"random"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--pick", "class:prise"), '--pick: unknown label "prise". Did you mean "price"?'),
        (("--pick", "entropie"), '--pick: unknown strategy "entropie". Did you mean "entropy"?'),
        (("--model", "v9"), 'no version "v9"'),
        (("--by", "../eve"), "cannot be an annotator's name"),
    ],
)
def test_mistakes_are_told_in_a_line_and_change_nothing(
    fresh, fails, done, unchanged, options, message
):
    """A wrong strategy, label, model or name."""
    done("split", "--project", fresh)
    with unchanged():
        assert message in fails(*ORDER, fresh, *options, stdin="1\n")


def test_nowhere_and_nothing_to_label(tmp_path, fails, done):
    """A wrong path, and a project without sentences."""
    assert "no project" in fails(*ORDER, tmp_path / "nowhere", stdin="")
    done("init", tmp_path / "empty")
    assert "no sentences to label" in fails(*ORDER, tmp_path / "empty", stdin="")


def test_bytes_that_are_no_text_are_no_keys(fresh, start):
    """Nothing is saved, and nothing breaks."""
    process = start(*ORDER, fresh, stdin=-1)
    out, err = process.communicate(b"\xff\xfe\x00\n", timeout=60)
    assert process.returncode == 0, err
    assert b"nothing was saved" in out and answers(fresh) == {}


def until(stream, text):
    """Reads lines until one has the text."""
    while text not in (line := stream.readline()):
        assert line


def test_a_second_session_is_refused_and_ctrl_c_keeps_what_was_saved(fresh, start, fails):
    """Two programs would hand out the same sentences; the hold goes with its process."""
    process = start(*ORDER, fresh, "--pick", "order", stdin=-1)
    process.stdin.write(b"1\n")
    process.stdin.flush()
    until(process.stdout, b"saved: against_bridge")
    message = fails(*ORDER, fresh, stdin="1\n")
    assert "another `stance annotate` is running on this project" in message
    assert "another `stance annotate` is running" in fails("annotate", "--project", fresh)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"stance: interrupted\n")
    assert [one.labels for one in answers(fresh).values()] == [("against_bridge",)]


def read_until(hand, text, seen=b""):
    """What the terminal shows until the text is there."""
    while text not in seen:
        seen += os.read(hand, 65536)
    return seen


@pytest.mark.parametrize("signalled", [True, False])
def test_keys_on_a_terminal(fresh, start, signalled):
    """One key is enough; at the end, however it comes, the terminal is as it was."""
    hand, descriptor = pty.openpty()
    before = termios.tcgetattr(descriptor)
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "40"}
    options = ("--pick", "order", "--random-share", "0")
    process = start(
        *ORDER,
        fresh,
        *options,
        stdin=descriptor,
        stdout=descriptor,
        stderr=descriptor,
        env=environment,
    )
    seen = read_until(hand, b"q quit")
    os.write(hand, b"1")
    seen += read_until(hand, b"[x]")
    os.write(hand, b"\r")
    seen += read_until(hand, b"saved: against_bridge")
    if signalled:
        process.send_signal(signal.SIGINT)
    else:
        os.write(hand, b"q")
    assert process.wait(60) == (130 if signalled else 0)
    assert termios.tcgetattr(descriptor) == before
    plain = re.sub(rb"\x1b\[[0-9;]*[A-Za-z]", b"", seen).replace(b"\r", b"")
    assert max(map(len, plain.decode("utf-8").split("\n"))) <= 40
    assert answers(fresh)[0].labels == ("against_bridge",)
    for one in (hand, descriptor):
        os.close(one)
