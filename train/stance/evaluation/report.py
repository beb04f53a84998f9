"""The evaluation as one value: everything that any form of the report shows, and nothing else."""

from dataclasses import dataclass, field

from stance.evaluation.audit import NameAudit, Slice
from stance.evaluation.curves import Calibration, Coverage, PrecisionRecall
from stance.evaluation.intervals import Estimate
from stance.evaluation.words import Shade, Terms
from stance.storage.errors import n_of

# 1: first form. A change of a key or of its meaning raises it.
REPORT_FORMAT = 1


@dataclass(frozen=True)
class LabelScores:
    """The scores of one label; `n_given` sentences got it, `support` carry it."""

    name: str
    precision: Estimate
    recall: Estimate
    f1: Estimate
    average_precision: Estimate
    support: int
    n_given: int


@dataclass(frozen=True)
class Average:
    """Precision, recall and F1 over labels: their mean (macro), or of all answers (micro)."""

    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True)
class Baseline:
    """What is reached without the model; F1 by label, and both means."""

    name: str
    how: str
    f1: dict[str, float]
    macro_f1: float
    macro_average_precision: float


@dataclass(frozen=True)
class Confusion:
    """Counts for a picture: rows are what is right, columns what was given."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Mistake:
    """A sentence that was answered wrongly, with the answer that was surest."""

    id: str
    text: str
    source: str
    gold: tuple[str, ...]
    given: tuple[str, ...]
    label: str
    kind: str
    probability: float
    threshold: float | None
    shades: tuple[Shade, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Before:
    """The version before, on the same sentences, and how much better this one is in macro-F1."""

    scores: Baseline
    difference: Estimate


@dataclass(frozen=True)
class ErrorKinds:
    """The answers about one label: right, missed, extra, and swapped: missed where another label
    was given that does not belong.
    """

    label: str
    right: int
    missed: int
    extra: int
    swapped: int


@dataclass(frozen=True)
class Report:
    """An evaluation of one model on one set of labelled sentences."""

    model_version: str
    codebook: str
    exclusive: bool
    data_names: tuple[str, ...]
    data_sha256: str
    n_sentences: int
    n_articles: int
    labels: tuple[LabelScores, ...]
    micro: Average
    macro: Average
    macro_average_precision: Estimate
    subset_accuracy: Estimate
    hamming_loss: Estimate
    baselines: tuple[Baseline, ...]
    confusions: tuple[Confusion, ...]
    mistakes: tuple[Mistake, ...]
    n_mistakes: int
    notes: tuple[str, ...]
    training: str
    libraries: dict[str, str]
    warnings: tuple[str, ...] = ()
    kinds: tuple[ErrorKinds, ...] = ()
    together: Confusion | None = None
    curves: tuple[PrecisionRecall, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    coverage: Coverage | None = None
    abstained: dict[str, int] = field(default_factory=dict)
    terms: tuple[Terms, ...] = ()
    unsure: tuple[Mistake, ...] = ()
    names: NameAudit | None = None
    slices: tuple[Slice, ...] = ()
    data_checks: tuple[tuple[str, str], ...] = ()
    made_by: tuple[tuple[str, str], ...] = ()
    before: Before | None = None


def headline(report: Report) -> str:
    """One sentence that an editor understands: how good, on what, how sure, better than what."""
    best_baseline = max((one.macro_f1 for one in report.baselines), default=0.0)
    score = report.macro.f1
    labels = [label for label in report.labels if label.support]
    if not labels:
        return "The data carries none of the model's labels, so there is nothing to score."
    weakest = min(labels, key=lambda label: label.f1.value)
    sure = "" if score.low is None else f" (between {percent(score.low)} and {percent(score.high)})"
    against = "better than" if score.value > best_baseline else "no better than"
    return (
        f"On {n_of(report.n_sentences, 'sentence')} from {n_of(report.n_articles, 'article')} it "
        f"reaches a macro-F1 of {percent(score.value)}{sure}, {against} the best simple rule "
        f"({percent(best_baseline)}); its weakest label is {weakest.name}, of which it finds "
        f"{tenths(weakest.recall.value)} in 10, and {tenths(weakest.precision.value)} of 10 that "
        f"it calls so are.{_against_before(report.before)}"
    )


def _against_before(before: Before | None) -> str:
    """How it stands to the version before, and whether that may be chance."""
    if before is None:
        return ""
    one = before.difference
    if one.value == 0:
        return f" It is as good as {before.scores.name}."
    way = "better" if one.value > 0 else "worse"
    if one.low is None or one.high is None or one.low <= 0 <= one.high:
        way += ", within noise,"
    return f" It is {percent(abs(one.value))} points {way} than {before.scores.name}."


def percent(value: float | None) -> str:
    """A share in points with one decimal; – where there is none.

    >>> percent(0.6642), percent(None)
    ('66.4', '–')
    """
    return "–" if value is None else f"{100 * value:.1f}"


def tenths(value: float) -> str:
    """How many of ten, as a whole number.

    >>> tenths(0.72)
    '7'
    """
    return str(round(10 * value))
