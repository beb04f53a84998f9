"""New rows: what would spoil the test set or contradicts what is settled stays outside."""

from dataclasses import replace

import pytest

from stance.annotation.examples import Example, Labelled
from stance.annotation.gold import project_examples
from stance.codebook.codebook import Codebook, Label
from stance.codebook.codebook import to_toml as codebook_toml
from stance.learning.split import TEST, TRAIN, read_split
from stance.retraining.incoming import sort_out, take_in
from stance.storage.project import create_project

LONG = "The harbour master said on Tuesday that the ferry would not leave before the storm had gone"


def row(number, text, labels=(), article="", **fields):
    name = f"r{number}"
    return Example(
        id=name, text=text, labels=tuple(labels), article_id=article or name,
        place=f"new.csv:{number}", **fields,
    )  # fmt: skip


KNOWN = [
    row(1, "The ferry is late.", ["a"], "old-train"),
    row(2, LONG + ".", ["b"], "old-test"),
    row(3, "Short one.", [], "old-test"),
]
SEALED = KNOWN[1:]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (row(9, "“The FERRY is late.”".strip("“”"), ["b"], "x"), "r1 has a. To change a settled"),
        (row(9, "Short one.", ["a"], "old-test"), "labels a where r3 has (none)"),
        (row(9, "short  ONE.", [], "x"), "repeats the test sentence r3"),
        (row(9, LONG + ", he added.", ["b"], "x"), "repeats the test sentence r2"),
        (row(9, LONG + ".", ["b"]), "repeats the test sentence r2"),
    ],
)
def test_what_is_set_aside(new, words):
    """Other labels for a settled sentence; a test sentence, word for word or nearly, elsewhere."""
    kept, reasons = sort_out([new], KNOWN, SEALED)
    assert kept == []
    assert reasons[0].startswith("new.csv:9: ")
    assert words in reasons[0]


@pytest.mark.parametrize(
    "new",
    [
        row(9, "The ferry is late.", ["a"], "x"),
        row(9, "Something quite new.", ["b"], "x"),
        row(9, LONG + ".", ["b"], "old-test"),
        row(9, "Another sentence of a test article.", ["a"], "old-test"),
        row(9, "The ferry is late.", ["b"], "old-train", answer="reject"),
    ],
)
def test_what_is_taken(new):
    """What is known with the same labels, what is new, and an answer that gives no label."""
    assert sort_out([new], KNOWN, SEALED) == ([new], [])


@pytest.fixture
def project(tmp_path):
    """A project with ten articles of three sentences, none of them split yet."""
    codebook = Codebook(labels=(Label(name="a"), Label(name="b")))
    project = create_project(tmp_path / "p", codebook_toml(codebook))
    subjects = (
        "ferry",
        "harbour",
        "bakery",
        "museum",
        "choir",
        "orchard",
        "tunnel",
        "quarry",
        "lantern",
        "canal",
    )
    rows = [
        row(3 * n + k, f"The {subject} {verb} for all we know.", labels, f"art-{n}")
        for n, subject in enumerate(subjects)
        for k, (verb, labels) in enumerate(
            (("pleases the whole town", ["a"]), ("upsets a few people", ["b"]), ("exists", []))
        )
    ]
    first = take_in(project, Labelled(tuple(rows), (), is_single=False), codebook)
    assert (first.imported.n_annotations, first.set_aside) == (30, ())
    return project, codebook, rows


def test_old_articles_get_their_side_before_new_ones_come(project):
    """Which article is for testing, no new row decides; a repeated test sentence stays outside."""
    place, codebook, rows = project
    again = take_in(place, Labelled(tuple(rows), (), is_single=False), codebook)
    assert (again.imported.n_annotations, again.imported.n_same, again.left) == (0, 30, ())
    sides = read_split(place)
    assert set(sides.values()) == {TRAIN, TEST}
    sealed = next(one for one in rows if sides[one.article_id] == TEST)
    copied = [replace(sealed, id="n1", article_id="n1", place="new.csv:1")]
    copied.append(row(2, "The windmill turns for all we know.", ["a"], "mill"))
    before = project_examples(place, codebook).examples
    found = take_in(
        place, Labelled(tuple(copied), ("new.csv:7: blank.",), is_single=False), codebook
    )
    assert found.left[0].startswith("new.csv:1: repeats the test sentence")
    assert found.left[1] == "new.csv:7: blank."
    assert found.imported.n_annotations == 1
    assert len(project_examples(place, codebook).examples) == len(before) + 1
