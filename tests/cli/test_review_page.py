"""The page of `stance review` in a real browser."""

import json
import signal

import pytest

from stance.annotation.store import Annotation, append_annotations, read_gold
from stance.codebook.codebook import Codebook, Label, to_toml
from stance.corpus.segment import Sentence
from stance.corpus.store import read_records
from stance.storage.project import Project, create_project

LABELS = (
    Label(name="for_bridge", polarity="for", definition="Speaks for the bridge."),
    Label(name="against_bridge", polarity="against"),
    Label(name="price", key="p"),
)
BOOK = Codebook(name="bridge", question="What of the bridge?", labels=LABELS)
MARKUP = "<img src=x onerror=alert(1)>"
TALK = [f"Speaker {number} {word} {MARKUP}." for number, word in enumerate(("sings", "is ill"))]
TALK += [
    f"A ferry of {number} tons left the {word}." for number, word in enumerate(("quay", "mole"))
]


@pytest.fixture
def bridge(tmp_path, done):
    """A project of four sentences about which ana and bo differ, with notes."""
    project = create_project(tmp_path / "bridge", to_toml(BOOK))
    article = tmp_path / "talk.txt"
    article.write_text("---\ntitle: A talk\n---\n" + "\n\n".join(TALK) + "\n", "utf-8")
    done("ingest", article, "--project", project.root)
    append_annotations(
        project,
        [
            Annotation(
                sentence_id=one.id,
                sentence_sha256=one.sha256,
                labels=labels,
                annotator=who,
                annotated_at="2026-01-01T00:00:00Z",
                note=f"{who} of {one.sent_index} {MARKUP}",
            )
            for one in read_records(project.sentences, Sentence)
            for who, labels in (("ana", ["for_bridge"]), ("bo", ["for_bridge", "price"]))
        ],
    )
    return project.root


@pytest.fixture
def served(start):
    """Starts the page of a review; gives the process and the address."""
    running = []

    def serve(root, *options):
        process = start(
            *("review", "--project", root, "--no-browser", "--port", 0, *options), text=True
        )
        running.append(process)
        lines = iter(process.stdout.readline, "")
        return process, next((one.strip() for one in lines if one.startswith("http")), "")

    yield serve
    for process in running:
        process.kill()
        process.communicate(timeout=60)


def press(page, *keys):
    """Presses the keys, the last of which saves, and waits for what comes then."""
    told = page.locator("#pace").inner_text()
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_function("told => document.getElementById('pace').textContent !== told", arg=told)


def gold(root):
    return [
        (one.sentence_id, one.labels, one.answer, one.annotator) for one in read_gold(Project(root))
    ]


def test_a_review_by_keyboard(bridge, served, window):
    """Take an answer, add a label, leave out, take back, reload, start again: all is kept."""
    process, address = served(bridge, "ana", "bo")
    page = window(address)
    page.keyboard.type("eve")
    page.keyboard.press("Enter")
    page.wait_for_selector("#work:not([hidden])")
    options = page.locator("#options button")
    assert options.count() == 2
    assert options.nth(0).inner_text().split("\n") == [
        "a",
        "for_bridge",
        "ana",
        f"ana: ana of 0 {MARKUP}",
    ]
    assert page.locator("#options img").count() == 0
    assert "Your decision is gold" in page.locator("#becomes").inner_text()
    page.keyboard.press("b")
    assert options.nth(1).get_attribute("aria-pressed") == "true"
    assert page.locator("#save-text").inner_text() == "Save 2 labels"
    page.keyboard.press("2")
    assert options.nth(1).get_attribute("aria-pressed") == "false"
    press(page, "Enter")
    press(page, "a", "Enter")
    press(page, "x")
    assert page.locator("#told").inner_text() == "Saved: left out."
    assert gold(bridge) == [
        ("talk#0", ("for_bridge", "against_bridge", "price"), "accept", "eve"),
        ("talk#1", ("for_bridge",), "accept", "eve"),
        ("talk#2", (), "reject", "eve"),
    ]
    press(page, "u")
    assert [one[0] for one in gold(bridge)] == ["talk#0", "talk#1"]
    page.reload()
    page.wait_for_selector("#work:not([hidden])")
    assert page.locator("#sentence").inner_text() == TALK[2]
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    page = window(served(bridge, "--by", "bo")[1], width=380)
    assert page.locator("#own").is_visible()
    press(page, "a", "Enter")
    press(page, "b", "Enter")
    assert page.locator("#finished-title").inner_text() == "Nothing left to decide"
    assert [one[3] for one in gold(bridge)] == ["eve", "eve", "bo", "bo"]


def test_the_page_of_reviewers_serves_everybody(bridge, served, window):
    """No fault that axe-core finds, nothing sticks out, nothing hides the answers."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core")
    address = served(bridge, "--by", "bo")[1]
    for width, scheme in ((1280, "light"), (380, "dark")):
        page = window(address, width, scheme)
        for key in ("b", "n", "Escape", "?", "Escape"):
            page.keyboard.press(key)
            assert axe.Axe().run(page).response["violations"] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        for one in page.locator("#options button").all():
            place = one.bounding_box()
            assert place["y"] >= 0 and place["y"] + place["height"] <= 800


def test_doubts_say_that_they_become_corrections(bridge, served, window, tmp_path):
    """On the page, before the decision; and they do."""
    rows = [
        {"id": f"talk#{n}", "text": TALK[n], "labels": ["for_bridge"], "suggested_labels": []}
        | {"given_probability": 0.05, "suggested_probability": 0.95}
        for n in (1, 0)
    ]
    (tmp_path / "doubts.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    page = window(served(bridge, "--by", "eve", "--doubts", tmp_path / "doubts.jsonl")[1])
    assert page.locator("#sentence").inner_text() == TALK[1]
    assert "your decision is a correction, not gold" in page.locator("#becomes").inner_text()
    assert page.locator("#options").inner_text().count("probability") == 2
    press(page, "b", "Enter")
    line = json.loads((bridge / "data" / "corrections.jsonl").read_text("utf-8"))
    assert (line["sentence_id"], line["labels"], line["shown"]) == ("talk#1", [], "doubt")
    assert gold(bridge) == []
