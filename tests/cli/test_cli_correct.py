"""`stance correct`: an editor's word, in force at once, told where it is not trained on."""

import json

import pytest

from stance.corpus.store import read_corpus
from stance.learning.split import read_split
from stance.storage.project import Project


@pytest.fixture
def sides(project):
    """A sentence of a training article and one of a test article."""
    own = Project(project)
    split = read_split(own) | {"talk-1": "test"}
    own.split.write_text(json.dumps({"format": 1, "articles": split}), "utf-8")
    found = {}
    for one in read_corpus(own).sentences.values():
        found.setdefault(split[one.article_id], one)
    return found


def test_a_correction_is_written_with_hash_name_and_note(project, sides, done):
    """The ledger says what was judged, by whom, when and why."""
    name = sides["train"].id
    told = done(
        "correct", name, "price,for_bridge", "--by", "eve", "--note", "both", "--project", project
    )
    assert told == f"{name}: for_bridge, price (corrected by eve)\n"
    line = json.loads((project / "data" / "corrections.jsonl").read_text("utf-8"))
    assert line["labels"] == ["for_bridge", "price"]
    assert (line["sentence_sha256"], line["note"]) == (sides["train"].sha256, "both")


@pytest.mark.parametrize(("side", "use"), [("train", "learns from it"), ("test", "nor scored")])
def test_it_says_what_the_correction_is_used_for(project, sides, run, side, use):
    """A test article's sentence is corrected for display only."""
    told = run("correct", sides[side].id, "none", "--by", "eve", "--project", project)
    assert (told.exit_code, told.stdout.endswith("no label (corrected by eve)\n")) == (0, True)
    assert use in told.stderr


def test_a_sentence_from_elsewhere_needs_its_hash(project, run, fails):
    """Without the words that were judged a correction could hit others."""
    order = ("correct", "wire#4", "price", "--by", "eve", "--project", project)
    assert "no such sentence" in fails(*order)
    assert "not a SHA-256" in fails(*order, "--sha256", "abc")
    assert "Not trained on" in run(*order, "--sha256", "a" * 64).stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("prise", "--by", "eve"), 'unknown label "prise". Did you mean "price"?'),
        (("price", "--by", "../eve"), "cannot be an annotator's name"),
        (("price", "--by", "eve", "--holder", "Makron"), "--holder: no actor is called"),
    ],
)
def test_mistakes_leave_the_ledger_alone(
    project, sides, fails, unchanged, monkeypatch, arguments, message
):
    """A wrong label or name is told in one line."""
    monkeypatch.chdir(project)
    with unchanged():
        assert message in fails("correct", sides["train"].id, *arguments)
