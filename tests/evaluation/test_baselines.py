"""What a model has to beat."""

import numpy as np
import pytest

from stance.evaluation.baselines import baselines
from stance.models.info import Info

TEXTS = ["rails and more rails", "close it", "rails, close it", "nothing", "close the quay"]
# Norway in 0, 2 and 3 by its name, capital and leader; Spain in 4; nobody in 1.
NAMING = ["Norway rails", "close it", "In Oslo: close it", "Støre waits", "Spanish quay"]
TARGET = np.array([[1, 0], [0, 1], [1, 0], [0, 0], [0, 1]], dtype=bool)


def info(exclusive, majority=()):
    """What baselines need of a model's record: labels, keywords, names, majority."""
    return Info.model_construct(
        labels=("for_tram", "against_tram"),
        exclusive=exclusive,
        majority=majority,
        keywords={"for_tram": ("rails",), "against_tram": ("close",)},
        names={"for_tram": ("Norway",), "against_tram": ("Spain", "Italy")},
    )


def test_several_labels_by_hand():
    """Keywords hit 0, 2 for one label (all right) and 1, 2, 4 for the other (one too many)."""
    majority, keywords, _ = baselines(info(exclusive=False), TEXTS, TARGET)
    assert (majority.name, majority.how) == ("majority", "always “no label”")
    assert majority.f1 == {"for_tram": 0, "against_tram": 0}
    assert majority.macro_f1 == 0
    # All rows tie, so the average precision is the share of rows with the label.
    assert majority.macro_average_precision == pytest.approx(2 / 5)
    assert keywords.f1 == pytest.approx({"for_tram": 1, "against_tram": 4 / 5})
    assert keywords.macro_f1 == pytest.approx(0.9)
    assert keywords.macro_average_precision == pytest.approx((1 + 2 / 3) / 2)
    assert "for_tram: rails; against_tram: close" in keywords.how


def test_names_only_by_hand():
    """Any name of a country counts for it, and nothing else that the sentence says."""
    *_, names = baselines(info(exclusive=False), NAMING, TARGET)
    assert names.name == "names only"
    assert "for_tram: Norway; against_tram: Spain, Italy" in names.how
    # Norway: 3 given, 2 of them right, 2 there: 4/5. Spain: 1 given and right, 2 there: 2/3.
    assert names.f1 == pytest.approx({"for_tram": 4 / 5, "against_tram": 2 / 3})
    assert names.macro_f1 == pytest.approx((4 / 5 + 2 / 3) / 2)
    # Ranked given before not given: 2 of 3, and 1 of 1 then 2 of 5.
    assert names.macro_average_precision == pytest.approx((2 / 3 + (1 + 2 / 5) / 2) / 2)


def test_exclusive_names_fall_back_on_the_majority():
    """Of labels that exclude each other a sentence without a name gets the frequent one."""
    *_, names = baselines(info(True, ("against_tram",)), NAMING, TARGET)
    # Row 1 gets "against" for want of a name, so both that are there are found, and none too many.
    assert names.f1 == pytest.approx({"for_tram": 4 / 5, "against_tram": 1})


def test_exclusive_labels_take_the_rarer_rule():
    """With one label a sentence the rarer keyword wins, and the majority where none hits."""
    majority, keywords, _ = baselines(info(True, ("against_tram",)), TEXTS, TARGET)
    assert majority.how == "always “against_tram”"
    # Always "against": 2 right of 5 given, 2 there: F1 4/7; "for" never: 0.
    assert majority.f1 == pytest.approx({"for_tram": 0, "against_tram": 4 / 7})
    # "for" on rows 0 and 2; "against" on 1 and 4, and on 3 for want of a word: 2 of 3, both found.
    assert keywords.f1 == pytest.approx({"for_tram": 1, "against_tram": 4 / 5})


def test_baselines_see_no_label_of_the_data(models):
    """What the baselines answer was settled in training: other targets change no answer."""
    scorer, examples = models["several"]
    texts = [one.text for one in examples]
    target = np.zeros((len(texts), 3), dtype=bool)
    target[::2, 0] = True
    for before, after in zip(
        baselines(scorer.info, texts, target), baselines(scorer.info, texts, ~target), strict=True
    ):
        assert before.how == after.how
