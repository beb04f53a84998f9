"""The versions in a models folder: their names, the aliases that point to them, their history."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from getpass import getuser
from importlib import resources
from pathlib import Path
from typing import Any

from stance.models.info import VERSION_PATTERN
from stance.storage.atomic import append_lines, clean_leftovers, locked, write_file
from stance.storage.errors import InputError, ModelError, ProjectError, nearest, printable
from stance.storage.jsonl import BadJsonError, dump, parse_object, read_jsonl
from stance.storage.text import read_bytes

LATEST = "latest"
CHAMPION = "champion"
ALIASES = "aliases.json"
HISTORY = "history.jsonl"
# The version that a fresh clone and the installed package bring along.
DEFAULT = "default"
MAX_ALIASES_BYTES = 1_000_000


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
        made = [event.get("version") for event in self.history() if event.get("event") == "train"]
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

    @contextlib.contextmanager
    def adding(self, name: str | None) -> Iterator[str]:
        """Holds the registry while a version is written; gives its name, the next free v1, v2, …

        The alias `latest` moves to it when the block ends well, unless it is the default one.
        Raises ProjectError when the name is taken or no name of a version.
        """
        with locked(self.root / ".registry.lock"):
            clean_leftovers(self.root)
            version = self._free_name(name)
            yield version
            if version != DEFAULT:
                self._point(LATEST, version)

    def record(self, event: str, version: str, command: str, numbers: dict[str, Any]) -> None:
        """Adds a line to the history: who did what when, and the numbers it was done for."""
        append_lines(
            self.root / HISTORY,
            [
                dump(
                    {
                        "at": datetime.now(UTC).isoformat(timespec="seconds"),
                        "event": event,
                        "version": version,
                        "by": _user(),
                        "command": command,
                        **numbers,
                    }
                )
            ],
        )

    def find(self, name: str | None) -> Path:
        """The folder of a version, of an alias (@champion), or of the default.

        That is the champion, or the latest where none was promoted, or the version `default`, or
        the packaged one. Raises ModelError.
        """
        aliases = self.aliases()
        if name is None:
            name = aliases.get(CHAMPION) or aliases.get(LATEST) or DEFAULT
            if name == DEFAULT and not (self.root / name).is_dir():
                return packaged_model()
        elif name.startswith("@"):
            alias = name.removeprefix("@")
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
        """Raises ProjectError when a new version cannot have the name, before work is done."""
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

    def _point(self, alias: str, version: str) -> None:
        aliases = self.aliases() | {alias: version}
        write_file(self.root / ALIASES, json.dumps(aliases, indent=2, sort_keys=True) + "\n")


def _user() -> str:
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
