"""The scikit-learn pipeline: TF-IDF blocks side by side, then logistic regression."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stance.codebook.codebook import Codebook
from stance.corpus.names import mask_table
from stance.learning.arrays import Array
from stance.learning.by_target import ByTarget
from stance.learning.config import (
    ClassFeatures,
    Config,
    CrossedFeatures,
    Features,
    NegatedFeatures,
    WordFeatures,
)
from stance.learning.views import WORD, Rewriting, WordView
from stance.learning.word_classes import stems, word_classes

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


Classes = Callable[[int], Mapping[str, str]]


def build_pipeline(config: Config, exclusive: bool, classes: Classes | None = None) -> "Pipeline":
    """An unfitted pipeline from texts to probabilities.

    With labels that exclude each other its classes are the columns of the targets (and one more
    for no label, where that occurs); otherwise it is one regression per label. `classes` gives
    the table of so many word classes, for configs that ask for them; `word_classes` by default.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import FeatureUnion, Pipeline

    features = config.features
    rewriting = rewriting_of(features)
    blocks = [
        (name, _vectorizer(name, block, rewriting, classes or word_classes))
        for name, block in features.blocks().items()
    ]
    regression = LogisticRegression(
        C=config.training.C,
        class_weight=None if config.training.class_weight == "none" else "balanced",
        solver="newton-cg",
        tol=config.training.tol,
        max_iter=config.training.max_iter,
    )
    classifier = regression if exclusive else OneVsRestClassifier(regression)
    union = FeatureUnion(blocks, transformer_weights=features.weights())
    every = ByTarget(union) if features.by_target else union
    return Pipeline([("features", every), ("classifier", classifier)])


def rewriting_of(features: Features) -> Rewriting:
    """What the config asks to be done to every text."""
    names = tuple(sorted(mask_table().items())) if features.mask_names else ()
    marks = features.mark_target or features.near.enabled or features.near_classes.enabled
    return Rewriting(features.contractions, features.hashtags, names, marks)


def _vectorizer(name: str, block: WordFeatures, rewriting: Rewriting, classes: Classes) -> Any:
    """The block as scikit-learn knows it; one of its own settings where these are enough."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    settings: dict[str, Any] = {
        "analyzer": "char_wb" if name == "char" else "word",
        "ngram_range": block.ngram_range,
        "min_df": block.min_df,
        "sublinear_tf": block.sublinear_tf,
    }
    if not rewriting.is_plain:
        settings["preprocessor"] = rewriting
    view = view_of(block, classes)
    if view != WordView():
        # scikit-learn's own lower-casing would lose the target.
        settings |= {"tokenizer": view, "token_pattern": None, "preprocessor": rewriting}
    return TfidfVectorizer(**settings)


def view_of(block: WordFeatures, classes: Classes) -> WordView:
    """How the block sees the words."""
    table, keep_others = None, False
    if isinstance(block, ClassFeatures):
        table, keep_others = _usable(classes(block.n_classes)), block.others == "one class"
    elif isinstance(block, NegatedFeatures) and block.stems:
        table = _usable(stems())
    return WordView(
        window=getattr(block, "window", 0),
        classes=table,
        keep_others=keep_others,
        crossed=isinstance(block, CrossedFeatures),
        reach=getattr(block, "reach", 0),
    )


def _usable(classes: Mapping[str, str]) -> dict[str, str]:
    """Without the words that no text holds once it is cut into words."""
    return {word: unit for word, unit in classes.items() if WORD.fullmatch(word)}


def rounded(pipeline: "Pipeline", weights: str) -> "Pipeline":
    """The fitted pipeline with its numbers rounded to the precision in which they are stored.

    Then what scikit-learn computes is what the stored arrays give, to the last bit.
    """
    if weights == "float64":
        return pipeline
    classifier = pipeline.named_steps["classifier"]
    for part in getattr(classifier, "estimators_", [classifier]):
        part.coef_ = part.coef_.astype(weights).astype(np.float64)
        part.intercept_ = part.intercept_.astype(np.float32).astype(np.float64)
    for _, vectorizer in pipeline.named_steps["features"].transformer_list:
        vectorizer.idf_ = vectorizer.idf_.astype(np.float32).astype(np.float64)
    return pipeline


def class_numbers(targets: Array) -> Array:
    """For each row the column of its label, or the number of labels where it has none."""
    numbers: Array = targets.argmax(axis=1)
    return np.where(targets.any(axis=1), numbers, targets.shape[1])


def probabilities(pipeline: "Pipeline", texts: list[str], codebook: Codebook) -> Array:
    """Probabilities of shape (n_texts, n_labels), columns in the codebook's order.

    A label that the pipeline never saw has probability 0.
    """
    found = pipeline.predict_proba(texts)
    if not codebook.exclusive:
        return np.asarray(found)[:, -len(codebook.labels) :]  # one label only: (without, with)
    matrix = np.zeros((len(texts), len(codebook.labels)))
    for column, number in enumerate(pipeline.classes_):
        if number < matrix.shape[1]:
            matrix[:, number] = found[:, column]
    return matrix


def logits(pipeline: "Pipeline", texts: list[str], codebook: Codebook) -> Array:
    """Logits of shape (n_texts, n_classes), for a pipeline that has seen every label.

    With exclusive labels there may be a class of no label behind them.
    """
    found = np.asarray(pipeline.decision_function(texts))
    if found.ndim == 2:
        return found
    found = found[:, None]
    return np.hstack([np.zeros_like(found), found]) if codebook.exclusive else found
