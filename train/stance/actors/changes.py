"""Whose position changed, and who said opposite things within a few days.

A position is the make-up of a row's statements by label. The change is the cut between two dates
that sets the statements before it most apart from those after it; whether that is more than chance
is found by putting the row's articles into other orders (permutation test with the largest cut as
statistic, so that having looked for the best cut is paid for; all orders where they are few), and
the p-values of all rows are corrected together by Holm's method (1979).
"""

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import permutations
from math import factorial

import numpy as np

from stance.actors.reprints import day_of
from stance.actors.table import Line, Print, Table
from stance.codebook.codebook import Codebook
from stance.learning.arrays import Array

MIN_ARTICLES = 2  # on either side of the cut
N_ORDERS = 4999
_EXACT = 7  # articles; beyond it there are too many orders to try them all
MAX_CUTS = 60  # places tried in a long row of articles
ALPHA = 0.05


@dataclass(frozen=True)
class Side:
    """The statements on one side of a change: dates, numbers, and how often each label stands."""

    first: str
    last: str
    n_statements: int
    n_articles: int
    n_outlets: int
    labels: dict[str, int]

    @property
    def position(self) -> str:
        """The commonest label."""
        return max(self.labels, key=lambda label: self.labels[label])


@dataclass(frozen=True)
class Change:
    """A row's position before and after; `p` is corrected for the number of rows looked at."""

    key: str
    name: str
    before: Side
    after: Side
    p: float
    n_looked_at: int

    @property
    def identity(self) -> str:
        """The same change has the same identity in tomorrow's run, unless it turned out other."""
        cut = self.after.first[:7]
        told = "|".join(("change", self.key, self.before.position, self.after.position, cut))
        return hashlib.sha256(told.encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True)
class Contradiction:
    """Two statements of one row, one for and one against, `days` apart."""

    key: str
    name: str
    one: Print
    other: Print
    days: int

    @property
    def identity(self) -> str:
        """The same pair has the same identity in every run."""
        names = (one.best.article.sentence_sha256(one.best.index) for one in (self.one, self.other))
        told = "|".join(("contradiction", self.key, *sorted(names)))
        return hashlib.sha256(told.encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True)
class _Story:
    """The dated statements of one row: days in order, articles, and counts (n_days, n_labels)."""

    line: Line
    held: list[tuple[date, str, Print]]

    def articles(self, labels: Sequence[str]) -> tuple[list[date], Array]:
        """The day of each article, in order, and its statements by label."""
        days: dict[str, date] = {}
        counts: dict[str, Array] = {}
        for day, label, one in self.held:
            name = one.best.article.id
            days[name] = min(day, days.get(name, day))
            counts.setdefault(name, np.zeros(len(labels)))[labels.index(label)] += 1
        order = sorted(days, key=lambda name: (days[name], name))
        return [days[name] for name in order], np.array([counts[name] for name in order])


def find_changes(table: Table, alpha: float = ALPHA) -> list[Change]:
    """The rows whose position changed beyond chance, the surest first."""
    tested = []
    for line in table.lines:
        story = _Story(line, _dated(line))
        days, counts = story.articles(table.labels)
        if len(days) >= 2 * MIN_ARTICLES and (found := _best_cut(days, counts)):
            tested.append((story, *found))
    p_values = holm([p for _, _, p in tested])
    changes = [
        _change(story, cut, p, len(tested))
        for (story, cut, _), p in zip(tested, p_values, strict=True)
        if p < alpha
    ]
    return sorted(changes, key=lambda one: (one.p, one.name))


def _dated(line: Line) -> list[tuple[date, str, Print]]:
    found = [
        (day, label, one)
        for label, cell in line.cells.items()
        for one in cell.prints
        if (day := day_of(one.first))
    ]
    return sorted(found, key=lambda item: item[0])


def _best_cut(days: Sequence[date], counts: Array) -> tuple[date, float] | None:
    """The first day after the best cut and its p-value; None where no cut is possible."""
    last = len(days) - MIN_ARTICLES
    cuts = [n for n in range(MIN_ARTICLES, last + 1) if days[n] > days[n - 1]]
    cuts = cuts[:: 1 + len(cuts) // MAX_CUTS]
    if not cuts or (counts > 0).any(axis=0).sum() < 2:
        return None
    seen = _apart(counts[None], cuts)[0]
    best = int(seen.argmax())
    n = len(days)
    if n <= _EXACT:
        orders = np.array(list(permutations(range(n))))
    else:
        random = np.random.default_rng(0)
        orders = random.permuted(np.tile(np.arange(n), (N_ORDERS, 1)), axis=1)
    top = np.concatenate(
        [_apart(counts[part], cuts).max(axis=1) for part in np.array_split(orders, 1 + n // 50)]
    )
    # The order as it is counts among those drawn (Phipson & Smyth 2010); the exact ones have it.
    n_reached = int((top >= seen[best] - 1e-12).sum())
    p = n_reached / factorial(n) if n <= _EXACT else (n_reached + 1) / (N_ORDERS + 1)
    return days[cuts[best]], float(p)


def _apart(counts: Array, cuts: Sequence[int]) -> Array:
    """How far apart the two sides of each cut are, shape (n_orders, n_cuts).

    The likelihood ratio statistic of two multinomials (Wilks' G), without its constant factor.
    """
    total = counts.sum(axis=1, keepdims=True)
    before = np.cumsum(counts, axis=1)[:, [cut - 1 for cut in cuts]]
    after = total - before
    apart: Array = _information(before) + _information(after) - _information(total)
    return apart


def _information(counts: Array) -> Array:
    """The maximal log-likelihood of multinomial counts along the last axis."""
    sums = np.maximum(counts.sum(axis=-1, keepdims=True), 1)
    shares = np.where(counts > 0, counts / sums, 1.0)
    likelihood: Array = (counts * np.log(shares)).sum(axis=-1)
    return likelihood


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values corrected for their number (Holm 1979, Scandinavian Journal of Statistics 6).

    >>> holm([0.04, 0.01, 0.5])
    [0.08, 0.03, 0.5]
    """
    order = sorted(range(len(p_values)), key=lambda n: p_values[n])
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for rank, n in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * p_values[n]))
        corrected[n] = highest
    return corrected


def _change(story: _Story, cut: date, p: float, n_looked_at: int) -> Change:
    sides = [
        _side([item for item in story.held if (item[0] >= cut) == is_after])
        for is_after in (False, True)
    ]
    return Change(story.line.key, story.line.name, sides[0], sides[1], p, n_looked_at)


def _side(held: Sequence[tuple[date, str, Print]]) -> Side:
    labels: dict[str, int] = {}
    for _, label, _ in held:
        labels[label] = labels.get(label, 0) + 1
    return Side(
        first=held[0][0].isoformat(),
        last=held[-1][0].isoformat(),
        n_statements=len(held),
        n_articles=len({one.best.article.id for _, _, one in held}),
        n_outlets=len({name for _, _, one in held for name in one.outlets}),
        labels=dict(sorted(labels.items(), key=lambda item: -item[1])),
    )


def find_contradictions(table: Table, codebook: Codebook, within: int) -> list[Contradiction]:
    """For each row the opposite statements at most so many days apart, the closest first.

    Opposite are a label for and a label against, by the codebook's polarity, in different
    sentences. Each statement is in one pair at most.
    """
    polarity = {one.name: one.polarity for one in codebook.labels}
    found = []
    for line in table.lines:
        sides: dict[str, list[tuple[date, Print]]] = {"for": [], "against": []}
        for day, label, one in _dated(line):
            if polarity.get(label) in sides:
                sides[polarity[label]].append((day, one))
        found += _pairs(line, sides["for"], sides["against"], within)
    return sorted(found, key=lambda one: (one.days, one.name, one.identity))


def _pairs(
    line: Line,
    ones: Sequence[tuple[date, Print]],
    others: Sequence[tuple[date, Print]],
    within: int,
) -> list[Contradiction]:
    """Pairs of a statement and its neighbours in time on the other side, the closest first; each
    statement is in one pair at most. Both sides are in order of time.
    """
    days = [day for day, _ in others]
    near = []
    for n, (day, one) in enumerate(ones):
        place = bisect_left(days, day)
        near += [
            (abs((day - days[k]).days), n, k)
            for k in (place - 1, place)
            if 0 <= k < len(days) and others[k][1].best.sentence_id != one.best.sentence_id
        ]
    pairs = []
    taken: tuple[set[int], set[int]] = set(), set()
    for apart, n, k in sorted(near):
        if apart <= within and n not in taken[0] and k not in taken[1]:
            taken[0].add(n)
            taken[1].add(k)
            pairs.append(Contradiction(line.key, line.name, ones[n][1], others[k][1], apart))
    return pairs
