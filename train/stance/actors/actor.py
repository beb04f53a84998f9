"""An actor, the roles it held and when, and the places where a text names it."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["country", "organisation", "person", "body", "group"]
Camp = Literal["adversary", "ukraine", "ally", "other"]
Form = Literal["name", "adjective", "place", "role"]


@dataclass(frozen=True)
class Role:
    """An office with the months it began and ended ("2019-07"); empty where unknown or open.

    `of` is the id of the organisation where the office is none of the person's own country.
    """

    title: str
    since: str = ""
    until: str = ""
    of: str = ""

    def held_on(self, date: str | None) -> bool:
        """Whether the office was held on the date (ISO 8601); month precision, ends included."""
        if not date:
            return False
        month = date[:7]
        return (not self.since or self.since <= month) and (not self.until or month <= self.until)


@dataclass(frozen=True)
class Actor:
    """A country, organisation, person, body or group, as an actors file describes it.

    `country` and `parent` are ids of other actors. `aliases` name it and nobody else; `shared`
    are names that others bear, too; `adjectives` are the words for its people and things;
    `places` stand for a country's government ("Berlin"); `context` are words whose presence in
    an article decides for this actor where a name is shared.
    """

    id: str
    name: str
    kind: Kind
    country: str | None = None
    aliases: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    camp: Camp = "other"
    parent: str | None = None
    context: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mention:
    """A name in a text: where it stands, and whom it may mean (several ids: ambiguous)."""

    start: int
    end: int
    text: str
    actors: tuple[str, ...]
    form: Form = "name"

    @property
    def actor(self) -> str | None:
        """The actor's id; None where the name is ambiguous."""
        return self.actors[0] if len(self.actors) == 1 else None
