"""Frequent capitalised names that nobody has entered into the gazetteer."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass

from stance.actors.gazetteer import Gazetteer
from stance.actors.titles import ROLE, office

_NAME = re.compile(
    r"(?<![\w’'-])[A-Z][^\W\d_]+(?:[’'-][A-Z][^\W\d_]+)*"
    r"(?:(?: |-| of the | of | von | van | de | der )[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)*)*"
)
_CALENDAR = frozenset((*calendar.day_name, *calendar.month_name))

_OPENERS = frozenset(
    ("The", "A", "An", "In", "On", "At", "But", "And", "For", "As", "Mr", "Mrs", "Ms")
)
_SMALL = re.compile(r"(?<![\w’'-])[a-z][^\W\d_]+")


@dataclass(frozen=True)
class Unknown:
    """A name that nobody has entered: how often, in how many articles, and one sentence with it."""

    name: str
    count: int
    articles: int
    example: str


def unknown_names(
    sentences: Iterable[tuple[str, str]],
    gazetteer: Gazetteer,
    *,
    at_least: int = 3,
    limit: int = 50,
) -> list[Unknown]:
    """The commonest capitalised names without an entry, the commonest first.

    `sentences` are pairs of article id and text. A word that also stands in small letters in
    these texts, a day, a month and a title are no names; neither is the first word of a sentence
    alone, unless it is met elsewhere. Names in fewer than `at_least` sentences are left out.
    """
    small: set[str] = set()
    seen: list[tuple[str, str, str]] = []
    for article, text in sentences:
        small.update(_SMALL.findall(text))
        seen += [(name, article, text) for name in dict.fromkeys(_names(text, gazetteer))]
    rows: dict[str, list[tuple[str, str]]] = {}
    for raw, article, text in seen:
        words = raw.split()
        while words and words[0].lower() in small:
            words = words[1:]
        if words:
            rows.setdefault(" ".join(words), []).append((article, text))
    found = [
        Unknown(name, len(uses), len({article for article, _ in uses}), uses[0][1])
        for name, uses in rows.items()
        if len(uses) >= at_least
    ]
    return sorted(found, key=lambda one: (-one.count, one.name))[:limit]


def _names(text: str, gazetteer: Gazetteer) -> list[str]:
    taken = [(one.start, one.end) for one in gazetteer.find(text)]
    found = []
    for one in _NAME.finditer(text):
        start, end = one.span()
        if any(s < end and start < e for s, e in taken):
            continue
        words = one.group().split()
        first = start == 0 or text[start - 2 : start] in (". ", ": ") or text[start - 1] in '“"‘'
        if first and len(words) == 1:
            continue
        words = [word for word in words if word not in _CALENDAR]
        while words and (words[0] in _OPENERS or office(words[0]) or ROLE.fullmatch(words[0])):
            words = words[1:]
        if words:
            found.append(" ".join(words))
    return found
