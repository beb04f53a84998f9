"""who.html: what it says, that it stands alone, and that a browser works it by keyboard."""

import base64
import hashlib
import html
import json
import re

import pytest

from pages import Page


@pytest.fixture(scope="module")
def path(bridge_desk, bridge_rows, done, tmp_path_factory):
    """The page of the dated rows."""
    out = tmp_path_factory.mktemp("page") / "out"
    done("who", bridge_rows, "--project", bridge_desk, "--out", out)
    return out / "who.html"


def test_the_page_stands_alone(path):
    """No address is fetched; the policy lets the page's own script run, and no other."""
    text = path.read_text("utf-8")
    page = Page(text)
    scripts = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = next(value for tag, name, value in page.attributes if value.startswith("default-src"))
    assert len(scripts) == 1 and f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not {"img", "link", "iframe", "object"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "src"]


def test_every_number_leads_to_its_sentences(path):
    """Without script the links are anchors within the page."""
    page = Page(path.read_text("utf-8"))
    ids = {value for _, name, value in page.attributes if name == "id"}
    links = [
        value[1:] for tag, name, value in page.attributes if name == "href" and value[0] == "#"
    ]
    assert len(links) > 5 and set(links) <= ids
    whole = " ".join(page.whole("main"))
    assert "Rita praises the new bridge on day 1 of all." in whole
    assert "printed in 4 articles by 4 outlets" in whole
    assert "stance correct 't1#1' LABELS --by NAME --sha256" in whole


def test_text_from_data_never_becomes_markup(bridge_desk, tmp_path, done):
    """Titles, outlets, addresses and sentences of a stranger are shown as they are written."""
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    row = {"id": f"x{evil}", "text": f"Rita praises the new bridge {evil} today.", "outlet": evil}
    row |= {"title": evil, "url": "javascript:alert(3)", "published_at": "2024-05-01"}
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps(row) + "\n", "utf-8")
    for extra in ([], ["--evidence", "Rita"]):
        out = tmp_path / f"out{len(extra)}"
        done("who", rows, "--project", bridge_desk, "--out", out, *extra)
        text = next(out.glob("*.html")).read_text("utf-8")
        assert "<img" not in text and text.count("<script") == (0 if extra else 1)
        assert 'href="javascript' not in text
        assert html.escape("<img src=x onerror=alert(2)>") in text


@pytest.fixture
def view(browser, path):
    """The page in a browser window as wide as a phone; whatever the console says fails the test."""
    page = browser.new_page(viewport={"width": 380, "height": 800})
    told = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(path.as_uri())
    yield page
    page.close()
    assert told == []


def names(view):
    return view.locator("#who tbody tr:visible th").all_inner_texts()


def test_a_browser_sorts_and_filters_by_keyboard(view):
    """A header is a button; a second press turns the order round; a filter hides rows."""
    assert [one.split("\n")[0] for one in names(view)] == ["Rita Okonkwo", "Mrs Adeyemi"]
    view.locator("#who thead button").first.focus()
    view.keyboard.press("Enter")
    assert names(view)[0].startswith("Mrs Adeyemi")
    assert view.locator("#who th[aria-sort=ascending]").count() == 1
    view.keyboard.press("Enter")
    assert names(view)[0].startswith("Rita")
    view.locator("#find").focus()
    view.keyboard.type("sweden")
    assert len(names(view)) == 1 and names(view)[0].startswith("Mrs Adeyemi")
    assert view.locator("#count").inner_text() == "1 of 2 rows"
    assert view.evaluate("document.documentElement.scrollWidth") <= 380


def test_a_browser_opens_a_cell_and_follows_the_timeline(view):
    """Enter opens the sentences, arrows go along the time line, Escape leads back to the cell."""
    cell = view.locator("#who a.number").first
    cell.focus()
    view.keyboard.press("Enter")
    view.wait_for_selector("#dialog[open] .cell.here")
    assert view.locator("#about").inner_text() == "Rita Okonkwo"
    view.locator("#dialog .timeline a").first.focus()
    view.keyboard.press("ArrowRight")
    second = view.evaluate("document.activeElement.getAttribute('aria-label')")
    assert second == "against_bridge, 2024-05-07: 1"
    view.keyboard.press("Enter")
    view.wait_for_selector("#dialog .statement.here")
    assert "day 7" in view.locator(".statement.here .said").inner_text()
    view.keyboard.press("Escape")
    view.wait_for_selector("#dialog:not([open])", state="attached")
    assert view.evaluate("document.activeElement.getAttribute('href')") == cell.get_attribute(
        "href"
    )
