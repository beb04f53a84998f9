"""`stance train --unlabelled`, as a user types it."""

import csv
import json
import random

import pytest

_WORDS = (
    "heron quay lantern budget winter orchard tram museum ferry senator quarry pension granary "
    "teacher canal archive market violin meadow chapel barrel saddle compass glacier tunnel"
)
WORDS = _WORDS.split()
CUES = {"welcome": ("praise", "glad"), "refuse": ("never", "folly")}


@pytest.fixture
def rows(tmp_path):
    """Forty sentences of twenty articles, no two alike."""
    draw = random.Random(0)
    path = tmp_path / "labelled.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "labels", "article_id"])
        for number in range(40):
            label = list(CUES)[number % 2]
            text = " ".join([*draw.sample(WORDS, 9), draw.choice(CUES[label])])
            writer.writerow([text, label, f"a{number // 2}"])
    return path


@pytest.fixture
def texts(tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text("".join(f'{{"text": "Nobody has labelled heron {n}."}}\n' for n in range(9)))
    return path


def test_what_texts_brought_is_told_and_kept(rows, texts, tmp_path, run):
    """Each round on stderr, the folder on stdout, the record beside the model."""
    arguments = ["--data", rows, "--codebook", "auto", "--models", "m", "--unlabelled", texts]
    result = run("train", *arguments)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "m/v1"
    assert "labelled rows alone" in result.stderr
    assert "self-training on 9 texts: " in result.stderr
    assert json.loads((tmp_path / "m/v1/self_training.json").read_text())["n_texts"] == 9


def test_such_a_version_is_reproduced_with_its_texts(rows, texts, run):
    """Without them the message says what is missing."""
    run("train", "--data", rows, "--codebook", "auto", "--models", "m", "--unlabelled", texts)
    result = run("reproduce", "m/v1", "--data", rows)
    assert result.exit_code == 1
    assert "Name their files with --unlabelled." in result.stderr
    result = run("reproduce", "m/v1", "--data", rows, "--unlabelled", texts)
    assert (result.exit_code, "to the last bit" in result.stdout) == (0, True), result.stderr


def test_texts_that_are_labelled_are_no_news(rows, run, fails, tmp_path):
    """A file of labelled sentences is refused, whichever side they are on; so is a missing one."""
    data = ["--data", rows, "--codebook", "auto", "--models", "m"]
    assert "no text that is not labelled already" in fails("train", *data, "--unlabelled", rows)
    assert "nowhere.csv" in fails("train", *data, "--unlabelled", "nowhere.csv")
    (tmp_path / "bad.csv").write_bytes(b"text\n\xff\xfe\xfa\n")
    fails("train", *data, "--unlabelled", tmp_path / "bad.csv")
    assert not (tmp_path / "m" / "v1").exists()
