"""The weights of a model: what scikit-learn has fitted, without scikit-learn.

For each block of features the vocabulary (n-grams in feature order, joined by newlines, which no
n-gram holds), its inverse document frequencies, and one row of coefficients a class; for word
classes the table of words and their classes; and the intercepts. Targets that have coefficients of
their own have further rows behind the shared ones. `packing.py` makes arrays of
them that can be searched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.learning.arrays import Array
from stance.learning.views import WordView
from stance.models.info import Block
from stance.storage.errors import ModelError


@dataclass(frozen=True)
class BlockWeights:
    """Terms in feature order, idf (n_features,), coefficients (n_tables * n_classes, n_features),
    the shared table first, and which class each word has, where the block is made of word classes.
    """

    terms: str
    idf: Array
    coefficients: Array
    classes: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Weights:
    """All blocks in order, and `intercept` of shape (n_classes,).

    Classes are the labels, and after them "no label" where that is a class of its own. `targets`
    name those whose tables of coefficients stand behind the shared one and are added to it.
    """

    blocks: tuple[BlockWeights, ...]
    intercept: Array
    targets: tuple[str, ...] = ()


def weights_of(pipeline: Any, exclusive: bool, n_labels: int) -> tuple[Weights, tuple[Block, ...]]:
    """The arrays of a fitted scikit-learn pipeline, and how its blocks are set."""
    coefficients, intercept = _regression(pipeline.named_steps["classifier"], exclusive, n_labels)
    union = pipeline.named_steps["features"]
    targets = getattr(union, "targets_", ())
    coefficients = _tables(coefficients, 1 + len(targets))
    lengths = union.transformer_weights or {}
    blocks, weights, start = [], [], 0
    for name, vectorizer in union.transformer_list:
        terms = vectorizer.get_feature_names_out()
        end = start + len(terms)
        view = vectorizer.tokenizer or WordView()
        blocks.append(
            Block(
                name=name,
                analyzer=vectorizer.analyzer,
                window=view.window,
                has_classes=view.classes is not None,
                keep_others=view.keep_others,
                crossed=view.crossed,
                reach=view.reach,
                ngram_range=tuple(vectorizer.ngram_range),
                sublinear_tf=vectorizer.sublinear_tf,
                n_features=len(terms),
            )
        )
        own = coefficients[:, start:end] * lengths.get(name, 1.0)
        weights.append(BlockWeights("\n".join(terms), vectorizer.idf_, own, view.classes))
        start = end
    return Weights(tuple(weights), intercept, targets), tuple(blocks)


def _tables(coefficients: Array, n_tables: int) -> Array:
    """From one table beside the other, a row a class, to one below the other."""
    return np.vstack(np.split(coefficients, n_tables, axis=1))


def _regression(classifier: Any, exclusive: bool, n_labels: int) -> tuple[Array, Array]:
    """Coefficients (n_classes, n_features) and intercepts (n_classes,), classes in label order."""
    if not exclusive:
        parts = classifier.estimators_
        return np.vstack([one.coef_ for one in parts]), np.concatenate(
            [one.intercept_ for one in parts]
        )
    coefficients, intercept = classifier.coef_, classifier.intercept_
    if len(classifier.classes_) == 2:  # scikit-learn keeps one row: the logit against the first
        coefficients = np.vstack([np.zeros_like(coefficients), coefficients])
        intercept = np.concatenate([[0.0], intercept])
    if list(classifier.classes_) not in (list(range(n_labels)), list(range(n_labels + 1))):
        raise ModelError("a label has no training sentence")
    return coefficients, intercept
