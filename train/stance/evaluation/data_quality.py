"""What is known of the evaluated sentences themselves: duplicates, agreement, doubtful labels."""

from collections.abc import Sequence

import numpy as np

from stance.annotation.examples import Example
from stance.codebook.codebook import Codebook
from stance.evaluation.audit import year_of
from stance.evaluation.details import Answers
from stance.evaluation.label_errors import MIN_ROWS, doubts_of
from stance.learning.example_checks import check_examples

Finding = tuple[str, str]
MIN_DOUBLY = 10  # sentences with two answers, below which agreement says nothing


def data_findings(
    examples: Sequence[Example], codebook: Codebook, found: Answers
) -> tuple[Finding, ...]:
    """Name and result of every check."""
    findings = [
        (check.name.replace("_", " "), f"{check.count:,}")
        for check in check_examples(examples, codebook, {})
        if not check.name.startswith("train_test") and not check.name.endswith("_in_test")
    ]
    if agreement := _agreement(examples, codebook.names):
        findings.append(("agreement of annotators (Krippendorff's alpha)", agreement))
    if doubtful := _doubtful(examples, found, codebook.exclusive):
        findings.append(("labels that may be wrong (cleanlab)", doubtful))
    return (*findings, ("not tested", _untested(examples)))


def _agreement(examples: Sequence[Example], names: Sequence[str]) -> str:
    """Alpha of each label over the sentences that two annotators or more answered."""
    import krippendorff

    answers = [
        {one["annotator"]: set(one["labels"]) for one in given}
        for example in examples
        if isinstance(given := example.fields.get("annotations"), list)
        and all(isinstance(one, dict) and {"annotator", "labels"} <= one.keys() for one in given)
        and len(given) > 1
    ]
    if len(answers) < MIN_DOUBLY:
        return ""
    annotators = sorted({name for one in answers for name in one})
    told = []
    for label in names:
        values = np.array(
            [
                [np.nan if who not in one else float(label in one[who]) for one in answers]
                for who in annotators
            ]
        )
        if len(np.unique(values[~np.isnan(values)])) > 1:
            alpha = krippendorff.alpha(values, level_of_measurement="nominal")
            told.append(f"{label} {alpha:.2f}")
    return f"{', '.join(told)}, on {len(answers):,} sentences" if told else ""


def _doubtful(examples: Sequence[Example], found: Answers, exclusive: bool) -> str:
    """How many labels confident learning doubts (Northcutt et al. 2021), and which most."""
    if len(examples) < MIN_ROWS or found.target.any(axis=0).sum() < 2:
        return ""
    given, _, _ = doubts_of(found.target, found.probabilities, exclusive)
    ranked = np.argsort(given, kind="stable")[: np.isfinite(given).sum()]
    ids = ", ".join(examples[row].id for row in ranked[:5].tolist())
    return f"{len(ranked):,}" + (f", most of all {ids}" if ids else "")


def _untested(examples: Sequence[Example]) -> str:
    """What the evaluated sentences cannot speak for."""
    years = sorted({year_of(one) for one in examples} - {""})
    outlets = {value for one in examples if (value := one.fields.get("outlet"))}
    told = []
    if years:
        span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"
        told.append(f"texts of other years than {span}")
    if outlets:
        told.append(f"outlets other than these {len(outlets):,}")
    return ", ".join([*told, "other languages, other topics"])
