"""Refused rows: one rule for all commands, and a file that keeps them."""

import csv
import json

import pytest

GOOD = [
    {"text": f"{who} {said} today.", "labels": labels, "article_id": f"a{n}"}
    for n, who in enumerate(["Ada", "Bo", "Cy", "Di", "Ed", "Flo"])
    for said, labels in (
        ("praises the new bridge", ["for_bridge"]),
        ("calls the bridge a folly", ["against_bridge"]),
        ("asks what it will cost", ["price"]),
    )
]
BAD = ['{"text": "torn', '{"txt": "a b", "labels": ["price"]}', '{"text": 5, "labels": []}']
LABELS = "for_bridge against_bridge price"


@pytest.fixture
def mixed(tmp_path):
    """Rows of which three cannot be used by any command."""
    lines = [json.dumps(one) for one in GOOD]
    for place, line in zip((2, 7, 11), BAD, strict=True):
        lines.insert(place, line)
    (tmp_path / "mixed.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path / "mixed.jsonl"


COMMANDS = {
    "import": "import {} --project project",
    "train": "train --data {} --codebook auto --models new -S thresholds.folds=2",
    "predict": "predict {} --model project/models/v1 -o out.jsonl",
    "predict into a folder": "predict {} --model project/models/v1 -o out/",
    "predict with two processes": "predict {} --model project/models/v1 -o out.csv --workers 2",
    "evaluate": "evaluate --data {} --model project/models/v1 --out new --keep-seen",
    "compare": "compare project/models/v1 project/models/v1 --data {}",
    "drift": "drift {} {} --model project/models/v1",
    "who": "who {} --project project",
    "retrain": "retrain --data {} --project project -S thresholds.folds=2",
    "validate": "validate --data {} --codebook auto",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_refused_rows_are_named_and_kept_and_the_exit_code_is_1(
    name, mixed, project, tmp_path, run
):
    """The same three rows, whatever the command; a check that is not met goes before (3)."""
    (tmp_path / "out").mkdir()
    result = run(*COMMANDS[name].format(*["mixed.jsonl"] * 2).split(), "--rejects", "bad.csv")
    assert result.exit_code == (3 if name == "validate" else 1), result.stderr
    with (tmp_path / "bad.csv").open(encoding="utf-8", newline="") as stream:
        kept = list(csv.DictReader(stream, strict=True))
    torn = [one for one in kept if one["line"] == "3"]
    assert {one["line"] for one in kept} >= {"3", "8", "12"}
    assert [one["file"].rsplit("/")[-1] for one in kept] == ["mixed.jsonl"] * len(kept)
    assert torn[0]["row"] == BAD[0]
    assert json.loads(next(one["row"] for one in kept if one["line"] == "8")) == json.loads(BAD[1])
    if name != "retrain":  # which also sets rows aside that are in the project already
        assert len(kept) == 3 * (2 if name == "drift" else 1)
    if name != "validate":
        assert "mixed.jsonl:3: not JSON: " in result.stderr


def test_every_row_is_taken_or_refused(mixed, done, run, tmp_path):
    """The numbers add up, and the rows kept can be mended and read again."""
    result = run("import", "mixed.jsonl", "--codebook", "auto", "--rejects", "bad.jsonl", "--json")
    counts = json.loads(result.stdout)
    assert counts["n_taken"] + len(counts["refused"]) == len(GOOD) + len(BAD)
    kept = [json.loads(line) for line in (tmp_path / "bad.jsonl").read_text("utf-8").splitlines()]
    assert [one["reason"] + "." for one in kept] == [
        one.partition(": ")[2] for one in counts["refused"]
    ]
    assert kept[1]["row"] == json.loads(BAD[1])


def test_a_column_that_is_missing_is_told_once(tmp_path, fails):
    """Not once a row: the reason and how many more there are."""
    rows = "".join(f"sentence {n},price\n" for n in range(40))
    (tmp_path / "x.csv").write_text(f"sentence,labels\n{rows}", encoding="utf-8")
    for command in ("import", "validate --data", "train --models m --data"):
        told = fails(*command.split(), "x.csv", "--codebook", "auto").splitlines()
        assert len(told) == 1, told
        assert 'x.csv:2: no "text"' in told[0]
        assert "So 39 more" in told[0]


def test_the_file_of_each_row_is_named(mixed, model, tmp_path, run):
    """Of several inputs; each reason is told once for each."""
    (tmp_path / "b.csv").write_text("id,words\n1,a\n2,b\n", encoding="utf-8")
    result = run("predict", mixed.name, "b.csv", "-", "--model", model, stdin='{"text": 1}\n')
    assert result.exit_code == 1
    told = [line for line in result.stderr.splitlines() if line.startswith("stance: ")]
    places = [line.split(": ")[1] for line in told]
    assert places == [
        "mixed.jsonl:3",
        "mixed.jsonl:8",
        "mixed.jsonl:12",
        "b.csv:2",
        "stdin:1",
        "6 rows refused.",
    ]


def test_nothing_refused_leaves_the_file_empty_and_0(rows, tmp_path, done):
    """A file of an earlier run is never mistaken for this one's."""
    done("import", "rows.csv", "--codebook", "auto", "--rejects", "bad.csv")
    assert (tmp_path / "bad.csv").read_bytes() == b"file,line,reason,row\r\n"


def test_rows_are_kept_when_none_is_left(tmp_path, fails):
    """The command fails, and what it read stands in the file all the same."""
    (tmp_path / "x.jsonl").write_text("\n".join(BAD), encoding="utf-8")
    fails("train", "--data", "x.jsonl", "--codebook", "auto", "--rejects", "bad.jsonl")
    assert len((tmp_path / "bad.jsonl").read_text("utf-8").splitlines()) == len(BAD)


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("import rows.csv --codebook auto --rejects rows.csv", 1, "rows.csv: exists already"),
        ("import rows.csv --codebook auto --rejects bad.txt", 1, "bad.txt: refused rows are"),
        ("predict rows.csv -o o.csv --rejects no/bad.csv", 1, "its folder does not exist"),
        ("predict rows.csv -o o.csv --resume --rejects bad.csv", 2, "Leave --resume out"),
        ("train --data rows.csv --codebook auto --autotune-metric ap", 2, "Add it."),
        ("validate --data rows.csv --out x.csv", 2, "--label-errors"),
        ("predict", 2, "nothing to predict"),
        ("predict rows.csv --resume", 2, "Name it with --output"),
        ("who rows.csv --unknown --changes", 2, "different questions"),
    ],
)
def test_what_does_not_go_together(command, code, told, rows, fails, unchanged):
    """Wrong usage is 2, a mistake in the input 1; nothing is written."""
    with unchanged():
        assert told in fails(*command.split(), code=code)
