"""Abstaining: each reason by its rule, the first that holds, and none unless switched on."""

from types import SimpleNamespace

import numpy as np
import pytest

from stance.learning.config import Abstain
from stance.prediction.abstain import reasons_of
from stance.prediction.scorer import Scored, are_foreign

PROBABILITIES = np.array([[0.6, 0.3], [0.45, 0.4], [0.9, 0.05], [0.2, 0.1], [0.5, 0.1], [0.5, 0.1]])
N_WORDS = np.array([9, 9, 9, 9, 9, 0])
N_KNOWN = np.array([9, 9, 2, 9, 0, 0])


def reasons(exclusive=True, least=0.0, is_foreign=None, **rules):
    info = SimpleNamespace(abstain=Abstain(**rules), exclusive=exclusive)
    scored = Scored(PROBABILITIES, N_WORDS, N_KNOWN, is_foreign)
    given = PROBABILITIES >= 0.4
    return reasons_of(info, scored, given, least).tolist()


def test_only_rows_without_a_known_word_by_default():
    """Nothing else is withheld unless the config says so."""
    assert reasons() == ["", "", "", "", "no_known_words", "blank"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"low_probability": 0.55}, ["", "low_probability", "", ""]),
        ({"least": 0.5}, ["", "low_probability", "", "low_probability"]),
        ({"two_labels_close": 0.1}, ["", "two_labels_close", "", ""]),
        ({"two_labels_close": 0.1, "exclusive": False}, ["", "", "", ""]),
        ({"low_probability": 0.55, "exclusive": False}, ["", "low_probability", "", ""]),
        ({"mostly_unknown_words": 0.7}, ["", "", "mostly_unknown_words", ""]),
        (
            {"not_english": True, "is_foreign": np.array([1, 0, 1, 0, 0, 0], bool)},
            ["not_english", "", "not_english", ""],
        ),
    ],
)
def test_each_reason_by_its_rule(settings, expected):
    """A row without a label given is not low: it was decided that it carries none."""
    assert reasons(**settings)[:4] == expected


def test_the_first_reason_that_holds_is_told():
    """A blank row is blank, whatever else could be said of it."""
    every = {"low_probability": 0.99, "two_labels_close": 0.99, "mostly_unknown_words": 0.1}
    assert reasons(**every) == [
        "low_probability",
        "low_probability",
        "mostly_unknown_words",
        "two_labels_close",
        "no_known_words",
        "blank",
    ]


def test_other_languages_are_told_apart():
    """What is too short to say is not withheld."""
    texts = [
        "We will not send any soldiers there.",
        "Wir werden dort keine Soldaten hinschicken.",
        "Oslo",
    ]
    assert are_foreign(texts).tolist() == [False, True, False]


def test_a_model_that_abstains_says_so_from_training_to_report(folders, tmp_path):
    """The config's rules lie with the model; prediction and report count the rows by reason."""
    import shutil

    from stance.annotation.examples import Example
    from stance.evaluation.evaluate import evaluate
    from stance.models.folder import INFO, INFO_HASH, hash_of, read_info
    from stance.prediction.predict import thresholds_of
    from stance.prediction.scorer import load_scorer

    folder = tmp_path / "m"
    shutil.copytree(folders["several"], folder)
    info = read_info(folder).model_copy(update={"abstain": Abstain(not_english=True)})
    record = info.model_dump_json()
    (folder / INFO).write_text(record)
    (folder / INFO_HASH).write_text(hash_of(record.encode()) + "\n")
    scorer = load_scorer(folder)
    texts = ["Der Tram und die Stadt sind nicht für alle.", "The mayor wants the tram.", "…"]
    rows = [
        Example(id=f"r{n}", text=text, labels=(), article_id=f"a{n}")
        for n, text in enumerate(texts)
    ]
    report = evaluate(scorer, rows, thresholds_of(scorer), ["x"])
    assert report.abstained == {"not_english": 1, "blank": 1}
    assert "no answer to 2 of 3 sentences on purpose (not_english 1, blank 1)" in report.notes[0]
