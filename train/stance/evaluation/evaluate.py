"""Computing the evaluation: predictions for labelled sentences, scores, baselines, mistakes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.annotation.examples import Example
from stance.corpus.normalise import short_hash
from stance.evaluation.baselines import baselines
from stance.evaluation.confusion import confusions
from stance.evaluation.intervals import Estimate, Score, estimates
from stance.evaluation.metrics import (
    average_precision,
    hamming_loss,
    macro,
    micro_precision_recall_f1,
    precision_recall_f1,
    subset_accuracy,
)
from stance.evaluation.report import Average, LabelScores, Mistake, Report
from stance.learning.arrays import Array
from stance.prediction.predict import Thresholds, decide
from stance.prediction.scorer import Scorer
from stance.storage.errors import DataError
from stance.storage.jsonl import dump

N_MISTAKES = 10


@dataclass(frozen=True)
class Answers:
    """Right and given labels of shape (n_rows, n_labels), and the probabilities behind them."""

    target: Array
    given: Array
    probabilities: Array


def answer(scorer: Scorer, examples: Sequence[Example], thresholds: Thresholds) -> Answers:
    """The model's answers beside the right ones."""
    scored = scorer.score([one.text for one in examples])
    given, _ = decide(scorer, thresholds, scored)
    names = scorer.info.labels
    target = np.array([[name in one.labels for name in names] for one in examples], dtype=bool)
    return Answers(target.reshape(given.shape), given, scored.probabilities)


def evaluate(
    scorer: Scorer,
    examples: Sequence[Example],
    thresholds: Thresholds,
    names: Sequence[str],
    notes: Sequence[str] = (),
) -> Report:
    """The report on the examples. Raises DataError when there is none."""
    if not examples:
        raise DataError("no labelled sentence to evaluate on.")
    found = answer(scorer, examples, thresholds)
    info = scorer.info
    articles = [one.article_id for one in examples]
    scores = _estimates(found, articles)
    mistakes = _mistakes(found, examples, thresholds, info.labels)
    return Report(
        model_version=info.version,
        codebook=f"{info.codebook} {info.codebook_version}",
        exclusive=info.exclusive,
        data_names=tuple(names),
        data_sha256=_data_hash(examples),
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
        mistakes=tuple(mistakes[:N_MISTAKES]),
        n_mistakes=len(mistakes),
        notes=(*notes, *_data_notes(found, articles, info.labels)),
        training=(
            f"{info.data.n_sentences:,} sentences from {info.data.n_articles:,} articles; "
            f"{info.out_of_fold.n_folds}-fold out-of-fold macro-F1 "
            f"{100 * info.out_of_fold.macro_f1:.1f}, macro average precision "
            f"{100 * info.out_of_fold.macro_average_precision:.1f}"
        ),
        libraries=info.libraries,
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
        return lambda weights: average_precision(target[:, k], probability[:, k], weights)

    def of_all(part: int) -> Score:
        return lambda weights: micro_precision_recall_f1(target, given, weights)[part]

    def mean_of(parts: list[Score]) -> Score:
        return lambda weights: macro([part(weights) for part in parts])

    for part, name in enumerate(("precision", "recall", "f1")):
        per_label = [_zero_if_undefined(of_label(k, part)) for k in columns]
        scores |= {f"{k} {name}": of_label(k, part) for k in columns}
        scores[f"macro {name}"] = mean_of(per_label)
        scores[f"micro {name}"] = of_all(part)
    scores |= {f"{k} ap": ap_of_label(k) for k in columns}
    scores["macro ap"] = mean_of([ap_of_label(k) for k in columns])
    scores["subset accuracy"] = lambda weights: subset_accuracy(target, given, weights)
    scores["hamming loss"] = lambda weights: hamming_loss(target, given, weights)
    return estimates(scores, articles)


def _zero_if_undefined(score: Score) -> Score:
    """In a mean over labels an undefined score counts as 0, as in scikit-learn's report."""
    return lambda weights: np.nan_to_num(score(weights))


def _mistakes(
    found: Answers, examples: Sequence[Example], thresholds: Thresholds, names: tuple[str, ...]
) -> list[Mistake]:
    """One for each sentence that was answered wrongly, the surest first."""
    limit = thresholds.per_label if thresholds.per_label is not None else np.full(len(names), 0.5)
    p = found.probabilities
    # How far beyond its threshold a probability lies, as a share of the way to 0 or to 1.
    surety = np.where(found.given, (p - limit) / (1 - limit), (limit - p) / limit)
    surety = np.where(found.target != found.given, surety, -np.inf)
    surest = surety.argmax(axis=1)
    wrong = np.flatnonzero(np.isfinite(surety.max(axis=1)))
    order = wrong[np.argsort(-surety[wrong, surest[wrong]], kind="stable")]
    return [
        _mistake(examples[row], found, row, int(surest[row]), thresholds, names) for row in order
    ]


def _mistake(
    example: Example,
    found: Answers,
    row: int,
    k: int,
    thresholds: Thresholds,
    names: tuple[str, ...],
) -> Mistake:
    def of(matrix: Array) -> tuple[str, ...]:
        return tuple(names[column] for column in np.flatnonzero(matrix[row]))

    source = example.fields.get("outlet") or example.article_id
    return Mistake(
        id=example.id,
        text=example.text,
        source=str(source) if example.article_id != example.id else "",
        gold=of(found.target),
        given=of(found.given),
        label=names[k],
        kind="extra" if found.given[row, k] else "missed",
        probability=float(found.probabilities[row, k]),
        threshold=None if thresholds.per_label is None else float(thresholds.per_label[k]),
    )


def _data_notes(found: Answers, articles: Sequence[str], names: tuple[str, ...]) -> list[str]:
    notes = []
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


def _data_hash(examples: Sequence[Example]) -> str:
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
