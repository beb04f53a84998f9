"""The parts of the page beyond its scores: shades, numbers, warnings, long and hostile texts."""

import json
from dataclasses import replace

import pytest

from pages import Page
from stance.evaluation.audit import Slice
from stance.evaluation.render_html import to_html
from stance.evaluation.render_json import to_dict, to_json
from stance.storage.errors import printable


def table_after(page, header):
    """The rows of the table with this header, as lists of cells."""
    cells = [text for inside, text, _ in page.texts if inside in ("th", "td")]
    start = next(n for n in range(len(cells)) if cells[n : n + len(header)] == list(header)) + len(
        header
    )
    width = len(header)
    return [cells[n : n + width] for n in range(start, len(cells) - width + 1, width)]


def points(share):
    return f"{100 * share:.1f}"


def test_every_number_is_that_of_the_json(report):
    """Errors, calibration, rules and parts are the JSON's values, rounded."""
    found, page = to_dict(report), Page(to_html(report))
    kinds = table_after(page, ("label", "right", "missed", "swapped for another", "extra"))
    for row, one in zip(kinds, found["error_kinds"], strict=False):
        parts = ("right", "missed", "swapped", "extra")
        assert row == [one["label"], *(str(one[part]) for part in parts)]
    bins = table_after(page, ("label", "expected calibration error", "Brier score"))
    for row, one in zip(bins, found["calibration"], strict=False):
        assert row == [one["label"], points(one["ece"]), f"{one['brier']:.3f}"]
    rules = table_after(page, ("macro-F1", "macro AP", "F1 for_tram", "F1 against_tram"))
    flat = [cell for row in rules for cell in row]
    for one in found["baselines"]:
        at = flat.index(one["name"])
        averages = (one["macro_f1"], one["macro_average_precision"])
        assert flat[at + 1 : at + 5] == [*map(points, (*averages, *one["f1"].values()))]
    parts = table_after(page, ("part", "sentences", "wholly right", "p-value, corrected"))
    for row, one in zip(parts, found["slices"], strict=False):
        p_value = one["p_value"]
        shown = f"{p_value:.3f}" if p_value >= 0.001 else "< 0.001"
        head = [f"{one['by']}: {one['value']}", str(one["n_sentences"]), points(one["accuracy"])]
        assert row == [*head, shown]


def test_the_numbers_of_the_audit_are_those_of_the_json(report):
    """What masking and exchanging does stands there before and after."""
    found = to_dict(report)
    names, scores = found["names"], found["classification_report"]["macro avg"]
    shown = [text for inside, text, _ in Page(to_html(report)).texts if inside == "td"]
    for number in (
        f"{names['n_named']:,}",
        f"{points(scores['f1-score'])} → {points(names['macro_f1_masked'])}",
        f"{points(scores['average_precision'])} → "
        f"{points(names['macro_average_precision_masked'])}",
        f"{points(names['changed_when_masked'])} %",
        f"{points(names['changed_when_exchanged'])} %",
    ):
        assert number in shown


def test_the_json_is_json(report):
    """Nothing that a strict reader refuses, and every part under its key."""

    def refuse(constant):
        raise AssertionError(constant)

    found = json.loads(to_json(report), parse_constant=refuse)
    assert found["precision_recall"][0]["chosen"] == [0.75, 0.8]
    assert found["unsure"][0]["kind"] == "right"
    assert found["given_together"]["counts"] == [[300, 2], [4, 3]]


def test_shades_say_for_or_against_and_how_much(report):
    """A shaded piece is marked with its side and strength; what has no part is not marked."""
    page = Page(to_html(report))
    marks = [value for tag, name, value in page.attributes if (tag, name) == ("mark", "class")]
    assert marks == ["for2", "against2", "against3", "for1"]  # two of the legend
    assert page.whole("mark")[2:] == ['"never|ever"', "<b>"]
    assert report.mistakes[0].text in page.whole("bdi")
    assert "“never ever” -1.25, “b” +0.40" in page.whole("bdi")


def test_warnings_stand_on_top(report):
    """What spoils the scores comes between the headline and the first heading."""
    top = to_html(report).split("<h2>")[0]
    assert report.warnings[0] in top
    assert top.index('class="headline"') < top.index('class="warning"')
    assert 'class="warning"' not in to_html(replace(report, warnings=()))


def test_curves_are_drawn_for_labels_that_have_them(report):
    """A label without a sentence has no line and no name in the legend of the curves."""
    one, other = report.curves
    empty = replace(other, recall=(), precision=(), chosen=None)
    texts = Page(to_html(replace(report, curves=(one, empty), calibrations=()))).texts_in("text")
    all_texts = Page(to_html(replace(report, calibrations=()))).texts_in("text")
    count = [text.strip() for text in texts].count("against_tram")
    assert [text.strip() for text in all_texts].count("against_tram") == count + 1


def test_a_report_of_scores_alone(bare_report):
    """Without the further parts the page has no empty heading, table, list or legend."""
    page = Page(to_html(bare_report))
    headings = page.texts_in("h2")
    assert "Does it take shortcuts?" not in headings
    assert "What it looks at" not in headings
    assert "Thresholds and probabilities" not in headings
    assert all(text.strip() for text in page.whole("tbody"))


LONG = {
    "one word": "x" * 100_000,
    "words": "all too long " * 7_700,
    "markup": "<b>&amp;</b> " * 8_000,
    "right to left": "\u202eאבג " * 20_000,
}


@pytest.mark.parametrize("name", LONG)
def test_a_very_long_sentence(report, name):
    """A sentence of 100,000 characters stays one text, at least its first 3,000 are there."""
    text = LONG[name]
    pieces = [(text[n : n + 9], (n // 9) % 7 - 3) for n in range(0, len(text), 9)]
    one = replace(report.mistakes[0], text=text, shades=tuple(pieces))
    plain = replace(report.unsure[0], text=text)
    page = Page(to_html(replace(report, mistakes=(one,), unsure=(plain,))))
    begun = printable(text, 3000)[:2900]
    assert sum(found.startswith(begun) for found in page.whole("bdi")) == 2
    assert set(page.tags) == set(Page(to_html(report)).tags)


def test_no_script_and_no_address(hostile_report):
    """With every part filled with hostile texts the page runs nothing and loads nothing."""
    page = Page(to_html(hostile_report))
    assert not {"script", "img", "iframe", "link", "object", "form"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    for tag, name, value in page.attributes:
        if name in ("src", "href", "xlink:href", "action", "srcset"):
            assert value.startswith(("#", "data:image/png;base64,")), (tag, name, value)


@pytest.mark.parametrize("name", ["bell\x07", "\u202eyaP ehT", "Pear\x1b[31m", "y" * 100_000])
def test_the_name_of_an_outlet_is_shown_like_any_text(report, name):
    """An outlet comes from data: its control characters are escapes, and it is cut at length."""
    html = to_html(replace(report, slices=(Slice("outlet", name, 20, 0.5, 0.5),)))
    assert name not in html
    assert printable(name)[:10] in html
