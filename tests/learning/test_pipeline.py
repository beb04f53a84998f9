"""The pipeline: features as set, probabilities by label, and mistakes that are told."""

import numpy as np
import pytest

from stance.learning.config import read_config
from stance.learning.dataset import training_data
from stance.learning.fitting import as_pipeline, counted, fit
from stance.learning.pipeline import build_pipeline, class_numbers, probabilities
from stance.storage.errors import DataError

TEXTS = ["aid for the town", "no aid at all", "perhaps next year", "the town waits"]
TARGETS = np.array([[1, 0], [0, 1], [0, 0], [1, 0]], dtype=np.int8)


def fitted(texts=TEXTS, targets=TARGETS, exclusive=False, overrides=()):
    config = read_config(None, overrides).resolved(exclusive)
    articles = [f"article{number}" for number in range(len(texts))]
    data = counted(config, exclusive, texts, targets, articles)
    return as_pipeline(fit(data, np.ones(len(texts), dtype=bool)))


def test_the_class_of_a_row_is_its_label_or_one_beyond():
    """With exclusive labels a row without one is a class after all labels."""
    assert class_numbers(TARGETS).tolist() == [0, 1, 2, 0]


@pytest.mark.parametrize(
    ("overrides", "blocks"),
    [
        ([], [("word", "word", (1, 2)), ("char", "char_wb", (2, 5))]),
        (["features.char.enabled=false"], [("word", "word", (1, 2))]),
        (
            ["features.word.enabled=false", "features.char.ngram_range=[3, 4]"],
            [("char", "char_wb", (3, 4))],
        ),
    ],
)
def test_the_blocks_are_those_of_the_config(overrides, blocks):
    """Each enabled block of the config becomes one TF-IDF with its settings."""
    union = build_pipeline(read_config(None, overrides).resolved(False), False)["features"]
    found = [(name, one.analyzer, tuple(one.ngram_range)) for name, one in union.transformer_list]
    further = [("negated", "word", (1, 2)), ("classes", "word", (1, 3))]
    assert found == [*blocks, *further, ("negated_classes", "word", (1, 2))]


@pytest.mark.parametrize("exclusive", [True, False])
def test_the_regression_is_set_by_the_config(exclusive):
    """C, class weight, tolerance and steps reach scikit-learn, for both kinds of labels."""
    overrides = ["training.C=3", "training.class_weight=none", "training.max_iter=77"]
    config = read_config(None, [*overrides, "training.tol=1e-4"]).resolved(exclusive)
    classifier = build_pipeline(config, exclusive)["classifier"]
    regression = classifier if exclusive else classifier.estimator
    assert (regression.C, regression.class_weight) == (3.0, None)
    assert (regression.max_iter, regression.tol) == (77, 1e-4)


def test_probabilities_of_exclusive_labels_leave_the_rest_to_none(small):
    """The columns are the labels; what is missing to 1 is the probability of no label."""
    codebook = small.codebook(("a", "b"), exclusive=True)
    found = probabilities(fitted(exclusive=True), TEXTS, codebook)
    assert found.shape == (4, 2)
    assert ((found > 0) & (found.sum(axis=1, keepdims=True) < 1)).all()
    assert found[0].argmax() == 0
    assert found[1].argmax() == 1


def test_a_label_never_seen_has_probability_zero(small):
    """Columns keep their places when the training side of a fold lacks a label."""
    targets = np.array([[0, 0, 1], [1, 0, 0], [0, 0, 1], [1, 0, 0]], dtype=np.int8)
    codebook = small.codebook(("a", "b", "c"), exclusive=True, none_allowed=False)
    found = probabilities(fitted(targets=targets, exclusive=True), TEXTS, codebook)
    assert found[:, 1].tolist() == [0.0] * 4
    assert found.argmax(axis=1).tolist() == [2, 0, 2, 0]
    assert found.sum(axis=1) == pytest.approx(np.ones(4))


def test_one_label_alone_has_one_column(small):
    """A codebook of one label gives the probability of the label, not of its absence."""
    found = probabilities(fitted(targets=TARGETS[:, :1]), TEXTS, small.codebook(("a",)))
    assert found.shape == (4, 1)
    assert ((found[:, 0] > 0.5) == TARGETS[:, 0]).all()


def test_columns_are_in_the_order_of_the_codebook(small):
    """Turning the labels round turns the columns round and changes no number."""
    rows = small.examples(30)
    codebooks = (small.codebook(), small.codebook(small.NAMES[::-1]))
    found = []
    for codebook in codebooks:
        data = training_data(rows, codebook)
        found.append(probabilities(fitted(data.texts, data.targets), data.texts, codebook))
    assert np.abs(found[0] - found[1][:, ::-1]).max() < 1e-12


@pytest.mark.parametrize(
    ("texts", "overrides", "told"),
    [
        (["!", "?", ".", ","], ["features.char.enabled=false"], "no usable features"),
        (["a", "b", "c", "d"], ["features.char.enabled=false"], "no usable features"),
        (TEXTS, ["features.word.min_df=4", "features.char.enabled=false"], "no usable features"),
        (TEXTS, ["training.max_iter=1", "training.tol=1e-9"], "did not reach its optimum"),
    ],
)
def test_what_cannot_be_fitted_is_told_with_a_remedy(texts, overrides, told):
    """No features and no convergence are mistakes in data or config, told as such."""
    with pytest.raises(DataError, match=told):
        fitted(texts, overrides=overrides)


def test_min_df_above_the_number_of_sentences_is_told():
    """Asking for words in more sentences than there are leaves no features either."""
    with pytest.raises(DataError, match="min_df"):
        fitted(overrides=["features.word.min_df=9"])


def test_one_class_only_is_told():
    """Exclusive labels of which only one occurs cannot be told apart."""
    with pytest.raises(DataError, match="one class only"):
        fitted(targets=np.array([[1, 0]] * 4), exclusive=True)
