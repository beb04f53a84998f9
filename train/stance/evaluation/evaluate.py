"""Computing the evaluation: predictions for labelled sentences, scores, baselines, mistakes."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stance.annotation.examples import Example
from stance.corpus.normalise import short_hash
from stance.evaluation.audit import audit_names, slices
from stance.evaluation.baselines import baselines
from stance.evaluation.confusion import confusions
from stance.evaluation.curves import calibration, coverage, precision_recall
from stance.evaluation.data_quality import data_findings
from stance.evaluation.details import (
    Answers,
    abstained_note,
    abstentions,
    columns_of,
    error_kinds,
    mistakes_of,
    together,
    warnings_of,
)
from stance.evaluation.intervals import Estimate, Score, estimates
from stance.evaluation.metrics import (
    average_precision,
    hamming_loss,
    macro,
    micro_precision_recall_f1,
    precision_recall_f1,
    subset_accuracy,
)
from stance.evaluation.report import Average, LabelScores, Report
from stance.evaluation.words import strongest_terms
from stance.learning.arrays import Array
from stance.prediction.predict import Thresholds, decide
from stance.prediction.scorer import Scorer
from stance.storage.errors import DataError
from stance.storage.jsonl import dump


def answer(scorer: Scorer, examples: Sequence[Example], thresholds: Thresholds) -> Answers:
    """The model's answers beside the right ones."""
    scored = scorer.score([one.text for one in examples])
    given, reasons = decide(scorer, thresholds, scored)
    names = scorer.info.labels
    target = np.array([[name in one.labels for name in names] for one in examples], dtype=bool)
    return Answers(target.reshape(given.shape), given, scored.probabilities, tuple(reasons))


def evaluate(
    scorer: Scorer,
    examples: Sequence[Example],
    thresholds: Thresholds,
    names: Sequence[str],
    notes: Sequence[str] = (),
    made_by: Sequence[tuple[str, str]] = (),
    found: Answers | None = None,
) -> Report:
    """The report on the examples. Raises DataError when there is none.

    `found` are their answers, where they are known already.
    """
    if not examples:
        raise DataError("no labelled sentence to evaluate on.")
    found = found or answer(scorer, examples, thresholds)
    report = _scores(scorer, examples, found, names, notes)
    labels = scorer.info.labels
    mistakes, unsure = mistakes_of(scorer, found, examples, thresholds)
    by_name = audit_names(scorer, examples, thresholds, found.target, found.given)
    parts = slices(examples, (found.target == found.given).all(axis=1))
    return replace(
        report,
        mistakes=mistakes,
        unsure=unsure,
        warnings=warnings_of(report.macro.f1.value, by_name, parts, report.baselines),
        kinds=error_kinds(found, labels),
        together=together(found, labels, scorer.info.exclusive),
        curves=tuple(map(precision_recall, *columns_of(found, labels))),
        calibrations=tuple(map(calibration, *columns_of(found, labels)[:3])),
        coverage=coverage(found.target, found.given, found.probabilities, thresholds.per_label),
        terms=strongest_terms(scorer, [one.text for one in examples]),
        names=by_name,
        slices=tuple(parts),
        data_checks=data_findings(examples, scorer.info.as_codebook(), found),
        made_by=tuple(made_by),
    )


def _scores(
    scorer: Scorer,
    examples: Sequence[Example],
    found: Answers,
    names: Sequence[str],
    notes: Sequence[str],
) -> Report:
    """The report with its scores, baselines and confusions; the rest is still to come."""
    info = scorer.info
    articles = [one.article_id for one in examples]
    scores = _estimates(found, articles)
    out_of_fold = info.out_of_fold
    return Report(
        model_version=info.version,
        codebook=f"{info.codebook} {info.codebook_version}",
        exclusive=info.exclusive,
        data_names=tuple(names),
        data_sha256=data_hash(examples),
        n_sentences=len(examples),
        n_articles=len(set(articles)),
        labels=tuple(_label_scores(name, k, scores, found) for k, name in enumerate(info.labels)),
        micro=_average(scores, "micro"),
        macro=_average(scores, "macro"),
        macro_average_precision=scores["macro ap"],
        subset_accuracy=scores["subset accuracy"],
        hamming_loss=scores["hamming loss"],
        baselines=baselines(info, [one.text for one in examples], found.target),
        confusions=confusions(found.target, found.given, info.labels, info.exclusive),
        mistakes=(),
        n_mistakes=int((found.target != found.given).any(axis=1).sum()),
        notes=(*notes, *_data_notes(found, articles, info.labels)),
        training=(
            f"{info.data.n_sentences:,} sentences from {info.data.n_articles:,} articles; "
            f"{out_of_fold.n_folds}-fold out-of-fold macro-F1 {100 * out_of_fold.macro_f1:.1f}, "
            f"macro average precision {100 * out_of_fold.macro_average_precision:.1f}"
        ),
        libraries=info.libraries,
        abstained=abstentions(found),
    )


def _label_scores(
    name: str, column: int, scores: dict[str, Estimate], found: Answers
) -> LabelScores:
    return LabelScores(
        name=name,
        precision=scores[f"{column} precision"],
        recall=scores[f"{column} recall"],
        f1=scores[f"{column} f1"],
        average_precision=scores[f"{column} ap"],
        support=int(found.target[:, column].sum()),
        n_given=int(found.given[:, column].sum()),
    )


def _average(scores: dict[str, Estimate], name: str) -> Average:
    return Average(*(scores[f"{name} {part}"] for part in ("precision", "recall", "f1")))


def _estimates(found: Answers, articles: Sequence[str]) -> dict[str, Estimate]:
    """All scores with their intervals, from the same draws of articles."""
    target, given, probability = found.target, found.given, found.probabilities
    columns = range(target.shape[1])
    scores: dict[str, Score] = {}

    def of_label(k: int, part: int) -> Score:
        return lambda weights: precision_recall_f1(target[:, k], given[:, k], weights)[part]

    def ap_of_label(k: int) -> Score:
        return _once(lambda weights: average_precision(target[:, k], probability[:, k], weights))

    def of_all(part: int) -> Score:
        return lambda weights: micro_precision_recall_f1(target, given, weights)[part]

    def mean_of(parts: list[Score]) -> Score:
        return lambda weights: macro([part(weights) for part in parts])

    for part, name in enumerate(("precision", "recall", "f1")):
        per_label = [_zero_if_undefined(of_label(k, part)) for k in columns]
        scores |= {f"{k} {name}": of_label(k, part) for k in columns}
        scores[f"macro {name}"] = mean_of(per_label)
        scores[f"micro {name}"] = of_all(part)
    ap = [ap_of_label(k) for k in columns]  # each is asked for twice and computed once
    scores |= {f"{k} ap": ap[k] for k in columns}
    scores["macro ap"] = mean_of(ap)
    scores["subset accuracy"] = lambda weights: subset_accuracy(target, given, weights)
    scores["hamming loss"] = lambda weights: hamming_loss(target, given, weights)
    return estimates(scores, articles)


def _once(score: Score) -> Score:
    """The score, computed once for the same draws."""
    last: list[Array] = []

    def remembered(weights: Array) -> Array:
        if not last or last[0] is not weights:
            last[:] = [weights, score(weights)]
        return last[1]

    return remembered


def _zero_if_undefined(score: Score) -> Score:
    """In a mean over labels an undefined score counts as 0, as in scikit-learn's report."""
    return lambda weights: np.nan_to_num(score(weights))


def _data_notes(found: Answers, articles: Sequence[str], names: tuple[str, ...]) -> list[str]:
    notes = [abstained_note(found)] if any(found.reasons) else []
    missing = [name for name, n in zip(names, found.target.sum(axis=0), strict=True) if not n]
    if missing:
        notes.append(
            f"The data has no sentence with {', '.join(missing)}: these labels' recall and average "
            "precision are not defined. They count as 0 in the macro F1 and are left out of the "
            "macro average precision."
        )
    if len(set(articles)) < 2:
        notes.append("All sentences come from one article, so no interval can be given.")
    elif len(set(articles)) < 20:
        notes.append(
            f"Only {len(set(articles))} articles: the intervals are rough and probably too narrow."
        )
    return notes


def data_hash(examples: Sequence[Example]) -> str:
    """The hash of the ids, texts and labels, whatever their order."""
    lines = sorted(dump([one.id, one.text, list(one.labels)]) for one in examples)
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


def unseen(
    examples: Sequence[Example], training_keys: frozenset[bytes]
) -> tuple[list[Example], list[Example]]:
    """The examples that the model was not trained on, and those that it was.

    Sentences are compared by their key, so that case, quotes and white space do not hide one.
    """
    fresh: list[Example] = []
    seen: list[Example] = []
    for one in examples:
        (seen if short_hash(one.text) in training_keys else fresh).append(one)
    return fresh, seen
