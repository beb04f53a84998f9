"""Pipes, signals and full disks: the command as a citizen of the shell."""

import os
import pty
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SENTENCE = "The cook praises the new bridge today.\n"
NO_TRACEBACK = b"Traceback"


def finished(process, stdin=None):
    """(exit code, stdout, stderr) of a process, which must end by itself."""
    out, error = process.communicate(stdin, timeout=60)
    assert NO_TRACEBACK not in (error or b"")
    return process.returncode, out, error


@pytest.fixture
def many(tmp_path):
    """Training sentences, no two alike; with 50 folds they take some seconds to learn from."""
    draw = random.Random(0)
    lines = ["text,label"]
    for n in range(500):
        words = " ".join("".join(draw.choices("abcdefgh", k=6)) for _ in range(14))
        lines.append(f"{words},{'for' if n % 2 else 'against'}")
    (tmp_path / "many.csv").write_text("\n".join(lines) + "\n")
    return tmp_path / "many.csv"


def wait_until(condition, process):
    """Waits for the condition while the process runs."""
    for _ in range(3000):
        if condition():
            return
        assert process.poll() is None, "the process ended before it could be interrupted"
        time.sleep(0.01)
    raise AssertionError("waited in vain")


@pytest.mark.parametrize(("number", "delay"), [(signal.SIGINT, 0.3), (signal.SIGTERM, 0.0)])
def test_an_interrupted_training_leaves_nothing(many, tmp_path, start, number, delay):
    """Ctrl-C ends train with 130 (a kill with 143), one line, and neither model nor leftovers."""
    options = ("--codebook", "auto", "--models", "models", "-S", "thresholds.folds=50")
    process = start("train", "--data", many, *options)

    def is_learning():
        return "sklearn/linear_model" in Path(f"/proc/{process.pid}/maps").read_text()

    wait_until(is_learning, process)
    time.sleep(delay)
    process.send_signal(number)
    code, out, error = finished(process)
    assert (code, out) == (128 + number, b"")
    assert error.decode().splitlines()[-1] == "stance: interrupted"
    left = [path.name for path in tmp_path.rglob("*") if path.name != ".registry.lock"]
    assert sorted(left) in (["many.csv"], ["many.csv", "models"])


@pytest.mark.parametrize(("option", "first"), [([], b"for_bridge\t"), (["--json"], b'{"text": ')])
def test_a_reader_that_has_enough_ends_the_work_quietly(model, tmp_path, start, option, first):
    """`predict - | head -1` shows one line and no complaint."""
    (tmp_path / "lines.txt").write_text(SENTENCE * 30_000)
    with (tmp_path / "lines.txt").open("rb") as lines:
        process = start("predict", "-", "--model", model, *option, stdin=lines)
        head = subprocess.run(["head", "-1"], stdin=process.stdout, capture_output=True)
        process.stdout.close()
        error = process.stderr.read()
        process.stderr.close()
        code = process.wait(timeout=60)
    assert head.stdout.count(b"\n") == 1
    assert head.stdout.startswith(first)
    assert (code, error) == (141, b"")


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_full_disk_is_told(model, start, option):
    """When stdout cannot take the results the exit code is 1 and the reason is told."""
    with Path("/dev/full").open("wb") as full:
        process = start("predict", "--text", SENTENCE, "--model", model, *option, stdout=full)
        code, _, error = finished(process)
    assert code == 1
    assert error.decode().splitlines()[-1].startswith("stance: No space left on device")


@pytest.mark.parametrize("arguments", [["models", "list"], ["status"]])
def test_other_commands_tell_a_full_disk(template, start, arguments):
    """No command says "done" when its result was lost."""
    with Path("/dev/full").open("wb") as full:
        process = start(*arguments, "--project", template, "--json", stdout=full)
        code, _, error = finished(process)
    assert (code, error.count(b"\n")) == (1, 1)
    assert error.startswith(b"stance: ")


def closed(command, redirection, arguments):
    """The command with a stream that is closed, as a shell can start it."""
    words = [sys.executable, "-m", "stance", *map(str, arguments)]
    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {redirection}', "sh", *words], capture_output=True, timeout=60
    )


@pytest.mark.parametrize(
    ("redirection", "told"),
    [
        ("<&-", b"stance: standard input is closed. Name a file instead of -.\n"),
        (">&-", b"stance: standard output is closed. Send it somewhere.\n"),
    ],
)
def test_closed_streams_are_told(model, redirection, told):
    """A stream that is closed is a mistake told in one line."""
    found = closed("predict", redirection, ["predict", "-", "--model", model])
    assert (found.returncode, found.stderr) == (1, told)


def test_stdin_that_is_not_needed_may_be_closed(model):
    """A sentence on the command line needs no stdin."""
    found = closed("predict", "<&-", ["predict", "--text", SENTENCE, "--model", model])
    assert found.returncode == 0
    assert found.stdout.startswith(b"for_bridge\t")


def test_each_line_is_answered_when_it_arrives(model, start):
    """A program that asks line by line gets its answer before the next question."""
    process = start("predict", "-", "--model", model, "--json", stdin=subprocess.PIPE)
    for _ in range(2):
        process.stdin.write(SENTENCE.encode())
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], 30)
        assert ready, "no answer"
        assert b'"predicted_labels": ["for_bridge"]' in process.stdout.readline()
    code, rest, _ = finished(process)
    assert (code, rest) == (0, b"")


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_output_is_utf8_whatever_the_locale(model, tmp_path, start, option):
    """Letters are read and written as UTF-8 also where the locale knows ASCII only."""
    (tmp_path / "x.csv").write_text("text\nÇa coûte ☂ today\n", encoding="utf-8")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    process = start("predict", "x.csv", "--model", model, *option, env=os.environ | ascii_only)
    code, out, _ = finished(process)
    assert code == 0
    assert "Ça coûte ☂ today" in out.decode("utf-8")


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_an_argument_that_is_not_utf8_is_told(model, tmp_path, start, suffix):
    """A byte of the command line that is no UTF-8 gives a message or a row, not a traceback."""
    text = b"The caf\xe9 praises it".decode("utf-8", "surrogateescape")
    finished(start("predict", "--text", text, "--model", model, "-o", tmp_path / f"o.{suffix}"))


def on_terminal(arguments, **variables):
    """What a person at a terminal sees of the command's stdout."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "stance", *map(str, arguments)],
        stdout=slave,
        stderr=subprocess.PIPE,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "300"} | variables,
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # the other end was closed
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    assert NO_TRACEBACK not in process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    return shown.decode()


def test_a_terminal_gets_colours_and_no_escapes_of_a_text(model):
    """Labels are coloured; markup and escape sequences in a sentence stay letters."""
    text = "The cook praises the new bridge [bold]x[/b] \x1b[31m today :smile:"
    shown = on_terminal(["predict", "--text", text, "--model", model])
    assert "\x1b[" in shown
    assert "[bold]x[/b] \\x1b[31m today :smile:" in shown
    assert "\x1b[31m" not in shown.replace("\x1b[7;31m", "")
    plain = on_terminal(["predict", "--text", text, "--model", model], NO_COLOR="1")
    assert "for_bridge 0." in plain
    assert "[32m" not in plain.replace(";", "[")


def test_a_terminal_gets_the_article_above_its_sentences(model, tmp_path):
    """Sentences of an article stand under its name."""
    (tmp_path / "talk.txt").write_text("The cook praises the new bridge today. Rita mends a sail.")
    shown = on_terminal(["predict", "talk.txt", "--model", model, "--probabilities"], NO_COLOR="1")
    assert shown.index("talk") < shown.index("The cook praises") < shown.index("Rita mends")
    assert shown.count("price 0.") == 2
