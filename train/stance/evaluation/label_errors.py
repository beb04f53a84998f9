"""Labels that may be wrong: answers that a model which never saw the sentence contradicts.

Confident learning (Northcutt, Jiang & Chuang 2021, doi:10.1613/jair.1.12125; cleanlab) on
out-of-fold probabilities. Each label of several is a question of its own; labels that exclude each
other are one question. How many planted errors are found is printed by
`benchmarks/label_errors.py`.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stance.annotation.examples import Example
from stance.codebook.codebook import Codebook
from stance.learning.arrays import Array
from stance.learning.config import Config
from stance.learning.dataset import in_order, training_data, without_conflicts
from stance.learning.groups import folds
from stance.learning.training import out_of_fold
from stance.storage.jsonl import Fields

MIN_ROWS = 20
# Of the row as it was: `labels` stands for these.
_REPLACED = ("label", "annotations")


@dataclass(frozen=True)
class Doubt:
    """One answer in doubt: the probability of what was given, and of what is suggested instead.

    With several labels a probability is that of the most doubtful one: of its being there where
    it is not, or of its being absent where it is given.
    """

    example: Example
    suggested: tuple[str, ...]
    given_probability: float
    suggested_probability: float

    def to_row(self) -> Fields:
        """A row to look at, mend in `labels`, and import again."""
        one = self.example
        kept = {name: value for name, value in one.fields.items() if name not in _REPLACED}
        return {
            **kept,
            "id": one.id,
            "text": str(one.text),
            "labels": list(one.labels),
            "suggested_labels": list(self.suggested),
            "given_probability": round(self.given_probability, 4),
            "suggested_probability": round(self.suggested_probability, 4),
            "article_id": one.article_id,
            "event": one.event,
        }


def find_label_errors(
    examples: Sequence[Example],
    codebook: Codebook,
    config: Config,
    progress: Callable[[str], None] = lambda step: None,
) -> list[Doubt]:
    """The answers in doubt, the most doubtful first.

    Raises DataError when the examples cannot be learnt from.
    """
    rows = in_order(without_conflicts(examples))
    data = training_data(rows, codebook)
    config = config.resolved(codebook.exclusive)
    held_out = folds(data.groups, data.targets, config.thresholds.folds, config.seed)
    found = out_of_fold(data, config, held_out, progress)
    given, other, answers = doubts_of(data.targets > 0, found, codebook.exclusive)
    ranked = np.flatnonzero(np.isfinite(given))
    ranked = ranked[np.argsort(given[ranked], kind="stable")]
    return [
        Doubt(
            rows[row],
            tuple(name for name, is_it in zip(codebook.names, answers[row], strict=True) if is_it),
            float(given[row]),
            float(other[row]),
        )
        for row in ranked.tolist()
    ]


def doubts_of(target: Array, probability: Array, exclusive: bool) -> tuple[Array, Array, Array]:
    """For each row the probability of the answer given, that of another, and the other answer.

    `target` is boolean of shape (n_rows, n_labels). Rows that are not in doubt have NaN for both
    probabilities, and their own labels.
    """
    if len(target) < MIN_ROWS:
        return _none(target)
    return (_exclusive if exclusive else _several)(target, probability)


def _none(target: Array) -> tuple[Array, Array, Array]:
    nothing = np.full(len(target), np.nan)
    return nothing, nothing.copy(), target.copy()


def _exclusive(target: Array, probability: Array) -> tuple[Array, Array, Array]:
    """Each row's answer is one of the labels, or no label."""
    given, other, answers = _none(target)
    absent = np.clip(1 - probability.sum(axis=1, keepdims=True), 0, 1)
    shares = np.hstack([probability, absent])
    numbers = np.where(target.any(axis=1), target.argmax(axis=1), target.shape[1])
    classes, numbers = np.unique(numbers, return_inverse=True)
    shares = shares[:, classes] + 1e-12
    rows = _issues(numbers, shares / shares.sum(axis=1, keepdims=True))
    best = shares[rows].argmax(axis=1)
    rows, best = rows[best != numbers[rows]], best[best != numbers[rows]]
    given[rows], other[rows] = shares[rows, numbers[rows]], shares[rows, best]
    answers[rows] = np.eye(target.shape[1] + 1, dtype=bool)[classes[best], :-1]
    return given, other, answers


def _several(target: Array, probability: Array) -> tuple[Array, Array, Array]:
    """Whether each label is given is a question by itself; the most doubtful answer ranks."""
    given, other, answers = _none(target)
    for column in range(target.shape[1]):
        p = probability[:, column]
        is_given = target[:, column]
        if is_given.all() or not is_given.any():
            continue
        for row in _issues(is_given.astype(int), np.column_stack([1 - p, p])).tolist():
            of_given = p[row] if is_given[row] else 1 - p[row]
            answers[row, column] = not is_given[row]
            if not given[row] <= of_given:
                given[row], other[row] = of_given, 1 - of_given
    return given, other, answers


def _issues(labels: Array, shares: Array) -> Array:
    """The rows whose label confident learning takes for wrong."""
    from cleanlab.filter import find_label_issues

    if len(np.unique(labels)) < 2:
        return np.array([], dtype=np.int64)
    with warnings.catch_warnings():
        # Of a class with a handful of rows none is flagged, which the user need not be told.
        warnings.filterwarnings("ignore", "May not flag all label issues")
        return np.flatnonzero(find_label_issues(labels, shares, n_jobs=1))
