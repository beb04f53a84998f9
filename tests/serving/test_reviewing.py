"""The page's side of a review: what it shows, and what it takes."""

import pytest

from pages import Page
from stance.annotation.cases import Case, Cases, Option
from stance.annotation.review import Review
from stance.annotation.store import read_gold
from stance.codebook.codebook import read_codebook
from stance.corpus.articles import Article
from stance.corpus.segment import Sentence
from stance.corpus.store import read_records
from stance.serving.reviewing import ReviewDesk

EVIL = "</script><script>alert(1)</script>"


@pytest.fixture
def project(make, tmp_path):
    return make(tmp_path / "project")


@pytest.fixture
def client(project, visitor):
    """A browser on the page of a review of two cases."""
    options = (Option(("for",), ("ana",), (f"ana: {EVIL}",)), Option((), ("bo",), (), 0.5))
    cases = tuple(
        Case(one, Article(id=one.article_id), (), (), "review", (), options)
        for one in read_records(project.sentences, Sentence)[:2]
    )
    review = Review(project, read_codebook(project.codebook), Cases(cases))
    return visitor(ReviewDesk(review).application())


def test_answers_given_and_what_the_decision_becomes(client, ask):
    """Keys that no label has, who and what, and whether one of them is the reviewer's."""
    ask(client, "/api/start", {"annotator": "ana"})
    item = ask(client, "/api/next").json()["item"]
    assert item["options"] == [
        {
            "key": "a",
            "labels": ["for"],
            "who": ["ana"],
            "notes": [f"ana: {EVIL}"],
            "probability": None,
        },
        {"key": "b", "labels": [], "who": ["bo"], "notes": [], "probability": 0.5},
    ]
    assert item["own"] is True
    assert item["becomes"] == "Your decision is gold: it settles the sentence."
    ask(client, "/api/start", {"annotator": "eve"})
    assert ask(client, "/api/next").json()["item"]["own"] is False


def test_a_decision_is_taken_and_taken_back(client, ask, project):
    """Labels, or that the sentence is left out; nothing else."""
    ask(client, "/api/start", {"annotator": "eve"})
    for answer in ({"labels": ["price"]}, {"labels": [], "answer": "reject", "note": "torn"}):
        name = ask(client, "/api/next").json()["item"]["id"]
        assert ask(client, "/api/answer", {"sentence_id": name} | answer).status_code == 200
    assert [(one.labels, one.answer, one.note) for one in read_gold(project)] == [
        (("price",), "accept", ""),
        ((), "reject", "torn"),
    ]
    assert ask(client, "/api/next").json()["item"] is None
    assert ask(client, "/api/undo").json()["item"]["id"] == name
    assert len(read_gold(project)) == 1
    wrong = {"sentence_id": name, "labels": [], "answer": "ignore"}
    assert ask(client, "/api/answer", wrong).status_code == 400


def test_the_page_has_its_own_words(client):
    """Those of a review, the key that leaves out, and no script but ours."""
    page = Page(client.get("/").text)
    assert page.whole("title")[0].startswith("Review answers")
    assert any("Who decides?" in one for one in page.whole("h1"))
    assert [value for tag, name, value in page.attributes if tag == "button" and value == "x"]
    assert page.tags.count("script") == 1
    assert client.get("/static/options.js").status_code == 200
