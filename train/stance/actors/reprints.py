"""Sentences that many outlets print: one statement, however often it appears.

Sentences with the same words (case, quotes and white space levelled) are one, and so are near
duplicates among those that carry a label, when they appeared within a week of the first: the same
words three months later are said anew.
"""

from collections.abc import Hashable, Iterable
from datetime import date

from stance.actors.sources import Source
from stance.corpus.near_duplicates import MIN_CHARACTERS, Groups, duplicate_clusters
from stance.corpus.normalise import sentence_key

WINDOW = 7  # days
Place = tuple[Source, int]


def units(labelled: Iterable[Place], others: Iterable[Place]) -> dict[tuple[str, int], int]:
    """For each sentence, by article id and number in it, the number of what it is a print of.

    Numbers grow with the date of the first print. Only `labelled` sentences are compared for
    being nearly the same: the others are many.
    """
    near = {(article.id, index): (article, index) for article, index in labelled}
    every = near | {(article.id, index): (article, index) for article, index in others}
    keys = {name: _key(article, index) for name, (article, index) in every.items()}
    groups = Groups()
    names = list(near)
    clusters = duplicate_clusters([article.texts[index] for article, index in near.values()])
    for name, first in zip(names, clusters, strict=True):
        groups.join(keys[names[first]], keys[name])
    members: dict[Hashable, list[tuple[str, int]]] = {}
    for name, key in keys.items():
        members.setdefault(groups.root(key), []).append(name)
    found: dict[tuple[str, int], int] = {}
    prints = [part for group in members.values() for part in _within_a_week(group, every)]
    for number, part in enumerate(sorted(prints, key=lambda part: _when(every[part[0]]))):
        found |= dict.fromkeys(part, number)
    return found


def _key(article: Source, index: int) -> Hashable:
    key = sentence_key(article.texts[index])
    # "He declined." is said every day by somebody else.
    return key if len(key) >= MIN_CHARACTERS else (article.id, key)


def _when(place: Place) -> tuple[str, str, int]:
    article, index = place
    return (article.published_at or "9", article.id, index)


def _within_a_week(
    group: list[tuple[str, int]], every: dict[tuple[str, int], Place]
) -> list[list[tuple[str, int]]]:
    """The group cut where more than `WINDOW` days lie since the part's first print."""
    if len(group) == 1:
        return [group]
    parts: list[list[tuple[str, int]]] = []
    first: date | None = None
    for name in sorted(group, key=lambda name: _when(every[name])):
        day = day_of(every[name][0].published_at)
        if not parts or (day and first and (day - first).days > WINDOW):
            parts.append([])
            first = day
        parts[-1].append(name)
    return parts


def day_of(published_at: str) -> date | None:
    """The day of an ISO date; None when it is not known to the day."""
    return date.fromisoformat(published_at[:10]) if len(published_at) >= 10 else None
