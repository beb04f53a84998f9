"""Comparing two models: exact tests and paired intervals."""

import numpy as np
import pytest

from stance.evaluation.compare import Comparison, mcnemar
from stance.evaluation.gallery import HEIGHT, WIDTH, sparkline
from stance.evaluation.intervals import Estimate
from stance.evaluation.render_compare import difference, p_value, verdict


def made(value: float, low: float | None, high: float | None) -> Comparison:
    return Comparison(
        old_version="v1",
        new_version="v2",
        n_sentences=50,
        n_articles=10,
        labels=(),
        macro_f1=Estimate(value, low, high),
        macro_average_precision=Estimate(0.0),
        subset_accuracy=Estimate(0.0),
        mcnemar_p=1.0,
        n_fixed=3,
        n_broken=1,
        flips=(),
        n_flips=4,
    )


def test_mcnemar_never_divides_by_zero():
    """Two models that never differ are not to be told apart: p is 1."""
    same = np.array([True, False, True])
    assert mcnemar(same, same) == 1.0


def test_mcnemar_is_the_exact_binomial():
    """Five fixed and none broken: two sides of (1/2)^5."""
    was, now = np.array([False] * 5 + [True]), np.array([True] * 6)
    assert mcnemar(was, now) == pytest.approx(2 / 2**5)


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        ((0.05, 0.01, 0.09), "5.0 points of macro-F1 better than v1 (95 %"),
        ((0.05, -0.01, 0.09), "so it may be chance"),
        ((-0.02, -0.04, -0.01), "2.0 points of macro-F1 worse than v1"),
        ((0.05, None, None), "one article gives no interval"),
    ],
)
def test_the_verdict_says_how_sure_it_is(estimate, words):
    """An interval that holds zero, and one that cannot be given, are said in words."""
    assert words in verdict(made(*estimate))


def test_only_an_interval_with_zero_may_be_chance():
    """A difference whose interval clears zero is not called chance."""
    assert "chance" not in verdict(made(0.05, 0.01, 0.09))


def test_differences_have_their_sign():
    """Points with a sign, interval included."""
    assert difference(Estimate(0.05, -0.01, 0.11)) == "+5.0 [-1.0, +11.0]"
    assert difference(Estimate(-0.05)) == "-5.0"
    assert p_value(0.0009) == "< 0.001"


@pytest.mark.parametrize("values", [[], [50.0], [50.0, 50.0], [1.0, 90.0, 30.0]])
def test_the_line_stays_inside_its_picture(values):
    """One point a value, none outside, the highest value highest."""
    points = sparkline(values)
    assert len(points) == len(values)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    if len(set(values)) > 1:
        assert points[values.index(max(values))][1] == min(y for _, y in points)
