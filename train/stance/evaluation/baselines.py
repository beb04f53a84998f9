"""What the model has to beat: one answer for all, a few keywords, and the names of countries."""

import numpy as np

from stance.evaluation.metrics import average_precision, macro, precision_recall_f1
from stance.evaluation.report import Baseline
from stance.learning.arrays import Array
from stance.learning.keywords import keyword_hits, name_hits
from stance.models.info import Info


def baselines(info: Info, texts: list[str], target: Array) -> tuple[Baseline, ...]:
    """The baselines, as the training data set them, scored on these texts."""
    majority = np.tile([name in info.majority for name in info.labels], (len(texts), 1))
    answer = ", ".join(info.majority) or "no label"
    rules = (
        ("keywords", "a word of a list picked on the training data", keyword_hits, info.keywords),
        ("names only", "a country of a list picked likewise is named", name_hits, info.names),
    )
    found = [_baseline("majority", f"always “{answer}”", info, majority, target)]
    for name, how, hits_of, picked in rules:
        hits = hits_of(texts, {label: picked[label] for label in info.labels})
        given = _first_hit(hits, majority) if info.exclusive else hits
        lists = "; ".join(f"{label}: {', '.join(picked[label]) or '–'}" for label in info.labels)
        found.append(_baseline(name, f"{how} ({lists})", info, given, target))
    return tuple(found)


def _first_hit(hits: Array, otherwise: Array) -> Array:
    """One label a row: the rarest rule that hits, or the most frequent answer where none does."""
    order = np.argsort(hits.sum(axis=0), kind="stable")
    given = np.zeros_like(hits)
    has_hit = hits.any(axis=1)
    first = order[hits[:, order].argmax(axis=1)]
    given[np.flatnonzero(has_hit), first[has_hit]] = True
    given[~has_hit] = otherwise[~has_hit]
    return given


def _baseline(name: str, how: str, info: Info, given: Array, target: Array) -> Baseline:
    ones = np.ones((1, len(target)))
    columns = range(len(info.labels))
    f1 = [np.nan_to_num(precision_recall_f1(target[:, k], given[:, k], ones)[2]) for k in columns]
    ap = [average_precision(target[:, k], given[:, k].astype(float), ones) for k in columns]
    return Baseline(
        name=name,
        how=how,
        f1={label: float(value[0]) for label, value in zip(info.labels, f1, strict=True)},
        macro_f1=float(macro(f1)[0]),
        macro_average_precision=float(np.nan_to_num(macro(ap)[0])),
    )
