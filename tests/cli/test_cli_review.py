"""`stance review` in the terminal, as a user types it."""

import contextlib
import json
import os
import pty
import signal
import threading
import time
from pathlib import Path

import pytest

from stance.annotation.gold import project_examples
from stance.annotation.store import read_gold
from stance.codebook.codebook import read_codebook
from stance.evaluation.label_errors import Doubt
from stance.prediction.outputs import writing
from stance.storage.project import Project


@pytest.fixture
def twice(project):
    """The project whose sentences bo answered, too, five of them otherwise."""
    (file,) = (project / "data" / "annotations").glob("*.jsonl")
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    for number, one in enumerate(lines):
        one["annotator"] = "bo"
        if number % 8 == 0:
            one["labels"] = ["price"] if one["labels"] != ["price"] else []
    other = project / "data" / "annotations" / "bo.jsonl"
    other.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    file.rename(file.with_name("ana.jsonl"))
    renamed = file.with_name("ana.jsonl")
    text = renamed.read_text("utf-8").replace(f'"annotator":"{file.stem}"', '"annotator":"ana"')
    renamed.write_text(text, "utf-8")
    return project


def test_lines_from_a_pipe_decide(twice, run):
    """Each line one decision; the next run goes on where this one ended."""
    order = ("review", "ana", "bo", "--by", "eve", "--terminal", "--project", twice)
    result = run(*order, stdin="a\nb\n")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("5 sentences to decide.\n")
    assert "2 decisions saved by eve." in result.stderr
    assert run(*order, stdin="q\n").stdout.startswith("3 sentences to decide (2 decided before).")
    assert [one.annotator for one in read_gold(Project(twice))] == ["eve", "eve"]
    assert "ana gave one of the answers" in run(*order[:3], "--by", "ana", *order[5:]).stderr


def test_auto_accept_settles_what_agrees(twice, done):
    """And asks for the rest."""
    told = done(
        *("review", "--auto-accept", "--by", "eve", "--terminal", "--project", twice), stdin=""
    )
    assert told.startswith("35 sentences settled as agreed, without asking (--auto-accept).\n")
    assert "5 sentences to decide." in told
    assert len(read_gold(Project(twice))) == 35


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_doubts_of_validate_become_corrections(twice, done, ending):
    """Rows as `stance validate --label-errors --out` writes them go in as they are."""
    own = Project(twice)
    examples = project_examples(own, read_codebook(own.codebook)).examples
    doubts = [Doubt(one, ("price",), 0.1, 0.9).to_row() for one in examples[:2]]
    with writing(Path(f"doubts{ending}")) as write:
        write(doubts)
    order = ("review", "--by", "eve", "--terminal", "--project", twice)
    told = done(*order, "--doubts", f"doubts{ending}", stdin="x\nb\na\n")
    assert "a correction says which labels hold" in told
    assert "your decision is a correction, not gold" in told
    lines = map(json.loads, own.corrections.read_text("utf-8").splitlines())
    assert [
        (one["sentence_id"], one["labels"], one["answer"], one["shown"], one["suggested"])
        for one in lines
    ] == [
        (doubts[0]["id"], ["price"], "accept", "doubt", True),
        (doubts[1]["id"], doubts[1]["labels"], "accept", "doubt", True),
    ]
    assert read_gold(own) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("anna", "bo"), 'nobody called "anna" answered. Did you mean "ana"?'),
        (("bo", "bo"), '"bo" is named twice'),
        (("bo",), "one annotator is named"),
        (("ana", "bo", "--doubts", "d.csv"), "--doubts has sentences of its own"),
        (("--doubts", "gone.csv"), "gone.csv"),
        (("ana", "bo", "--by", "../eve"), "cannot be an annotator's name"),
    ],
)
def test_mistakes_are_told_and_change_nothing(
    twice, fails, unchanged, monkeypatch, arguments, message
):
    """In one line, with the nearest right name."""
    monkeypatch.chdir(twice)
    with unchanged():
        assert message in fails("review", *arguments, "--terminal")


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"id,text\n\xff\xfe\xfa,a\n", "not valid in this encoding")],
)
def test_doubts_that_cannot_be_read(twice, fails, tmp_path, content, message):
    """Empty, or in another encoding."""
    (tmp_path / "d.csv").write_bytes(content)
    assert message in fails("review", "--doubts", "d.csv", "--terminal", "--project", twice)


def test_without_a_dispute_there_is_nothing_to_do(project, fails, done, twice):
    """Everybody agrees, or nobody answered the same sentence twice."""
    (twice / "data" / "annotations" / "bo.jsonl").unlink()
    assert "answered by two annotators" in fails("review", "--terminal", "--project", twice)


class Terminal:
    """A command in a terminal of its own, whose screen is read all the time."""

    def __init__(self, start, *arguments):
        self._leader, self._follower = pty.openpty()
        self.process = start(*arguments, stdin=self._follower, stdout=self._follower)
        self.shown = b""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with contextlib.suppress(OSError):
            while found := os.read(self._leader, 65536):
                self.shown += found

    def wait_for(self, text):
        end = time.monotonic() + 60
        while text not in self.shown and self.process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        assert text in self.shown, self.shown

    def type(self, keys):
        os.write(self._leader, keys)

    def end(self):
        _, told = self.process.communicate(timeout=60)
        os.close(self._follower)
        os.close(self._leader)
        return told


def test_ctrl_c_on_a_terminal_keeps_what_was_saved(twice, start):
    """Exit code 130; the decision before it is on the disk."""
    terminal = Terminal(start, "review", "--by", "eve", "--terminal", "--project", twice)
    terminal.wait_for(b"quit")
    terminal.type(b"a\n")
    terminal.wait_for(b"saved: ")
    terminal.process.send_signal(signal.SIGINT)
    told = terminal.end()
    assert (terminal.process.returncode, told.splitlines()[-1]) == (130, b"stance: interrupted")
    assert len(read_gold(Project(twice))) == 1


def test_a_second_review_is_refused(twice, start, fails):
    """It would ask for the same decisions; the first one goes on."""
    terminal = Terminal(start, "review", "--terminal", "--project", twice)
    terminal.wait_for(b"quit")
    told = fails("review", "--terminal", "--project", twice)
    assert "another `stance review` is running" in told
    terminal.type(b"q")
    terminal.end()
    assert terminal.process.returncode == 0
