"""The curve rises with what is trained on, and the forecast finds a power law or cannot tell."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.evaluation.intervals import Estimate
from stance.evaluation.learning_curve import (
    MEAN,
    SHARES,
    Forecast,
    LearningCurve,
    Line,
    forecast,
    learning_curve,
)
from stance.evaluation.render_learning_curve import advice, rows, to_dict, to_html, told
from stance.learning.config import read_config
from stance.learning.dataset import training_data
from stance.storage.errors import DataError


@pytest.fixture(scope="session")
def small():
    """The makers of small data, as a module."""
    path = Path(__file__).parents[1] / "learning" / "small_data.py"
    spec = importlib.util.spec_from_file_location("small_data_of_curves", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("exclusive", [False, True])
def test_more_articles_score_better(small, exclusive):
    """Of labels that cue words decide, the whole scores far above an eighth."""
    codebook = small.codebook(exclusive=exclusive)
    data = training_data(small.examples(90, exclusive=exclusive), codebook)
    config = read_config(None, ["features.char.enabled=false", "thresholds.folds=3"])
    curve = learning_curve(data, config, n_repeats=2)
    assert [line.name for line in curve.lines] == [*codebook.names, MEAN]
    mean = curve.lines[-1]
    assert mean.sizes == tuple(sorted(mean.sizes))
    assert mean.sizes[-1] == pytest.approx(60)
    assert mean.scores[-1].value > mean.scores[0].value + 0.1
    for line in curve.lines:
        assert len(line.scores) == len(SHARES)
        assert all(
            one.low <= one.value + 1e-9 and one.value <= one.high + 0.2 for one in line.scores
        )
    again = learning_curve(data, config, n_repeats=2)
    assert again == curve


def test_few_articles_give_no_curve(small):
    """Nine groups cannot be cut into parts."""
    data = training_data(small.examples(27), small.codebook())
    with pytest.raises(DataError, match="9 groups of articles"):
        learning_curve(data, read_config(None))


@given(st.floats(0.5, 0.95), st.floats(0.5, 2), st.floats(0.3, 0.7))
def test_an_exact_power_law_is_found(top, scale, exponent):
    """Where the scores lie on one, what is needed is what it says."""
    sizes = np.array([100.0, 200, 400, 600, 800])
    scores = top - scale * sizes**-exponent
    left = scale * 800**-exponent
    found = forecast(sizes, np.repeat(scores[:, None], 5, axis=1), gain=left / 4)
    needed = (4 / 3) ** (1 / exponent) * 800 - 800
    assert found.n_more == pytest.approx(needed, rel=0.1)
    assert found.slope == pytest.approx(left - scale * 900**-exponent, rel=0.1)


@given(st.floats(0, 1), st.floats(0, 3), st.floats(0.05, 2))
def test_the_next_hundred_never_lift_a_score_above_one(top, scale, exponent):
    """Of few sentences a hundred more are many, and the curve bends on the way."""
    sizes = np.array([5.0, 10, 20, 30, 40])
    scores = np.clip(top - scale * sizes**-exponent, 0, 1)
    found = forecast(sizes, np.repeat(scores[:, None], 3, axis=1))
    assert 0 <= found.slope <= 1 - scores[-1] + 0.05


def test_a_flat_or_noisy_curve_cannot_tell():
    """Without a rise, or with draws that contradict each other, there is no number."""
    sizes = np.array([100.0, 200, 400, 600, 800])
    flat = forecast(sizes, np.full((5, 9), 0.7))
    assert flat.n_more is None
    assert flat.slope == pytest.approx(0, abs=1e-9)
    noisy = np.random.default_rng(0).normal(0.7, 0.05, (5, 200))
    assert forecast(sizes, noisy).n_more is None


def curve_of(*forecasts):
    scores = tuple(Estimate(0.1 * k, 0.1 * k - 0.05, 0.1 * k + 0.05) for k in range(5))
    names = ("$for", "_<b>against", MEAN)
    return LearningCurve(
        100,
        3,
        tuple(
            Line(name, (10.0, 20.0, 40.0, 60.0, 80.0), scores, one)
            for name, one in zip(names, forecasts, strict=True)
        ),
    )


def test_page_and_table():
    """The picture takes the colour of the page, hostile names are escaped, and numbers rounded."""
    curve = curve_of(
        Forecast(123.4, 81.0, 234.0, 0.02), Forecast(None, None, None, 0.1), Forecast(9, 8, 10, 0)
    )
    page = to_html(curve)
    assert "currentColor" in page
    assert "<b>against" not in page
    assert "120 more [81, 230]" in page
    assert "cannot tell" in page
    assert rows(curve)[1][-2:] == ("cannot tell", "+10.0")
    assert "_<b>against bring most" in advice(curve)
    assert told(Forecast(9, 8, 10, 0)) == "9 more [8, 10]"
    assert json.loads(json.dumps(to_dict(curve)))["gain"] == 0.03
