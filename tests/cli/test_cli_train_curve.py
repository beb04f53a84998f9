"""`stance train-curve`, as a user types it."""

import json

import pytest

VERBS = {"praise": "praises", "blame": "curses", "price": "pays for"}


@pytest.fixture
def talks(tmp_path):
    """Rows of twelve articles whose label is in the verb."""
    lines = [
        f"{who * 3} {said} the {what} today,{label},{who}"
        for who in "ABCDEFGHIJKL"
        for what in ("bridge", "quay")
        for label, said in VERBS.items()
    ]
    (tmp_path / "rows.csv").write_text("\n".join(["text,label,article_id", *lines]), "utf-8")
    return "rows.csv"


def test_table_page_and_json(talks, done, fails, tmp_path):
    """The table on stdout, a page with the picture, and every value as JSON."""
    command = ("train-curve", "--data", talks, "--codebook", "auto", "--repeats", "1")
    command += ("-S", "features.char.enabled=false")
    shown = done(*command, "--out", "curve")
    assert "for +3 points" in shown
    assert shown.splitlines()[-1] == "curve/train-curve.html"
    assert "<svg" in (tmp_path / "curve" / "train-curve.html").read_text("utf-8")
    values = json.loads((tmp_path / "curve" / "train-curve.json").read_text("utf-8"))
    assert [one["name"] for one in values["lines"]] == ["blame", "praise", "price", "mean"]
    assert "--force" in fails(*command, "--out", "curve")
    assert json.loads(done(*command, "--json")) == values


def test_mistakes_are_told(fails, tmp_path):
    """A wrong path, an empty file, another encoding, too few articles."""
    assert "no such file" in fails("train-curve", "--data", "nowhere.csv")
    (tmp_path / "bad.csv").write_bytes(b"")
    assert "is empty" in fails("train-curve", "--data", "bad.csv")
    (tmp_path / "bad.csv").write_bytes(b"text,label\ncaf\xe9,a\n")
    assert "not valid" in fails("train-curve", "--data", "bad.csv")
    rows = "".join(f"we say {k},{'ab'[k % 2]}\n" for k in range(8))
    (tmp_path / "few.csv").write_text("text,label\n" + rows)
    assert "needs 10 at least" in fails("train-curve", "--data", "few.csv", "--codebook", "auto")
