"""Two models on the same sentences: which is better, how sure that is, and what changes.

Differences have intervals from resampling articles, both models on the same draws (paired
bootstrap); whole answers are compared by the exact McNemar test (McNemar 1947).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.annotation.examples import Example
from stance.evaluation.details import Answers
from stance.evaluation.evaluate import answer
from stance.evaluation.intervals import Estimate, Score, estimates
from stance.evaluation.metrics import average_precision, macro, precision_recall_f1
from stance.evaluation.report import Baseline, Before
from stance.learning.arrays import Array
from stance.prediction.predict import decide, thresholds_of
from stance.prediction.scorer import Scorer
from stance.storage.errors import DataError

N_FLIPS = 20
# F1 and accuracy are counted an article at a time, so many draws cost little; average precision
# needs every sentence in every draw and has a tenth of them.
N_DRAWS = 10_000


@dataclass(frozen=True)
class LabelDifference:
    """One label under both models, and the difference (new minus old) with its interval."""

    label: str
    old_f1: float
    new_f1: float
    f1: Estimate
    average_precision: Estimate
    mcnemar_p: float


@dataclass(frozen=True)
class Flip:
    """A sentence that the models answer differently."""

    id: str
    text: str
    gold: tuple[str, ...]
    old: tuple[str, ...]
    new: tuple[str, ...]
    verdict: str


@dataclass(frozen=True)
class ShareChange:
    """How often a label is given in an archive by the old and by the new model."""

    label: str
    n_old: int
    n_new: int
    n_changed: int
    n_sentences: int


@dataclass(frozen=True)
class Comparison:
    """Two versions on the same labelled sentences, and on an archive where one is given."""

    old_version: str
    new_version: str
    n_sentences: int
    n_articles: int
    labels: tuple[LabelDifference, ...]
    macro_f1: Estimate
    macro_average_precision: Estimate
    subset_accuracy: Estimate
    mcnemar_p: float
    n_fixed: int
    n_broken: int
    flips: tuple[Flip, ...]
    n_flips: int
    shares: tuple[ShareChange, ...] = ()


def compare(
    old: Scorer, new: Scorer, examples: Sequence[Example], archive: Sequence[str] = ()
) -> Comparison:
    """The comparison. Raises DataError when labels differ or there is nothing to score."""
    if old.info.labels != new.info.labels or old.info.exclusive != new.info.exclusive:
        raise DataError(
            f"{old.info.version} and {new.info.version} have different labels "
            f"({', '.join(old.info.labels)}; {', '.join(new.info.labels)}). Nothing to compare."
        )
    if not examples:
        raise DataError("no labelled sentence to compare on.")
    before, after = (answer(one, examples, thresholds_of(one)) for one in (old, new))
    names = new.info.labels
    articles = [one.article_id for one in examples]
    found = f1_differences(before, after, articles) | _ranking_differences(before, after, articles)
    was_right, is_right = ((one.target == one.given).all(axis=1) for one in (before, after))
    flips = _flips(examples, before, after, names)
    return Comparison(
        old_version=old.info.version,
        new_version=new.info.version,
        n_sentences=len(examples),
        n_articles=len({one.article_id for one in examples}),
        labels=tuple(_label(k, name, before, after, found) for k, name in enumerate(names)),
        macro_f1=found["macro f1"],
        macro_average_precision=found["macro ap"],
        subset_accuracy=found["accuracy"],
        mcnemar_p=mcnemar(was_right, is_right),
        n_fixed=int((is_right & ~was_right).sum()),
        n_broken=int((was_right & ~is_right).sum()),
        flips=tuple(flips[:N_FLIPS]),
        n_flips=len(flips),
        shares=_shares(old, new, archive),
    )


def before_of(old: Scorer, new: Scorer, examples: Sequence[Example], name: str) -> Before:
    """The old version's scores on the examples, and the new one's difference to them."""
    found = compare(old, new, examples)
    before = answer(old, examples, thresholds_of(old))
    ones = np.ones((1, len(examples)))
    precision = [
        average_precision(before.target[:, k], before.probabilities[:, k], ones)
        for k in range(len(found.labels))
    ]
    f1 = {one.label: one.old_f1 for one in found.labels}
    scores = Baseline(
        name=name,
        how="the version before",
        f1=f1,
        macro_f1=float(np.mean(list(f1.values()))),
        macro_average_precision=float(np.nan_to_num(macro(precision)[0])),
    )
    return Before(scores, found.macro_f1)


def mcnemar(was_right: Array, is_right: Array) -> float:
    """The exact two-sided p-value; 1 when the two never differ."""
    from scipy.stats import binomtest

    fixed, broken = int((is_right & ~was_right).sum()), int((was_right & ~is_right).sum())
    return float(binomtest(fixed, fixed + broken).pvalue) if fixed + broken else 1.0


def _label(
    column: int, name: str, before: Answers, after: Answers, found: dict[str, Estimate]
) -> LabelDifference:
    ones = np.ones((1, len(before.target)))
    target = before.target[:, column]
    old_f1, new_f1 = (
        float(np.nan_to_num(precision_recall_f1(target, one.given[:, column], ones)[2])[0])
        for one in (before, after)
    )
    was, now = (one.given[:, column] == target for one in (before, after))
    return LabelDifference(
        label=name,
        old_f1=old_f1,
        new_f1=new_f1,
        f1=found[f"{column} f1"],
        average_precision=found[f"{column} ap"],
        mcnemar_p=mcnemar(was, now),
    )


def f1_differences(before: Answers, after: Answers, articles: Sequence[str]) -> dict[str, Estimate]:
    """The differences of "<column> f1", "macro f1" and "accuracy" with their intervals.

    Both models are on the same draws of articles.
    """
    target = before.target
    which, number = np.unique(np.array(articles, dtype=object).astype(str), return_inverse=True)

    def counted(rows: Array) -> Array:
        return np.bincount(number, weights=rows, minlength=len(which))

    def f1(found: Answers, k: int) -> Score:
        hits = counted(target[:, k] & found.given[:, k])
        total = counted(target[:, k]) + counted(found.given[:, k])
        return lambda weights: 2 * (weights @ hits) / np.maximum(1, weights @ total)

    def mean(scores: list[Score]) -> Score:
        return lambda weights: np.mean([score(weights) for score in scores], axis=0)

    def accuracy(found: Answers) -> Score:
        is_right = counted((target == found.given).all(axis=1))
        n_rows = counted(np.ones(len(target)))
        return lambda weights: (weights @ is_right) / (weights @ n_rows)

    old, new = ([f1(one, k) for k in range(target.shape[1])] for one in (before, after))
    scores = {f"{k} f1": _minus(new[k], old[k]) for k in range(target.shape[1])}
    scores["macro f1"] = _minus(mean(new), mean(old))
    scores["accuracy"] = _minus(accuracy(after), accuracy(before))
    return estimates(scores, which.tolist(), N_DRAWS)


def _ranking_differences(
    before: Answers, after: Answers, articles: Sequence[str]
) -> dict[str, Estimate]:
    target = before.target
    columns = range(target.shape[1])

    def ap(found: Answers, k: int) -> Score:
        return lambda weights: average_precision(target[:, k], found.probabilities[:, k], weights)

    def mean(found: Answers) -> Score:
        return lambda weights: macro([ap(found, k)(weights) for k in columns])

    scores = {f"{k} ap": _minus(ap(after, k), ap(before, k)) for k in columns}
    scores["macro ap"] = _minus(mean(after), mean(before))
    return estimates(scores, articles)


def _minus(new: Score, old: Score) -> Score:
    return lambda weights: new(weights) - old(weights)


def _flips(
    examples: Sequence[Example], before: Answers, after: Answers, names: tuple[str, ...]
) -> list[Flip]:
    """The sentences that are answered differently, newly wrong ones first."""

    def of(matrix: Array, row: int) -> tuple[str, ...]:
        return tuple(names[k] for k in np.flatnonzero(matrix[row]))

    found = []
    for row in np.flatnonzero((before.given != after.given).any(axis=1)).tolist():
        was, now = ((one.given[row] == one.target[row]).all() for one in (before, after))
        verdict = "fixed" if now else "broken" if was else "still wrong"
        example = examples[row]
        found.append(
            Flip(
                example.id,
                example.text,
                of(before.target, row),
                of(before.given, row),
                of(after.given, row),
                verdict,
            )
        )
    order = {"broken": 0, "fixed": 1, "still wrong": 2}
    return sorted(found, key=lambda flip: order[flip.verdict])


def _shares(old: Scorer, new: Scorer, archive: Sequence[str]) -> tuple[ShareChange, ...]:
    """Label by label how an archive's count changes, the largest change first."""
    if not archive:
        return ()
    before, after = (decide(one, thresholds_of(one), one.score(archive))[0] for one in (old, new))
    changes = [
        ShareChange(
            name,
            int(before[:, k].sum()),
            int(after[:, k].sum()),
            int((before[:, k] != after[:, k]).sum()),
            len(archive),
        )
        for k, name in enumerate(new.info.labels)
    ]
    return tuple(sorted(changes, key=lambda one: -abs(one.n_new - one.n_old)))
