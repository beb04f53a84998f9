"""The parts of a report beyond its scores: mistakes in full, errors by kind, warnings, checks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.annotation.examples import Example
from stance.evaluation.audit import MANY_CHANGES, NameAudit, Slice
from stance.evaluation.report import Baseline, Confusion, ErrorKinds, Mistake
from stance.evaluation.words import shaded
from stance.learning.arrays import Array
from stance.prediction.predict import Thresholds
from stance.prediction.scorer import Scorer

N_SHOWN = 10
MAX_SHADED = 3000
MIN_NAMED = 10


@dataclass(frozen=True)
class Answers:
    """Right and given labels of shape (n_rows, n_labels), and the probabilities behind them.

    `reasons` says why a row got no answer, "" where it got one.
    """

    target: Array
    given: Array
    probabilities: Array
    reasons: tuple[str, ...] = ()


def abstentions(found: Answers) -> dict[str, int]:
    """How many rows got no answer, by reason, the commonest first."""
    return dict(Counter(reason for reason in found.reasons if reason).most_common())


def abstained_note(found: Answers) -> str:
    """What the model left unanswered, and how right it is on the rest."""
    told = ", ".join(f"{reason} {n:,}" for reason, n in abstentions(found).items())
    answered = np.array([not reason for reason in found.reasons])
    n_left, n_rows = int((~answered).sum()), len(answered)
    note = f"The model gave no answer to {n_left:,} of {n_rows:,} sentences on purpose ({told})."
    if answered.any():
        right = (found.target == found.given).all(axis=1)[answered].mean()
        note += (
            f" It answers {100 * answered.mean():.1f} %, of these {100 * right:.1f} % wholly right."
        )
    return note + " In the scores above, no answer counts as no label."


def mistakes_of(
    scorer: Scorer, found: Answers, examples: Sequence[Example], thresholds: Thresholds
) -> tuple[tuple[Mistake, ...], tuple[Mistake, ...]]:
    """The ten surest wrong answers and the ten closest ones, a sentence each."""
    n_labels = found.target.shape[1]
    limit = thresholds.per_label if thresholds.per_label is not None else np.full(n_labels, 0.5)
    p = found.probabilities
    # How far beyond its threshold a probability lies, as a share of the way to 0 or to 1.
    surety = np.where(p >= limit, (p - limit) / (1 - limit), (limit - p) / limit)
    wrong = np.where(found.target != found.given, surety, -np.inf)
    surest = np.flatnonzero(np.isfinite(wrong.max(axis=1)))
    surest = surest[np.argsort(-wrong[surest].max(axis=1), kind="stable")][:N_SHOWN]
    closest = np.argsort(surety.min(axis=1), kind="stable")[:N_SHOWN]

    def shown(rows: Array, columns: Array) -> tuple[Mistake, ...]:
        return tuple(
            _shown(scorer, found, examples[row], row, int(columns[row]), thresholds)
            for row in rows.tolist()
        )

    return shown(surest, wrong.argmax(axis=1)), shown(closest, surety.argmin(axis=1))


def _shown(
    scorer: Scorer,
    found: Answers,
    example: Example,
    row: int,
    column: int,
    thresholds: Thresholds,
) -> Mistake:
    names = scorer.info.labels

    def of(matrix: Array) -> tuple[str, ...]:
        return tuple(names[k] for k in np.flatnonzero(matrix[row]))

    shades, words = shaded(scorer, example.text, column)
    if len(example.text) > MAX_SHADED:  # shown cut, without shades
        shades = ()
    source = example.fields.get("outlet") or example.article_id
    limits = thresholds.per_label
    return Mistake(
        id=example.id,
        text=example.text,
        source=str(source) if example.article_id != example.id else "",
        gold=of(found.target),
        given=of(found.given),
        label=names[column],
        kind=_kind(bool(found.target[row, column]), bool(found.given[row, column])),
        probability=float(found.probabilities[row, column]),
        threshold=None if limits is None else float(limits[column]),
        shades=shades,
        words=words,
    )


def _kind(should: bool, is_given: bool) -> str:
    if should == is_given:
        return "right"
    return "extra" if is_given else "missed"


def error_kinds(found: Answers, names: Sequence[str]) -> tuple[ErrorKinds, ...]:
    """For each label how often it was right, missed, extra or swapped."""
    extra = found.given & ~found.target
    missed = found.target & ~found.given
    has_extra = extra.any(axis=1)
    return tuple(
        ErrorKinds(
            label=name,
            right=int((found.target & found.given)[:, k].sum()),
            missed=int((missed[:, k] & ~has_extra).sum()),
            extra=int(extra[:, k].sum()),
            swapped=int((missed[:, k] & has_extra).sum()),
        )
        for k, name in enumerate(names)
    )


def together(found: Answers, names: tuple[str, ...], exclusive: bool) -> Confusion | None:
    """How often each label is given where another one belongs; None for exclusive labels, whose
    confusion table says it already.
    """
    if exclusive:
        return None
    counts = found.target.astype(int).T @ found.given.astype(int)
    return Confusion("given where it belongs or another does", names, names, _tuples(counts))


def _tuples(counts: Array) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(n) for n in row) for row in counts)


def columns_of(
    found: Answers, names: Sequence[str]
) -> tuple[Sequence[str], list[Array], list[Array], list[Array]]:
    """Names, right labels, probabilities and given labels, each column by column."""
    return names, list(found.target.T), list(found.probabilities.T), list(found.given.T)


def warnings_of(
    macro_f1: float,
    names: NameAudit | None,
    slices: Sequence[Slice],
    baselines: Sequence[Baseline],
) -> tuple[str, ...]:
    """What a reader must know before the scores, in words."""
    told = []
    is_named = names is not None and names.n_named >= MIN_NAMED
    if names is not None and is_named and names.changed_when_exchanged > MANY_CHANGES:
        told.append(
            f"The model goes partly by who is named: when countries and leaders are exchanged, "
            f"{100 * names.changed_when_exchanged:.0f} % of the {names.n_named:,} sentences that "
            "name one get other labels."
        )
    told += [
        f"The simple rule “{one.name}” is as good as the model "
        f"({100 * one.macro_f1:.1f} against {100 * macro_f1:.1f})."
        for one in baselines
        if one.macro_f1 >= macro_f1 > 0
    ]
    worse = [one for one in slices if one.is_worse]
    if worse:
        parts = ", ".join(f"{one.by} “{one.value}”" for one in worse[:4])
        told.append(f"Significantly worse than on the rest: {parts}.")
    return tuple(told)
