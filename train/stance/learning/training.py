"""Training: out-of-fold predictions, thresholds from them, and the fit on everything."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stance.codebook.codebook import Codebook
from stance.corpus.normalise import short_hash
from stance.learning.arrays import Array
from stance.learning.config import Config
from stance.learning.dataset import TrainingData
from stance.learning.groups import folds
from stance.learning.keywords import Keywords, pick_keywords, pick_names
from stance.learning.pipeline import build_pipeline, fit, probabilities, rounded
from stance.learning.thresholds import assign, choose_thresholds

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Scores:
    """Scores of out-of-fold predictions for the training data, between 0 and 1.

    The thresholds were chosen on the same predictions, so the F1 are a little too good.
    """

    f1: dict[str, float]
    average_precision: dict[str, float]
    macro_f1: float
    macro_average_precision: float
    n_folds: int


@dataclass(frozen=True)
class Trained:
    """A fitted pipeline and everything that is known of how it came about.

    `thresholds` is None when the labels exclude each other.
    """

    pipeline: "Pipeline"
    config: Config
    codebook: Codebook
    thresholds: Array | None
    scores: Scores
    keywords: Keywords
    names: Keywords
    majority: tuple[str, ...]
    data_sha256: str
    counts: dict[str, int]
    n_sentences: int
    n_articles: int
    n_groups: int
    sentence_hashes: frozenset[bytes]


def train(data: TrainingData, config: Config, progress: Progress = lambda step: None) -> Trained:
    """The model for the data. Raises DataError when the data cannot be learnt from."""
    texts, targets, codebook = data.texts, data.targets, data.codebook
    config = config.resolved(codebook.exclusive)
    scores, thresholds = _validated(data, config, progress)
    progress(f"fitting on all {len(texts):,} sentences")
    return Trained(
        pipeline=rounded(
            fit_rows(config, data, np.ones(len(texts), dtype=bool)), config.model.weights
        ),
        config=config,
        codebook=codebook,
        thresholds=thresholds,
        scores=scores,
        keywords=pick_keywords(texts, targets, codebook.names),
        names=pick_names(texts, targets, codebook.names),
        majority=_majority(targets, codebook),
        data_sha256=data.sha256,
        counts=data.counts(),
        n_sentences=len(texts),
        n_articles=len(set(data.articles)),
        n_groups=len(np.unique(data.groups)),
        sentence_hashes=frozenset(map(short_hash, texts)),
    )


def cross_validate(
    data: TrainingData, config: Config, progress: Progress = lambda step: None
) -> Scores:
    """The scores of out-of-fold predictions, without a fit on everything."""
    return _validated(data, config.resolved(data.codebook.exclusive), progress)[0]


def _validated(
    data: TrainingData, config: Config, progress: Progress
) -> tuple[Scores, Array | None]:
    """Out-of-fold scores, and the thresholds chosen on the same predictions."""
    targets, codebook = data.targets, data.codebook
    held_out = folds(data.groups, targets, config.thresholds.folds, config.seed)
    found = out_of_fold(data, config, held_out, progress)
    thresholds = None
    if not codebook.exclusive:
        thresholds = choose_thresholds(config.thresholds, targets, found)
    n_folds = len(np.unique(held_out))
    return _scores(targets, found, thresholds, codebook, n_folds), thresholds


def out_of_fold(
    data: TrainingData,
    config: Config,
    held_out: Array,
    progress: Progress = lambda step: None,
) -> Array:
    """Each row's probabilities from a model that saw no row of its group.

    With a single group there is nothing to hold out: the fitted model's own predictions stand in.
    """
    found = np.zeros(data.targets.shape)
    n_folds = int(held_out.max()) + 1
    for fold in range(n_folds):
        progress(f"fold {fold + 1} of {n_folds}")
        is_held_out = held_out == fold
        with warnings.catch_warnings():
            # A label may be missing from a fold's training side, or be on all of it; its
            # probability is then 0 or 1.
            warnings.filterwarnings("ignore", "Label .* is present in all training examples")
            pipeline = fit_rows(config, data, ~is_held_out if n_folds > 1 else is_held_out)
        found[is_held_out] = probabilities(pipeline, _where(data.texts, is_held_out), data.codebook)
    return found


def fit_rows(config: Config, data: TrainingData, rows: Array) -> "Pipeline":
    """A pipeline fitted on the rows that the mask selects."""
    return fit(
        build_pipeline(config, data.codebook.exclusive),
        _where(data.texts, rows),
        data.targets[rows],
        _where(data.articles, rows),
        config.features.min_articles,
    )


def _where(values: list[str], rows: Array) -> list[str]:
    return [value for value, keep in zip(values, rows, strict=True) if keep]


def _scores(
    targets: Array,
    probability: Array,
    thresholds: Array | None,
    codebook: Codebook,
    n_folds: int,
) -> Scores:
    from sklearn.metrics import average_precision_score

    given = assign(probability, thresholds, codebook.none_allowed)
    f1 = 2 * (given & (targets > 0)).sum(axis=0) / np.maximum(1, given.sum(0) + targets.sum(0))
    precision = [
        average_precision_score(targets[:, column], probability[:, column])
        if targets[:, column].any()
        else 0.0
        for column in range(targets.shape[1])
    ]
    return Scores(
        f1=dict(zip(codebook.names, map(float, f1), strict=True)),
        average_precision=dict(zip(codebook.names, map(float, precision), strict=True)),
        macro_f1=float(np.mean(f1)),
        macro_average_precision=float(np.mean(precision)),
        n_folds=n_folds,
    )


def _majority(targets: Array, codebook: Codebook) -> tuple[str, ...]:
    """The labels that the most frequent answer has: what a model that reads nothing would say."""
    if codebook.exclusive:
        n_none = int((~targets.any(axis=1)).sum())
        column = int(targets.sum(axis=0).argmax())
        return () if n_none > targets[:, column].sum() else (codebook.names[column],)
    rate = targets.mean(axis=0)
    return tuple(name for name, share in zip(codebook.names, rate, strict=True) if share > 0.5)
