"""The metrics against scikit-learn's, and their weights against repeated rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stance.evaluation.metrics import (
    average_precision,
    hamming_loss,
    macro,
    micro_precision_recall_f1,
    precision_recall_f1,
    subset_accuracy,
)

sizes = st.tuples(st.integers(1, 25), st.integers(1, 4))


@st.composite
def answers(draw):
    """Right and given labels, tied probabilities, and two draws of weights, some of them zero."""
    shape = draw(sizes)
    target, given_ = (draw(hnp.arrays(bool, shape)) for _ in range(2))
    levels = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0])
    probability = draw(hnp.arrays(float, shape, elements=levels))
    weights = draw(hnp.arrays(float, (2, shape[0]), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0])))
    weights[0] = 1
    return target, given_, probability, weights


def close(found, right):
    """Equal to 1e-12, undefined where the other is."""
    return np.allclose(found, right, rtol=0, atol=1e-12, equal_nan=True)


@settings(max_examples=120, deadline=None)
@given(answers())
def test_precision_recall_f1(case):
    """For one label they are scikit-learn's, with weights and without; NaN where undefined."""
    from sklearn.metrics import precision_recall_fscore_support

    target, given_, _, weights = case
    found = precision_recall_f1(target[:, 0], given_[:, 0], weights)
    for draw, row in enumerate(weights):
        if not row.any():
            assert close([part[draw] for part in found], np.nan)
            continue
        right = precision_recall_fscore_support(
            target[:, 0],
            given_[:, 0],
            average="binary",
            pos_label=True,
            sample_weight=row,
            zero_division=np.nan,
        )
        assert close([part[draw] for part in found], right[:3])


@settings(max_examples=120, deadline=None)
@given(answers())
def test_micro_precision_recall_f1(case):
    """Over all pairs they are scikit-learn's micro averages."""
    from sklearn.metrics import precision_recall_fscore_support

    target, given_, _, weights = case
    found = micro_precision_recall_f1(target, given_, weights)
    for draw, row in enumerate(weights):
        if not row.any():
            assert close([part[draw] for part in found], np.nan)
            continue
        right = precision_recall_fscore_support(
            target.ravel(),
            given_.ravel(),
            average="binary",
            pos_label=True,
            sample_weight=np.repeat(row, target.shape[1]),
            zero_division=np.nan,
        )
        assert close([part[draw] for part in found], right[:3])


@settings(max_examples=120, deadline=None)
@given(answers())
def test_average_precision(case):
    """With ties and weights it is scikit-learn's; NaN where no row carries the label."""
    from sklearn.metrics import average_precision_score

    target, _, probability, weights = case
    found = average_precision(target[:, 0], probability[:, 0], weights)
    for draw, row in enumerate(weights):
        if not (row * target[:, 0]).any():
            assert np.isnan(found[draw])
            continue
        right = average_precision_score(target[:, 0], probability[:, 0], sample_weight=row)
        assert close(found[draw], right)


@settings(max_examples=120, deadline=None)
@given(answers())
def test_hamming_loss_and_accuracy(case):
    """Both are scikit-learn's, for each draw of weights; NaN where a draw is empty."""
    from sklearn.metrics import accuracy_score
    from sklearn.metrics import hamming_loss as right_loss

    target, given_, _, weights = case
    accuracy, loss = subset_accuracy(target, given_, weights), hamming_loss(target, given_, weights)
    for draw, row in enumerate(weights):
        if not row.any():
            assert np.isnan(accuracy[draw])
            assert np.isnan(loss[draw])
            continue
        is_right = (target == given_).all(axis=1)
        assert close(accuracy[draw], np.average(is_right, weights=row))
        pairs = target.ravel().astype(int), given_.ravel().astype(int)
        weight = np.repeat(row, target.shape[1])
        assert close(loss[draw], right_loss(*pairs, sample_weight=weight))
    assert close(accuracy[0], accuracy_score(target.astype(int), given_.astype(int)))


@settings(max_examples=100, deadline=None)
@given(answers())
def test_a_weight_is_a_number_of_copies(case):
    """A row of weight 3 counts as three rows, so that a draw of articles is a data set."""
    target, given_, probability, weights = case
    times = weights[1].astype(int)
    if not times.any():
        return
    once = target, given_, probability, weights[1:]
    copied = *(np.repeat(one, times, axis=0) for one in once[:3]), np.ones((1, times.sum()))
    for score in (
        lambda t, g, p, w: precision_recall_f1(t[:, 0], g[:, 0], w)[2],
        lambda t, g, p, w: average_precision(t[:, 0], p[:, 0], w),
        lambda t, g, p, w: subset_accuracy(t, g, w),
        lambda t, g, p, w: hamming_loss(t, g, w),
        lambda t, g, p, w: micro_precision_recall_f1(t, g, w)[0],
    ):
        assert close(score(*once), score(*copied))


def test_average_precision_by_hand():
    """Ranked 1 0 1 with no tie: half of 1/1 and half of 2/3. Tied throughout: the share, 2/3."""
    target, ones = np.array([True, False, True]), np.ones((1, 3))
    ranked = average_precision(target, np.array([0.9, 0.5, 0.1]), ones)
    assert ranked == pytest.approx([0.5 * 1 + 0.5 * 2 / 3])
    assert average_precision(target, np.array([0.4, 0.4, 0.4]), ones) == pytest.approx([2 / 3])


def test_f1_by_hand():
    """Two hits of three given and four right ones: P 2/3, R 1/2, F1 4/7."""
    target = np.array([1, 1, 1, 1, 0], dtype=bool)
    found = precision_recall_f1(target, np.array([1, 1, 0, 0, 1], dtype=bool), np.ones((1, 5)))
    assert [part[0] for part in found] == pytest.approx([2 / 3, 1 / 2, 4 / 7])


def test_macro_leaves_out_what_is_not_defined():
    """The mean of a draw is over the labels defined in it, NaN where none is."""
    found = macro([np.array([0.2, np.nan, np.nan]), np.array([0.6, 0.5, np.nan])])
    assert close(found, [0.4, 0.5, np.nan])


@settings(max_examples=100, deadline=None)
@given(answers())
def test_scores_lie_between_0_and_1(case):
    """Every score is a share, or not defined."""
    target, given_, probability, weights = case
    scores = [
        *precision_recall_f1(target[:, 0], given_[:, 0], weights),
        *micro_precision_recall_f1(target, given_, weights),
        average_precision(target[:, 0], probability[:, 0], weights),
        subset_accuracy(target, given_, weights),
        hamming_loss(target, given_, weights),
    ]
    values = np.concatenate(scores)
    values = values[~np.isnan(values)]
    assert ((values >= 0) & (values <= 1 + 1e-12)).all()
