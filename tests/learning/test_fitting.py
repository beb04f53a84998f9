"""Fitting: a fold's logits are those of a scikit-learn pipeline that was fitted to the optimum."""

import random

import numpy as np
import pytest

from stance.learning.config import read_config
from stance.learning.fitting import as_pipeline, counted, fit
from stance.learning.pipeline import build_pipeline, class_numbers
from stance.learning.solver import probabilities_of
from stance.storage.errors import DataError

WORDS = [f"word{n}" for n in range(30)]
SETTINGS = (
    "features.negated.weight=3",
    "features.char.weight=0.5",
    "features.char.ngram_range=[2,3]",
    "features.word.min_df=2",
    "features.min_articles=2",
)


def drawn(n_labels, exclusive, n=80, seed=3):
    draw = random.Random(seed)
    texts = [" ".join(draw.choices(WORDS, k=8)) for _ in range(n)]
    targets = np.array([[f"word{k}" in text.split() for k in range(n_labels)] for text in texts])
    if exclusive:
        targets &= targets.cumsum(axis=1) == 1
    return texts, targets.astype(np.int8), [f"article{n // 2}" for n in range(n)]


@pytest.mark.parametrize(("n_labels", "exclusive"), [(3, False), (1, False), (3, True), (1, True)])
def test_rows_held_out_are_scored_as_by_scikit_learn(n_labels, exclusive):
    """Same probabilities for rows outside the fit, from the arrays and from the pipeline made."""
    texts, targets, articles = drawn(n_labels, exclusive)
    config = read_config(None, SETTINGS).resolved(exclusive)
    data = counted(config, exclusive, texts, targets, articles)
    rows = np.arange(len(texts)) % 4 > 0
    fitted = fit(data, rows)
    outside = [text for text, inside in zip(texts, rows, strict=True) if not inside]
    pipeline = as_pipeline(fitted)
    mine = fitted.logits(~rows)
    theirs = pipeline.decision_function(outside)
    if exclusive:
        mine = mine[:, 1] - mine[:, 0] if n_labels == 1 else mine
    assert np.abs(mine.reshape(theirs.shape) - theirs).max() < 1e-12
    # The regression that scikit-learn itself fits on these features.
    inside = [text for text, is_inside in zip(texts, rows, strict=True) if is_inside]
    given = pipeline.predict_proba(outside)
    features = pipeline["features"].set_params(transformer_weights=config.features.weights())
    regression = build_pipeline(config, exclusive)["classifier"]
    regression.set_params(**{"tol" if exclusive else "estimator__tol": 1e-12})
    wanted = class_numbers(targets[rows]) if exclusive else targets[rows]
    regression.fit(features.transform(inside), wanted)
    expected = regression.predict_proba(features.transform(outside))
    assert np.abs(given - expected).max() < 1e-5


def test_a_label_on_no_row_or_on_all_is_sure():
    """Its regression has no optimum: minus or plus infinity says probability 0 or 1."""
    texts, targets, articles = drawn(3, False)
    targets[:, 0], targets[:, 2] = 0, 1
    data = counted(read_config(None).resolved(False), False, texts, targets, articles)
    logits = fit(data, np.ones(len(texts), dtype=bool)).logits(np.arange(len(texts)) < 5)
    assert (logits[:, 0] == -np.inf).all()
    assert (logits[:, 2] == np.inf).all()
    assert np.isfinite(logits[:, 1]).all()


def test_one_class_of_exclusive_labels_is_told():
    """With nothing to tell apart there is no model."""
    texts, targets, articles = drawn(2, True)
    data = counted(read_config(None).resolved(True), True, texts, targets, articles)
    with pytest.raises(DataError, match="one class only"):
        fit(data, (targets[:, 1] > 0))


@pytest.mark.parametrize(("words", "kept"), [("the aid for them", True), ("xyzzy plugh", False)])
def test_classes_are_left_out_where_words_have_none(words, kept):
    """Another language is trained on its words and characters alone, without complaint."""
    texts = [f"{words} {word}" for word in WORDS]
    targets = np.arange(len(texts))[:, None] % 2
    data = counted(read_config(None).resolved(False), False, texts, targets, WORDS)
    looked_up = {"negated", "classes", "negated_classes"}  # by stem or class
    assert set(data.blocks) == {"word", "char"} | (looked_up if kept else set())
    made = as_pipeline(fit(data, np.ones(len(texts), dtype=bool)))
    assert [name for name, _ in made["features"].transformer_list] == list(data.blocks)


def test_classes_near_the_target_stay_where_few_texts_name_it():
    """That most texts have no word near a mention says nothing of their language."""
    texts = ["targetent wants the aid", *(f"nothing of {word}" for word in WORDS[1:])]
    targets = np.arange(len(texts))[:, None] % 2
    config = read_config(None, ["features.near_classes.enabled=true"]).resolved(False)
    assert "near_classes" in counted(config, False, texts, targets, WORDS).blocks


@pytest.mark.parametrize("exclusive", [False, True])
def test_a_start_near_by_changes_no_probability(exclusive):
    """From the model of all rows the fold's optimum is the one that is found from nothing."""
    texts, targets, articles = drawn(3, exclusive)
    data = counted(
        read_config(None, SETTINGS).resolved(exclusive), exclusive, texts, targets, articles
    )
    rows = np.arange(len(texts)) % 4 > 0
    near = fit(data, np.ones(len(texts), dtype=bool))
    cold, warm = (
        probabilities_of(fit(data, rows, one).logits(~rows), exclusive) for one in (None, near)
    )
    assert np.abs(cold - warm).max() < 1e-5
