"""From counts and labels to a fitted model: features of the rows, then the regression on them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stance.learning.arrays import Array
from stance.learning.by_target import frequent_targets, target_numbers
from stance.learning.config import Config
from stance.learning.counts import BlockCounts, count_block, fit_block
from stance.learning.design import Design
from stance.learning.pipeline import build_pipeline, class_numbers
from stance.learning.solver import Problem, coefficients_of, solve
from stance.learning.tied import Tied, tied
from stance.storage.errors import DataError

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

_LOOKED_AT = 1000  # texts that tell whether their words have classes


@dataclass(frozen=True)
class Counted:
    """The rows of the training data with their n-grams counted, and what decides on the fit.

    `articles` numbers the article of each row, and `about` its target, the place among `names` of
    those that have features of their own. `exclusive` labels have one regression over all of them,
    others one each.
    """

    config: Config
    exclusive: bool
    pipeline: "Pipeline"
    blocks: dict[str, BlockCounts]
    targets: Array
    articles: Array
    about: Array
    names: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many different n-grams the rows have, added up."""
        return sum(int(block.matrix.nnz) for block in self.blocks.values())


@dataclass(frozen=True)
class Fitted:
    """A model of some of the rows.

    `coefficients` have one row a feature and the intercepts last, one column a class; `classes`
    are the columns of the targets that these stand for, and one more for no label. `pulls` are
    the solver's. `reached` are the logits of all rows; one that it is no model of has 0.
    """

    counted: Counted
    design: Design
    classes: Array
    coefficients: Array
    pulls: Array
    reached: Array

    def logits(self, rows: Array) -> Array:
        """The logits of rows, one column a label, and with exclusive labels one for none.

        A class that the model never saw has minus infinity.
        """
        return self.logits_of(self.design.of(rows))

    def logits_of(self, matrix: Any) -> Array:
        """The logits of rows whose features are at hand."""
        values = self.coefficients
        found = matrix @ values[:-1] + values[-1]
        if not self.counted.exclusive:
            return np.asarray(found)
        wide = np.full((found.shape[0], self.counted.targets.shape[1] + 1), -np.inf)
        if len(self.classes) == 2:  # one regression, for the second class against the first
            found = np.hstack([np.zeros_like(found), found])
        wide[:, self.classes] = found
        return wide


def counted(
    config: Config,
    exclusive: bool,
    texts: Sequence[str],
    targets: Array,
    articles: Sequence[str],
    count: Callable[[Any, list[str]], BlockCounts] = count_block,
) -> Counted:
    """The texts with their n-grams counted. Raises DataError when there are none.

    Blocks of word classes are left out where most texts hold no word that has a class, as in
    another language, unless there is no other block.
    """
    pipeline = build_pipeline(config, exclusive)
    vectorizers = dict(pipeline.named_steps["features"].transformer_list)
    useful = {name: one for name, one in vectorizers.items() if _is_useful(one, texts)}
    blocks = {name: count(one, list(texts)) for name, one in (useful or vectorizers).items()}
    number = {name: place for place, name in enumerate(dict.fromkeys(articles))}
    numbers = np.array([number[name] for name in articles])
    names = frequent_targets(texts) if config.features.by_target else ()
    about = target_numbers(texts, names)
    return Counted(config, exclusive, pipeline, blocks, targets, numbers, about, names)


def _is_useful(vectorizer: Any, texts: Sequence[str]) -> bool:
    view = vectorizer.tokenizer
    if view is None or view.classes is None or view.reach:  # few texts may name their target
        return True
    some = texts[:_LOOKED_AT]
    return sum(bool(view(vectorizer.preprocessor(text))) for text in some) > len(some) / 2


def fit(data: Counted, rows: Array, near: "Fitted | None" = None) -> Fitted:
    """The model of the rows that the mask selects: the optimum for the config.

    `near` is a model of more of the same rows, from which the way is shorter. Runs on one thread,
    so that the same data gives the same bits. Raises DataError when no feature or only one class is
    left.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        design = fit_features(data, rows)
        is_near = near is not None and np.array_equal(near.classes, _classes(data, rows)[0])
        reached = near.reached if near is not None and is_near else None
        return solved(data, design, rows, tied(design.of(rows)), near=reached)


def fit_features(data: Counted, rows: Array) -> Design:
    """The features of every block on the rows."""
    least = data.config.features.min_articles
    weights = data.config.features.weights()
    blocks = (
        fit_block(block, rows, data.articles, block.vectorizer.min_df, least)
        for block in data.blocks.values()
    )
    lengths = tuple(weights[name] for name in data.blocks)
    return Design(tuple(blocks), lengths, data.about, len(data.names))


def solved(
    data: Counted,
    design: Design,
    rows: Array,
    matrix: Tied,
    start: Array | None = None,
    near: Array | None = None,
) -> Fitted:
    """The regression on the features of the rows, `matrix`; `start` are the pulls of another fit on
    the same rows, and `near` the logits of one on others, of all rows (`learning.solver`).
    """
    classes, is_joint = _classes(data, rows)
    training = data.config.training
    assert training.C is not None  # the config is resolved
    wanted = _wanted(data, rows, classes, is_joint)
    weights = training.C * _weights(wanted, is_joint, training.class_weight == "balanced")
    # A label on none of the rows, or on all, has no optimum: its probability is 0 or 1.
    varies = wanted.min(axis=0) < wanted.max(axis=0)
    found = np.zeros((len(matrix.kind) + 1, wanted.shape[1]))
    found[-1] = np.where(wanted.all(axis=0), np.inf, -np.inf)
    problem = Problem(
        matrix.matrix,
        wanted[:, varies],
        weights if is_joint else weights[:, varies],
        is_joint,
        matrix.by_column,
    )
    seen = np.ix_(rows, varies)
    near = None if near is None else near[seen]
    pulls = solve(problem, start, training.tol, training.max_iter, near)
    short = coefficients_of(problem, pulls)
    reached = np.zeros((len(rows), wanted.shape[1]))
    reached[seen] = matrix.by_column @ short[:-1] + short[-1]
    found[:, varies] = matrix.spread(short)
    return Fitted(data, design, classes, found, pulls, reached)


def _classes(data: Counted, rows: Array) -> tuple[Array, bool]:
    """The classes of the rows, and whether one regression is for all of them."""
    if not data.exclusive:
        return np.arange(data.targets.shape[1]), False
    classes = np.unique(class_numbers(data.targets[rows]))
    if len(classes) < 2:
        raise DataError(
            "a fold of the training data has one class only. Add articles that carry the "
            "rarer labels."
        )
    return classes, len(classes) > 2


def _wanted(data: Counted, rows: Array, classes: Array, is_joint: bool) -> Array:
    """0 or 1 for each row and class; of two exclusive classes the second alone."""
    targets = data.targets[rows]
    if not data.exclusive:
        return np.asarray(targets, dtype=np.float64)
    shown = classes if is_joint else classes[1:]
    return np.asarray(class_numbers(targets)[:, None] == shown, dtype=np.float64)


def _weights(wanted: Array, is_joint: bool, is_balanced: bool) -> Array:
    """The weight of each row, for each regression; balanced, classes have the same sum."""
    n_rows = len(wanted)
    n_wanted: Array = wanted.sum(axis=0)
    if not is_balanced:
        return np.ones((n_rows, 1 if is_joint else wanted.shape[1]))
    if is_joint:
        shares = n_rows / (wanted.shape[1] * n_wanted)
        return np.asarray((wanted * shares).sum(axis=1, keepdims=True))
    with np.errstate(divide="ignore"):
        return np.where(wanted > 0, n_rows / (2 * n_wanted), n_rows / (2 * (n_rows - n_wanted)))


def as_pipeline(fitted: Fitted) -> "Pipeline":
    """The model as scikit-learn would have fitted it, for people and for the stored arrays.

    But that the weights of the blocks are in its coefficients, so that there is one number a
    feature to read, to round and to store.
    """
    from sklearn.base import clone
    from sklearn.preprocessing import LabelBinarizer

    data = fitted.counted
    pipeline = clone(data.pipeline)
    union, classifier = pipeline.named_steps["features"], pipeline.named_steps["classifier"]
    union.transformer_list = [
        (name, block.vectorizer())
        for name, block in zip(data.blocks, fitted.design.blocks, strict=True)
    ]
    union.transformer_weights = None
    if data.config.features.by_target:
        union.targets_ = data.names
    coefficients = fitted.coefficients * np.append(fitted.design.lengths, 1)[:, None]
    if data.exclusive:
        _set_regression(classifier, coefficients, fitted.classes)
        return pipeline
    classifier.label_binarizer_ = LabelBinarizer(sparse_output=True).fit(data.targets)
    classifier.classes_ = classifier.label_binarizer_.classes_
    classifier.estimators_ = [
        _set_regression(clone(classifier.estimator), coefficients[:, [k]], np.arange(2))
        for k in range(data.targets.shape[1])
    ]
    classifier.n_features_in_ = len(fitted.coefficients) - 1
    return pipeline


def _set_regression(regression: Any, coefficients: Array, classes: Array) -> Any:
    regression.coef_ = np.ascontiguousarray(coefficients[:-1].T)
    regression.intercept_ = coefficients[-1].copy()
    regression.classes_ = classes
    regression.n_features_in_ = len(coefficients) - 1
    return regression
