"""Kinds of errors, close calls and warnings, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.evaluation.audit import NameAudit, Slice
from stance.evaluation.details import (
    Answers,
    error_kinds,
    mistakes_of,
    together,
    warnings_of,
)
from stance.evaluation.evaluate import answer
from stance.evaluation.report import Baseline, ErrorKinds
from stance.prediction.predict import Thresholds, thresholds_of

NAMES = ("a", "b")
TARGET = np.array([[1, 0], [1, 0], [1, 0], [0, 0], [1, 1], [0, 1]], dtype=bool)
GIVEN = np.array([[1, 0], [0, 0], [0, 1], [1, 0], [1, 0], [1, 1]], dtype=bool)


def answers(target, given_labels):
    return Answers(target, given_labels, given_labels.astype(float))


def test_error_kinds_by_hand():
    """Missed where another label was given wrongly is swapped; without such it is missed."""
    # a: right in rows 0 and 4, missed in 1, swapped for b in 2, extra in 3 and 5.
    # b: right in 5, missed in 4 (a belongs there), extra in 2.
    assert error_kinds(answers(TARGET, GIVEN), NAMES) == (
        ErrorKinds("a", right=2, missed=1, extra=2, swapped=1),
        ErrorKinds("b", right=1, missed=1, extra=1, swapped=0),
    )


@given(st.lists(st.tuples(*[st.booleans()] * 6), min_size=1, max_size=20))
def test_error_kinds_count_each_answer_once(rows):
    """Right, missed and swapped are the sentences with a label; right and extra those given it."""
    table = np.array(rows)
    target, given_labels = table[:, :3], table[:, 3:]
    for k, one in enumerate(error_kinds(answers(target, given_labels), ("a", "b", "c"))):
        assert one.right + one.missed + one.swapped == target[:, k].sum()
        assert one.right + one.extra == given_labels[:, k].sum()


def test_given_together_by_hand():
    """A cell counts the sentences that carry the row's label and were given the column's."""
    table = together(answers(TARGET, GIVEN), NAMES, exclusive=False)
    assert table.counts == ((2, 1), (2, 1))
    assert (table.rows, table.columns) == (NAMES, NAMES)
    assert together(answers(TARGET, GIVEN), NAMES, exclusive=True) is None


@pytest.mark.parametrize("kind", ["several", "exclusive"])
def test_closest_calls_come_from_the_threshold_outwards(models, kind):
    """At most ten, right or wrong, the nearest to its threshold first."""
    scorer, examples = models[kind]
    limits = thresholds_of(scorer)
    found = answer(scorer, examples, limits)
    _, unsure = mistakes_of(scorer, found, examples, limits)
    per_label = np.full(3, 0.5) if limits.per_label is None else limits.per_label
    p = found.probabilities
    surety = np.where(p >= per_label, (p - per_label) / (1 - per_label), 1 - p / per_label)
    assert len(unsure) == 10
    row_of = {one.id: row for row, one in enumerate(examples)}
    shown = []
    for one in unsure:
        row, column = row_of[one.id], scorer.info.labels.index(one.label)
        assert one.probability == p[row, column]
        assert (one.kind == "right") == (found.target[row, column] == found.given[row, column])
        shown.append(surety[row, column])
    assert shown == pytest.approx(np.sort(surety.min(axis=1))[:10])


def test_no_mistake_where_all_is_right(models):
    """When every answer is the right one there is no mistake, but there are close calls."""
    scorer, examples = models["several"]
    limits = Thresholds(np.full(3, 0.5))
    found = answer(scorer, examples, limits)
    perfect = Answers(found.given, found.given, found.probabilities)
    mistakes, unsure = mistakes_of(scorer, perfect, examples, limits)
    assert mistakes == ()
    assert {one.kind for one in unsure} == {"right"}


def by_names(changed):
    return NameAudit(40, 0.5, 0.5, 0.0, changed, ())


@pytest.mark.parametrize(("changed", "is_told"), [(0.2, False), (0.2001, True), (1.0, True)])
def test_names_that_decide_are_told(changed, is_told):
    """Beyond a fifth of changed answers the report says that names decide, and how often."""
    told = warnings_of(0.9, by_names(changed), [], [])
    assert bool(told) == is_told
    if is_told:
        assert "goes partly by who is named" in told[0]
        assert f"{100 * changed:.0f} % of the 40 sentences" in told[0]


def test_a_rule_as_good_as_the_model_is_told():
    """Each simple rule that reaches the model's macro-F1 is named; a lesser one is not."""
    rules = [Baseline(name, "", {}, f1, 0) for name, f1 in (("x", 0.7), ("y", 0.69), ("z", 0.9))]
    assert warnings_of(0.7, None, [], rules) == (
        "The simple rule “x” is as good as the model (70.0 against 70.0).",
        "The simple rule “z” is as good as the model (90.0 against 70.0).",
    )


def test_worse_parts_are_told():
    """Significantly worse parts are named, at most four; doubtful ones are not."""
    parts = [Slice("outlet", f"o{n}", 20, 0.1, 0.01) for n in range(6)]
    (told,) = warnings_of(0.7, None, [*parts, Slice("year", "2024", 20, 0.5, 0.05)], [])
    assert [f"outlet “o{n}”" in told for n in range(6)] == [True] * 4 + [False] * 2
    assert "2024" not in told
    assert warnings_of(0.7, None, [Slice("year", "2024", 20, 0.5, 0.05)], []) == ()
