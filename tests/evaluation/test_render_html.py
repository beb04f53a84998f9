"""The report as a page: well-formed, without script or network, every text from data as text."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages import Page, cells
from stance.evaluation.render_html import to_html
from stance.evaluation.render_json import to_dict
from stance.storage.errors import printable
from strategies import any_strings

URL_ATTRIBUTES = (
    "src", "href", "xlink:href", "action", "formaction", "poster", "data", "srcset", "background",
)  # fmt: skip


def test_the_page_is_well_formed(report):
    """Every tag that is opened is closed, in order, and the page says what it is."""
    page = Page(to_html(report))
    assert page.tags[0] == "html"
    assert ("html", "lang", "en") in page.attributes
    assert ("meta", "charset", "utf-8") in page.attributes
    assert page.tags.count("h1") == 1
    assert page.texts_in("title") == ["Evaluation of v7"]


def test_hostile_texts_are_text(report, hostile_report, hostile):
    """A text adds no tag and no attribute, and can be read as it is, in its own direction."""
    page, plain_page = Page(to_html(hostile_report)), Page(to_html(report))
    shown = printable(hostile, 3000)
    assert page.tags == plain_page.tags
    names = [(tag, name) for tag, name, _ in page.attributes]
    assert names == [(tag, name) for tag, name, _ in plain_page.attributes]
    # Codebook, three baselines' rules, three sentences with their sources, the n-grams that
    # decided one, an n-gram of the model, a sentence before and after an exchange of names.
    assert page.whole("bdi").count(shown) == 1 + 3 + 3 + 3 + 1 + 1 + 2
    assert f"{shown}, late.csv" in page.whole("bdi")
    assert page.texts_in("code").count(shown) == 3 + 1  # three ids, and what it was made by
    assert shown in page.whole("p")  # a warning


@pytest.mark.parametrize("name", ["<b>for</b>", "a&b", '"x" onload="y"', "$x^2$", "קול", "за"])
def test_labels_are_text_in_tables_and_pictures(report, name):
    """A label with markup, signs of mathematics or other scripts is shown as it is."""
    labels = (replace(report.labels[0], name=name), report.labels[1])
    baselines = tuple(replace(one, f1={name: 0.5, "against_tram": 0.5}) for one in report.baselines)
    table = replace(report.confusions[0], name=name, rows=(name, "is not"))
    changed = replace(report, labels=labels, baselines=baselines, confusions=(table,))
    page = Page(to_html(changed))
    assert set(page.tags) <= set(Page(to_html(report)).tags)
    assert name in cells(page)
    assert f"F1 {name}" in cells(page)
    assert [text.strip() for text in page.texts_in("text")].count(name) == 1


def test_nothing_runs_and_nothing_is_loaded(hostile_report):
    """No script, no handler, no address outside the page; a strict policy says it again."""
    text = to_html(hostile_report)
    page = Page(text)
    assert not {"script", "iframe", "object", "embed", "form", "link", "base"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    for _, name, value in page.attributes:
        if name in URL_ATTRIBUTES:
            assert value.startswith(("#", "data:image/png;base64,")), value
        if name == "style":
            assert "url(" not in value
    assert "@import" not in text
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)", text))
    policies = [value for _, name, value in page.attributes if name == "content"]
    assert any(value.startswith("default-src 'none';") for value in policies)


def test_no_address_stands_in_the_page(report):
    """The only addresses are names of XML vocabularies and the drawing program's own."""
    page = Page(to_html(report))
    shown = [text for inside, text, _ in page.texts if "http" in text and inside != "dc:title"]
    assert shown == []
    held = {name.split(":")[0] for _, name, value in page.attributes if "://" in value}
    assert held <= {"xmlns", "rdf"}


def test_the_numbers_are_those_of_the_json(report):
    """Tables of the page and the JSON are two views of the same numbers."""
    scores = to_dict(report)["classification_report"]
    found = cells(Page(to_html(report)))
    for name in ("for_tram", "against_tram", "macro avg", "micro avg"):
        row = found[found.index(name) + 1 :][:6]
        keys = ["precision", "recall", "f1-score", "average_precision"]
        points = [f"{100 * scores[name][key]:.1f}" if key in scores[name] else "–" for key in keys]
        assert [cell.split(" [")[0] for cell in row[:4]] == points
        assert row[4] == str(scores[name]["support"])
        low, high = scores[name]["f1-score_interval"]
        assert row[2].endswith(f" [{100 * low:.1f}, {100 * high:.1f}]")
    model = found[found.index("this model") + 1 :][:4]
    assert model == ["57.4", "60.5", "77.4", "37.5"]


def test_counts_of_the_pictures_are_those_of_the_json(report):
    """Each picture shows every count of its table."""
    page = Page(to_html(report))
    shown = [text.strip() for text in page.texts_in("text")]
    for table in to_dict(report)["confusions"]:
        for row in table["counts"]:
            for count in row:
                assert f"{count:,}" in shown


def test_mistakes_are_told(report):
    """Each mistake has its label, probability, threshold, sentence, and both answers."""
    text = " ".join(text for _, text, _ in Page(to_html(report)).texts)
    text = " ".join(text.split())
    assert "for_tram missed probability 4.2 %, threshold 46.0 %" in text
    assert "Right: for_tram. Given: no label. The Quay club-7#3" in text
    assert "Right: no label. Given: for_tram, against_tram." in text
    assert "348 of 1,200 sentences are answered wrongly. The model is surest of these." in text


def test_without_mistakes_and_thresholds(report):
    """A report without mistakes promises none; exclusive labels have no threshold."""
    text = to_html(replace(report, mistakes=(), n_mistakes=0))
    assert "0 of 1,200 sentences are answered wrongly.</p>" in text
    one = replace(report.mistakes[0], threshold=None)
    assert "threshold 46" not in to_html(replace(report, mistakes=(one,), unsure=()))


def test_the_same_report_is_the_same_page(report):
    """No time or chance gets into the page, so that two can be compared."""
    assert to_html(report) == to_html(report)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(any_strings.map("x{}".format), min_size=5, max_size=5))
def test_any_texts_are_the_texts_of_the_page(bare_report, found):
    """27: whatever a report holds, the page has the same tags, and shows the texts as they are."""
    page, plain = (Page(to_html(_with(bare_report, texts))) for texts in (found, ["x"] * 5))
    assert page.tags == plain.tags
    names = [(tag, name) for tag, name, _ in plain.attributes]
    assert [(tag, name) for tag, name, _ in page.attributes] == names
    told = " ".join("".join(text for _, text, _ in page.texts).split())
    for text in found:
        shown = printable(text, 3000)
        assert " ".join(shown.split()) in told


def _with(report, texts):
    warning, name, how, codebook, sentence = texts
    mistakes = tuple(
        replace(one, text=sentence, id=name, source=name, shades=(), words=())
        for one in report.mistakes
    )
    changes = {"warnings": (warning,), "data_names": (name,), "made_by": (("Command", how),)}
    return replace(report, **changes, codebook=codebook, mistakes=mistakes)
