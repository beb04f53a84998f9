"""Which version is the champion: promoting one, and going back to the one before."""

from collections.abc import Mapping, Sequence
from typing import Any

from stance.models.folder import read_folder, verify_files
from stance.models.registry import CHALLENGER, CHAMPION, Registry
from stance.storage.errors import ModelError, ProjectError, listed


def promote(
    registry: Registry,
    version: str,
    command: str,
    numbers: Mapping[str, Any],
    instead_of: str | None = None,
    event: str = "promote",
) -> bool:
    """Makes the version the champion, recorded and in one step; false when it is already.

    With `instead_of` it replaces that one only ("" for none). Raises ModelError when the folder
    is not whole, ProjectError when another version became champion meanwhile.
    """
    with registry.holding():
        aliases = registry.aliases()
        champion = aliases.get(CHAMPION)
        if instead_of is not None and (champion or "") != instead_of:
            raise ProjectError(
                f"{champion or 'no version'} has become the champion meanwhile, where "
                f"{instead_of or 'none'} was. Nothing was promoted; run it again."
            )
        if champion == version:
            return False
        check_whole(registry, version)
        registry.record(event, version, command, numbers, _moves(aliases, version))
    return True


def rollback(registry: Registry, command: str, numbers: Mapping[str, Any]) -> tuple[str, str]:
    """Makes the champion before this one the champion again; returns both names, old and new.

    Raises ProjectError when there is none before it, ModelError when it is not whole.
    """
    with registry.holding():
        aliases = registry.aliases()
        champion = aliases.get(CHAMPION)
        before = [one for one in champions(registry.history()) if one != champion]
        if champion is None or not before:
            raise ProjectError(
                f"no champion before {champion or 'the first'} to go back to. "
                "Name a version: stance models promote VERSION."
            )
        check_whole(registry, before[-1])
        registry.record("rollback", before[-1], command, numbers, _moves(aliases, before[-1]))
        return champion, before[-1]


def check_whole(registry: Registry, version: str) -> None:
    """Raises ModelError when a file of the version is missing or changed."""
    folder = registry.find(version)
    info = read_folder(folder).info
    if faults := verify_files(folder, info):
        raise ModelError(f"{version} is not whole: {listed(faults, 3)}. Nothing was promoted.")


def champions(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """The champions that `rollback` would go through, the present one last.

    A promotion adds one, a rollback takes off those that came after the one it went back to.

    >>> moves = [("promote", None, "v1"), ("promote", "v1", "v2"), ("rollback", "v2", "v1")]
    >>> champions([{"event": e, "moves": {"champion": [a, b]}} for e, a, b in moves])
    ['v1']
    """
    found: list[str] = []
    for event in history:
        was, now = event.get("moves", {}).get(CHAMPION, (None, None))
        if now is None:
            continue
        if was is not None and was not in found:  # it was made champion by hand
            found.append(was)
        if event["event"] == "rollback" and now in found:
            del found[found.index(now) + 1 :]
        else:
            found = [one for one in found if one != now] + [now]  # no going round in circles
    return found


def _moves(aliases: Mapping[str, str], version: str) -> dict[str, str | None]:
    """A champion is no challenger any more."""
    moves: dict[str, str | None] = {CHAMPION: version}
    if aliases.get(CHALLENGER) == version:
        moves[CHALLENGER] = None
    return moves
