"""Country and leader names in a text: finding them, masking them, exchanging countries."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from stance.storage.project import default_text
from stance.storage.toml import Record, parse_toml, validated

MASKS = {
    "name": "Someland",
    "adjective": "Somelandish",
    "capital": "Somewhere",
    "leader": "Someone",
}


class Country(Record):
    """One country and what stands for it; the first of each is what it is exchanged for."""

    name: str
    other: tuple[str, ...] = ()
    adjective: str
    capital: str
    leaders: tuple[str, ...]


class Names(Record):
    """The list of countries."""

    format: Literal[1]
    countries: tuple[Country, ...]


@dataclass(frozen=True)
class Mention:
    """A name in a text: where, of which kind, and of which country (its place in the list)."""

    start: int
    end: int
    kind: str
    country: int


@functools.cache
def countries() -> tuple[Country, ...]:
    """The packaged list."""
    text = default_text("names.toml")
    return validated(Names, parse_toml(text, "names.toml"), "names.toml").countries


@functools.cache
def _forms() -> dict[str, tuple[str, int]]:
    """Every form of a name with its kind and country; of two readings the first one counts."""
    found: dict[str, tuple[str, int]] = {}
    for number, one in enumerate(countries()):
        for form, kind in (
            (one.name, "name"),
            *((other, "name") for other in one.other),
            (one.adjective, "adjective"),
            (one.capital, "capital"),
            *((leader, "leader") for leader in one.leaders),
        ):
            found.setdefault(form, (kind, number))
    return found


@functools.cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_forms(), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")


def mentions(text: str) -> list[Mention]:
    """The names in the text, in order. Upper and lower case matter: "us" is no country."""
    return [
        Mention(match.start(), match.end(), *_forms()[match[0]])
        for match in _pattern().finditer(text)
    ]


def masked(text: str) -> str:
    """The text with every name replaced by a word that stands for its kind.

    >>> masked("Macron said France would help.")
    'Someone said Someland would help.'
    """
    return _replaced(text, lambda mention: MASKS[mention.kind])


def mask_table() -> dict[str, str]:
    """Every form of a name with the word that `masked` puts in its place."""
    return {form: MASKS[kind] for form, (kind, _) in _forms().items()}


def exchanged(text: str, step: int) -> str:
    """The text with every country's names replaced by those of the country `step` places on.

    All names of one country become names of one other, so that the sentence stays about as many
    countries as before.

    >>> exchanged("Macron said France would help.", 1)
    'Scholz said Germany would help.'
    """
    known = countries()

    def name_of(mention: Mention) -> str:
        other = known[(mention.country + step) % len(known)]
        return {
            "name": other.name,
            "adjective": other.adjective,
            "capital": other.capital,
            "leader": other.leaders[0],
        }[mention.kind]

    return _replaced(text, name_of)


def _replaced(text: str, word_for: Callable[[Mention], str]) -> str:
    pieces, end = [], 0
    for mention in mentions(text):
        pieces += [text[end : mention.start], word_for(mention)]
        end = mention.end
    return "".join([*pieces, text[end:]])
