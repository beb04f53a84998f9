"""Rows for `stance retrain`: new ones join the project, bad ones are set aside or refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from retrainings import FAST, aliases, small_data, write_jsonl


def test_new_rows_join_the_project_first(desk, retrain, tmp_path):
    """Imported as by `stance import`; the test set grows and this is told."""
    retrain()
    retrain()
    new = small_data().examples(60, seed=5)
    new = [replace(one, article_id=f"new-{one.article_id}") for one in new]
    found = retrain("--data", write_jsonl(tmp_path / "new.jsonl", new))
    assert found["imported"]["n_annotations"] == 60
    assert found["set_aside"] == []
    assert "The test set changed since the last look" in " ".join(found["told"])
    assert found["looks"] == 1
    assert retrain("--data", tmp_path / "new.jsonl")["imported"]["n_same"] == 60


def test_rows_that_would_spoil_are_set_aside_with_a_list(desk, run, retrain, tmp_path):
    """An unknown label, a copy of a test sentence, an answer against a settled one."""
    retrain()
    retrain()  # the test articles are known now
    sides = json.loads((desk / "data" / "split.json").read_text("utf-8"))["articles"]
    known = small_data().examples(180)
    sealed = next(one for one in known if sides[one.article_id] == "test")
    trained = next(one for one in known if sides[one.article_id] == "train" and one.labels)
    rows = [
        {"text": "A wholly new sentence about the ferry.", "labels": ["for_aid"]},
        {"text": "Another one about the mayor.", "labels": ["for_iad"]},
        {"text": sealed.text, "labels": list(sealed.labels)},
        {"text": trained.text, "labels": [], "article_id": trained.article_id},
    ]
    path = tmp_path / "new.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    result = run("retrain", "--project", desk, *FAST, "--data", path, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["imported"]["n_annotations"] == 1
    told = "\n".join(found["set_aside"])
    for words in (
        'new.jsonl:2: unknown label "for_iad". Did you mean "for_aid"?',
        "new.jsonl:3: repeats the test sentence",
        "new.jsonl:4: labels (none) where",
    ):
        assert words in told
        assert words in result.stderr
    listed = (Path(found["report"]) / "set-aside.txt").read_text("utf-8")
    assert listed.splitlines() == found["set_aside"]
    assert aliases(desk)["champion"] == "v1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        (b"", "has no rows"),
        (b'{"text": "Caf\xe9", "labels": ["for_aid"]}\n', "--encoding cp1252"),
        (b'{"text": "A sentence.", "labels": ["nobody"]}\n', "No row fits the codebook"),
        (b'{"text": "A sentence."}\n', 'no "labels"'),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing(
    desk, retrain, fails, unchanged, tmp_path, content, words
):
    """One line, exit code 1, no file came, went or changed."""
    retrain()
    path = tmp_path / "new.jsonl"
    if content is not None:
        path.write_bytes(content)
    with unchanged():
        told = fails("retrain", "--project", desk, *FAST, "--data", path)
    assert words.casefold() in told.casefold()


def test_a_leak_stops_it_before_the_test_articles_are_read(desk, retrain, fails, done, tmp_path):
    """What `stance import` let in on both sides is told as by `stance train`."""
    retrain()
    sides = json.loads((desk / "data" / "split.json").read_text("utf-8"))["articles"]
    by_side = {sides[one.article_id]: one for one in small_data().examples(180)}
    copied = replace(by_side["test"], article_id=by_side["train"].article_id)
    done("import", write_jsonl(tmp_path / "leak.jsonl", [copied]), "--project", desk)
    assert "1 leak" in fails("retrain", "--project", desk, *FAST)
    assert not (desk / "data" / "looks.jsonl").exists()
    assert retrain("--allow-leakage")["decision"] == "kept"


def test_status_says_when_to_retrain(desk, retrain, done, tmp_path):
    """What was labelled since the last training is counted, promoted or not."""
    retrain()
    assert "next: stance evaluate" in done("status", "--project", desk)
    new = [replace(one, article_id=f"n-{one.article_id}") for one in small_data().examples(60, 9)]
    done("import", write_jsonl(tmp_path / "n.jsonl", new), "--project", desk)
    assert "next: stance retrain   (60 sentences were" in done("status", "--project", desk)
    retrain("--no-promote")
    assert "next: stance evaluate" in done("status", "--project", desk)
