"""The whole evaluation on odd data, and how long it takes on much of it."""

import itertools
import json
import random
import time
from dataclasses import replace

import numpy as np
import pytest

from pages import Page
from stance.annotation.examples import Example
from stance.evaluation.evaluate import evaluate
from stance.evaluation.render_html import to_html
from stance.evaluation.render_json import to_json
from stance.evaluation.render_markdown import to_markdown
from stance.prediction.predict import Thresholds, thresholds_of

HOSTILE = ("<script>alert(1)</script>", "</bdi><img src=x>", "\u202eאבג\x1b[31m", "İ\r\n\x00|a|b|")

SYLLABLES = ("ba", "lo", "mi", "ne", "ru", "sa", "ti", "vo")


def strict_json(text):
    def refuse(constant):
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


def all_forms(report):
    """The report in its three forms, each read again."""
    return Page(to_html(report)), to_markdown(report), strict_json(to_json(report))


@pytest.mark.parametrize("kind", ["several", "exclusive"])
@pytest.mark.parametrize("n_rows", [1, 2, 3])
def test_one_article_with_a_label_missing(models, kind, n_rows):
    """A few sentences of one article, without a label of the model: every part still works."""
    scorer, examples = models[kind]
    rows = [one for one in examples if one.article_id == "a0" and "noise" not in one.labels]
    report = evaluate(scorer, rows[:n_rows], thresholds_of(scorer), ["x"])
    page, markdown, found = all_forms(report)
    assert report.n_articles == 1
    noise = next(one for one in report.curves if one.label == "noise")
    assert (noise.recall, noise.precision, noise.chosen) == ((), (), None)
    assert report.coverage.coverage[-1] == 1
    assert found["coverage"]["accuracy"][-1] == pytest.approx(report.subset_accuracy.value)
    assert report.slices == ()
    assert "noise" in page.texts_in("th")
    assert "All sentences come from one article" in markdown


@pytest.mark.parametrize("kind", ["several", "exclusive"])
def test_sentences_without_any_word(models, kind):
    """Blank and unknown sentences are evaluated like others: nothing is divided by nothing."""
    scorer, examples = models[kind]
    rows = [replace(examples[n], text=text) for n, text in enumerate(["", " ", "☂", "zzyzx"])]
    report = evaluate(scorer, rows, thresholds_of(scorer), ["x"])
    all_forms(report)
    assert [label.n_given for label in report.labels] == [0, 0, 0]


def test_hostile_sentences_end_to_end(models):
    """Texts, outlets and ids that mean to be more come through the evaluation as texts."""
    scorer, examples = models["several"]
    rows = [
        replace(one, id=f"{text}{n}", text=f"{one.text} {text}", fields={"outlet": text})
        for n, (one, text) in enumerate(zip(examples, HOSTILE * 7, strict=False))
    ]
    rows = [replace(one, labels=("noise",)) for one in rows]
    page, _, _ = all_forms(evaluate(scorer, rows, thresholds_of(scorer), list(HOSTILE)))
    plain, _, _ = all_forms(evaluate(scorer, examples, thresholds_of(scorer), ["x"]))
    assert set(page.tags) <= {*plain.tags, "mark", "li", "ol"}
    assert not {"script", "img"} & set(page.tags)
    assert sum("alert(1)" in text for text in page.whole("bdi")) > 0


def test_the_user_s_thresholds_hold_for_every_part(models):
    """With thresholds of the user's, curves, coverage, kinds and close calls use these."""
    scorer, examples = models["several"]
    never = evaluate(scorer, examples, Thresholds(np.full(3, 1 - 1e-9)), ["x"])
    assert {one.chosen for one in never.curves} == {None}
    assert sum(one.right + one.extra + one.swapped for one in never.kinds) == 0
    assert never.coverage.accuracy[-1] == sum(not one.labels for one in examples) / len(examples)
    assert {one.threshold for one in never.unsure} == {1 - 1e-9}


def test_ten_thousand_sentences_in_time(models, record_property):
    """An archive is evaluated, with all pictures drawn, while one waits."""
    scorer, examples = models["several"]
    draw = random.Random(5)
    words = ["".join(pair) for pair in itertools.product(SYLLABLES, repeat=3)]
    places = ("Norway", "Oslo", "Macron", "the quay", "our street")
    rows = [
        Example(
            id=f"r{n}",
            text=f"{one.text} {' '.join(draw.sample(words, 12))} {places[n % 5]}.",
            labels=one.labels if n % 6 else (),
            article_id=f"x{n // 25}",
            fields={"outlet": f"Paper {n % 9}", "published_at": f"202{n % 5}-01-01"},
        )
        for n in range(10_000)
        for one in [examples[n % len(examples)]]
    ]
    start = time.process_time()
    report = evaluate(scorer, rows, thresholds_of(scorer), ["x"])
    evaluated = time.process_time() - start
    html = to_html(report)
    record_property("seconds", round(evaluated, 1))
    assert report.names.n_named == 6_000
    assert evaluated < 20
    assert len(html) < 1_000_000
