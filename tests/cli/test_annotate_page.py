"""The page of `stance annotate` in a real browser: labelled by keyboard, and by everybody."""

import json
import re
import signal

import pytest

from stance.annotation.store import read_annotations
from stance.codebook.codebook import Codebook, Label, to_toml
from stance.storage.project import Project, create_project

LABELS = (
    Label(name="for_bridge", polarity="for", definition="Speaks for the bridge."),
    Label(name="against_bridge", polarity="against", definition="Speaks against it."),
    Label(name="price", key="p", definition="Asks what it costs. <b>Not</b> who pays."),
)
SEVERAL = Codebook(name="bridge", question="What of the bridge?", labels=LABELS)
ONE = Codebook(name="bridge", exclusive=True, none_allowed=False, labels=LABELS)
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
WORDS = ("anvil", "barley", "cinder", "dollop", "ember", "fennel", "gravel", "hollow", "ivory")
KEYS = {"for_bridge": "1", "against_bridge": "2", "price": "p"}


def sentence(number):
    """A sentence unlike the others; the first has markup in it."""
    picked = [WORDS[(number * step + number // 9) % 9] for step in (1, 2, 4, 5, 7)]
    return f"Number {number} has {' '.join(picked)} {MARKUP if not number else ''}of the bridge."


@pytest.fixture
def bridge(tmp_path, done):
    """A project with one article of sixty sentences; gives its folder."""

    def make(codebook=SEVERAL):
        project = create_project(tmp_path / "bridge", to_toml(codebook))
        article = tmp_path / "talk.txt"
        body = "\n\n".join(sentence(number) for number in range(60))
        article.write_text(f"---\ntitle: A talk {MARKUP}\noutlet: Paper\n---\n{body}\n", "utf-8")
        done("ingest", article, "--project", project.root)
        return project.root

    return make


@pytest.fixture
def server(start):
    """Starts the page of a project; gives the process and the address it told."""
    running = []

    def serve(root, *options, port=0):
        wanted = ("--project", root, "--no-browser", "--port", port, "--pick", "order")
        process = start("annotate", *wanted, *options, text=True)
        running.append(process)
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), process.communicate(timeout=60)[1]
        return process, address

    yield serve
    for process in running:
        process.kill()
        process.communicate(timeout=60)


def shown(page):
    return page.locator("#sentence").inner_text()


def chosen(page):
    return page.locator("#labels [aria-pressed=true]").evaluate_all(
        "found => found.map(one => one.dataset.label)"
    )


def press(page, *keys):
    """Presses the keys, the last of which leads to another sentence, and waits for it."""
    before = shown(page)
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_function(
        "before => document.getElementById('sentence').textContent !== before", arg=before
    )


def has_told(page, words):
    page.wait_for_function(
        "words => document.getElementById('told').textContent.includes(words)", arg=words
    )


def kept(root):
    """Text to labels of the answers that are on the disk and count."""
    project = Project(root)
    lines = project.sentences.read_text("utf-8").splitlines()
    texts = {one["id"]: one["text"] for one in map(json.loads, lines)}
    answers = [one for one in read_annotations(project) if one.answer == "accept"]
    return {texts[one.sentence_id]: list(one.labels) for one in answers}


def test_fifty_sentences_by_keyboard(bridge, server, window, done):
    """Name, labels, one undone, a reload, a restart: what the page said is what is kept."""
    root = bridge()
    process, address = server(root)
    page = window(address)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", page.url), "the token has left the address"
    page.keyboard.type("ana")
    page.keyboard.press("Enter")
    page.wait_for_selector("#work:not([hidden])")
    names = [label.name for label in LABELS]
    said = {}
    for number in range(50):
        labels = [name for bit, name in enumerate(names) if number >> bit & 1]
        said[shown(page)] = labels
        press(page, *(KEYS[name] for name in labels), "Enter")
    has_told(page, "Saved: for_bridge.")
    assert kept(root) == said and len(said) == 50
    last = list(said)[-1]
    press(page, "u")
    has_told(page, "Taken back.")
    assert shown(page) == last and chosen(page) == said[last]
    assert last not in kept(root)
    said[last] = ["for_bridge", "price"]
    press(page, "p", "Enter")
    now = shown(page)
    page.reload()
    page.wait_for_selector("#work:not([hidden])")
    assert shown(page) == now and now not in said
    assert page.locator("#pace").inner_text().startswith("50 done · 10 left")
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    page = window(server(root, "--by", "ana")[1], width=380)
    while page.locator("#work").is_visible():
        said[before := shown(page)] = []
        page.keyboard.press("Enter")
        page.wait_for_function(
            "before => sentence.textContent !== before || !finished.hidden", arg=before
        )
    assert page.locator("#finished-title").inner_text() == "Nothing left to label"
    assert kept(root) == said and len(said) == 60
    lines = (root / "data" / "annotations" / "ana.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 62, "a line each, one that takes back and one more"


def test_the_page_serves_everybody(bridge, server, window):
    """No serious fault for a screen reader's user, wide or narrow, light or dark."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core")
    address = server(bridge())[1]
    for width, scheme in ((1280, "light"), (380, "dark")):
        page = window(address, width, scheme)
        check(page, axe, width)
        begin(page)
        for key in ("", "1", "n", "Escape", "?", "Escape"):
            if key:
                page.keyboard.press(key)
            check(page, axe, width)


def check(page, axe, width):
    """No fault that axe-core finds, and nothing sticks out to the right."""
    assert axe.Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def begin(page, name="ana"):
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_selector("#work:not([hidden])")


def test_keyboard_and_screen_reader(bridge, server, window):
    """Focus goes to the sentence, definitions come with the focus, what happens is announced."""
    page = window(server(bridge(), "--by", "ana")[1])
    focused = "document.activeElement.id || document.activeElement.dataset.label"
    assert page.evaluate(focused) == "sentence"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "for_bridge"
    assert page.locator("#definition").inner_text() == "Speaks for the bridge."
    page.keyboard.press("Space")
    assert (
        chosen(page) == ["for_bridge"] and page.locator("#save-text").inner_text() == "Save label"
    )
    page.locator("[data-label=price]").hover()
    assert page.locator("#definition").inner_text() == "Asks what it costs. <b>Not</b> who pays."
    page.keyboard.press("?")
    assert page.locator("#dialog").is_visible()
    page.keyboard.press("2")
    page.keyboard.press("Escape")
    assert not page.locator("#dialog").is_visible() and chosen(page) == ["for_bridge"]
    page.keyboard.press("n")
    page.keyboard.type("sun 1 p")
    page.keyboard.press("Escape")
    assert chosen(page) == ["for_bridge"] and page.evaluate(focused) == "sentence"
    press(page, "Enter")
    has_told(page, "Saved: for_bridge.")
    assert page.locator("#told").get_attribute("role") == "status"
    assert page.evaluate(focused) == "sentence" and chosen(page) == []
    press(page, "s")
    has_told(page, "Skipped.")
    press(page, "u")
    press(page, "u")
    assert page.locator("#note").input_value() == "sun 1 p" and chosen(page) == ["for_bridge"]


def test_markup_in_texts_is_shown_as_text(bridge, server, window):
    """Nothing of a sentence or title becomes an element."""
    page = window(server(bridge(), "--by", "ana")[1])
    while MARKUP not in shown(page):
        press(page, "s")
    assert MARKUP in page.locator("#title").inner_text()
    assert page.locator("main img, main script, #definition b").count() == 0


def test_one_label_and_not_none(bridge, server, window):
    """An exclusive codebook keeps one label; without one nothing is sent."""
    root = bridge(ONE)
    page = window(server(root, "--by", "ana")[1])
    page.keyboard.press("Enter")
    has_told(page, "Choose a label first.")
    for key in "12":
        page.keyboard.press(key)
    assert chosen(page) == ["against_bridge"]
    page.keyboard.press("2")
    assert chosen(page) == []
    press(page, "2", "Enter")
    assert list(kept(root).values()) == [["against_bridge"]]


def test_a_failed_save_is_kept_and_tried_again(bridge, server, window):
    """While the server is away the answer stays; a new start of it is told, and fills it in."""
    root = bridge()
    process, address = server(root, "--by", "ana")
    page = window(address, may_tell=True)
    away = "**/api/answer"
    text = shown(page)
    page.route(away, lambda route: route.abort())
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_selector("#trouble:not([hidden])")
    assert "Not saved: the server does not answer" in page.locator("#trouble").inner_text()
    assert shown(page) == text and chosen(page) == ["against_bridge"] and kept(root) == {}
    page.unroute(away)
    press(page, "Enter")  # the focus is on "Try again"
    assert kept(root) == {text: ["against_bridge"]}
    text = shown(page)
    process.kill()
    process.wait(60)
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    page.wait_for_selector("#trouble:not([hidden])")
    port = address.split(":")[2].partition("/")[0]
    again = server(root, "--by", "ana", port=port)[1]
    page.locator("#retry").click()
    page.wait_for_function(
        "() => document.getElementById('trouble-told').textContent.includes('Open the address')"
    )
    page = page.context.new_page()
    page.goto(again, wait_until="commit")
    page.wait_for_selector("#work:not([hidden])")
    while shown(page) != text:
        press(page, "s")
    has_told(page, "Your answer that was not saved is filled in.")
    assert chosen(page) == ["price"]
    press(page, "Enter")
    assert kept(root)[text] == ["price"]


def test_suggestions_come_after_the_answer_or_with_their_words(project, server, window):
    """Nothing of the model's is on the page before, unless it was asked for."""
    process, address = server(project, "--by", "ana", "--overlap", "2")
    page = window(address)
    assert page.locator("#suggestion").is_hidden()
    assert "model" not in page.locator("#told").inner_text()
    press(page, "1", "Enter")
    assert re.search(r"Saved: \w+\. The model (agrees|says: )", page.locator("#told").inner_text())
    process.kill()
    process.wait(60)
    page = window(server(project, "--by", "ana", "--overlap", "2", "--suggest")[1], width=380)
    while "no label" in page.locator("#suggestion").inner_text():
        press(page, "s")
    told = page.locator("#suggestion").inner_text().splitlines()
    assert told[0].startswith("The model suggests: ")
    assert re.match(r"Weighed most for \w+: .+", told[-1])


def test_two_browsers_at_once(bridge, server, window):
    """Two people label side by side, and no sentence is shown to both."""
    root = bridge()
    address = server(root)[1]
    pages = [window(address) for _ in range(2)]
    seen = []
    for page, name in zip(pages, ("ana", "bert"), strict=True):
        begin(page, name)
    for _ in range(5):
        for page in pages:
            seen.append(shown(page))
            press(page, "1", "Enter")
    assert len(set(seen)) == 10
    answers = read_annotations(Project(root))
    assert sorted({one.annotator for one in answers}) == ["ana", "bert"] and len(answers) == 10
