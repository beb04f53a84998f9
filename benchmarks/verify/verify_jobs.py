"""The commands that write, ready to be begun in a desk again and again, and what they may leave."""

import hashlib
import random
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from verify_desk import FAST, article, forked, made, rows, run, waited, write

from stance.models.registry import Registry
from stance.storage.project import Project

# How often each is drawn: what takes a second less often than what takes a blink.
STORE = {"promote": 5, "rollback": 4, "ingest": 5, "import": 5, "correct": 5}
MODELS = {"train": 2, "retrain": 2}
OUTPUTS = {"export": 4, "predict": 4, "evaluate": 1, "who": 2, "compare": 1}
KINDS = STORE | MODELS | OUTPUTS


class Desk:
    """A project in a folder of its own, with outputs whose contents are known.

    An output has two contents, A and B: those of a run that nothing disturbed.
    """

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.draw = random.Random(seed)
        self.project: Project = made(root)
        # What outputs are made of stays the same, so that they do.
        self._still = Project(shutil.copytree(self.project.root, root / "still"))
        self.out = root / "out"
        self.out.mkdir()
        self.seconds: dict[str, float] = {}
        self.contents: dict[str, dict[str, dict[str, str]]] = {}
        self._n_new = 0
        for which, first in (("A", 50_000), ("B", 60_000)):
            write(root / f"{which}.jsonl", rows(8, first))
        self.template = shutil.copytree(self.project.root, root / "template", symlinks=True)

    def get_ready(self, kind: str) -> None:
        """Runs the command undisturbed, once: how long it takes, and what it writes, is noted."""
        if kind in self.seconds:
            return
        for which in "AB" if kind in OUTPUTS else "A":
            start = time.perf_counter()
            if (code := waited(forked(partial(run, self.command(kind, which))))) != 0:
                raise RuntimeError(f"{kind} ended with {code}, and nothing had been done to it")
            self.seconds[kind] = time.perf_counter() - start
            self.contents.setdefault(kind, {})[which] = self.output(kind)

    def renew(self) -> None:
        """The project as it was at the beginning: a hundred versions would slow everything down."""
        shutil.rmtree(self.project.root)
        shutil.copytree(self.template, self.project.root, symlinks=True)

    def kind(self) -> str:
        """A kind of command, drawn at random and made ready."""
        kind = self.draw.choices(list(KINDS), list(KINDS.values()))[0]
        self.get_ready(kind)
        return kind

    def command(self, kind: str, which: str = "A") -> list[str]:
        """The arguments of a run of that kind, with new input where it takes some."""
        self._n_new += 1
        make: Callable[[str], list[str]] = getattr(self, f"_{kind}")
        project = self._still if kind in OUTPUTS else self.project
        return [*make(which), "--project", str(project.root)]

    def _train(self, which: str) -> list[str]:
        return ["train", *FAST]

    def _retrain(self, which: str) -> list[str]:
        new = ["--data", write(self.root / "new.jsonl", rows(2, self._n_new))]
        wish = self.draw.choice([["--promote"], ["--no-promote"], []])
        return ["retrain", *FAST, *(new if self._n_new % 2 else []), *wish]

    def _promote(self, which: str) -> list[str]:
        registry = Registry(self.project.models)
        champion = registry.aliases().get("champion")
        others = [one for one in registry.versions() if one != champion]
        return ["models", "promote", self.draw.choice(others), "--note", "verify"]

    def _rollback(self, which: str) -> list[str]:
        return ["models", "rollback"]

    def _ingest(self, which: str) -> list[str]:
        folder = self.root / "articles" / str(self._n_new)
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(3):
            name = f"{self._n_new}{number}"
            (folder / f"new-{name}.txt").write_text(article(int(name)), encoding="utf-8")
        return ["ingest", str(folder)]

    def _import(self, which: str) -> list[str]:
        path = write(self.root / "new.jsonl", rows(3, self._n_new))
        return ["import", path, "--by", f"person{self._n_new % 3}"]

    def _correct(self, which: str) -> list[str]:
        return ["correct", f"s10000-a{self.draw.randrange(24)}#0", "unsure", "--by", "editor"]

    def _export(self, which: str) -> list[str]:
        articles = ("s10000-a0", "s10000-a1") if which == "A" else ("s10000-a2",)
        chosen = [part for name in articles for part in ("--article", name)]
        return ["export", str(self.out / "export.jsonl"), *chosen, "--force"]

    def _rows(self, which: str) -> str:
        return str(self.root / f"{which}.jsonl")

    def _predict(self, which: str) -> list[str]:
        target = str(self.out / "predict.jsonl")
        return ["predict", self._rows(which), "--model", "v1", "-o", target, "--force"]

    def _evaluate(self, which: str) -> list[str]:
        target = str(self.out / "evaluate")
        here = ["--data", self._rows(which), "--model", "v1", "--out", target, "--force"]
        return ["evaluate", *here]

    def _who(self, which: str) -> list[str]:
        return [
            "who",
            self._rows(which),
            "--model",
            "v1",
            "--out",
            str(self.out / "who"),
            "--force",
        ]

    def _compare(self, which: str) -> list[str]:
        target = str(self.out / "compare")
        return ["compare", "v1", "v2", "--data", self._rows(which), "--out", target, "--force"]

    def output(self, kind: str) -> dict[str, str]:
        """File to hash of what the command wrote."""
        paths = [self.out / f"{kind}.jsonl", *(self.out / kind).glob("*")]
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in paths
            if path.is_file() and not path.name.startswith(".")
        }

    def mixed(self, kind: str) -> tuple[list[str], bool]:
        """The files of the output that are neither of A nor of B, and whether both are there."""
        one, other = self.contents[kind]["A"], self.contents[kind]["B"]
        there = self.output(kind)
        bad = [
            f"{kind}: {name} is neither old nor new"
            for name in one.keys() | other.keys() | there.keys()
            if there.get(name) not in (one.get(name), other.get(name))
        ]
        return bad, bool(not bad and there not in (one, other))


def as_typed(command: list[str]) -> list[str]:
    """The command in a process that a user would start."""
    return [sys.executable, "-m", "stance", *command]
