"""`stance who --changes`: what is new since the last time, for people and for cron."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from stance.cli.console import echo, echo_json, talk
from stance.storage.errors import InputError, n_of, printable

if TYPE_CHECKING:
    from stance.actors.changes import Change, Contradiction, Side
    from stance.actors.table import Print
    from stance.actors.who import Who

MAX_SHOWN = 20
MAX_KNOWN_BYTES = 100_000_000


def tell_changes(result: "Who", within: int, known: Path | None, as_json: bool) -> None:
    """Prints changed positions and contradictions; exit code 3 when one of them is new.

    New is what the file `known` does not name; it is written anew with all that was found.
    """
    from stance.actors.changes import find_changes, find_contradictions

    seen = _known(known)
    changes = find_changes(result.table)
    pairs = find_contradictions(result.table, result.desk.codebook, within)
    new = {*(one.identity for one in changes), *(one.identity for one in pairs)} - seen
    if as_json:
        echo_json(_fields(changes, pairs, new, result.model_version))
    else:
        _show(changes, pairs, new, within)
    if known is not None:
        _remember(known, seen | new)
    if new:
        raise typer.Exit(3)


def _known(path: Path | None) -> set[str]:
    from stance.storage.jsonl import BadJsonError, parse_object
    from stance.storage.text import read_bytes

    if path is None or not path.exists():
        return set()
    try:
        found = parse_object(read_bytes(path, MAX_KNOWN_BYTES).decode("utf-8")).get("known")
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return set(found)
    except (BadJsonError, UnicodeDecodeError):
        pass
    raise InputError(
        f"{printable(str(path))}: not a file that `stance who --changes --known` wrote. "
        "Name another one."
    )


def _remember(path: Path, known: set[str]) -> None:
    from stance.storage.atomic import write_file

    write_file(path, json.dumps({"format": 1, "known": sorted(known)}, indent=1) + "\n")


def _show(
    changes: "list[Change]", pairs: "list[Contradiction]", new: set[str], within: int
) -> None:
    if not changes:
        echo("No position changed beyond chance.")
    for one in changes[:MAX_SHOWN]:
        mark = "" if one.identity in new else " (known)"
        echo(
            f"{printable(one.name)}: {_position(one.before)} → {_position(one.after)}, "
            f"{one.before.last} → {one.after.first}, p = {one.p:.3g}{mark}"
        )
    echo(f"{n_of(len(pairs), 'pair')} of opposite statements within {n_of(within, 'day')}")
    for pair in pairs[:MAX_SHOWN]:
        mark = "" if pair.identity in new else " (known)"
        echo(f"{printable(pair.name)}, {n_of(pair.days, 'day')} apart{mark}:")
        for side in (pair.one, pair.other):
            best = side.best
            text = printable(" ".join(best.text.split()), 200)
            echo(f"  {best.article.day} {best.label}: “{text}” ({printable(best.sentence_id)})")
    if max(len(changes), len(pairs)) > MAX_SHOWN:
        talk("--json lists all of them.")


def _position(side: "Side") -> str:
    n = side.labels[side.position]
    return (
        f"{side.position} ({n} of {n_of(side.n_statements, 'statement')}, "
        f"{n_of(side.n_articles, 'article')}, {n_of(side.n_outlets, 'outlet')})"
    )


def _fields(
    changes: "list[Change]", pairs: "list[Contradiction]", new: set[str], version: str
) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "format": 1,
        "model_version": version,
        "n_new": len(new),
        "changes": [
            {
                "id": one.identity,
                "is_new": one.identity in new,
                **asdict(one),
                "position_before": one.before.position,
                "position_after": one.after.position,
            }
            for one in changes
        ],
        "contradictions": [
            {
                "id": pair.identity,
                "is_new": pair.identity in new,
                "key": pair.key,
                "name": pair.name,
                "days": pair.days,
                "statements": [_statement(pair.one), _statement(pair.other)],
            }
            for pair in pairs
        ],
    }


def _statement(one: "Print") -> dict[str, Any]:
    best = one.best
    return {
        "sentence_id": best.sentence_id,
        "label": best.label,
        "text": best.text,
        "published_at": best.article.published_at,
        "outlet": best.article.outlet,
        "url": best.article.url,
        "n_outlets": len(one.outlets),
        "probability": best.probability,
        "decided_by": best.decided,
    }
