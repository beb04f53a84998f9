"""What is printed never steers the terminal, whatever texts, names and records hold."""

import json
import os
import pty
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stance.cli.console import STEERING, echo, echo_json, plain_json, table, talk
from stance.cli.errors import tell
from stance.storage.jsonl import dump
from strategies import any_strings, json_values

EVIL = "a\x1b]0;title\x07\x1b[2J\x9b31m\u202eb\x7f\u2028\u2066\r\x08"
# The letters that a terminal would take for orders.
TERMINAL = [chr(code) for code in (*range(9), *range(11, 32), *range(127, 160), 0x202E, 0x2066)]


def is_plain(text):
    return not any(char in text for char in TERMINAL)


@given(any_strings | st.lists(st.sampled_from([*TERMINAL, "x", "\n"])).map("".join))
@example(EVIL)
def test_no_line_steers_the_terminal(text):
    """Results, talk, mistakes and tables, of any text at all."""
    import contextlib
    import io

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        echo(text)
        talk(text)
        tell(text)
        table(text, [text, text], [[text, text]])
    assert is_plain(out.getvalue() + err.getvalue())
    assert out.getvalue().encode() and err.getvalue().encode()  # no half of a character


@given(json_values | any_strings)
@example(EVIL)
def test_json_is_escaped_and_means_the_same(value):
    """A program reads from it what was written."""
    told = plain_json(dump(value))
    assert STEERING.search(told) is None
    assert json.loads(told) == json.loads(dump(value))


def test_json_is_printed_as_one_line(capsys):
    """Also with what some readers take for the end of a line."""
    echo_json({"name": EVIL})
    told = capsys.readouterr().out
    assert told.count("\n") == len(told.splitlines()) == 1
    assert json.loads(told) == {"name": EVIL}


@pytest.fixture
def hostile(tmp_path):
    """Rows of dated articles in which every field tries to steer the terminal."""
    said = "Rita praises the new bridge"
    rows = [
        {"id": f"r{n}{EVIL}", "text": f"{said} {EVIL} {n}", "labels": ["for_bridge"]}
        | {"article_id": f"a{n}{EVIL}", "title": f"T{EVIL}", "outlet": f"O{EVIL}", "sent_index": 0}
        | {"published_at": f"2024-05-{n + 1:02}", "event": EVIL, "url": f"http://a/{EVIL}"}
        for n in range(4)
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


COMMANDS = {
    "predict": ("predict", "ROWS", "--model", "MODEL", "--explain", "2"),
    "predict --text": ("predict", "--text", EVIL, "--model", "MODEL"),
    "evaluate": ("evaluate", "--data", "ROWS", "--model", "MODEL", "--out", "report"),
    "who": ("who", "ROWS", "--project", "DESK", "--threshold", "0.01"),
    "who --json": ("who", "ROWS", "--project", "DESK", "--threshold", "0.01", "--json"),
    "who --unknown": ("who", "ROWS", "--project", "DESK", "--unknown"),
    "import": ("import", "ROWS", "--project", "own", "--codebook", "auto"),
    "validate": ("validate", "--data", "ROWS", "--codebook", "auto"),
    "drift": ("drift", "ROWS", "--model", "MODEL"),
    "a path": ("predict", f"./{EVIL}.csv", "--model", "MODEL"),
    "a model": ("models", "verify", f"./{EVIL}"),
    "a version": ("models", "show", EVIL, "--project", "DESK"),
    "a setting": ("train", "--data", "ROWS", "-S", f"{EVIL}=1"),
    "a column": ("predict", "ROWS", "--model", "MODEL", "--text-key", EVIL),
    "an actor": ("who", "ROWS", "--project", "DESK", "--actor", EVIL),
    "an encoding": ("predict", "ROWS", "--model", "MODEL", "--encoding", EVIL),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_steers_the_terminal(name, hostile, model, bridge_desk, run):
    """Each command with hostile rows, and with hostile arguments."""
    places = {"ROWS": hostile, "MODEL": model, "DESK": bridge_desk}
    result = run(*(places.get(one, one) for one in COMMANDS[name]))
    assert result.stdout + result.stderr
    assert is_plain(result.stdout)
    assert is_plain(result.stderr)


def test_no_stranger_steers_the_terminal(template, tmp_path, run):
    """The record, the origin and the history of a model folder that came from elsewhere."""
    import hashlib
    import shutil

    root = shutil.copytree(template, tmp_path / "project")
    folder = root / "models" / "v1"
    fields = json.loads((folder / "info.json").read_text())
    fields |= {
        "codebook": EVIL,
        "codebook_version": EVIL,
        "commit": EVIL,
        "libraries": {EVIL: EVIL},
    }
    record = json.dumps(fields).encode()
    (folder / "info.json").write_bytes(record)
    (folder / "info.sha256").write_text(hashlib.sha256(record).hexdigest() + "\n")
    origin = dict.fromkeys(("at", "by", "command", "parent", "note"), EVIL)
    (folder / "origin.json").write_text(json.dumps(origin))
    line = {"at": EVIL, "event": EVIL, "version": "v1", "by": EVIL, "note": EVIL, "why": EVIL}
    with (root / "models" / "history.jsonl").open("a") as stream:
        stream.write(json.dumps(line) + "\n")
    for command in (("list",), ("show",), ("history",), ("verify",), ("page",)):
        for more in ((), ("--json",)) if command != ("page",) else ((),):
            result = run("models", *command, "--project", root, *more)
            assert result.exit_code == 0, result.stderr
            assert is_plain(result.stdout + result.stderr), command


@pytest.mark.parametrize("options", [(), ("--json",), ("--explain", "2")])
def test_on_a_real_terminal(options, hostile, model):
    """What a person sees who looks at predictions, without colours: no byte but printed ones."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "stance", "predict", str(hostile), "--model", str(model)]
    settings = {**os.environ, "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "200"}
    process = subprocess.Popen(
        [*command, *options], stdout=follower, stderr=subprocess.PIPE, env=settings
    )
    os.close(follower)
    content = b""
    try:
        while part := os.read(leader, 65536):
            content += part
    except OSError:  # the other end is closed
        pass
    process.communicate(timeout=60)
    os.close(leader)
    told = content.decode("utf-8").replace("\r\n", "\n")  # the terminal's own ends of lines
    assert "Rita praises" in told
    assert is_plain(told)
    assert "\t" not in told
