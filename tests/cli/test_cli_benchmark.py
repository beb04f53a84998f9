"""`stance benchmark`, as a user types it."""

import json
from pathlib import Path

import pytest

TEXTS = {"praise": "praises the new bridge", "blame": "calls the bridge a folly"}


@pytest.fixture
def folder(tmp_path):
    """Training and test rows of two labels."""
    made = tmp_path / "public" / "bridges"
    made.mkdir(parents=True)
    for side, people in (("train", "ABCDEFGH"), ("test", "UVWXYZ")):
        rows = [
            json.dumps({"text": f"Rower {who}{who} {said} today.", "label": label})
            for who in people
            for label, said in TEXTS.items()
        ]
        (made / f"{side}.jsonl").write_text("\n".join(rows), "utf-8")
    return made.parent


def test_the_table_and_the_files(folder, done, tmp_path, fails):
    """A table on stdout; Markdown and JSON in a folder, which is not written over silently."""
    shown = done("benchmark", folder, "--out", "scores")
    assert "bridges: macro-F1; 16 training and 12 test rows" in shown
    assert "this project (default)" in shown
    assert shown.splitlines()[-1] == "scores/benchmark.md"
    assert "| always the commonest answer |" in (tmp_path / "scores/benchmark.md").read_text(
        "utf-8"
    )
    assert json.loads((tmp_path / "scores/benchmark.json").read_text("utf-8"))[0]["n_test"] == 12
    assert "--force" in fails("benchmark", folder, "--out", "scores")


def test_looks_at_test_rows_are_counted_in_a_project(folder, project, done):
    """Each run that scores them counts; one that only cross-validates does not."""
    command = ("benchmark", folder, "--project", project, "--json")
    assert json.loads(done(*command))[0]["n_looks"] == 1
    only = json.loads(done(*command, "--no-test", "-S", "training.C=3"))[0]
    assert (only["n_looks"], only["test"], only["config"]) == (None, None, "default training.C=3")
    assert json.loads(done(*command))[0]["n_looks"] == 2


def test_a_benchmark_is_no_other_test_set_of_the_project(folder, project, done):
    """Its look stands in the same log, and does not make the project's test set a changed one."""
    split = Path(project) / "data" / "split.json"
    sides = json.loads(split.read_text("utf-8"))
    sides["articles"][min(sides["articles"])] = "test"
    split.write_text(json.dumps(sides), "utf-8")
    evaluate = ("evaluate", "--project", project, "--keep-seen", "--json", "--force")
    done(*evaluate)
    done("benchmark", folder, "--project", project)
    notes = json.loads(done(*evaluate))["notes"]
    assert not any("changed since the last look" in note for note in notes)
    lines = (Path(project) / "data" / "looks.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["command"] for line in lines] == ["evaluate", "benchmark", "evaluate"]


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "has no rows"), (b'{"text": "caf\xe9"}\n', "is not valid")]
)
def test_a_damaged_file_is_told(folder, fails, content, told):
    """An empty file, or one in another encoding, is named."""
    (folder / "bridges" / "train.jsonl").write_bytes(content)
    assert told in fails("benchmark", folder)


def test_a_wrong_path_is_told(fails, tmp_path):
    """One line, with what a benchmark's folder holds."""
    assert fails("benchmark", "nowhere") == "nowhere: no such folder."
    assert "train.jsonl" in fails("benchmark", tmp_path)
