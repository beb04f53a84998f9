"""Intervals from resampling articles: where there are some, and how often they are right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.evaluation.intervals import Estimate, estimates
from stance.evaluation.metrics import average_precision, precision_recall_f1, subset_accuracy


def share(values):
    """The score that is the weighted mean of the values."""
    values = np.asarray(values, dtype=float)
    return lambda weights: (weights @ values) / weights.sum(axis=1)


def share_interval(values, articles, **settings_):
    return estimates({"share": share(values)}, articles, **settings_)["share"]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from("abcdefgh")), min_size=1, max_size=40),
    st.integers(0, 3),
)
def test_an_interval_holds_its_point(rows, seed):
    """The share on the data itself lies in its interval; with one article there is none."""
    values, articles = zip(*rows, strict=True)
    found = share_interval(values, articles, n_draws=200, seed=seed)
    assert found.value == pytest.approx(np.mean(values))
    if len(set(articles)) == 1:
        assert (found.low, found.high) == (None, None)
    else:
        assert 0 <= found.low <= found.value + 1e-12
        assert found.value - 1e-12 <= found.high <= 1


@pytest.mark.parametrize("seed", range(6))
def test_the_intervals_of_all_scores_hold_their_points(seed):
    """Also F1 and average precision, which are no means, lie in their intervals."""
    random = np.random.default_rng(seed)
    target = random.random(120) < 0.4
    probability = np.clip(0.3 * target + random.random(120) * 0.7, 0, 1)
    given_labels = probability > 0.5
    articles = [f"a{n // 4}" for n in range(120)]
    found = estimates(
        {
            "f1": lambda weights: precision_recall_f1(target, given_labels, weights)[2],
            "ap": lambda weights: average_precision(target, probability, weights),
            "accuracy": lambda weights: subset_accuracy(
                target[:, None], given_labels[:, None], weights
            ),
        },
        articles,
    )
    for one in found.values():
        assert one.low < one.value < one.high


def test_articles_are_drawn_and_not_sentences():
    """Sentences of one article that stand and fall together are as few as their articles."""
    values = np.repeat([1, 0, 1, 0, 1, 0, 1, 0], 50)
    together = share_interval(values, np.repeat(list("abcdefgh"), 50).tolist())
    apart = share_interval(values, [str(n) for n in range(400)])
    assert together.high - together.low > 4 * (apart.high - apart.low)
    # Four of eight: a share of 1/8 steps, and 2.5 % of a binomial lie at 1/8 and 7/8.
    assert (together.low, together.high) == (0.125, 0.875)


def test_no_interval_without_two_articles():
    """With one article there is nothing to resample, so there is no interval."""
    assert share_interval([1, 0, 1, 1], ["a"] * 4) == Estimate(0.75, None, None)


def test_an_undefined_score_is_0_without_interval():
    """A score that is defined neither here nor in most draws has no interval."""
    never = estimates({"x": lambda weights: np.full(len(weights), np.nan)}, ["a", "b", "c"])
    assert never["x"] == Estimate(0.0, None, None)


def test_draws_in_which_a_score_is_undefined_are_left_out():
    """A label of two articles of eight is missing in a tenth of the draws; the others count."""
    target = np.array([1, 1, 0, 0, 0, 0, 0, 0], dtype=bool)
    found = estimates(
        {"recall": lambda weights: precision_recall_f1(target, target, weights)[1]},
        list("abcdefgh"),
    )
    assert found["recall"] == Estimate(1.0, 1.0, 1.0)


def test_the_same_data_gives_the_same_interval():
    """The draws have a seed: a report made twice is the same report."""
    values, articles = [1, 0, 1, 1, 0, 1], list("aabbcc")
    assert share_interval(values, articles) == share_interval(values, articles)
    assert share_interval(values, articles, seed=1).value == pytest.approx(4 / 6)


def test_draws_in_pieces_are_the_same_draws(monkeypatch):
    """How many draws are held at once bounds the memory and changes no number."""
    values, articles = [1, 0, 1, 1, 0, 1], list("aabbcc")
    whole = share_interval(values, articles)
    monkeypatch.setattr("stance.evaluation.intervals._CHUNK", 20)
    assert share_interval(values, articles) == whole


def test_article_names_are_compared_as_text():
    """A mix of kinds of names neither fails nor joins articles."""
    found = share_interval([1, 0], ["1", "2"])
    assert (found.low, found.high) == (0.0, 1.0)


def test_coverage():
    """In repeated samples the interval holds the truth about 95 times of 100."""
    random = np.random.default_rng(7)
    n_articles, per_article, n_samples = 60, 5, 150
    truth = 0.7
    articles = np.repeat(np.arange(n_articles), per_article).astype(str).tolist()
    hits = 0
    for sample in range(n_samples):
        # Beta(7, 3): articles differ, and the mean over all articles is the truth.
        rates = np.repeat(random.beta(7, 3, n_articles), per_article)
        values = random.random(n_articles * per_article) < rates
        found = share_interval(values, articles, n_draws=300, seed=sample)
        hits += found.low <= truth <= found.high
    assert 0.89 <= hits / n_samples <= 0.99
