"""The actors files: the packaged one, the project's own, and the country names of pycountry."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from stance.actors.actor import Actor, Camp, Kind, Role
from stance.actors.actor_faults import faults_of, line_of
from stance.storage.errors import ConfigError, listed, nearest, printable
from stance.storage.project import default_text
from stance.storage.toml import Record, parse_toml, read_toml, validated

Month = Annotated[str, Field(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")]
Name = Annotated[str, Field(min_length=2, max_length=80)]
Names = tuple[Name, ...]


class RoleRecord(Record):
    """An office: title, first and last month, the id of its organisation if not a country's."""

    title: Name
    since: Month = ""
    until: Month = ""
    of: str = ""


class ActorRecord(Record):
    """One entry of an actors file; `last` is the name that a person is called by alone."""

    id: str = Field(default="", pattern=r"^[a-z0-9-]*$", max_length=60)
    name: Name
    kind: Kind | None = None
    country: str = ""
    parent: str = ""
    camp: Camp | None = None
    last: str | None = None
    aliases: Names = ()
    shared: Names = ()
    adjectives: Names = ()
    places: Names = ()
    context: Names = ()
    roles: tuple[RoleRecord, ...] = ()

    @property
    def key(self) -> str:
        """The id that was given, else one made from the name."""
        return self.id or slug(self.name)


class LadderRecord(Record):
    """What a label stands for where no cue in the sentence says more."""

    rung: (
        Literal[
            "opposes",
            "sceptical",
            "verbal support",
            "calls on others",
            "considers",
            "conditional",
            "pledges",
            "provides",
            "withdraws",
        ]
        | None
    ) = None
    aid: Literal["protection", "military", "humanitarian", "economic", ""] = ""


class ActorsFile(Record):
    """An actors file: actors, and by label what the commitment ladder takes it for."""

    format: Literal[1] = 1
    actors: tuple[ActorRecord, ...] = ()
    ladder: dict[str, LadderRecord] = Field(default_factory=dict)


def slug(name: str) -> str:
    """The name as an id: small letters without accents, words joined by hyphens.

    >>> slug("Viktor Orbán")
    'viktor-orban'
    """
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("ł", "l"))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")


def read_actors(project_file: Path | None = None) -> tuple[Actor, ...]:
    """The actors of the packaged file, of the project's own where there is one, and of pycountry.

    Raises ConfigError that lists what is wrong in the project's file, with lines.
    """
    packaged = validated(
        ActorsFile, parse_toml(default_text("actors.toml"), "actors.toml"), "actors.toml"
    )
    records = {record.key: record for record in packaged.actors}
    if len(records) < len(packaged.actors):
        raise ValueError("an id stands twice in the packaged actors")
    if project_file is None or not project_file.is_file():
        return _built(records, "actors.toml", "")
    text, tables = read_toml(project_file)
    own = validated(ActorsFile, tables, str(project_file))
    faults = _doubled_ids(own.actors, text)
    for record in own.actors:
        known = records.get(record.key)
        records[record.key] = _extended(known, record) if known else record
    return _built(records, str(project_file), text, faults)


def read_ladder_records(project_file: Path | None = None) -> dict[str, LadderRecord]:
    """The `[ladder]` tables by label, the project's before the packaged ones."""
    tables = parse_toml(default_text("actors.toml"), "actors.toml")
    found = dict(validated(ActorsFile, tables, "actors.toml").ladder)
    if project_file is not None and project_file.is_file():
        _, own = read_toml(project_file)
        found |= validated(ActorsFile, own, str(project_file)).ladder
    return found


def _doubled_ids(records: Iterable[ActorRecord], text: str) -> list[str]:
    seen: set[str] = set()
    faults = []
    for record in records:
        if record.key in seen:
            line = line_of(text, record.id or record.name, last=True)
            faults.append(f'{line}the id "{record.key}" stands there twice.')
        seen.add(record.key)
    return faults


def _extended(known: ActorRecord, own: ActorRecord) -> ActorRecord:
    """The packaged entry with the project's: lists joined, single values that are set replaced."""
    changes: dict[str, object] = {"name": own.name, "id": known.key}
    for field in ("kind", "country", "parent", "camp", "last"):
        value = getattr(own, field)
        if value or (field == "last" and value is not None):
            changes[field] = value
    for field in ("aliases", "shared", "adjectives", "places", "context"):
        changes[field] = tuple(dict.fromkeys(getattr(known, field) + getattr(own, field)))
    if own.name != known.name:
        changes["aliases"] = (known.name, *known.aliases, *own.aliases)
    changes["roles"] = own.roles or known.roles
    return known.model_copy(update=changes)


def _built(
    records: dict[str, ActorRecord], name: str, text: str, faults: Sequence[str] = ()
) -> tuple[Actor, ...]:
    codes = {one.country: key for key, one in records.items() if one.kind == "country"}
    official = _official_names()
    found: dict[str, Actor] = {}
    told = list(faults)
    for key, record in records.items():
        country, fault = _country(record, records, codes, official)
        if fault:
            told.append(line_of(text, record.id or record.name) + fault)
        found[key] = _actor(key, record, country)
    for code, names in official.items():
        if code not in codes and slug(names[0]) not in found:
            found[slug(names[0])] = Actor(slug(names[0]), names[0], "country", aliases=names[1:])
        elif code in codes:
            told_already = (found[codes[code]].name, *found[codes[code]].aliases)
            more = tuple(one for one in names if one not in told_already)
            old = found[codes[code]]
            found[codes[code]] = replace(old, aliases=old.aliases + _free(more, old, found))
    told += faults_of(found, text)
    if told:
        raise ConfigError(f"{printable(name)}: {listed(sorted(set(told), key=told.index))}")
    return tuple(_with_camp(actor, found, records) for actor in found.values())


def _free(names: tuple[str, ...], actor: Actor, found: dict[str, Actor]) -> tuple[str, ...]:
    taken = {alias for one in found.values() for alias in (*one.aliases, *one.shared)}
    return tuple(name for name in names if name not in taken and name not in actor.shared)


def _official_names() -> dict[str, tuple[str, ...]]:
    """Country names by ISO code, the commonest first, from pycountry (Debian's iso-codes)."""
    import pycountry

    found = {}
    for one in pycountry.countries:
        names = [getattr(one, "common_name", ""), one.name, getattr(one, "official_name", "")]
        # "Iran, Islamic Republic of" is how lists sort it.
        plain = [" ".join(reversed(name.split(", ", 1))) for name in names]
        found[one.alpha_2] = tuple(dict.fromkeys(name for name in plain if name))
    return found


def _country(
    record: ActorRecord,
    records: dict[str, ActorRecord],
    codes: dict[str, str],
    official: dict[str, tuple[str, ...]],
) -> tuple[str | None, str]:
    """The id of the actor's country, and what is wrong with it."""
    if record.kind == "country":
        if record.country and record.country not in official:
            return record.key, f'"{record.name}": unknown country code "{record.country}".'
        return record.key, ""
    if not record.country:
        return None, ""
    if record.country in codes:
        return codes[record.country], ""
    if record.country in official:
        return slug(official[record.country][0]), ""
    named = slug(record.country)
    if named in records and records[named].kind == "country":
        return named, ""
    hint = nearest(record.country, [*codes.values(), *(n[0] for n in official.values())])
    return None, f'"{record.name}": unknown country "{printable(record.country, 40)}".{hint}'


def _actor(key: str, record: ActorRecord, country: str | None) -> Actor:
    shared = record.shared
    if (record.kind or "person") == "person" and record.last != "":
        last = record.last or record.name.split()[-1]
        shared = tuple(dict.fromkeys((*shared, last)))
    return Actor(
        id=key,
        name=record.name,
        kind=record.kind or "person",
        country=country,
        aliases=record.aliases,
        shared=shared,
        adjectives=record.adjectives,
        places=record.places,
        roles=tuple(Role(one.title, one.since, one.until, one.of) for one in record.roles),
        camp=record.camp or "other",
        parent=record.parent or None,
        context=record.context,
    )


def _with_camp(actor: Actor, found: dict[str, Actor], records: dict[str, ActorRecord]) -> Actor:
    """The actor with the camp that it has, or its country, or its parents."""
    seen: list[str] = []
    key: str | None = actor.id
    while key and key not in seen:
        seen.append(key)
        if key in records and (camp := records[key].camp):
            return replace(actor, camp=camp)
        one = found[key]
        key = one.country if one.country and one.country != key else one.parent
    return actor
