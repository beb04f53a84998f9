"""Frequent capitalised names that nobody has entered into the gazetteer."""

import calendar
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from stance.actors.gazetteer import Gazetteer
from stance.actors.titles import office

_NAME = re.compile(
    r"(?<![\w’'-])[A-Z][^\W\d_]+(?:[’'-][A-Z][^\W\d_]+)*"
    r"(?:(?: |-| of the | of | von | van | de | der )[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)*)*"
)
_CALENDAR = frozenset((*calendar.day_name, *calendar.month_name))


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
    counts: Counter[str] = Counter()
    articles: dict[str, set[str]] = {}
    examples: dict[str, str] = {}
    small: set[str] = set()
    for article, text in sentences:
        small.update(re.findall(r"(?<![\w’'-])[a-z][^\W\d_]+", text))
        for name in set(_names(text, gazetteer)):
            counts[name] += 1
            articles.setdefault(name, set()).add(article)
            examples.setdefault(name, text)
    found = [
        Unknown(name, count, len(articles[name]), examples[name])
        for name, count in counts.most_common()
        if count >= at_least and not (" " not in name and name.lower() in small)
    ]
    return found[:limit]


def _names(text: str, gazetteer: Gazetteer) -> list[str]:
    taken = [(one.start, one.end) for one in gazetteer.find(text)]
    found = []
    for one in _NAME.finditer(text):
        start, end = one.span()
        if any(s < end and start < e for s, e in taken):
            continue
        words = [w for w in one.group().split() if w not in _CALENDAR and not office(w)]
        is_first = start == 0 or text[start - 2 : start] in (". ", ": ") or text[start - 1] in '“"‘'
        if not words or (is_first and len(words) == 1):
            continue
        found.append(" ".join(words))
    return found
