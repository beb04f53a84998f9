"""What can be wrong with a set of actors, told with the lines of the file."""

from stance.actors.actor import Actor
from stance.storage.errors import nearest, printable


def faults_of(found: dict[str, Actor], text: str) -> list[str]:
    """Unknown organisations and parents, circles of parents, names that two actors claim."""
    return _unknown_offices(found, text) + _cycles(found, text) + _doubled_names(found, text)


def line_of(text: str, name: str, last: bool = False) -> str:
    """The line that quotes the name, as "12: "; empty where none does."""
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if f'"{name}"' in line]
    return f"line {lines[-1 if last else 0]}: " if lines else ""


def _unknown_offices(found: dict[str, Actor], text: str) -> list[str]:
    return [
        f'{line_of(text, role.of)}"{actor.name}": unknown organisation "{printable(role.of, 40)}".'
        f"{nearest(role.of, list(found))}"
        for actor in found.values()
        for role in actor.roles
        if role.of and role.of not in found
    ]


def _cycles(found: dict[str, Actor], text: str) -> list[str]:
    faults = []
    for key, actor in found.items():
        if actor.parent and actor.parent not in found:
            hint = nearest(actor.parent, list(found))
            faults.append(
                f'{line_of(text, actor.parent)}"{actor.name}": unknown parent '
                f'"{printable(actor.parent, 40)}".{hint}'
            )
        steps = [key]
        while (parent := found[steps[-1]].parent) in found and parent not in steps:
            steps.append(str(parent))
        if parent == key:
            ring = " → ".join([*steps, key])
            faults.append(f"{line_of(text, key)}a circle of parents: {ring}.")
    return faults


def _doubled_names(found: dict[str, Actor], text: str) -> list[str]:
    owners: dict[str, list[str]] = {}
    for key, actor in found.items():
        own = [actor.name] if actor.name not in actor.shared else []
        for name in dict.fromkeys([*own, *actor.aliases]):
            owners.setdefault(name, []).append(key)
    return [
        f'{line_of(text, name, last=True)}the name "{printable(name, 40)}" belongs to '
        f"{' and '.join(keys)}. Where both bear it, put it into `shared` of both."
        for name, keys in owners.items()
        if len(keys) > 1
    ]
