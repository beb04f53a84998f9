"""What of a project may never be lost, looked at from outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.models.folder import read_info, verify_files
from stance.models.registry import ALIASES, HISTORY, Registry
from stance.prediction.scorer import load_scorer
from stance.storage.jsonl import BadJsonError, parse_object
from stance.storage.leftovers import TEMPORARY_PREFIX
from stance.storage.project import Project


@dataclass(frozen=True)
class State:
    """The whole lines of every file that is only added to, and the aliases."""

    lines: dict[Path, bytes]
    aliases: dict[str, str]


def state_of(project: Project) -> State:
    """What is stored now."""
    lines = {path: whole_lines(path) for path in _added_to(project) if path.exists()}
    return State(lines, Registry(project.models).aliases())


def whole_lines(path: Path) -> bytes:
    """The file without half a line at its end, which was never told as saved."""
    content = path.read_bytes()
    return content[: content.rfind(b"\n") + 1]


def _added_to(project: Project) -> Iterator[Path]:
    yield from (project.articles, project.sentences, project.gold, project.corrections)
    yield project.models / HISTORY
    yield from sorted(project.annotations.glob("*.jsonl"))


def torn(project: Project, before: State) -> list[str]:
    """What is wrong right after a kill, before anything else runs; nothing, one hopes."""
    found = []
    after = state_of(project)
    for path, content in before.lines.items():
        if not after.lines.get(path, b"").startswith(content):
            found.append(f"{path.name}: lines that were saved are gone or changed")
    for path, content in after.lines.items():
        found += [f"{path.name}: {fault}" for fault in _bad_lines(content)]
    registry = Registry(project.models)
    champion = after.aliases.get("champion")
    moves = [one["moves"]["champion"][1] for one in registry.history() if _moves(one)]
    # Of the moves before this one, the last may have been cut off, to be finished by it.
    n_before = before.lines[project.models / HISTORY].count(b'"champion": [')
    if champion not in {*moves[max(0, n_before - 1) :], before.aliases.get("champion")}:
        found.append(f"{ALIASES}: champion {champion} out of nowhere")
    load_scorer(registry.find(None)).score(["We welcome the ferry."])
    for version in registry.versions():
        folder = registry.root / version
        found += [f"{version}: {fault}" for fault in verify_files(folder, read_info(folder))]
    return found


def _moves(event: dict[str, Any]) -> bool:
    return "champion" in event.get("moves", {})


def _bad_lines(content: bytes) -> Iterator[str]:
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            parse_object(line.decode("utf-8"))
        except (BadJsonError, UnicodeDecodeError) as error:
            yield f"line {number}: {error}"


def unfinished(project: Project) -> list[str]:
    """What is wrong although a command that holds the registry has run since."""
    registry = Registry(project.models)
    events = registry.history()
    found = []
    made = {one["version"] for one in events if one["event"] in ("train", "found")}
    if missing := set(registry.versions()) - made:
        found.append(f"{HISTORY}: nothing of {', '.join(sorted(missing))}")
    where: dict[str, str] = {}
    for event in events:
        where |= {alias: to for alias, (_, to) in event.get("moves", {}).items()}
    if {alias: to for alias, to in where.items() if to} != registry.aliases():
        found.append(f"{ALIASES}: an alias is not where the history says")
    return found


def leftovers(folder: Path) -> list[str]:
    """The temporary files below the folder."""
    return [f"left over: {path.name}" for path in folder.rglob(TEMPORARY_PREFIX + "*")]
