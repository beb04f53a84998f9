"""The rows that every readable form of the report shows, as text."""

from stance.evaluation.intervals import Estimate
from stance.evaluation.report import Report, percent

SCORE_COLUMNS = ("label", "precision", "recall", "F1", "average precision", "sentences", "given")


def with_interval(estimate: Estimate) -> str:
    """The score in points with its interval.

    >>> with_interval(Estimate(0.664, 0.58, 0.741))
    '66.4 [58.0, 74.1]'
    """
    if estimate.low is None or estimate.high is None:
        return percent(estimate.value)
    return f"{percent(estimate.value)} [{percent(estimate.low)}, {percent(estimate.high)}]"


def score_rows(report: Report) -> list[tuple[str, ...]]:
    """One row a label, then the means."""
    rows: list[tuple[str, ...]] = [
        (
            label.name,
            with_interval(label.precision),
            with_interval(label.recall),
            with_interval(label.f1),
            with_interval(label.average_precision),
            str(label.support),
            str(label.n_given),
        )
        for label in report.labels
    ]
    support = str(sum(label.support for label in report.labels))
    n_given = str(sum(label.n_given for label in report.labels))
    for name, average, precision in (
        ("macro avg", report.macro, with_interval(report.macro_average_precision)),
        ("micro avg", report.micro, "–"),
    ):
        parts = (average.precision, average.recall, average.f1)
        rows.append((name, *map(with_interval, parts), precision, support, n_given))
    return rows


def baseline_rows(report: Report) -> list[tuple[str, ...]]:
    """The model and each baseline: macro-F1, macro average precision, F1 of every label."""
    model = (
        "this model",
        percent(report.macro.f1.value),
        percent(report.macro_average_precision.value),
        *(percent(label.f1.value) for label in report.labels),
    )
    before = (report.before.scores,) if report.before else ()
    return [
        model,
        *(
            (
                one.name,
                percent(one.macro_f1),
                percent(one.macro_average_precision),
                *(percent(one.f1[label.name]) for label in report.labels),
            )
            for one in (*before, *report.baselines)
        ),
    ]


def baseline_columns(report: Report) -> tuple[str, ...]:
    """The header of `baseline_rows`."""
    return ("", "macro-F1", "macro AP", *(f"F1 {label.name}" for label in report.labels))


def kind_rows(report: Report) -> list[tuple[str, ...]]:
    """Errors of each label by kind."""
    return [
        (one.label, str(one.right), str(one.missed), str(one.swapped), str(one.extra))
        for one in report.kinds
    ]


KIND_COLUMNS = ("label", "right", "missed", "swapped for another", "extra")


def calibration_rows(report: Report) -> list[tuple[str, ...]]:
    """How far probabilities are from shares."""
    return [(one.label, percent(one.ece), f"{one.brier:.3f}") for one in report.calibrations]


CALIBRATION_COLUMNS = ("label", "expected calibration error", "Brier score")


def name_rows(report: Report) -> list[tuple[str, ...]]:
    """What masking and exchanging names does; empty where no sentence names a country."""
    one = report.names
    if one is None:
        return []
    return [
        ("sentences that name a country, capital or leader of the list", f"{one.n_named:,}"),
        (
            "macro-F1, and with the names masked",
            f"{percent(report.macro.f1.value)} → {percent(one.macro_f1_masked)}",
        ),
        (
            "macro average precision, and with the names masked",
            f"{percent(report.macro_average_precision.value)} → "
            f"{percent(one.macro_average_precision_masked)}",
        ),
        (
            "of those sentences other labels when the names are masked",
            f"{percent(one.changed_when_masked)} %",
        ),
        (
            "of those sentences other labels when countries and leaders are exchanged",
            f"{percent(one.changed_when_exchanged)} %",
        ),
    ]


def slice_rows(report: Report, limit: int = 12) -> list[tuple[str, ...]]:
    """The parts of the data that are answered worst against the rest."""
    return [
        (
            f"{one.by}: {one.value}",
            f"{one.n_sentences:,}",
            percent(one.accuracy),
            f"{one.p_value:.3f}" if one.p_value >= 0.001 else "< 0.001",
        )
        for one in report.slices[:limit]
    ]


SLICE_COLUMNS = ("part", "sentences", "wholly right", "p-value, corrected")


def whole_rows(report: Report) -> list[tuple[str, str]]:
    """Scores of whole answers."""
    name = "accuracy" if report.exclusive else "subset accuracy (all labels of a sentence right)"
    return [
        (name, with_interval(report.subset_accuracy)),
        ("Hamming loss (share of wrong yes/no answers)", with_interval(report.hamming_loss)),
    ]
