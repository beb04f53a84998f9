"""`stance agreement`, as a user types it."""

import csv
import json
import signal
import time
from pathlib import Path

import pytest


@pytest.fixture
def twice(project, tmp_path, done):
    """The project whose sentences a second annotator answered, five of them otherwise."""
    (file,) = (project / "data" / "annotations").glob("*.jsonl")
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    for number, one in enumerate(lines):
        one["annotator"] = "bo"
        if number % 8 == 0:
            one["labels"] = ["price"] if one["labels"] != ["price"] else []
    other = project / "data" / "annotations" / "bo.jsonl"
    other.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    return project


def first_name(project):
    names = {path.stem for path in (project / "data" / "annotations").glob("*.jsonl")}
    return min(names - {"bo"})


def test_the_tables_and_the_disputes(twice, done):
    """Every label has a line, the disputes their sentences and both answers."""
    told = done("agreement", "--project", twice)
    for name in ("overall", "for_bridge", "against_bridge", "price"):
        assert any(line.split()[:1] == [name] for line in told.splitlines()), name
    assert "5 sentences answered differently.\n5 in dispute" in told
    assert "bo: " in told


def test_files_and_json_have_the_same_figures(twice, done, run, fails):
    """Rows of figures, rows of disputes; neither is written over without --force."""
    order = ("agreement", "--project", twice, "--csv", "a.csv", "--disputes", "d.jsonl", "--json")
    found = json.loads(done(*order))
    with Path("a.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [float(row["alpha"]) for row in rows if row["alpha"]] == [
        row["alpha"] for row in found["together"] if row["alpha"] is not None
    ]
    disputes = list(map(json.loads, Path("d.jsonl").read_text("utf-8").splitlines()))
    assert disputes == found["disputes"]
    assert len(disputes) == 5
    assert "exists already" in fails(*order)
    assert run(*order, "--force").exit_code == 0


def test_rows_bring_their_own_labels(tmp_path, done, run):
    """Outside a project the labels are the file's; a refused row is told."""
    path = tmp_path / "rows.csv"
    path.write_text(
        "text,label,annotator\nIt rains.,wet,A\nIt rains.,wet,B\nIt shines.,dry,A\n"
        "It shines.,wet,B\nIt hails.,wet,\n",
        "utf-8",
    )
    result = run("agreement", "--data", path)
    assert result.exit_code == 1
    assert "A, B: 2 sentences of 2 articles" in result.stdout
    assert "1 row refused" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--by", "boo", "--by", "x"), 'nobody called "boo" answered. Did you mean "bo"?'),
        (("--by", "bo", "--by", "bo"), '"bo" is named twice'),
        (("--by", "bo"), "no sentence was answered by two annotators (answers of: bo)"),
        (("--codebook", "auto"), "--codebook is for the rows of --data"),
        (("--data", "gone.csv"), "gone.csv: "),
        (("--csv", "x.txt"), "x.txt: unknown kind of output"),
    ],
)
def test_mistakes_are_one_line(twice, fails, monkeypatch, arguments, message):
    """What is wrong, and the nearest right name."""
    monkeypatch.chdir(twice)
    told = fails("agreement", *arguments)
    assert message in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"text,label,annotator\n\xff\xfe\xfa,a,A\n", "not valid in this encoding"),
        (b"text,label\nIt rains.,wet\n", 'an answer without "annotator"'),
    ],
)
def test_files_that_cannot_be_used(tmp_path, fails, content, message):
    """Empty, in another encoding, or without the column that says who."""
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    assert message in fails("agreement", "--data", path)


def test_ctrl_c_ends_it_quietly(tmp_path, start):
    """Exit code 130, one line, whatever it was doing."""
    path = tmp_path / "rows.jsonl"
    row = {"annotations": [{"annotator": who, "labels": ["wet"]} for who in "AB"]}
    with path.open("w", encoding="utf-8") as stream:
        for number in range(60_000):
            stream.write(json.dumps({"text": f"It rained {number} days.", **row}) + "\n")
    process = start("agreement", "--data", path)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT)  # the latter before it had begun
    assert process.returncode < 0 or told == b"stance: interrupted\n"
