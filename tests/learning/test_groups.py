"""What stays together: one article, one event, nearly the same words."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.learning.groups import folds, group_numbers, rarest_label

LONG = "The committee on foreign affairs put off the vote about winter tyres for the convoy"
NEAR = "The committee on foreign affairs put off the vote about winter tyres for the convoys"
NOTICE = "Heavy snow closed both mountain roads before the delegation could cross the pass"

ROWS = st.lists(
    st.tuples(
        st.sampled_from([LONG, NEAR, LONG.upper(), NOTICE, "Short one.", "Another.", "Third."]),
        st.sampled_from("pqrstuvw"),
        st.sampled_from(["", "", "", "vote", "storm"]),
    ),
    min_size=1,
    max_size=14,
)


def connected(rows):
    """Groups by brute force: rows are joined while any two groups share something."""
    near = {LONG: "near", NEAR: "near", LONG.upper(): "near", NOTICE: "notice"}
    groups = []
    for number, (text, article, event) in enumerate(rows):
        marks = {("article", article)} | ({("event", event)} if event else set())
        marks |= {("text", near[text])} if text in near else set()
        groups.append(({number}, marks))
    merged = True
    while merged:
        merged = False
        for one in groups:
            for other in groups:
                if one is not other and one[1] & other[1]:
                    groups = [group for group in groups if group is not one and group is not other]
                    groups.append((one[0] | other[0], one[1] | other[1]))
                    merged = True
                    break
            if merged:
                break
    return {frozenset(numbers) for numbers, _ in groups}


@settings(max_examples=200, deadline=None)
@given(ROWS)
def test_groups_are_what_articles_events_and_duplicates_connect(rows):
    """Rows are in one group exactly when something joins them, directly or through others."""
    numbers = group_numbers(*(list(column) for column in zip(*rows, strict=True)))
    found = {frozenset(np.flatnonzero(numbers == number).tolist()) for number in np.unique(numbers)}
    assert found == connected(rows)


def test_groups_are_numbered_in_order_of_appearance():
    """The first row is in group 0, and each new group has the next number."""
    numbers = group_numbers(["One.", "Two.", "Three.", "Four."], list("abac"), ["", "", "", ""])
    assert numbers.tolist() == [0, 1, 0, 2]
    assert numbers.dtype == np.int64


def test_short_sentences_and_nameless_events_join_nothing():
    """A greeting that many articles share does not make them one; no more does no event."""
    assert len(set(group_numbers(["Thank you."] * 3, list("abc"), [""] * 3).tolist())) == 3


def many_groups(draw, n_rows, n_groups, n_labels):
    groups = np.array([draw.randrange(n_groups) for _ in range(n_rows)])
    targets = np.zeros((n_rows, n_labels), dtype=np.int8)
    for row in range(n_rows):
        targets[row, draw.randrange(n_labels)] = 1
    return groups, targets


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 10_000), st.integers(40, 80), st.integers(1, 20), st.integers(2, 5), st.data()
)
def test_folds_never_cut_a_group(seed, n_rows, n_groups, n_folds, data):
    """Every row is held out once, with its whole group, in one of as many folds as there may be."""
    groups, targets = many_groups(random.Random(seed), n_rows, n_groups, 2)
    targets[: n_rows // 3] = [1, 0]  # each label has members enough for every fold
    targets[n_rows // 3 : 2 * n_rows // 3] = [0, 1]
    held_out = folds(groups, targets, n_folds, seed=data.draw(st.integers(0, 3)))
    for group in np.unique(groups):
        assert len(np.unique(held_out[groups == group])) == 1
    expected = min(n_folds, len(np.unique(groups)))
    assert set(held_out.tolist()) == set(range(expected))


def test_folds_are_the_same_for_the_same_seed():
    """The same data and seed give the same folds, another seed others."""
    groups, targets = many_groups(random.Random(1), 90, 30, 3)
    first = folds(groups, targets, 5, seed=0)
    assert folds(groups, targets, 5, seed=0).tolist() == first.tolist()
    assert folds(groups, targets, 5, seed=1).tolist() != first.tolist()


def test_one_group_has_one_fold():
    """With nothing to hold out, every row is in fold 0."""
    held_out = folds(np.zeros(6, dtype=int), np.eye(6, 2, dtype=np.int8), 5, seed=0)
    assert held_out.tolist() == [0] * 6


@pytest.mark.parametrize(
    ("n_each", "n_folds"), [([2, 2], 2), ([2, 30], 5), ([1, 3, 20], 5), ([3, 1], 3), ([1, 1], 1)]
)
def test_rare_labels_still_have_folds(n_each, n_folds):
    """A label in fewer sentences than folds is no reason to fail or to print a warning."""
    columns = np.repeat(np.arange(len(n_each)), n_each)
    targets = np.eye(len(n_each), dtype=np.int8)[columns]
    held_out = folds(np.arange(len(columns)), targets, 5, seed=0)
    assert set(held_out.tolist()) == set(range(n_folds))


def test_the_rarest_label_of_a_row():
    """Each row is stratified by the rarest of its labels, one without by a class of its own."""
    targets = np.array([[1, 1], [1, 0], [0, 0], [1, 1], [1, 0]])
    assert rarest_label(targets).tolist() == [1, 0, 2, 1, 0]
