"""Curves and calibration against scikit-learn and by counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.evaluation.curves import MAX_POINTS, calibration, coverage, precision_recall

# Probabilities with many ties and both ends.
rows_of_a_label = st.lists(
    st.tuples(st.booleans(), st.integers(0, 20).map(lambda n: n / 20) | st.floats(0, 1)),
    min_size=1,
    max_size=40,
)


def columns(rows):
    target, probability = zip(*rows, strict=True)
    return np.array(target), np.array(probability)


def random_label(n_rows):
    draw = np.random.default_rng(3)
    probability = draw.random(n_rows)
    return draw.random(n_rows) < probability, probability


@given(rows_of_a_label, st.floats(0.01, 0.99))
def test_points_are_those_of_scikit_learn(rows, threshold):
    """Every threshold gives the precision and recall of scikit-learn's curve, and no other."""
    from sklearn.metrics import precision_recall_curve, precision_score, recall_score

    target, probability = columns(rows)
    found = precision_recall("x", target, probability, probability >= threshold)
    if not target.any():
        assert (found.recall, found.precision, found.chosen) == ((), (), None)
        return
    precision, recall, _ = precision_recall_curve(target, probability)
    # scikit-learn adds the point (0, 1), which belongs to no threshold.
    right = sorted(zip(recall[:-1].tolist(), precision[:-1].tolist(), strict=True))
    points = list(zip(found.recall, found.precision, strict=True))
    assert np.allclose(sorted(points), right, atol=1e-12)
    assert list(found.recall) == sorted(found.recall)
    if (probability >= threshold).any():
        given_labels = probability >= threshold
        right_point = (recall_score(target, given_labels), precision_score(target, given_labels))
        assert found.chosen == pytest.approx(right_point)
        assert np.abs(np.array(points) - found.chosen).max(axis=1).min() <= 1e-12
    else:
        assert found.chosen is None


def test_a_long_curve_is_thinned():
    """Of many points some are shown, each one of scikit-learn's, from the first to the last."""
    from sklearn.metrics import precision_recall_curve

    target, probability = random_label(2000)
    found = precision_recall("x", target, probability, probability > 0.5)
    precision, recall, _ = precision_recall_curve(target, probability)
    right = list(zip(recall.tolist(), precision.tolist(), strict=True))
    assert len(found.recall) == MAX_POINTS
    points = list(zip(found.recall, found.precision, strict=True))
    distance = np.abs(np.array(points)[:, None] - np.array(right)[None]).max(axis=2).min(axis=1)
    assert distance.max() <= 1e-12
    assert points[0] == pytest.approx(right[-2])
    assert points[-1] == pytest.approx(right[0])


@given(rows_of_a_label)
def test_calibration_by_counting(rows):
    """Bins, calibration error and Brier score are those one gets by going row by row."""
    from sklearn.metrics import brier_score_loss

    target, probability = columns(rows)
    found = calibration("x", target, probability)
    bins = {}
    for is_it, value in rows:
        bins.setdefault(min(int(value * 10), 9), []).append((value, is_it))
    held = [bins[number] for number in sorted(bins)]
    assert list(found.n_rows) == [len(one) for one in held]
    means = [sum(value for value, _ in one) / len(one) for one in held]
    shares = [sum(is_it for _, is_it in one) / len(one) for one in held]
    assert found.probability == pytest.approx(means)
    assert found.share == pytest.approx(shares)
    error = sum(
        len(one) * abs(mean - share) for one, mean, share in zip(held, means, shares, strict=True)
    )
    assert found.ece == pytest.approx(error / len(rows), abs=1e-12)
    assert found.brier == pytest.approx(
        brier_score_loss(target, probability, pos_label=True), abs=1e-12
    )


def test_calibration_of_a_worked_example():
    """Two rows at 0.2 of which one carries the label, and one sure and wrong row."""
    found = calibration("x", np.array([True, False, False]), np.array([0.2, 0.2, 1.0]))
    assert (found.n_rows, found.share) == ((2, 1), (0.5, 0.0))
    assert found.ece == pytest.approx((2 * 0.3 + 1 * 1.0) / 3)
    assert found.brier == pytest.approx((0.64 + 0.04 + 1) / 3)


def test_coverage_of_exclusive_labels():
    """Rows are answered in the order of their largest probability."""
    probability = np.array([[0.6, 0.4], [0.05, 0.95], [0.8, 0.2], [0.3, 0.7]])
    given_labels = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], dtype=bool)
    target = np.array([[0, 1], [0, 1], [1, 0], [1, 0]], dtype=bool)
    found = coverage(target, given_labels, probability, None)
    assert found.coverage == (0.25, 0.5, 0.75, 1.0)
    assert found.accuracy == pytest.approx((1, 1, 2 / 3, 1 / 2))


def test_coverage_of_several_labels():
    """A row is as sure as the answer that is nearest to its threshold, in shares of the way."""
    limits = np.array([0.5, 0.2])
    probability = np.array(
        [
            [0.9, 0.18],  # 0.8 and 0.1 of the way: 0.1
            [0.25, 0.6],  # 0.5 and 0.5: 0.5
            [0.65, 0.84],  # 0.3 and 0.8: 0.3
        ]
    )
    given_labels = probability >= limits
    target = given_labels.copy()
    target[0] = ~target[0]
    found = coverage(target, given_labels, probability, limits)
    assert found.coverage == pytest.approx((1 / 3, 2 / 3, 1))
    assert found.accuracy == pytest.approx((1, 1, 2 / 3))


@given(
    st.integers(1, 3).flatmap(
        lambda n: st.lists(
            st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=n, max_size=n),
            min_size=1,
            max_size=50,
        )
    ),
    st.booleans(),
)
def test_coverage_ends_where_all_are_answered(rows, exclusive):
    """The last point is every row, with the accuracy of all; accuracies are shares of counts."""
    target = np.array([[is_it for is_it, _ in row] for row in rows])
    probability = np.array([[value for _, value in row] for row in rows])
    limits = None if exclusive else np.full(target.shape[1], 0.4)
    given_labels = probability >= 0.4
    found = coverage(target, given_labels, probability, limits)
    is_right = (target == given_labels).all(axis=1)
    assert found.coverage[-1] == 1
    assert found.accuracy[-1] == pytest.approx(is_right.mean())
    assert list(found.coverage) == sorted(set(found.coverage))
    for share, accuracy in zip(found.coverage, found.accuracy, strict=True):
        n_right = accuracy * round(share * len(rows))
        assert abs(n_right - round(n_right)) < 1e-6


def test_coverage_does_not_begin_with_a_handful():
    """Of many rows the first point is a twentieth: one row alone would be 0 or 1 by chance."""
    target, probability = random_label(1000)
    found = coverage(target[:, None], probability[:, None] > 0.5, probability[:, None], None)
    assert 0.05 <= found.coverage[0] <= 0.052
    assert len(found.coverage) == MAX_POINTS
