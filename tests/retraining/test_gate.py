"""The rule: what is promoted, what stops it, and how much is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.annotation.examples import Example
from stance.evaluation.compare import Comparison, LabelDifference
from stance.evaluation.intervals import Estimate
from stance.retraining.gate import articles_needed, judge, too_rare


def difference(label, value, low=None, high=None):
    return LabelDifference(label, 0.5, 0.5 + value, Estimate(value, low, high), Estimate(0.0), 1.0)


def comparison(macro, labels=(), n_flips=9):
    return Comparison(
        old_version="v1",
        new_version="v2",
        n_sentences=200,
        n_articles=20,
        labels=tuple(labels),
        macro_f1=Estimate(*macro),
        macro_average_precision=Estimate(0.0),
        subset_accuracy=Estimate(0.0),
        mcnemar_p=1.0,
        n_fixed=5,
        n_broken=4,
        flips=(),
        n_flips=n_flips,
    )


def examples(label, n, n_articles):
    return [
        Example(id=f"{label}{k}", text="x", labels=(label,), article_id=f"a{k % n_articles}")
        for k in range(n)
    ]


ENOUGH = examples("a", 12, 4) + examples("b", 12, 4)


def test_an_interval_above_zero_is_promoted():
    """Better for sure, and no label loses."""
    found = judge(comparison((0.05, 0.01, 0.09), [difference("a", 0.05)]), ENOUGH, 0.03)
    assert found.is_better
    assert found.lost == ()


@pytest.mark.parametrize(
    ("macro", "words"),
    [
        ((0.05, 0.0, 0.09), "may be chance"),
        ((0.05, -0.01, 0.09), "may be chance"),
        ((-0.05, -0.09, -0.01), "worse, and that is not chance"),
        ((0.05, None, None), "one article"),
    ],
)
def test_any_other_interval_is_not(macro, words):
    """Touching zero, below it, or not there."""
    found = judge(comparison(macro, [difference("a", 0.05)]), ENOUGH, 0.03)
    assert not found.is_better
    assert words in found.reasons[0]


def test_models_that_answer_alike_are_told_so():
    """No flips, nothing to gain."""
    found = judge(comparison((0.0, 0.0, 0.0), n_flips=0), ENOUGH, 0.03)
    assert found.reasons == ("Both answer every test sentence alike.",)


def test_a_label_that_loses_more_than_the_margin_stops_it():
    """The loss need not be proven; exactly the margin is allowed."""
    labels = [difference("a", 0.2), difference("b", -0.0301, -0.2, 0.1)]
    found = judge(comparison((0.08, 0.01, 0.15), labels), ENOUGH, 0.03)
    assert not found.is_better
    assert found.lost == ("b",)
    assert "b loses 3.0 points of F1, more than the margin of 3." in found.reasons
    assert judge(comparison((0.08, 0.01, 0.15), labels), ENOUGH, 0.04).is_better


def test_a_proven_loss_within_the_margin_is_told():
    """It does not stop the promotion, and it is not hidden."""
    labels = [difference("a", 0.2), difference("b", -0.02, -0.03, -0.01)]
    found = judge(comparison((0.08, 0.01, 0.15), labels), ENOUGH, 0.03)
    assert found.is_better
    assert found.reasons[-1] == "Within the margin, but not by chance, worse: b."


def test_a_label_too_rare_to_judge_is_named_and_stops_nothing():
    """Nine sentences, or two articles: one answer would decide."""
    few = examples("a", 12, 4) + examples("b", 9, 4) + examples("c", 12, 2)
    assert too_rare(("a", "b", "c", "d"), few) == (("b", 9), ("c", 12), ("d", 0))
    labels = [difference("a", 0.2), difference("b", -0.5), difference("c", -0.5)]
    found = judge(comparison((0.08, 0.01, 0.15), labels), few, 0.03)
    assert found.is_better
    assert found.unjudged == (("b", 9), ("c", 12))


def test_articles_needed_is_the_power_calculation():
    """By hand: 20 articles, a standard error of 3 points, a difference of 3 points.

    s = half width / t(19) = 0.03, so n' = 20 (t + z)² (0.03 / 0.03)² with t + z near 1.97 + 0.84.
    """
    half = 0.03 * 2.093
    assert articles_needed(Estimate(0.03, 0.03 - half, 0.03 + half), 20) == pytest.approx(
        160, abs=2
    )


def test_no_number_of_articles_shows_what_is_not_there():
    """A difference below zero, one too small, one without an interval."""
    assert articles_needed(Estimate(-0.01, -0.03, 0.01), 20) is None
    assert articles_needed(Estimate(0.0001, -0.1, 0.1), 20) is None
    assert articles_needed(Estimate(0.05), 1) is None


@given(st.floats(0.005, 0.2), st.floats(0.001, 0.1), st.integers(2, 400), st.floats(1.05, 3))
def test_a_larger_difference_needs_fewer_articles(value, half, n_articles, times):
    """Never more for a larger difference, and never fewer than two."""
    found = articles_needed(Estimate(value, value - half, value + half), n_articles)
    more = articles_needed(
        Estimate(times * value, times * value - half, times * value + half), n_articles
    )
    if found is not None:
        assert more is not None
        assert 2 <= more <= found


def test_the_number_of_articles_has_the_power_it_claims():
    """Drawn anew, about four in five test sets of that size put the interval above zero."""
    from scipy.stats import t

    draw = np.random.default_rng(1)
    error, value, n_articles = 0.03, 0.03, 20
    half = float(t.ppf(0.975, n_articles - 1)) * error
    needed = articles_needed(Estimate(value, value - half, value + half), n_articles)
    spread = error * np.sqrt(n_articles)  # of one article's difference
    drawn = draw.normal(value, spread, size=(2000, needed))
    low = drawn.mean(axis=1) - t.ppf(0.975, needed - 1) * drawn.std(axis=1, ddof=1) / needed**0.5
    assert 0.76 < (low > 0).mean() < 0.84
