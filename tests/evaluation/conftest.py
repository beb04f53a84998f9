"""A report built by hand, one full of hostile texts, and two small models to evaluate."""

import itertools
from dataclasses import replace

import pytest

from stance.annotation.examples import Example
from stance.codebook.codebook import Codebook, Label
from stance.evaluation.audit import NameAudit, Slice
from stance.evaluation.curves import Calibration, Coverage, PrecisionRecall
from stance.evaluation.intervals import Estimate
from stance.evaluation.report import (
    Average,
    Baseline,
    Confusion,
    ErrorKinds,
    LabelScores,
    Mistake,
    Report,
)
from stance.evaluation.words import Terms
from stance.learning.config import Config
from stance.learning.dataset import training_data
from stance.learning.training import train
from stance.models.saving import save
from stance.prediction.scorer import load_scorer

HOSTILE = (
    "<script>alert(1)</script>",
    "</bdi></p><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %} &lt;b&gt; &amp;",
    '" onmouseover="alert(1)',
    "| a | b |\n|---|---|",
    "[click](javascript:alert(1)) ![x](http://example.org/x.png) <http://example.org>",
    "# not a title * `code` __bold__ ~~gone~~ $x^2$ \\| \\",
    "אבג \u202egnirts\u202c عربي",
    "line\r\nbreak\ttab\x1b[31m\x00\x07\u2028end",
    "e\u0301 İ ☂ 👩‍🚒 \U0010ffff",
)
PEOPLE = ("A singer", "The butcher", "Our postman", "Miss Okonkwo", "The choir", "Old Petr")
SAYS = {
    "for_market": "loves the night market",
    "against_market": "would close the market at ten",
    "noise": "counts every drum",
}


E = Estimate
LABELS_OF_REPORT = (
    LabelScores(
        name="for_tram",
        precision=E(0.8, 0.7, 0.9),
        recall=E(0.75, 0.625, 0.875),
        f1=E(0.774, 0.68, 0.85),
        average_precision=E(0.81, 0.7, 0.9),
        support=400,
        n_given=375,
    ),
    LabelScores(
        name="against_tram",
        precision=E(0.5),
        recall=E(0.3, 0.125, 0.4),
        f1=E(0.375, 0.2, 0.45),
        average_precision=E(0.4, 0.25, 0.55),
        support=10,
        n_given=6,
    ),
)
BASELINES = (
    Baseline("majority", "always “no label”", {"for_tram": 0.0, "against_tram": 0.0}, 0.0, 0.171),
    Baseline(
        "keywords",
        "a word of a list (for_tram: quay, rails; against_tram: –)",
        {"for_tram": 0.62, "against_tram": 0.2},
        0.41,
        0.3,
    ),
    Baseline(
        "names only",
        "a country of a list (for_tram: Norway; against_tram: –)",
        {"for_tram": 0.25, "against_tram": 0.0},
        0.125,
        0.205,
    ),
)
CONFUSIONS = tuple(
    Confusion(name, (f"is {name}", "is not"), ("given", "not given"), counts)
    for name, counts in (
        ("for_tram", ((300, 100), (75, 725))),
        ("against_tram", ((3, 7), (3, 1187))),
    )
)
MISTAKES = (
    Mistake(
        id="club-7#3",
        text='He said: "never|ever" *again* <b>',
        source="The Quay",
        gold=("for_tram",),
        given=(),
        label="for_tram",
        kind="missed",
        probability=0.0421,
        threshold=0.46,
        shades=(("He said: ", 0), ('"never|ever"', -3), (" *again* ", 0), ("<b>", 1)),
        words=("“never ever” -1.25", "“b” +0.40"),
    ),
    Mistake(
        id="late#12",
        text="Rails, yes.",
        source="",
        gold=(),
        given=("for_tram", "against_tram"),
        label="for_tram",
        kind="extra",
        probability=0.9876,
        threshold=0.46,
    ),
)
UNSURE = (
    Mistake(
        id="club-9#1",
        text="Perhaps by rail.",
        source="The Quay",
        gold=("for_tram",),
        given=("for_tram",),
        label="for_tram",
        kind="right",
        probability=0.4612,
        threshold=0.46,
    ),
)
PARTS = {
    "warnings": ("The model goes partly by who is named: *31 %* of 42 sentences.",),
    "kinds": (
        ErrorKinds("for_tram", right=300, missed=96, extra=75, swapped=4),
        ErrorKinds("against_tram", right=3, missed=5, extra=3, swapped=2),
    ),
    "together": Confusion(
        "given where it belongs or another does",
        ("for_tram", "against_tram"),
        ("for_tram", "against_tram"),
        ((300, 2), (4, 3)),
    ),
    "curves": (
        PrecisionRecall("for_tram", (0.25, 0.75, 1.0), (1.0, 0.8, 0.333), (0.75, 0.8)),
        PrecisionRecall("against_tram", (0.3, 1.0), (0.5, 0.008), None),
    ),
    "calibrations": (
        Calibration("for_tram", (0.05, 0.62), (0.125, 0.75), (800, 400), 0.0933, 0.1417),
        Calibration("against_tram", (0.02,), (0.01,), (1200,), 0.0117, 0.0083),
    ),
    "coverage": Coverage((0.05, 0.5, 1.0), (1.0, 0.9, 0.71)),
    "terms": (
        Terms("for_tram", (("rails", 2.5, 31), (" on|time ", 1.25, 4)), (("no rails", -3.5, 2),)),
        Terms("against_tram", (("loud", 0.75, 1),), ()),
    ),
    "names": NameAudit(
        n_named=1042,
        macro_f1_masked=0.5512,
        macro_average_precision_masked=0.5987,
        changed_when_masked=0.0768,
        changed_when_exchanged=0.3125,
        examples=(("Norway waits.", "Sweden waits.", ("for_tram",), ()),),
    ),
    "slices": (
        Slice("outlet", "The Quay", 120, 0.525, 0.00042),
        Slice("length", "13–25 words", 310, 0.68, 0.0414),
    ),
    "data_checks": (("conflicting labels", "2"), ("near duplicates", "1,014")),
    "made_by": (("Command", "stance evaluate --data 'late.csv'"), ("Commit", "–")),
    "unsure": UNSURE,
}


@pytest.fixture(scope="session")
def report():
    """Two labels, every kind of interval and of mistake, with numbers that are easy to read."""
    return Report(
        model_version="v7",
        codebook="harbour 2",
        exclusive=False,
        data_names=("test articles of harbour", "late.csv"),
        data_sha256="ab" * 32,
        n_sentences=1200,
        n_articles=35,
        labels=LABELS_OF_REPORT,
        micro=Average(E(0.795, 0.7, 0.89), E(0.739, 0.63, 0.86), E(0.766, 0.66, 0.84)),
        macro=Average(E(0.65, 0.55, 0.75), E(0.525, 0.4, 0.65), E(0.574, 0.44, 0.65)),
        macro_average_precision=E(0.605, 0.5, 0.7),
        subset_accuracy=E(0.71, 0.66, 0.76),
        hamming_loss=E(0.145, 0.12, 0.175),
        baselines=BASELINES,
        confusions=CONFUSIONS,
        mistakes=MISTAKES,
        n_mistakes=348,
        notes=("3 of 1,203 sentences are in the training data and were left out.",),
        training="800 sentences from 20 articles; 5-fold macro-F1 60.1",
        libraries={"numpy": "2.4.0", "stancedesk": "0.1.0"},
        **PARTS,
    )


@pytest.fixture(scope="session")
def bare_report(report):
    """The report with nothing but scores, baselines, confusions and mistakes."""
    nothing = dict.fromkeys(PARTS, ()) | dict.fromkeys(("together", "coverage", "names"))
    return replace(report, **nothing)


@pytest.fixture(scope="session")
def exclusive_report(report):
    """The report as one of labels that exclude each other."""
    names = ("for_tram", "against_tram", "(no label)")
    table = Confusion("all labels", names, names, ((1, 0, 2), (0, 3, 0), (4, 0, 1190)))
    return replace(report, exclusive=True, confusions=(table,))


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def hostile(request):
    """A text that means to be more than text."""
    return request.param


def _hostile(mistakes, text):
    """The mistakes with the text in every free field; what was shaded is shaded still."""
    return tuple(
        replace(
            one,
            text=text,
            id=text,
            source=text,
            shades=(("", 0), (text, -3), ("", 0), ("", 1)) if one.shades else (),
            words=(text,) if one.words else (),
        )
        for one in mistakes
    )


@pytest.fixture
def hostile_report(report, hostile):
    """The report with the text wherever a text from data or from file names can stand."""
    first, second = report.terms
    return replace(
        report,
        codebook=hostile,
        data_names=(hostile, "late.csv"),
        mistakes=_hostile(report.mistakes, hostile),
        unsure=_hostile(report.unsure, hostile),
        baselines=tuple(replace(one, how=hostile) for one in report.baselines),
        warnings=(hostile,),
        terms=(replace(first, speaks_against=((hostile, -3.5, 2),)), second),
        names=replace(report.names, examples=((hostile, hostile, ("for_tram",), ()),)),
        slices=tuple(replace(one, value=hostile) for one in report.slices),
        made_by=(("Command", hostile), ("Commit", "–")),
    )


def _examples(choices, start=0):
    for n, (person, choice) in enumerate(itertools.product(PEOPLE, choices), start):
        said = " and ".join(SAYS[label] for label in choice) or "sells pears"
        yield Example(
            id=f"s{n:03}",
            text=f"{person} {said} today.",
            labels=choice,
            article_id=f"a{n // len(choices)}",
            fields={"outlet": "The Pear"} if n % 2 else {},
        )


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """Kind of labels → (scorer, the examples it was trained on)."""
    root, made = tmp_path_factory.mktemp("models"), {}
    names = tuple(SAYS)
    for kind, choices in (
        ("several", [(), names[:1], names[1:2], (names[0], names[2]), names[2:]]),
        ("exclusive", [names[:1], names[1:2], names[2:]]),
    ):
        codebook = Codebook(
            name="market",
            exclusive=kind == "exclusive",
            none_allowed=kind != "exclusive",
            labels=tuple(Label(name=name) for name in names),
        )
        examples = list(_examples(choices))
        folder, _ = save(train(training_data(examples, codebook), Config()), root, kind, "test")
        made[kind] = load_scorer(folder), examples
    return made
