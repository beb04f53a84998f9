"""Thresholds: the best there is, and what they make of probabilities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.learning.config import Thresholds
from stance.learning.thresholds import (
    assign,
    best_threshold,
    choose_thresholds,
    shifted_thresholds,
)

SCORED = st.lists(
    st.tuples(st.booleans(), st.integers(1, 20).map(lambda n: n / 20)), min_size=1, max_size=20
)


def f_beta(target, given_labels, beta):
    hits = int((target & given_labels).sum())
    divisor = beta**2 * int(target.sum()) + int(given_labels.sum())
    return (1 + beta**2) * hits / divisor if divisor else 0.0


@settings(max_examples=300, deadline=None)
@given(SCORED, st.sampled_from([0.5, 1.0, 2.0]))
def test_no_threshold_is_better_than_the_best(scored, beta):
    """Of all thresholds that matter none has a higher F-beta, and no higher one the same."""
    target = np.array([one for one, _ in scored])
    probability = np.array([value for _, value in scored])
    found = best_threshold(target, probability, beta)
    if not target.any():
        assert found == 0.5
        return
    score = f_beta(target, probability >= found, beta)
    for other in np.unique(probability):
        rival = f_beta(target, probability >= other, beta)
        assert rival <= score + 1e-12
        if other > found and not np.array_equal(probability >= other, probability >= found):
            assert rival < score - 1e-12


def test_a_threshold_lies_half_way_between_its_neighbours():
    """The threshold keeps its distance from the lowest row it takes and the highest it leaves."""
    target = np.array([0, 0, 1, 1])
    assert best_threshold(target, np.array([0.1, 0.3, 0.7, 0.9])) == pytest.approx(0.5)
    assert best_threshold(np.array([1, 1]), np.array([0.4, 0.8])) == pytest.approx(0.2)


def test_a_threshold_separates_neighbouring_numbers():
    """Also between two floats with none between them, the lower row stays without the label."""
    lower = 0.5
    probability = np.array([lower, np.nextafter(lower, 1)])
    assert (probability >= best_threshold(np.array([0, 1]), probability)).tolist() == [False, True]


def test_a_fixed_threshold_is_taken_as_it_is():
    """With the metric "fixed" the value holds for every label, whatever the data says."""
    settings_ = Thresholds(metric="fixed", value=0.3)
    found = choose_thresholds(settings_, np.eye(3), np.eye(3))
    assert found.tolist() == [0.3, 0.3, 0.3]


def test_each_label_has_its_own_threshold_by_the_metric():
    """Precision weighs more in f0.5, recall in f2: the thresholds follow, label by label."""
    probability = np.array([[0.9, 0.2], [0.8, 0.3], [0.7, 0.4], [0.6, 0.5], [0.5, 0.6]])
    targets = np.array([[1, 0], [0, 0], [0, 0], [1, 1], [0, 1]])
    strict = choose_thresholds(Thresholds(metric="f0.5"), targets, probability)
    loose = choose_thresholds(Thresholds(metric="f2"), targets, probability)
    assert strict == pytest.approx([0.85, 0.45])
    assert loose == pytest.approx([0.55, 0.45])


def test_a_label_is_given_from_its_threshold_upwards():
    """A probability equal to the threshold counts; several labels or none may be given."""
    probability = np.array([[0.5, 0.9], [0.4999, 0.9], [0.4, 0.1]])
    found = assign(probability, np.array([0.5, 0.8]), none_allowed=True)
    assert found.tolist() == [[True, True], [False, True], [False, False]]


def test_where_a_label_is_wanted_the_nearest_is_given():
    """A row below every threshold gets the label that came nearest to its own."""
    probability = np.array([[0.3, 0.2], [0.1, 0.2], [0.7, 0.1]])
    found = assign(probability, np.array([0.6, 0.3]), none_allowed=False)
    assert found.tolist() == [[False, True], [False, True], [True, False]]


def test_a_label_of_which_nothing_is_known_keeps_the_middle():
    """A threshold of 0 would give the label to every sentence: where all have 0, it is 0.5."""
    assert best_threshold(np.array([1, 0]), np.array([0.0, 0.5])) == 0.5
    assert best_threshold(np.array([1, 1]), np.array([0.0, 0.0])) == 0.5


@pytest.mark.parametrize(
    ("target", "probability", "best"),
    [([1, 1, 1], [0.0, 0.0, 0.3], 0.15), ([1, 1, 1, 0], [0.0, 0.3, 0.4, 0.1], 0.2)],
)
def test_zeros_do_not_hide_the_threshold_of_the_others(target, probability, best):
    """Where a sentence with the label has more than 0, the best threshold above 0 is taken."""
    assert best_threshold(np.array(target), np.array(probability)) == pytest.approx(best)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 0.99)), min_size=1, max_size=12))
def test_a_chosen_threshold_can_be_stored(scored):
    """A model's record takes thresholds above 0 and below 1 only."""
    target, probability = (np.array(column) for column in zip(*scored, strict=True))
    assert 0 < best_threshold(target, probability) < 1


@pytest.mark.parametrize(
    ("row", "none_allowed", "expected"),
    [
        ([0.5, 0.3, 0.2], False, [True, False, False]),
        ([0.4, 0.4, 0.2], False, [True, False, False]),
        ([0.2, 0.3, 0.1], True, [False, False, False]),
        ([0.2, 0.3, 0.1], False, [False, True, False]),
        ([0.25, 0.5, 0.25], True, [False, True, False]),
        ([0.5, 0.0, 0.0], True, [True, False, False]),
    ],
)
def test_of_exclusive_labels_the_largest_wins(row, none_allowed, expected):
    """One label a row, the first of equal ones; none only when that is allowed and likelier."""
    assert assign(np.array([row]), None, none_allowed).tolist() == [expected]


PROBABILITIES = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(st.floats(0, 1), min_size=n, max_size=n), min_size=1, max_size=8)
)


@settings(max_examples=150, deadline=None)
@given(PROBABILITIES, st.floats(0.01, 0.99), st.booleans())
def test_a_row_is_labelled_alone_as_among_others(rows, threshold, none_allowed):
    """What a row gets depends on no other row, and where a label is wanted there is one."""
    probability = np.array(rows)
    for thresholds in (None, np.full(probability.shape[1], threshold)):
        found = assign(probability, thresholds, none_allowed)
        alone = [assign(probability[[n]], thresholds, none_allowed)[0] for n in range(len(rows))]
        assert np.array_equal(found, np.array(alone))
        assert none_allowed or found.any(axis=1).all()
        assert thresholds is not None or (found.sum(axis=1) <= 1).all()


def shifted(share, n=4000, seed=0):
    """Calibrated probabilities of rows of which 30 % had the label, and the rows drawn anew so
    that this share has it.
    """
    draw = np.random.default_rng(seed)
    logits = draw.normal(-1.4, 2.0, 60_000)
    probability = 1 / (1 + np.exp(-logits))
    target = draw.random(len(logits)) < probability
    yes, no = np.flatnonzero(target), np.flatnonzero(~target)
    n_yes = round(share * n)
    rows = np.concatenate([draw.choice(yes, n_yes), draw.choice(no, n - n_yes)])
    return target.mean(), probability[rows], target[rows]


@pytest.mark.parametrize(("share", "gain"), [(0.03, 0.05), (0.3, -0.01), (0.7, 0.005)])
def test_thresholds_follow_the_share_of_labels(share, gain):
    """A rarer label needs more and F1 gains by it; where nothing shifted nothing is lost."""
    usual, probability, target = shifted(share)
    _, known, answers = shifted(usual, seed=1)
    before = best_threshold(answers, known)
    after = shifted_thresholds(probability[:, None], np.array([usual]))[0]

    def f1(limit):
        given = probability >= limit
        return 2 * (given & target).sum() / (given.sum() + target.sum())

    assert f1(after) > f1(before) + gain
    assert (after > before) == (share < 0.3) or share == 0.3


@settings(max_examples=100, deadline=None)
@given(PROBABILITIES, st.floats(0, 1))
def test_shifted_thresholds_are_probabilities(rows, share):
    """Whatever the texts, every threshold lies between 0 and 1."""
    probability = np.array(rows)
    found = shifted_thresholds(probability, np.full(probability.shape[1], share))
    assert ((found > 0) & (found < 1)).all()
