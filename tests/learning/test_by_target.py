"""Features that all targets share, and a copy of them for each target."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.targets import TargetedText
from stance.learning.by_target import (
    LEAST_ROWS,
    MOST_TARGETS,
    frequent_targets,
    target_numbers,
    with_copies,
)
from stance.learning.config import read_config
from stance.learning.fitting import as_pipeline, counted, fit
from stance.learning.pipeline import build_pipeline


def texts_for(**counts):
    return [TargetedText("It works.", target) for target, n in counts.items() for _ in range(n)]


def test_targets_with_enough_texts_have_features_of_their_own():
    """In the order of the alphabet, however they are spelt; few texts and none at all are left."""
    texts = [
        *texts_for(tram=LEAST_ROWS, quay=LEAST_ROWS - 1, bus=99),
        TargetedText("", " QUAY "),
        *["a plain text"] * 99,
    ]
    assert frequent_targets(texts) == ("bus", "quay", "tram")
    numbers = target_numbers([*texts_for(tram=1, mill=1, bus=1), "plain"], ("bus", "quay", "tram"))
    assert numbers.tolist() == [2, 3, 0, 3]


def test_a_single_target_has_none():
    """What is learnt of one is what is learnt of all."""
    assert frequent_targets(texts_for(tram=99, quay=LEAST_ROWS - 1)) == ()
    assert frequent_targets(["plain"] * 99) == ()


def test_the_commonest_of_many_targets_are_taken():
    counts = {f"t{n:03}": LEAST_ROWS + (n % 2) for n in range(MOST_TARGETS + 40)}
    found = frequent_targets(texts_for(**counts))
    assert len(found) == MOST_TARGETS
    assert {name for name, n in counts.items() if n > LEAST_ROWS} <= set(found)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.lists(st.sampled_from([0.0, 0.5, 2.0]), min_size=3,
             max_size=3)), min_size=1, max_size=6),
    st.integers(0, 3),
)  # fmt: skip
def test_a_row_stands_in_the_shared_columns_and_in_those_of_its_target(rows, n_targets):
    """As written out cell by cell; a row of no target has the shared ones alone."""
    numbers = np.array([min(number, n_targets) for number, _ in rows])
    dense = np.array([values for _, values in rows])
    expected = np.zeros((len(rows), 1 + n_targets, 3))
    expected[:, 0] = dense
    for row, number in enumerate(numbers):
        if number < n_targets:
            expected[row, 1 + number] = dense[row]
    from scipy.sparse import csr_array

    found = with_copies(csr_array(dense), numbers, n_targets)
    assert found.shape == (len(rows), 3 * (1 + n_targets))
    assert (found.toarray() == expected.reshape(len(rows), -1)).all()


def said(n=96):
    """The same words are for the tram and against the bus; some rows have no target."""
    texts, targets = [], []
    for row in range(n):
        target, cheers = ("tram", "bus", "")[row % 3], row // 3 % 2
        texts.append(TargetedText(f"They {'cheer' if cheers else 'curse'} on day {row:02}", target))
        is_for = cheers ^ (target == "bus")
        targets.append([is_for, not is_for])
    return texts, np.array(targets, dtype=np.int8), [f"a{row}" for row in range(n)]


@pytest.mark.parametrize("exclusive", [False, True])
def test_the_fit_is_the_one_of_scikit_learn(exclusive):
    """From the arrays, from the pipeline made of them, and as scikit-learn fits it by itself."""
    texts, targets, articles = said()
    config = read_config(
        None, ["features.by_target=true", "training.C=10", "features.word.min_df=2"]
    ).resolved(exclusive)
    rows = np.arange(len(texts)) % 5 > 0
    data = counted(config, exclusive, texts, targets, articles)
    near = fit(data, np.ones(len(texts), dtype=bool))
    fitted, warm = fit(data, rows), fit(data, rows, near)
    outside = [text for text, is_inside in zip(texts, rows, strict=True) if not is_inside]
    inside = [text for text, is_inside in zip(texts, rows, strict=True) if is_inside]
    mine, pipeline = fitted.logits(~rows)[:, :2], as_pipeline(fitted)
    assert np.abs(mine - warm.logits(~rows)[:, :2]).max() < 1e-3
    theirs = pipeline.decision_function(outside)
    wanted = mine[:, 1] - mine[:, 0] if exclusive else mine
    assert np.abs(wanted - theirs).max() < 1e-12
    regression = build_pipeline(config, exclusive)["classifier"]
    regression.set_params(**{"tol" if exclusive else "estimator__tol": 1e-12})
    answers = targets[rows].argmax(axis=1) if exclusive else targets[rows]
    given = pipeline.predict_proba(outside)
    pipeline["features"].transformer_weights = config.features.weights()
    regression.fit(pipeline["features"].transform(inside), answers)
    right = regression.predict_proba(pipeline["features"].transform(outside))
    assert np.abs(given - right).max() < 1e-5
    is_for_tram = right[:, 1 if exclusive else 0]
    assert is_for_tram.min() < 0.3 < 0.7 < is_for_tram.max()
