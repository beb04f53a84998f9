"""Do labels mean the same in every import? Shares that differ between them more than chance.

Rows are compared by file, annotator, month of annotation and year of publication. Sentences of one
article resemble each other, so a share's variance is taken over articles (Rao & Scott 1981), the
shares are tested for being equal with Cochran's Q, and the p-values are corrected for the number
of tests (Holm 1979).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stance.annotation.examples import Example

MIN_ROWS = 30
MIN_ARTICLES = 10
MIN_POINTS = 0.02
LEVEL = 0.001


class _Share(NamedTuple):
    """The share of one label in one group, with its variance over articles."""

    group: str
    value: float
    variance: float
    n_rows: int
    n_articles: int


def label_drift(examples: Sequence[Example], names: Sequence[str]) -> list[str]:
    """The labels whose shares differ, with the lowest and the highest share."""
    tests: list[tuple[float, str]] = []
    for by, groups in _groupings(examples).items():
        large = {
            group: rows
            for group, rows in groups.items()
            if len(rows) >= MIN_ROWS and len({article for article, _ in rows}) >= MIN_ARTICLES
        }
        if len(large) < 2:
            continue
        for name in names:
            shares = [_share(group, rows, name) for group, rows in large.items()]
            tests.append((_p_value(shares), _told(by, name, shares)))
    found = []
    for rank, (p_value, told) in enumerate(sorted(tests, key=lambda one: one[0])):
        if p_value * (len(tests) - rank) > LEVEL:
            break
        if told:
            found.append(f"{told}; p = {max(p_value, 1e-12):.1g}")
    return found


_Rows = list[tuple[str, tuple[str, ...]]]  # article and labels


def _groupings(examples: Sequence[Example]) -> dict[str, dict[str, _Rows]]:
    found: dict[str, dict[str, _Rows]] = defaultdict(lambda: defaultdict(list))
    for one in examples:
        for by, group, labels in _groups_of(one):
            found[by][group].append((one.article_id, labels))
    return found


def _groups_of(example: Example) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """By what, which group, and the labels the row has there."""
    source = example.fields.get("source") or Path(example.place.rpartition(":")[0]).name
    if isinstance(source, str) and source:
        yield "file", source, example.labels
    published = example.fields.get("published_at")
    if isinstance(published, str) and published[:4].isdigit():
        yield "year", published[:4], example.labels
    answers = example.fields.get("annotations")
    if isinstance(answers, list) and answers and all(isinstance(one, dict) for one in answers):
        for one in answers:
            yield from _of_answer(one, tuple(one.get("labels") or ()))
    else:
        yield from _of_answer({"annotator": example.annotator, **example.fields}, example.labels)


def _of_answer(
    answer: dict[str, object], labels: tuple[str, ...]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    annotator, moment = answer.get("annotator"), answer.get("annotated_at")
    if isinstance(annotator, str) and annotator:
        yield "annotator", annotator, labels
    if isinstance(moment, str) and moment[:4].isdigit():
        yield "annotated in", moment[:7], labels


def _share(group: str, rows: _Rows, name: str) -> _Share:
    articles: dict[str, list[int]] = {}
    for article, labels in rows:
        counts = articles.setdefault(article, [0, 0])
        counts[0] += name in labels
        counts[1] += 1
    hits, sizes = np.array(list(articles.values()), dtype=float).T
    n_rows, n_articles = len(rows), len(articles)
    value = hits.sum() / n_rows
    residuals = hits - value * sizes
    variance = n_articles / (n_articles - 1) * (residuals**2).sum() / n_rows**2
    # Never surer than as many single sentences would be, nor sure of a share of 0 or 1.
    smoothed = (hits.sum() + 1) / (n_rows + 2)
    floor = smoothed * (1 - smoothed) / n_rows
    return _Share(group, float(value), float(max(variance, floor)), n_rows, n_articles)


def _p_value(shares: Sequence[_Share]) -> float:
    from scipy.stats import f

    values = np.array([one.value for one in shares])
    weights = 1 / np.array([one.variance for one in shares])
    mean = (weights * values).sum() / weights.sum()
    degrees = len(shares) - 1
    q = (weights * (values - mean) ** 2).sum() / degrees
    # The variances are estimates, too: F instead of chi-squared.
    return float(f.sf(q, degrees, sum(one.n_articles for one in shares) - len(shares)))


def _told(by: str, name: str, shares: Sequence[_Share]) -> str:
    low = min(shares, key=lambda one: one.value)
    high = max(shares, key=lambda one: one.value)
    if high.value - low.value < MIN_POINTS:
        return ""
    return f"{name} by {by}: " + ", ".join(
        f"{100 * one.value:.1f} % of {one.n_rows:,} in {one.group}" for one in (low, high)
    )
