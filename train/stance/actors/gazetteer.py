"""Finding the names of known actors in a text, and telling whom a shared name means.

A name that several actors bear ("Johnson", "Georgia") is decided by what stands around it: the
full name or a telling word elsewhere in the article, a title or a country before the name, the
date against the months of a role (without a date: an office at any time). Where that leaves two,
the mention keeps both and says so.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stance.actors.actor import Actor, Camp, Form, Kind, Mention, Role
from stance.actors.actor_files import read_actors
from stance.actors.titles import office, offices_in

__all__ = ["Actor", "Camp", "Gazetteer", "Kind", "Mention", "Role", "read_gazetteer"]

_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W_]+")
# A capital or a country after these is where something is, not who acts.
_WHERE = re.compile(
    r"(?:\b(?:in|at|to|near|from|outside|into|around|inside|towards?|via|across|visit(?:s|ed|ing)?|"
    r"leav(?:es?|ing)|left|of)(?: the)?|[\w)],) $",
    re.IGNORECASE,
)
_LETTERS = str.maketrans(
    {"’": "'", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ı": "i", "ß": "ss"}
)
_LEFT = 60  # characters before a name in which a title or a country counts


@dataclass(frozen=True)
class Gazetteer:
    """Actors by id, and an index of their names. Make it with `read_gazetteer`.

    `names` maps a folded name to its bearers and how they bear it; `longest` maps a name's first
    word to the numbers of words of the names that start with it, longest first.
    """

    actors: dict[str, Actor]
    names: dict[str, tuple[tuple[str, Form], ...]] = field(repr=False)
    longest: dict[str, tuple[int, ...]] = field(repr=False)
    given: frozenset[str] = field(repr=False)

    def find(self, text: str, date: str | None = None, context: str = "") -> list[Mention]:
        """The names in the text in order, without overlaps, the longest first at each place.

        `date` (ISO 8601) is the article's, `context` its text: they help with shared names.
        """
        words = list(_WORD.finditer(text))
        longest = self.longest
        found: list[Mention] = []
        skip_to = 0
        for n, word in enumerate(words):
            first = word.group()
            sizes = longest.get(first if first.isalpha() and first.isascii() else fold(first))
            if sizes is None or n < skip_to:
                continue
            for size in sizes:
                if n + size > len(words):
                    continue
                start, end = word.start(), words[n + size - 1].end()
                bearers = self.names.get(fold(text[start:end]))
                if bearers and not self._is_part(text, start, end, bearers):
                    found.append(self._mention(text, start, end, bearers, date, context))
                    skip_to = n + size
                    break
        return found

    def _is_part(
        self, text: str, start: int, end: int, bearers: Sequence[tuple[str, Form]]
    ) -> bool:
        """Whether a lone last name follows an unknown first name ("Brigitte Macron")."""
        if any(self.actors[key].kind != "person" for key, _ in bearers):
            return False
        if " " in text[start:end]:
            return False
        before = re.search(r"([^\W\d_][\w’'-]*\.?) $", text[max(0, start - 30) : start])
        if not before or not before.group(1)[0].isupper():
            return False
        word = before.group(1)
        if fold(word) in self.given:  # a first name: of a bearer, or of somebody else
            return not any(
                fold(self.actors[key].name).split()[0] == fold(word) for key, _ in bearers
            )
        known = fold(word) in self.names or office(word) or word.endswith((".", "’s", "'s"))
        return not known and self._looks_given(text, start - len(word) - 1, word)

    @staticmethod
    def _looks_given(text: str, at: int, word: str) -> bool:
        """Whether the capitalised word is no first word of a sentence and no title in capitals."""
        if at <= 0 or text[at - 1] in "“\"'‘\n":
            return False
        return word.istitle() and len(word) > 2 and not office(word.lower())

    def _mention(
        self,
        text: str,
        start: int,
        end: int,
        bearers: tuple[tuple[str, Form], ...],
        date: str | None,
        context: str,
    ) -> Mention:
        name = text[start:end]
        if len(bearers) > 1:
            before = text[max(0, start - _LEFT) : start]
            bearers = self._decided(bearers, before, date, context or text)
        form = bearers[0][1]
        if form == "place" and not _WHERE.search(text[max(0, start - 14) : start]):
            form = "name"
        return Mention(start, end, name, tuple(key for key, _ in bearers), form)

    def _decided(
        self,
        bearers: tuple[tuple[str, Form], ...],
        before: str,
        date: str | None,
        context: str,
    ) -> tuple[tuple[str, Form], ...]:
        """The bearers for whom most speaks; all of them where nothing speaks for any."""
        points = [self._points(self.actors[key], before, date, context) for key, _ in bearers]
        if not any(points):
            return bearers
        best = max(points)
        return tuple(one for one, n in zip(bearers, points, strict=True) if n == best)

    def _points(self, actor: Actor, before: str, date: str | None, context: str) -> int:
        own = [one for one in (actor.name, *actor.aliases) if one not in actor.shared]
        points = 4 * any(one in context for one in own)
        points += 3 * any(word in context for word in actor.context)
        titles = {office(role.title) for role in actor.roles} - {""}
        points += 3 * bool(titles & set(offices_in(before)))
        if actor.country and actor.kind == "person":
            nation = self.actors[actor.country]
            names = (nation.name, *nation.adjectives, *nation.aliases)
            points += 2 * any(re.search(rf"\b{re.escape(one)}\b", before) for one in names)
        held = any(role.held_on(date) for role in actor.roles) if date else actor.roles
        return points + bool(held)

    def in_office(self, title: str, country: str, date: str | None) -> str | None:
        """The one person who held the office in the country on the date, if there is one."""
        wanted = office(title)
        held = [
            actor.id
            for actor in self.actors.values()
            if actor.country == country
            for role in actor.roles
            if wanted and office(role.title) == wanted and role.held_on(date)
        ]
        return held[0] if len(set(held)) == 1 else None

    def country_of(self, actor: str | None, date: str | None = None) -> str | None:
        """The country that the actor is or belongs to; on a date in another office, that office's.

        None for organisations, unknown actors, and who speaks for one on that date.
        """
        if actor not in self.actors:
            return None
        one = self.actors[actor]
        held = [role for role in one.roles if role.held_on(date)]
        if held and all(role.of for role in held):
            return self.actors[held[0].of].country
        return one.country


def read_gazetteer(project_file: Path | None = None) -> Gazetteer:
    """The packaged actors, those of the project's file, and all countries.

    Raises ConfigError that lists the file's faults: doubled names, circles, unknown countries.
    """
    actors = {actor.id: actor for actor in read_actors(project_file)}
    names: dict[str, dict[str, Form]] = {}
    for name, key, form in _all_names(actors):
        names.setdefault(name, {}).setdefault(key, form)
    longest: dict[str, set[int]] = {}
    for name in names:
        words = _WORD.findall(name)
        longest.setdefault(words[0], set()).add(len(words))
    given = {fold(one.name).split()[0] for one in actors.values() if one.kind == "person"}
    return Gazetteer(
        actors=actors,
        names={name: tuple(bearers.items()) for name, bearers in names.items()},
        longest={word: tuple(sorted(sizes, reverse=True)) for word, sizes in longest.items()},
        given=frozenset(given),
    )


def _all_names(actors: dict[str, Actor]) -> Iterator[tuple[str, str, Form]]:
    for key, actor in actors.items():
        groups: tuple[tuple[tuple[str, ...], Form], ...] = (
            ((actor.name, *actor.aliases, *actor.shared), "name"),
            (actor.adjectives, "adjective"),
            (actor.places, "place"),
        )
        for names, form in groups:
            for name in names:
                yield fold(name), key, form
                if len(name) > 4 and name[0].isupper():  # headlines in capitals
                    yield fold(name.upper()), key, form


def fold(text: str) -> str:
    """The name as it is looked up: accents, full stops and "the" dropped, case kept.

    >>> fold("U.S."), fold("Viktor Orbán"), fold("The  Hague")
    ('US', 'Viktor Orban', 'Hague')
    """
    if text.isascii() and text.isalpha():
        return text
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    joined = " ".join(kept.replace(".", "").replace("-", " ").split())
    return joined.removeprefix("the ").removeprefix("The ")
