"""The versions in a models folder: their names, the aliases that point to them, their history."""

import contextlib
import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from getpass import getuser
from importlib import resources
from pathlib import Path
from typing import Any

from stance.models.names import VERSION_PATTERN
from stance.storage.atomic import (
    append_lines,
    locked,
    repair_tail,
    write_file,
)
from stance.storage.errors import InputError, ModelError, ProjectError, nearest, printable
from stance.storage.jsonl import BadJsonError, dump, parse_object, read_jsonl
from stance.storage.places import check_writable
from stance.storage.text import read_bytes

log = logging.getLogger(__name__)

LATEST = "latest"
CHAMPION = "champion"
CHALLENGER = "challenger"
ALIASES = "aliases.json"
HISTORY = "history.jsonl"
# The version that a fresh clone and the installed package bring along.
DEFAULT = "default"
MAX_ALIASES_BYTES = 1_000_000
MADE = ("train", "found")  # events by which a version comes


@dataclass(frozen=True)
class Registry:
    """The models folder `root`. Versions never change; an alias moves in one step."""

    root: Path

    def versions(self) -> list[str]:
        """The names of the versions, in the order in which they were made where that is known."""
        if not self.root.is_dir():
            return []
        folders = [
            path.name
            for path in self.root.iterdir()
            if VERSION_PATTERN.fullmatch(path.name) and (path / "info.json").is_file()
        ]
        made = [event.get("version") for event in self.history() if event.get("event") in MADE]
        order = {name: number for number, name in enumerate(made)}
        return sorted(folders, key=lambda name: (order.get(name, -1), name))

    def aliases(self) -> dict[str, str]:
        """Alias to version. Raises ModelError when the file is damaged."""
        path = self.root / ALIASES
        if not path.exists():
            return {}
        try:
            found = parse_object(read_bytes(path, MAX_ALIASES_BYTES).decode("utf-8"))
        except (BadJsonError, InputError, UnicodeDecodeError) as error:
            raise ModelError(
                f"{path}: cannot be read ({error}). Name a version instead."
            ) from error
        if not all(isinstance(version, str) for version in found.values()):
            raise ModelError(f"{path}: an alias names no version. Name a version instead.")
        return found

    def history(self) -> list[dict[str, Any]]:
        """Every event, oldest first."""
        path = self.root / HISTORY
        return [fields for _, fields in read_jsonl(path)] if path.exists() else []

    def in_use(self) -> str | None:
        """The version that `predict` uses: the champion, or the latest where none was promoted,
        or the version `default`; None where there is none of them.
        """
        aliases = self.aliases()
        name = aliases.get(CHAMPION) or aliases.get(LATEST)
        return name or (DEFAULT if (self.root / DEFAULT).is_dir() else None)

    @contextlib.contextmanager
    def holding(self) -> Iterator[None]:
        """Holds the registry; what a killed process left undone is done or cleared away first."""
        with locked(self.root / ".registry.lock"):
            self._finish()
            yield

    @contextlib.contextmanager
    def adding(self, name: str | None) -> Iterator[str]:
        """Holds the registry while a version is written; gives its name, the next free v1, v2, …

        Raises ProjectError when the name is taken or no name of a version.
        """
        with self.holding():
            yield self._free_name(name)

    def record(
        self,
        event: str,
        version: str,
        command: str,
        numbers: Mapping[str, Any],
        moves: Mapping[str, str | None] | None = None,
    ) -> None:
        """Adds a line to the history (who did what when, for which numbers) and moves aliases.

        `moves` says where each alias goes, None for nowhere; `latest` goes to what was trained.
        The line is written first and says from where to where: a process that is killed between
        the two leaves a move that the next one to hold the registry finishes. Where the move
        fails, the line is taken back.
        """
        moves = dict(moves or {})
        if event == "train" and version != DEFAULT:
            moves[LATEST] = version
        aliases = self.aliases() if moves else {}
        line: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "event": event,
            "version": version,
            "by": user(),
            "command": command,
            **numbers,
        }
        if moves:
            line["moves"] = {alias: [aliases.get(alias), to] for alias, to in moves.items()}
        path = self.root / HISTORY
        n_bytes = path.stat().st_size if path.exists() else 0
        append_lines(path, [dump(line)])
        try:
            if moves:
                self._point(moves)
        except BaseException:
            with contextlib.suppress(OSError, ModelError):
                if self.aliases() == aliases:
                    os.truncate(path, n_bytes)
            raise

    def find(self, name: str | None) -> Path:
        """The folder of a version, of an alias (@champion), or of the default.

        That is the champion, or the latest where none was promoted, or the version `default`, or
        the packaged one. Raises ModelError.
        """
        if name is None:
            name = self.in_use()
            if name is None:
                return packaged_model()
        elif name.startswith("@"):
            aliases, alias = self.aliases(), name.removeprefix("@")
            if alias not in aliases:
                known = ", ".join(f"@{one}" for one in aliases) or "none"
                raise ModelError(f"no alias {printable(name)}. Known: {known}.")
            name = aliases[alias]
        if not VERSION_PATTERN.fullmatch(name) or not (self.root / name).is_dir():
            versions = self.versions()
            raise ModelError(
                f'no version "{printable(name)}" in {printable(str(self.root))}.'
                f"{nearest(name, versions)} Known: {', '.join(versions[-10:]) or 'none'}."
            )
        return self.root / name

    def check_name(self, name: str | None) -> None:
        """Raises ProjectError when a new version cannot have the name, and InputError when none
        can be written here, before work is done.
        """
        check_writable(self.root)
        if name is None:
            return
        if not VERSION_PATTERN.fullmatch(name):
            raise ProjectError(
                f'"{printable(name)}" cannot be a version. Use letters, digits and . _ - only.'
            )
        if name in (ALIASES, HISTORY):
            raise ProjectError(
                f'"{name}" cannot be a version: the registry has a file of that name.'
            )
        if (self.root / name).exists():
            raise ProjectError(f'the version "{name}" exists already. Versions never change.')

    def _free_name(self, name: str | None) -> str:
        if name is None:
            taken = [path.name for path in self.root.iterdir()]
            made = [str(event.get("version", "")) for event in self.history()]
            numbers = [
                int(one[1:]) for one in taken + made if one[:1] == "v" and one[1:].isdecimal()
            ]
            return f"v{max(numbers, default=0) + 1}"
        self.check_name(name)
        return name

    def _point(self, moves: Mapping[str, str | None]) -> None:
        aliases = {alias: to for alias, to in {**self.aliases(), **moves}.items() if to}
        write_file(self.root / ALIASES, json.dumps(aliases, indent=2, sort_keys=True) + "\n")

    def _finish(self) -> None:
        """Finishes the move and writes the line that a killed process did not come to."""
        from stance.models.origin import ORIGIN, read_origin

        with locked(self.root / ".lock"):
            repair_tail(self.root / HISTORY)
        events = self.history()
        moves: dict[str, Any] = next(
            (one["moves"] for one in reversed(events) if "moves" in one), {}
        )
        aliases = self.aliases() if moves else {}
        undone = {
            alias: to for alias, (was, to) in moves.items() if aliases.get(alias) == was != to
        }
        if undone:
            self._point(undone)
            log.warning("finished what was cut off: %s", _told(undone))
        made = {one.get("version") for one in events if one.get("event") in MADE}
        for version in self.versions():
            if version not in made and (self.root / version / ORIGIN).is_file():
                origin = read_origin(self.root / version)
                # Its alias stays where it was: whoever trained it never heard that it was done.
                numbers = {"by": origin.by, "made_at": origin.at, "note": "found without its line"}
                self.record("found", version, origin.command, numbers)


def _told(moves: Mapping[str, str | None]) -> str:
    return ", ".join(f"@{alias} is {to or 'none'}" for alias, to in moves.items())


def user() -> str:
    """The name of the user of this process, `unknown` where there is none."""
    try:
        return getuser()
    except (OSError, KeyError):  # no name for this user id
        return "unknown"


def packaged_model() -> Path:
    """The model that came with the installation. Raises ModelError where there is none."""
    folder = Path(str(resources.files("stance") / "defaults" / "model"))
    if not folder.is_dir():
        raise ModelError("no model yet. Make one with `stance train`.")
    return folder


def find_model(name: str | None, models: Path | None) -> Path:
    """The folder that the user means: a path to one, or a version or alias in `models`.

    Raises ModelError when there is none.
    """
    if name is not None and not name.startswith("@"):
        path = Path(name)
        # A path beats a version of the same name only when it is written as a path.
        if path.exists() and (path.is_absolute() or "/" in name or models is None):
            return path
        if "/" in name:
            raise ModelError(f"{printable(name)}: no such model folder. Check the path.")
        if path.is_file():
            return path
    if models is None and name is None:
        return packaged_model()
    if models is None:
        raise ModelError(
            "no project here, so no model to choose from. Name a model folder with --model DIR, "
            "or a project with --project DIR."
        )
    return Registry(models).find(name)
