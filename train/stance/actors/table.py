"""The table of `stance who`: a row an actor (or country, or camp), a column a label."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np

from stance.actors.corrected import Difference, Rates, Seen, Share, difference, shares
from stance.actors.decisions import CORRECTED, GOLD
from stance.actors.gazetteer import Gazetteer
from stance.actors.reprints import units
from stance.actors.statements import Found, Statement
from stance.learning.arrays import Array

By = Literal["actor", "country", "camp"]


@dataclass(frozen=True)
class Print:
    """One statement with all the places that print it; `statements[0]` is the one to show."""

    statements: tuple[Statement, ...]

    @property
    def best(self) -> Statement:
        """The print that people judged or, without one, of which the model is surest."""
        return self.statements[0]

    @property
    def first(self) -> str:
        """The date of the first print, "" when no print has one."""
        return min((one.article.day for one in self.statements if one.article.day), default="")

    @property
    def outlets(self) -> tuple[str, ...]:
        """Who printed it, in order of name."""
        return tuple(sorted({one.article.outlet for one in self.statements} - {""}))

    @property
    def n_articles(self) -> int:
        """In how many articles it stands."""
        return len({one.article.id for one in self.statements})


@dataclass(frozen=True)
class Cell:
    """The statements of one row with one label, the best first."""

    label: str
    prints: tuple[Print, ...]
    share: Share
    trend: Difference | None

    @property
    def first(self) -> str:
        """The date of the earliest statement, "" when none has one."""
        return min((one.first for one in self.prints if one.first), default="")

    @property
    def last(self) -> str:
        """The date on which a statement was last printed for the first time."""
        return max((one.first for one in self.prints), default="")

    @property
    def outlets(self) -> tuple[str, ...]:
        """All outlets of the statements."""
        return tuple(sorted({name for one in self.prints for name in one.outlets}))

    @property
    def rungs(self) -> dict[str, int]:
        """How many statements stand on which rung of the ladder of commitment."""
        return dict(
            Counter(one.best.rung.name for one in self.prints if one.best.rung).most_common()
        )

    @property
    def n_checked(self) -> int:
        """How many of the statements a person has judged."""
        return sum(1 for one in self.prints if one.best.decided in (GOLD, CORRECTED))


@dataclass(frozen=True)
class Line:
    """One row: `n_sentences` name the actor or hold a stance of it, prints of one counting once."""

    key: str
    name: str
    kind: str
    country: str
    camp: str
    n_sentences: int
    n_articles: int
    cells: dict[str, Cell]

    @property
    def n_statements(self) -> int:
        """All statements of the row."""
        return sum(len(cell.prints) for cell in self.cells.values())


@dataclass(frozen=True)
class Table:
    """Lines with a statement, most statements first; statements whose holder nobody knows."""

    by: By
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    nobody: tuple[Statement, ...]
    rates: Rates | None
    is_corrected: tuple[bool, ...] = field(default=())

    def __getitem__(self, key: str) -> Line:
        """The line of this key."""
        return next(line for line in self.lines if line.key == key)


@dataclass(slots=True)
class _Gathered:
    """What belongs to one row: its units with the article and day of their first print."""

    home: dict[int, tuple[str, str]] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    held: dict[str, dict[int, list[Statement]]] = field(default_factory=dict)


def make_table(
    found: Found,
    gazetteer: Gazetteer,
    labels: Sequence[str],
    by: By = "actor",
    rates: Rates | None = None,
) -> Table:
    """The table of the statements. `rates` are those of all labels in the model's order."""
    gathered = _gather(found, gazetteer, by)
    rows = {key: one for key, one in gathered.items() if one.held}
    seen = [_seen(one, labels) for one in rows.values()]
    found_shares = shares(seen, rates)
    lines = []
    for (key, one), row, of_labels in zip(rows.items(), seen, found_shares, strict=True):
        trends = _trends(one, row, rates)
        cells = {
            label: Cell(label, _prints(one.held[label]), share, trend)
            for label, share, trend in zip(labels, of_labels, trends, strict=True)
            if label in one.held
        }
        lines.append(_line(key, one, cells, gazetteer, by))
    lines.sort(key=lambda line: (-line.n_statements, -line.n_sentences, line.name))
    nobody = tuple(one for one in found.statements if one.actor is None)
    usable = tuple(rates is not None and rates.usable(k) for k in range(len(labels)))
    return Table(by, tuple(labels), tuple(lines), nobody, rates, usable)


def row_of(actor: str, gazetteer: Gazetteer, by: By) -> str:
    """The key of the row that the actor belongs to; its own where it has no country."""
    if by == "camp":
        return gazetteer.actors[actor].camp if actor in gazetteer.actors else "other"
    if by == "country":
        return gazetteer.country_of(actor) or actor
    return actor


def _gather(found: Found, gazetteer: Gazetteer, by: By) -> dict[str, _Gathered]:
    held = [one for one in found.statements if one.actor is not None]
    # Only rows with a statement are shown, so only what names those is looked at.
    wanted = {row_of(one.actor, gazetteer, by) for one in held if one.actor}
    named = [
        (key, place)
        for name, places in found.named.items()
        if (key := row_of(name, gazetteer, by)) in wanted
        for place in places
    ]
    number = units([(one.article, one.index) for one in held], (place for _, place in named))
    rows: dict[str, _Gathered] = {}
    places = [
        (row_of(one.actor, gazetteer, by), (one.article, one.index)) for one in held if one.actor
    ]
    for key, (article, index) in (*named, *places):
        row = rows.setdefault(key, _Gathered())
        unit = number[article.id, index]
        home = (article.day or "9", article.id)
        row.home[unit] = min(row.home.get(unit, home), home)
        if (article.id, index) in found.known:
            row.known.add(unit)
    for one in held:
        assert one.actor is not None
        row = rows[row_of(one.actor, gazetteer, by)]
        unit = number[one.article.id, one.index]
        row.held.setdefault(one.label, {}).setdefault(unit, []).append(one)
    return rows


def _seen(row: _Gathered, labels: Sequence[str]) -> Seen:
    order = sorted(row.home)
    names = {name: n for n, name in enumerate(dict.fromkeys(row.home[u][1] for u in order))}
    given = np.zeros((len(order), len(labels)), dtype=bool)
    for k, label in enumerate(labels):
        held = row.held.get(label, {})
        given[:, k] = [unit in held for unit in order]
    return Seen(
        np.array([names[row.home[unit][1]] for unit in order], dtype=np.int64),
        given,
        np.array([unit in row.known for unit in order], dtype=bool),
    )


MIN_COMPARED = 10  # sentences that name a row, to compare it with others
MIN_HALF = 5  # sentences in a period, below which its share is not worth comparing


def _trends(row: _Gathered, seen: Seen, rates: Rates | None) -> list[Difference | None]:
    """For each label the share in the later half of the dates less that in the earlier half."""
    n_labels = seen.given.shape[1]
    days = np.array([row.home[unit][0] for unit in sorted(row.home)])
    dated = days != "9"
    if not dated.any():
        return [None] * n_labels
    middle = np.sort(days[dated])[dated.sum() // 2]
    halves = [dated & (days < middle), dated & (days >= middle)]
    if any(half.sum() < MIN_HALF for half in halves):
        return [None] * n_labels
    early, late = shares([_part(seen, half) for half in halves], rates)
    return [difference(after, before) for before, after in zip(early, late, strict=True)]


def _part(seen: Seen, which: Array) -> Seen:
    return Seen(seen.articles[which], seen.given[which], seen.known[which])


def _prints(held: dict[int, list[Statement]]) -> tuple[Print, ...]:
    prints = [Print(tuple(sorted(statements, key=_rank))) for statements in held.values()]
    return tuple(sorted(prints, key=lambda one: _rank(one.best)))


def _rank(one: Statement) -> tuple[int, float, str, str]:
    """What people judged comes first, then what the model is surest of, then the oldest."""
    judged = (CORRECTED, GOLD).index(one.decided) if one.decided in (CORRECTED, GOLD) else 2
    return (judged, -one.probability, one.article.published_at or "9", one.sentence_id)


def _line(key: str, row: _Gathered, cells: dict[str, Cell], gazetteer: Gazetteer, by: By) -> Line:
    actor = gazetteer.actors.get(key) if by != "camp" else None
    country = gazetteer.country_of(key) if actor else None
    return Line(
        key=key,
        name=actor.name if actor else key,
        kind=actor.kind if actor else by,
        country=gazetteer.actors[country].name if country else "",
        camp=actor.camp if actor else key if by == "camp" else "",
        n_sentences=len(row.home),
        n_articles=len({article for _, article in row.home.values()}),
        cells=cells,
    )


def compare_lines(
    lines: Iterable[Line], labels: Sequence[str]
) -> list[tuple[str, str, str, Difference]]:
    """Label, first key, second key and difference, for each two neighbours by share.

    Rows that hardly a sentence names are left out: with them nothing can be told.
    """
    found = []
    for label in labels:
        held = [one for one in lines if label in one.cells and one.n_sentences >= MIN_COMPARED]
        held.sort(key=lambda line: -_level(line.cells[label].share))
        for one, other in pairwise(held):
            apart = difference(one.cells[label].share, other.cells[label].share)
            found.append((label, one.key, other.key, apart))
    return found


def _level(share: Share) -> float:
    return (share.corrected or share.raw).value
