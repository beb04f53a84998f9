"""The file of what mutation testing came to: a block for each module, with what nobody noticed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tried:
    """The mutants of one module: how many, how many of them were noticed, and the others."""

    n: int
    n_noticed: int
    survivors: tuple[str, ...]

    def told(self, module: str) -> str:
        """One line."""
        share = 100 * self.n_noticed / self.n
        return f"{module:<26}{self.n_noticed:>5} of {self.n:>5}  {share:5.1f} %"


def read_tried(path: Path) -> dict[str, Tried]:
    """What the file says of each module; nothing where there is no file."""
    found: dict[str, Tried] = {}
    module = ""
    for line in path.read_text("utf-8").splitlines() if path.exists() else []:
        words = line.split()
        if line.startswith("  "):
            one = found[module]
            found[module] = Tried(one.n, one.n_noticed, (*one.survivors, line.strip()))
        elif len(words) == 6 and words[2] == "of" and "/" in words[0]:
            module = words[0]
            found[module] = Tried(int(words[3]), int(words[1]), ())
    return found


def write_tried(path: Path, new: Mapping[str, Tried], order: Sequence[str]) -> None:
    """Puts what is new in the place of what the file had of those modules, and sums up."""
    found = {**read_tried(path), **new}
    found = {module: found[module] for module in order if module in found}
    n = sum(one.n for one in found.values())
    n_noticed = sum(one.n_noticed for one in found.values())
    lines = [f"{n_noticed:,} of {n:,} mutants noticed: {100 * n_noticed / n:.1f} %"]
    for module, one in found.items():
        lines += ["", one.told(module), *(f"  {survivor}" for survivor in one.survivors)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
