"""Learning from texts that nobody labelled: the model's own sure answers become training rows.

Self-training (Scudder 1965; Yarowsky 1995, doi:10.3115/981658.981684), with two brakes. It goes on
only while average precision on held-out labelled rows rises, each fold having a teacher of its own
that never saw them; and what came of it is kept only when the 95 % interval of the gain lies above
zero. Otherwise the model is the one that the labelled rows alone give, to the last bit.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from stance.corpus.normalise import sha256
from stance.learning.arrays import Array
from stance.learning.calibration import Calibration, calibrated, choose_calibration
from stance.learning.config import Config
from stance.learning.dataset import TrainingData
from stance.learning.fitting import Counted, Fitted, counted, fit
from stance.learning.parallel import Progress
from stance.storage.errors import DataError

SURE = 0.95  # a text is taken when each of its labels is as sure as this, given or not
MAX_ROUNDS = 3
N_DRAWS, A_TIME = 1000, 50


@dataclass(frozen=True)
class Round:
    """How many texts the model of all rows took, and out-of-fold macro average precision."""

    n_taken: int
    average_precision: float


@dataclass(frozen=True)
class SelfTraining:
    """What was tried. `rounds` begin with the labelled rows alone, where nothing is taken.

    `gain` is that of the best round over the first, with its 95 % interval.
    """

    texts_sha256: str
    n_texts: int
    rounds: tuple[Round, ...]
    gain: float
    low: float
    high: float

    @property
    def is_kept(self) -> bool:
        """Whether the gain is clear of zero."""
        return self.low > 0

    def to_json(self) -> bytes:
        """The record, for the model folder."""
        told = {**asdict(self), "kept": self.is_kept}
        return (json.dumps(told, indent=1) + "\n").encode("utf-8")


@dataclass(frozen=True)
class SelfTrained:
    """The record, the model, the labelled rows' out-of-fold logits, and the texts learnt from."""

    record: SelfTraining
    fitted: Fitted
    logits: Array
    taken: tuple[str, ...]


@dataclass(frozen=True)
class _State:
    """After a round: a model of all rows and one for each fold, the answers that they were given
    (-1 where a text was not taken, (n_models, n_texts, n_labels)), and the out-of-fold logits.
    """

    models: tuple[Fitted, ...]
    answers: Array
    logits: Array
    score: float

    @property
    def is_taken(self) -> Array:
        """Which texts the model of all rows learnt from."""
        return np.asarray(self.answers[0].min(axis=1) >= 0)


def self_train(
    data: TrainingData,
    config: Config,
    held_out: Array,
    texts: Sequence[str],
    progress: Progress = lambda step: None,
) -> SelfTrained:
    """The model that the texts help to, or the one of the labelled rows where they do not.

    `held_out` numbers the fold of each labelled row. Raises DataError where nothing can be held
    out, since then nobody could say whether it helps.
    """
    n_folds = int(held_out.max()) + 1
    if n_folds < 2:
        raise DataError("--unlabelled needs labelled sentences of two articles or more.")
    learner = _Learner(data, config, held_out, texts)
    states = [learner.begun(progress)]
    while len(states) <= MAX_ROUNDS:
        states.append(learner.next(states[-1], f"round {len(states)}", progress))
        if states[-1].score <= states[-2].score:
            break
    best = max(states, key=lambda state: state.score)
    low, high = learner.interval(states[0], best)
    record = SelfTraining(
        texts_sha256=sha256("\n".join(texts)),
        n_texts=len(texts),
        rounds=tuple(Round(int(state.is_taken.sum()), state.score) for state in states),
        gain=best.score - states[0].score,
        low=low,
        high=high,
    )
    kept = best if record.is_kept else states[0]
    taken = tuple(np.array(texts, dtype=object)[kept.is_taken])
    return SelfTrained(record, kept.models[0], kept.logits, taken)


def macro_average_precision(targets: Array, found: Array, weights: Array) -> Array:
    """For each set of weights of the rows, (n_sets, n_rows), the mean over the labels.

    A label of no weight is left out of its mean. Equal to scikit-learn's where no scores tie.
    """
    scores = []
    for given, score in zip(targets.T, found.T, strict=True):
        order = np.argsort(-score, kind="stable")
        weight = weights[:, order]
        hits = weight * given[order]
        total = np.cumsum(weight, axis=1)
        precision = np.cumsum(hits, axis=1) / np.where(total > 0, total, 1)
        wanted = hits.sum(axis=1)
        scores.append(
            np.where(wanted > 0, (hits * precision).sum(axis=1) / np.maximum(wanted, 1), np.nan)
        )
    return np.asarray(np.nanmean(scores, axis=0))


class _Learner:
    """The labelled rows and, behind them, the texts, counted together."""

    def __init__(
        self, data: TrainingData, config: Config, held_out: Array, texts: Sequence[str]
    ) -> None:
        self._data, self._config, self._held_out = data, config, held_out
        self._n, self._n_texts = len(held_out), len(texts)
        self._targets = data.targets
        self._calibration = Calibration()
        articles = [*data.articles, *(f"unlabelled {number}" for number in range(len(texts)))]
        shape = (self._n_texts, self._targets.shape[1])
        self._counted = counted(
            config,
            data.codebook.exclusive,
            [*data.texts, *texts],
            np.vstack([self._targets, np.zeros(shape, dtype=self._targets.dtype)]),
            articles,
        )

    def begun(self, progress: Progress) -> _State:
        """The models of the labelled rows alone."""
        n_labels = self._targets.shape[1]
        nothing = np.full((len(self._inside()), self._n_texts, n_labels), -1, dtype=np.int8)
        state = self._fitted(nothing, None, "labelled rows alone", progress)
        exclusive = self._data.codebook.exclusive
        method = self._config.calibration.method
        self._calibration = choose_calibration(
            method, state.logits, self._targets, self._held_out, exclusive
        )
        return state

    def next(self, state: _State, name: str, progress: Progress) -> _State:
        """The models that learnt from the sure answers of those before them as well."""
        texts = np.arange(self._n + self._n_texts) >= self._n
        answers = [
            self._sure(model.logits(texts), self._targets[inside])
            for model, inside in zip(state.models, self._inside(), strict=True)
        ]
        return self._fitted(np.stack(answers), state.models, name, progress)

    def _inside(self) -> list[Array]:
        """The labelled rows that each model learns from: all, and all but a fold."""
        n_folds = int(self._held_out.max()) + 1
        everything = np.ones(self._n, dtype=bool)
        return [everything, *(self._held_out != fold for fold in range(n_folds))]

    def _fitted(
        self, answers: Array, before: tuple[Fitted, ...] | None, name: str, progress: Progress
    ) -> _State:
        models: list[Fitted] = []
        for number, inside in enumerate(self._inside()):
            progress(f"{name}: model {number + 1} of {len(self._inside())}")
            rows = self._with(answers[number])
            is_used = np.concatenate([inside, answers[number].min(axis=1) >= 0])
            near = before[number] if before else (models[0] if models else None)
            models.append(fit(rows, is_used, near))
        logits = self._out_of_fold(models[1:])
        score = self._score(logits, np.ones((1, self._n)))[0]
        return _State(tuple(models), answers, logits, float(score))

    def interval(self, first: _State, best: _State) -> tuple[float, float]:
        """The 95 % interval of what the best gains, over draws of the groups of rows."""
        if best is first:
            return 0.0, 0.0
        _, group = np.unique(self._data.groups, return_inverse=True)
        n_groups = int(group.max()) + 1
        random = np.random.default_rng(self._config.seed)
        gains = []
        for _ in range(N_DRAWS // A_TIME):
            times = random.multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=A_TIME)
            weights = times[:, group].astype(np.float64)
            gains.append(self._score(best.logits, weights) - self._score(first.logits, weights))
        low, high = np.quantile(np.concatenate(gains), [0.025, 0.975])
        return float(low), float(high)

    def _score(self, logits: Array, weights: Array) -> Array:
        return macro_average_precision(self._targets, self._probabilities(logits), weights)

    def _with(self, answers: Array) -> Counted:
        targets = np.vstack([self._targets, np.maximum(answers, 0)])
        return replace(self._counted, targets=targets)

    def _out_of_fold(self, models: Sequence[Fitted]) -> Array:
        rows = np.zeros(self._n + self._n_texts, dtype=bool)
        parts = []
        for fold, model in enumerate(models):
            rows[: self._n] = self._held_out == fold
            parts.append(model.logits(rows))
        logits = np.zeros((self._n, parts[0].shape[1]))
        for fold, part in enumerate(parts):
            logits[self._held_out == fold] = part
        return logits

    def _probabilities(self, logits: Array) -> Array:
        exclusive, n_labels = self._data.codebook.exclusive, self._targets.shape[1]
        return calibrated(logits, self._calibration, exclusive, n_labels)

    def _sure(self, logits: Array, labelled: Array) -> Array:
        """The texts' answers where they are sure, -1 elsewhere.

        Of each answer there are never more than labelled rows have it, the surest first, so that
        the frequent one does not drown the others.
        """
        given, certainty = self._answers(self._probabilities(logits))
        answers = np.full_like(given, -1)
        kinds, n_labelled = np.unique(labelled, axis=0, return_counts=True)
        for kind, n_most in zip(kinds, n_labelled, strict=True):
            rows = np.flatnonzero((given == kind).all(axis=1) & (certainty >= SURE))
            surest = rows[np.argsort(-certainty[rows], kind="stable")][:n_most]
            answers[surest] = given[surest]
        return answers

    def _answers(self, found: Array) -> tuple[Array, Array]:
        """The likeliest answer to each text as 0 and 1, int8, and how sure it is, 0 to 1."""
        if not self._data.codebook.exclusive:
            given = (found >= 0.5).astype(np.int8)
            return given, np.where(given > 0, found, 1 - found).min(axis=1)
        with_none = np.hstack([found, 1 - found.sum(axis=1, keepdims=True)])
        best = with_none.argmax(axis=1)
        given = (best[:, None] == np.arange(found.shape[1])).astype(np.int8)
        return given, with_none.max(axis=1)
