"""What `stance who` says of wrong options, of input that is missing or wrong, and of Ctrl-C."""

import signal
import subprocess
import time

import pytest


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--since", "31/02/2024"), '--since: "31/02/2024" is no date'),
        (("--since", "2024-06", "--until", "2024-05-01"), "is after --until"),
        (("--since", "2031"), "The articles are of 2024-05-01 to 2024-05-10"),
        (("--actor", "Rita Okonko"), "Nearest: Rita Okonkwo"),
        (("--label", "for_brige"), 'Did you mean "for_bridge"?'),
        (("--unknown", "--changes"), "--unknown and --changes are different questions"),
        (("--known", "seen.json"), "Add --changes"),
        (("--evidence", "Rita"), "name the folder for it with --out"),
        (("--evidence", "Rita:price", "--out", "pack"), "There is: against_bridge, for_bridge"),
        (("--threshold", "7"), "no number between 0 and 1"),
    ],
)
def test_mistakes_are_told_in_a_line(bridge_desk, bridge_rows, fails, options, message):
    """Where, what, and what to do; nothing is written."""
    is_usage = "different" in message or "Add --" in message or "--out" in message
    code = 2 if is_usage else 1  # options that do not go together, or one with a wrong value
    assert message in fails("who", bridge_rows, "--project", bridge_desk, *options, code=code)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "is empty"),
        ("broken.csv", b"text\n\xff\xfe\xfa\n", "broken.csv:2: byte 0xFF at character 0"),
        ("other.txt", None, "no such file"),
        ("text.csv", b"words\nhello there\n", 'no "text" (found: words). Name the column'),
        ("blank.csv", b"text\n", "no sentence found"),
    ],
)
def test_files_that_cannot_be_read_are_named(bridge_desk, tmp_path, fails, name, content, message):
    """A wrong path, an empty file, a wrong encoding, no text."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert message in fails("who", path, "--project", bridge_desk)


def test_refused_rows_are_told_and_the_rest_is_shown(bridge_desk, tmp_path, run):
    """The exit code is 1, as of `predict`."""
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "Rita praises the new bridge."}\n{"text": 7}\n', "utf-8")
    told = run("who", path, "--project", bridge_desk)
    assert (told.exit_code, "Rita Okonkwo" in told.stdout) == (1, True)
    assert 'rows.jsonl:2: "text" is int, not a string' in told.stderr


def test_what_is_missing_in_the_input_is_told(bridge_desk, tmp_path, run):
    """Undated articles and dates that are none; an actor without a statement."""
    path = tmp_path / "rows.csv"
    path.write_text("text,published_at\nRita praises the new bridge.,soon\n", "utf-8")
    told = run("who", path, "--project", bridge_desk, "--actor", "Mrs Adeyemi")
    assert told.exit_code == 0
    assert 'a date that is none, for example "soon"' in told.stderr
    assert "1 of 1 articles have no outlet" in told.stderr
    assert "Mrs Adeyemi: no statement in these articles (named in 0 sentences)" in told.stderr
    assert "No statement of a known actor" in told.stdout


def test_interrupting_leaves_nothing_behind(bridge_desk, bridge_rows, start, tmp_path):
    """Ctrl-C while it waits for more rows ends it without a half folder."""
    order = ("who", bridge_rows, "-", "--project", bridge_desk, "--out", tmp_path / "out")
    process = start(*order, stdin=subprocess.PIPE)
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode in (130, -signal.SIGINT)  # the latter before it had begun
    assert not (tmp_path / "out").exists()
