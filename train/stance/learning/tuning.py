"""The search for a better config within a given time, on training data alone.

The search is an ordered one. First C along a path from small to large, each optimum the start of
the next; then, one after the other, class weight, blocks on and off, the orders of n-grams,
sublinear counts and rare n-grams, each at three values of C around the best so far, and kept where
the score of grouped cross-validation rises. It goes round again while there is time.

A score that decided among many is too good. So the whole search is done once more for each of three
outer folds, on the other two alone, and what it finds is scored on the fold that it never saw: that
is the number told. A quarter of the time goes to each search. The same data and seed try the same
things in the same order; how many depends on the time and the machine.
"""

import json
import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from stance.codebook.codebook import Codebook
from stance.learning.arrays import Array
from stance.learning.config import Config, changed, with_c
from stance.learning.counts import BlockCounts, count_block
from stance.learning.dataset import TrainingData
from stance.learning.fitting import Counted, counted, fit
from stance.learning.groups import folds
from stance.learning.parallel import Progress
from stance.learning.path import path_logits
from stance.learning.solver import probabilities_of
from stance.learning.thresholds import assign, choose_thresholds
from stance.storage.errors import ConfigError, DataError, nearest, printable

PATH = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
AROUND = (1 / 3, 1.0, 3.0)
N_OUTER = 3

# In the order in which they are tried: what moved the score most in `benchmarks/` first.
CHOICES: tuple[tuple[str, ...], ...] = (
    ("training.class_weight=none",),
    ("features.negated.enabled=true",),
    ("features.negated.enabled=false", "features.negated_classes.enabled=false"),
    ("features.classes.enabled=false", "features.negated_classes.enabled=false"),
    ("features.char.enabled=false",),
    ("features.word.ngram_range=[1,3]",),
    ("features.char.ngram_range=[3,5]",),
    ("features.contractions=true",),
    ("features.contractions=false",),
    ("features.word.ngram_range=[1,1]",),
    ("features.char.ngram_range=[2,4]",),
    ("features.word.min_df=2", "features.char.min_df=2"),
    ("features.word.sublinear_tf=false", "features.char.sublinear_tf=false"),
    ("features.word.enabled=false",),
    ("features.mask_names=true",),
    ("training.class_weight=balanced",),
)


@dataclass(frozen=True)
class Trial:
    """One setting that was tried: its cross-validated score, 0 to 1, and whether it was kept."""

    changes: tuple[str, ...]
    C: float
    score: float
    seconds: float
    kept: bool


@dataclass(frozen=True)
class Tuned:
    """The config found, what was tried for it, and the score of the search on rows it never saw.

    `outer_score` is None when there are too few groups for outer folds.
    """

    config: Config
    metric: str
    trials: tuple[Trial, ...]
    outer_score: float | None


@dataclass
class Search:
    """The data of a search; n-grams are counted once for each way of counting them."""

    data: TrainingData
    metric: str
    counts: dict[str, BlockCounts] = field(default_factory=dict)

    def counted(self, config: Config) -> Counted:
        """The rows with the n-grams of the config."""
        return counted(
            config,
            self.data.codebook.exclusive,
            self.data.texts,
            self.data.targets,
            self.data.articles,
            count=self._count,
        )

    def _count(self, vectorizer: Any, texts: list[str]) -> BlockCounts:
        import joblib

        settings = vectorizer.get_params() | {"min_df": 1, "sublinear_tf": True}
        key = str(joblib.hash(settings))
        if key not in self.counts:
            self.counts[key] = count_block(vectorizer, texts)
        return replace(self.counts[key], vectorizer=vectorizer)


def check_metric(metric: str, codebook: Codebook) -> None:
    """Raises ConfigError for a metric that is none."""
    label = metric.removeprefix("f1:")
    if metric in ("macro-f1", "ap") or (label != metric and label in codebook.names):
        return
    known = ("macro-f1", "ap", *(f"f1:{name}" for name in codebook.names))
    raise ConfigError(
        f'--autotune-metric: unknown metric "{printable(metric)}".{nearest(metric, known)} '
        f"Metrics: {', '.join(known)}."
    )


def autotune(
    data: TrainingData,
    config: Config,
    seconds: float,
    metric: str = "macro-f1",
    progress: Progress = lambda step: None,
) -> Tuned:
    """The best config that is found in about so many seconds, from `config` on.

    Runs folds in parallel inside of `learning.engine.parallel`.
    """
    check_metric(metric, data.codebook)
    config = config.resolved(data.codebook.exclusive)
    search = Search(data, metric)
    start = time.monotonic()
    outer = folds(data.groups, data.targets, N_OUTER, config.seed + 1)
    n_outer = int(outer.max()) + 1
    parts = []
    for fold in range(n_outer if n_outer > 1 else 0):
        until = start + seconds * (fold + 1) / (n_outer + 1)
        progress(f"outer fold {fold + 1} of {n_outer}")
        found, _ = _searched(search, config, outer != fold, until, progress)
        parts.append((fold, found))
    progress("searching on all rows")
    everything = np.ones(len(outer), dtype=bool)
    best, trials = _searched(search, config, everything, start + seconds, progress)
    return Tuned(best, metric, tuple(trials), _outer_score(search, outer, parts) if parts else None)


def _searched(
    search: Search, config: Config, rows: Array, until: float, progress: Progress
) -> tuple[Config, list[Trial]]:
    """The best config on some of the rows; the path over C is always walked."""
    trials: list[Trial] = []
    best, score = config, -1.0
    for changes in ((), *(*CHOICES, ()) * 2):
        if trials and time.monotonic() > until:
            break
        begun = time.monotonic()
        try:
            tried = changed(best, changes)
            if changes and tried == best:
                continue
            values = _around(best) if trials else PATH
            found = _scores(search, tried, rows, values)
        except (ConfigError, DataError):  # every block is off, or a block has no feature left
            continue
        at = int(np.argmax(found))
        seconds = time.monotonic() - begun
        is_better = bool(found[at] > score + 1e-9)
        trials.append(Trial(changes, values[at], float(found[at]), seconds, is_better))
        progress(f"{' '.join(changes) or 'C'}: {100 * found[at]:.1f} at C = {values[at]:g}")
        if is_better:
            best, score = with_c(tried, values[at]), float(found[at])
    return best, trials


def _around(config: Config) -> tuple[float, ...]:
    return tuple(_c(config) * factor for factor in AROUND)


def _c(config: Config) -> float:
    assert config.training.C is not None  # the config is resolved
    return config.training.C


def _scores(search: Search, config: Config, rows: Array, values: tuple[float, ...]) -> Array:
    """The score of cross-validation on the rows for each C."""
    data = search.data
    logits = path_logits(search.counted(config), _folds(data, config, rows), values)
    targets = data.targets[rows]
    return np.array([_score(search, config, targets, one[rows]) for one in logits])


def _folds(data: TrainingData, config: Config, rows: Array) -> Array:
    """The fold of each row, -1 for rows that are left out."""
    held_out = np.full(len(rows), -1)
    held_out[rows] = folds(
        data.groups[rows], data.targets[rows], config.thresholds.folds, config.seed
    )
    return held_out


def _probabilities(search: Search, logits: Array) -> Array:
    codebook = search.data.codebook
    return probabilities_of(logits, codebook.exclusive)[:, : len(codebook.labels)]


def _score(search: Search, config: Config, targets: Array, logits: Array) -> float:
    """The metric on these rows, with the thresholds that are best for them."""
    found = _probabilities(search, logits)
    return score_of(
        search.metric, search.data.codebook, targets, found, _limits(search, config, targets, found)
    )


def _limits(search: Search, config: Config, targets: Array, found: Array) -> Array | None:
    if search.data.codebook.exclusive:
        return None
    return choose_thresholds(config.thresholds, targets, found)


def score_of(
    metric: str, codebook: Codebook, targets: Array, found: Array, limits: Array | None
) -> float:
    """The metric, 0 to 1: macro-F1, one label's F1, or macro average precision."""
    if metric == "ap":
        from sklearn.metrics import average_precision_score

        used = np.flatnonzero(targets.any(axis=0))
        return float(np.mean([average_precision_score(targets[:, k], found[:, k]) for k in used]))
    given = assign(found, limits, codebook.none_allowed)
    hits = (given & (targets > 0)).sum(axis=0)
    f1 = 2 * hits / np.maximum(1, given.sum(axis=0) + targets.sum(axis=0))
    label = metric.removeprefix("f1:")
    return float(f1.mean() if label == metric else f1[codebook.names.index(label)])


def _outer_score(search: Search, outer: Array, parts: list[tuple[int, Config]]) -> float:
    """The mean score of what each search found on the fold it never saw, thresholds included."""
    scores = []
    targets = search.data.targets
    for fold, config in parts:
        rows, inside = search.counted(config), outer != fold
        inner = path_logits(rows, _folds(search.data, config, inside), (_c(config),))[0][inside]
        limits = _limits(search, config, targets[inside], _probabilities(search, inner))
        logits = fit(rows, inside).logits(~inside)
        found = _probabilities(search, logits)
        scores.append(
            score_of(search.metric, search.data.codebook, targets[~inside], found, limits)
        )
    return float(np.mean(scores))


def tuning_json(tuned: Tuned) -> bytes:
    """What was tried and what came of it, for the model folder. Times are left out: they differ."""
    trials = [
        {"changes": one.changes, "C": one.C, "score": one.score, "kept": one.kept}
        for one in tuned.trials
    ]
    told = {"metric": tuned.metric, "outer_score": tuned.outer_score, "trials": trials}
    return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
