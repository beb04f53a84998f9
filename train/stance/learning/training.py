"""Training: out-of-fold predictions, thresholds from them, and the fit on everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stance.codebook.codebook import Codebook
from stance.corpus.normalise import short_hash
from stance.learning.arrays import Array
from stance.learning.calibration import Calibration, calibrated, check_method, choose_calibration
from stance.learning.config import Config
from stance.learning.dataset import TrainingData
from stance.learning.fitting import Counted, Fitted, as_pipeline, counted, fit
from stance.learning.groups import folds
from stance.learning.keywords import Keywords, pick_keywords, pick_names
from stance.learning.parallel import Progress, started, told
from stance.learning.pipeline import rounded
from stance.learning.precision_floor import floors_of, with_floors
from stance.learning.self_training import SelfTraining, self_train
from stance.learning.thresholds import assign, choose_thresholds
from stance.learning.tuning import Tuned

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


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
    calibration: Calibration
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
    tuning: Tuned | None = None
    self_training: SelfTraining | None = None


def train(
    data: TrainingData,
    config: Config,
    progress: Progress = lambda step: None,
    tuning: Tuned | None = None,
    unlabelled: Sequence[str] = (),
) -> Trained:
    """The model for the data. Raises DataError when the data cannot be learnt from.

    `tuning` is what found the config, if anything did; it is kept beside the model. `unlabelled`
    are texts to learn from where that proves to help (`learning.self_training`).
    Folds are fitted in parallel inside of `learning.engine.parallel`.
    """
    texts, targets, codebook = data.texts, data.targets, data.codebook
    config = config.resolved(codebook.exclusive)
    check_method(config.calibration.method, codebook.exclusive)
    floors_of(config.thresholds.min_precision, codebook.names, codebook.exclusive)
    progress(f"counting n-grams in {len(texts):,} sentences")
    held_out = folds(data.groups, targets, config.thresholds.folds, config.seed)
    learnt = self_train(data, config, held_out, unlabelled, progress) if unlabelled else None
    if learnt:
        logits, fitted = learnt.logits, learnt.fitted
    else:
        logits, fitted = _fits(_counted(data, config), held_out, progress)
    calibration = _calibration(data, config, held_out, logits)
    scores, thresholds = _validated(data, config, held_out, logits, calibration)
    return Trained(
        pipeline=rounded(as_pipeline(fitted), config.model.weights),
        config=config,
        codebook=codebook,
        calibration=calibration,
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
        sentence_hashes=frozenset(map(short_hash, [*texts, *(learnt.taken if learnt else ())])),
        tuning=tuning,
        self_training=learnt.record if learnt else None,
    )


def cross_validate(
    data: TrainingData, config: Config, progress: Progress = lambda step: None
) -> Scores:
    """The scores of out-of-fold predictions, without a fit on everything."""
    config = config.resolved(data.codebook.exclusive)
    held_out = folds(data.groups, data.targets, config.thresholds.folds, config.seed)
    logits = _out_of_fold(_counted(data, config), held_out, progress)
    calibration = _calibration(data, config, held_out, logits)
    return _validated(data, config, held_out, logits, calibration)[0]


def out_of_fold(
    data: TrainingData,
    config: Config,
    held_out: Array,
    progress: Progress = lambda step: None,
) -> Array:
    """Each row's probabilities, not calibrated, from a model that saw no row of its group.

    With a single group there is nothing to hold out: the fitted model's own predictions stand in.
    """
    logits = _out_of_fold(_counted(data, config), held_out, progress)
    return _probabilities(logits, Calibration(), data.codebook)


def fit_rows(config: Config, data: TrainingData, rows: Array) -> "Pipeline":
    """A pipeline fitted on the rows that the mask selects."""
    return as_pipeline(fit(_counted(data, config), rows))


def _calibration(data: TrainingData, config: Config, held_out: Array, logits: Array) -> Calibration:
    return choose_calibration(
        config.calibration.method, logits, data.targets, held_out, data.codebook.exclusive
    )


def _probabilities(logits: Array, calibration: Calibration, codebook: Codebook) -> Array:
    return calibrated(logits, calibration, codebook.exclusive, len(codebook.labels))


def _validated(
    data: TrainingData,
    config: Config,
    held_out: Array,
    logits: Array,
    calibration: Calibration,
) -> tuple[Scores, Array | None]:
    """Out-of-fold scores, and the thresholds chosen on the same predictions."""
    targets, codebook = data.targets, data.codebook
    found = _probabilities(logits, calibration, codebook)
    thresholds = None
    if not codebook.exclusive:
        names = codebook.names
        floors = floors_of(config.thresholds.min_precision, names, codebook.exclusive)
        thresholds = choose_thresholds(config.thresholds, targets, found)
        thresholds = with_floors(thresholds, floors, names, targets, found)
    n_folds = len(np.unique(held_out))
    return _scores(targets, found, thresholds, codebook, n_folds), thresholds


def _counted(data: TrainingData, config: Config) -> Counted:
    exclusive = data.codebook.exclusive
    return counted(config.resolved(exclusive), exclusive, data.texts, data.targets, data.articles)


def _fits(rows: Counted, held_out: Array, progress: Progress) -> tuple[Array, Fitted]:
    """The out-of-fold logits and the fit on all rows, where the folds' fits start."""
    progress(f"fitting on all {len(held_out):,} sentences")
    fitted = fit(rows, np.ones(len(held_out), dtype=bool))
    return _out_of_fold(rows, held_out, progress, fitted), fitted


def _out_of_fold(
    rows: Counted, held_out: Array, progress: Progress, near: Fitted | None = None
) -> Array:
    """Each row's logits from a model that saw no row of its group."""
    n_folds = int(held_out.max()) + 1
    calls = [(_fold, (rows, held_out == fold, near)) for fold in range(n_folds)]
    return _together(held_out, told(started(calls, rows.size), _steps(held_out), progress))


def _fold(rows: Counted, is_held_out: Array, near: Fitted | None) -> Array:
    inside = is_held_out if is_held_out.all() else ~is_held_out
    return fit(rows, inside, near).logits(is_held_out)


def _steps(held_out: Array) -> list[str]:
    n_folds = int(held_out.max()) + 1
    return [f"fold {fold + 1} of {n_folds}" for fold in range(n_folds)]


def _together(held_out: Array, parts: list[Array]) -> Array:
    logits = np.zeros((len(held_out), parts[0].shape[1]))
    for fold, part in enumerate(parts):
        logits[held_out == fold] = part
    return logits


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
