"""The report as JSON, with the keys of scikit-learn's `classification_report(output_dict=True)`."""

import json
from dataclasses import asdict
from typing import Any

from stance.evaluation.intervals import Estimate
from stance.evaluation.report import REPORT_FORMAT, Average, LabelScores, Report, headline


def to_json(report: Report) -> str:
    """The report as a JSON text; numbers are not rounded."""
    return json.dumps(to_dict(report), indent=2, ensure_ascii=False) + "\n"


def to_dict(report: Report) -> dict[str, Any]:
    """The report as plain values. Intervals are lists of two numbers, or null."""
    n_pairs = sum(label.support for label in report.labels)
    scores: dict[str, Any] = {label.name: _label(label) for label in report.labels}
    scores["micro avg"] = _average(report.micro, n_pairs)
    scores["macro avg"] = _average(report.macro, n_pairs) | {
        "average_precision": report.macro_average_precision.value,
        "average_precision_interval": _interval(report.macro_average_precision),
    }
    whole = "accuracy" if report.exclusive else "subset_accuracy"
    return {
        "format": REPORT_FORMAT,
        "headline": headline(report),
        "model_version": report.model_version,
        "codebook": report.codebook,
        "exclusive": report.exclusive,
        "data": {
            "names": list(report.data_names),
            "sha256": report.data_sha256,
            "n_sentences": report.n_sentences,
            "n_articles": report.n_articles,
        },
        "labels": [label.name for label in report.labels],
        "classification_report": scores,
        whole: report.subset_accuracy.value,
        f"{whole}_interval": _interval(report.subset_accuracy),
        "hamming_loss": report.hamming_loss.value,
        "hamming_loss_interval": _interval(report.hamming_loss),
        "baselines": [asdict(one) for one in report.baselines],
        "confusions": [asdict(one) for one in report.confusions],
        "mistakes": [asdict(one) for one in report.mistakes],
        "n_mistakes": report.n_mistakes,
        "notes": list(report.notes),
        "training": report.training,
        "warnings": list(report.warnings),
        "error_kinds": [asdict(one) for one in report.kinds],
        "given_together": asdict(report.together) if report.together else None,
        "precision_recall": [asdict(one) for one in report.curves],
        "calibration": [asdict(one) for one in report.calibrations],
        "abstained": report.abstained,
        "coverage": asdict(report.coverage) if report.coverage else None,
        "terms": [asdict(one) for one in report.terms],
        "unsure": [asdict(one) for one in report.unsure],
        "names": asdict(report.names) if report.names else None,
        "slices": [asdict(one) for one in report.slices],
        "data_checks": dict(report.data_checks),
        "made_by": dict(report.made_by),
        "before": asdict(report.before) if report.before else None,
        "libraries": report.libraries,
    }


def _label(label: LabelScores) -> dict[str, Any]:
    return {
        "precision": label.precision.value,
        "recall": label.recall.value,
        "f1-score": label.f1.value,
        "support": label.support,
        "n_given": label.n_given,
        "average_precision": label.average_precision.value,
        "precision_interval": _interval(label.precision),
        "recall_interval": _interval(label.recall),
        "f1-score_interval": _interval(label.f1),
        "average_precision_interval": _interval(label.average_precision),
    }


def _average(average: Average, support: int) -> dict[str, Any]:
    return {
        "precision": average.precision.value,
        "recall": average.recall.value,
        "f1-score": average.f1.value,
        "support": support,
        "f1-score_interval": _interval(average.f1),
    }


def _interval(estimate: Estimate) -> list[float] | None:
    if estimate.low is None or estimate.high is None:
        return None
    return [estimate.low, estimate.high]
