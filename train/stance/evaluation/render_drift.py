"""Drift as rows of a table, as lines, and as plain values."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from stance.evaluation.drift import Drift, Shift
from stance.evaluation.intervals import Estimate

COLUMNS = ("share", "reference", "new", "difference", "corrected", "")


def rows(drift: Drift) -> list[Sequence[str]]:
    """A line for each label's share and for unknown words, in points."""
    return [_row(one) for one in (*drift.labels, drift.out_of_vocabulary)]


def _row(one: Shift) -> Sequence[str]:
    return (
        one.name,
        f"{100 * one.reference:.1f}",
        f"{100 * one.new:.1f}",
        _points(one.difference),
        _points(one.corrected) if one.corrected else "–",
        "alarm" if one.is_alarm else "",
    )


def _points(estimate: Estimate) -> str:
    low, high = (100 * (value or 0.0) for value in (estimate.low, estimate.high))
    return f"{100 * estimate.value:+.1f} [{low:+.1f}, {high:+.1f}]"


def told(drift: Drift) -> list[str]:
    """How well the two samples are told apart, and by which words."""
    if drift.auc is None or drift.auc.low is None or drift.auc.high is None:
        return ["too few articles to learn to tell the two samples apart"]
    auc = drift.auc
    lines = [
        f"a classifier tells them apart with AUC {auc.value:.2f} [{auc.low:.2f}, {auc.high:.2f}] "
        f"(0.5: not at all){': alarm' if drift.auc_alarm else ''}"
    ]
    if (auc.low or 0) > 0.5:
        lines.append(f"words of the reference: {', '.join(drift.words_reference)}")
        lines.append(f"words of the new: {', '.join(drift.words_new)}")
    return lines


def to_dict(drift: Drift) -> dict[str, Any]:
    """The drift as plain values; shares between 0 and 1."""
    return {**asdict(drift), "is_alarm": drift.is_alarm}
