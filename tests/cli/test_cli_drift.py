"""`stance drift`, as a user types it."""

import json
import random

import pytest

_HARBOUR = "ferry quay lamp baker violin chapel meadow engine ladder museum harbour orchard"
_ICE = "glacier carbon climate methane warming ozone drought forest ocean coral island storm"
HARBOUR, ICE = _HARBOUR.split(), _ICE.split()


@pytest.fixture
def files(tmp_path):
    """Two files of one kind of sentence, and one of another."""
    for name, words in (("old", HARBOUR), ("same", HARBOUR), ("other", ICE)):
        draw = random.Random(name)
        rows = [
            {"text": " ".join(draw.choices(words, k=9)), "article_id": f"{name}{number // 2}"}
            for number in range(40)
        ]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return tmp_path


def test_equal_text_is_calm_and_other_text_alarms(files, run, model):
    """The exit code is 3 past a threshold; the table names each share."""
    calm = run("drift", "old.jsonl", "same.jsonl", "--model", model)
    assert (calm.exit_code, calm.stderr) == (0, "")
    assert "unknown words" in calm.stdout
    loud = run("drift", "old.jsonl", "other.jsonl", "--model", model)
    assert loud.exit_code == 3
    assert "alarm" in loud.stdout
    assert "methane" in loud.stdout


def test_json_and_thresholds(files, run, model):
    """With thresholds that nothing can pass the exit code is 0."""
    command = ("drift", "old.jsonl", "other.jsonl", "--model", model, "--json")
    found = json.loads(run(*command).stdout)
    assert found["is_alarm"] and found["n_new"] == 40
    result = run(*command, "--threshold", "auc=1", "--threshold", "share=1")
    assert result.exit_code == 0
    assert not json.loads(result.stdout)["is_alarm"]


@pytest.mark.parametrize(
    ("content", "told"), [(None, "no such file"), (b"", "is empty"), (b"text\ncaf\xe9\n", "0 rows")]
)
def test_a_bad_file_is_told(files, fails, model, content, told):
    """Missing, empty, or in another encoding."""
    if content is not None:
        (files / "bad.csv").write_bytes(content)
    assert told in fails("drift", "old.jsonl", "bad.csv", "--model", model)


def test_rows_that_cannot_be_used_are_told(files, run, model):
    """Twenty good rows are compared; the place and the reason of the others stand on stderr."""
    good = (files / "same.jsonl").read_bytes()
    (files / "partly.jsonl").write_bytes(good + b'\n{"words": "Nothing."}\n')
    found = run("drift", "old.jsonl", "partly.jsonl", "--model", model)
    assert "40 now" in found.stdout
    assert found.stderr.startswith('stance: 1 row refused:\nstance: partly.jsonl:41: no "text"')
    assert "--text-key" in found.stderr and ".." not in found.stderr
