"""What of the articles, actors and labels is asked for; wrong names and dates are told."""

from collections.abc import Iterable, Sequence

from stance.actors.gazetteer import Gazetteer, fold
from stance.actors.sources import Sources
from stance.actors.table import By, row_of
from stance.corpus.articles import is_date
from stance.storage.errors import ConfigError, InputError, nearest, printable


def check_period(since: str, until: str) -> None:
    """Raises ConfigError when an end of the period is no date, or they are the wrong way round."""
    for option, value in (("--since", since), ("--until", until)):
        if value and not is_date(value):
            raise ConfigError(
                f'{option}: "{printable(value, 40)}" is no date. Write YYYY-MM-DD, YYYY-MM or YYYY.'
            )
    if since and until and until < since[: len(until)]:
        raise ConfigError(f"--since {since} is after --until {until}. Exchange them.")


def keep_period(sources: Sources, since: str, until: str) -> list[str]:
    """Drops the articles outside the period; returns what a reader must know of it.

    Raises InputError when nothing is left.
    """
    if not since and not until:
        return []
    every = list(sources.articles.values())
    n_undated = sum(1 for one in every if not one.published_at)
    sources.articles = {
        one.id: one
        for one in every
        if one.published_at
        and (not since or one.published_at[: len(since)] >= since)
        and (not until or one.published_at[: len(until)] <= until)
    }
    told = f"{n_undated:,} articles without a date are left out." if n_undated else ""
    if not sources.articles:
        dates = sorted(one.day for one in every if one.published_at)
        where = f"The articles are of {dates[0]} to {dates[-1]}" if dates else "None has a date"
        raise InputError(f"no article between --since and --until. {where}. {told}".strip())
    return [told] if told else []


def chosen_labels(wanted: Sequence[str], labels: Sequence[str]) -> tuple[str, ...]:
    """The labels asked for, in the model's order; all of them when none is named.

    Raises ConfigError for one that the model does not know.
    """
    for name in wanted:
        if name not in labels:
            raise ConfigError(
                f'--label: unknown label "{printable(name, 60)}".{nearest(name, labels)} '
                f"Labels: {', '.join(labels)}."
            )
    return tuple(name for name in labels if not wanted or name in wanted)


def row_key(name: str, gazetteer: Gazetteer, by: By = "actor", option: str = "--actor") -> str:
    """The key of the row that the name means: an id, a name or an alias of an actor, or a camp.

    Raises ConfigError that names the nearest when nobody is called so, and the bearers when
    several are.
    """
    camps = {one.camp for one in gazetteer.actors.values()}
    if by == "camp" and name in camps:
        return name
    if name in gazetteer.actors:
        return row_of(name, gazetteer, by)
    bearers = {key for key, _ in gazetteer.names.get(fold(name), ())}
    if len(bearers) > 1:
        raise ConfigError(
            f'{option}: several actors are called "{printable(name, 60)}". '
            f"Name one by id: {', '.join(sorted(bearers))}."
        )
    if not bearers:
        raise ConfigError(_unknown(name, gazetteer, sorted(camps) if by == "camp" else (), option))
    return row_of(bearers.pop(), gazetteer, by)


def _unknown(name: str, gazetteer: Gazetteer, camps: Iterable[str], option: str) -> str:
    from difflib import get_close_matches

    known = {one.casefold(): one for one in camps}
    for actor in gazetteer.actors.values():
        for one in (actor.id, actor.name, *actor.aliases, *actor.shared):
            known.setdefault(one.casefold(), one)
    close = [known[one] for one in get_close_matches(name.casefold(), list(known), 3, 0.6)]
    hint = f" Nearest: {', '.join(close)}." if close else ""
    return (
        f'{option}: no actor is called "{printable(name, 60)}".{hint} '
        "Enter others in configs/actors.toml."
    )
