"""kill -9 during `stance retrain`, `models promote` and `models rollback`, again and again.

    python benchmarks/kill_retrain.py [KILLS] [SEED]

Each round forks a process that runs one of the commands in a small project and kills it: half of
the rounds at a random moment, half just before or after a random one of its fsync, rename and
replace calls, where a crash hurts most. Then it is checked that the champion loads and is the old
or the new one, that the history only grew and every line of it can be read, that every version is
whole and no answer was lost; and after the next start that no temporary file is left, every
version stands in the history and every alias is where the history says. Faults end it with 1.
"""

import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from stance.annotation.gold import project_examples
from stance.codebook.codebook import Codebook, Label, read_codebook, to_toml
from stance.models.folder import read_info, verify_files
from stance.models.registry import HISTORY, Registry
from stance.prediction.scorer import load_scorer
from stance.retraining.retrain import clear
from stance.storage.leftovers import TEMPORARY_PREFIX
from stance.storage.project import Project, create_project

CUES = {"for_aid": ("welcome", "pledge"), "against_aid": ("refuse", "wasteful"), "unsure": ("hm",)}
WORDS = "harbour mayor railway orchard museum ferry senator quarry lantern archive violin tunnel"
FAST = (
    "-S",
    "features.char.enabled=false",
    "-S",
    "thresholds.folds=2",
    "-S",
    "model.pipeline=false",
)
SECONDS = 60  # a process that takes longer hangs


def rows(n_articles: int, seed: int) -> list[dict[str, object]]:
    """Made-up sentences whose labels follow cue words, three an article."""
    draw = random.Random(seed)
    found: list[dict[str, object]] = []
    for number in range(3 * n_articles):
        labels = [list(CUES)[number % 3]] if number % 4 else []
        cues = [draw.choice(CUES[label]) for label in labels]
        text = " ".join([*draw.sample(WORDS.split(), 6), *cues, f"{draw.getrandbits(40):x}"])
        name = f"s{seed}-a{number // 3}"
        found.append({"text": text, "labels": labels, "article_id": name})
    return found


def write(path: Path, content: list[dict[str, object]]) -> str:
    """The rows as a file of JSON lines; returns its name."""
    path.write_text("".join(json.dumps(row) + "\n" for row in content), encoding="utf-8")
    return str(path)


def run(arguments: list[str], prepare: Callable[[], None] = lambda: None) -> int:
    """Forks a process that runs the command silently; returns its process id."""
    child = os.fork()
    if child:
        return child
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        prepare()
        from stance.cli.app import app

        app(arguments, standalone_mode=False)
    finally:
        os._exit(0)


def killing_at(step: int, is_after: bool) -> Callable[[], None]:
    """Makes the process kill itself at its n-th call that fixes something on the disk."""

    def prepare() -> None:
        calls = [step]

        def wrapped(name: str) -> None:
            real = getattr(os, name)

            def call(*arguments: object, **settings: object) -> object:
                calls[0] -= 1
                if calls[0] == 0 and not is_after:
                    os.kill(os.getpid(), signal.SIGKILL)
                result = real(*arguments, **settings)
                if calls[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return result

            setattr(os, name, call)

        for name in ("fsync", "rename", "replace"):
            wrapped(name)

    return prepare


def waited(child: int) -> bool:
    """Waits for the process; whether it was killed."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.WIFSIGNALED(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise TimeoutError("a process hung")


class Desk:
    """The project under test, and what is known of it from outside."""

    def __init__(self, root: Path, seed: int) -> None:
        codebook = Codebook(labels=tuple(Label(name=name) for name in CUES))
        self.project: Project = create_project(root / "desk", to_toml(codebook))
        self.registry = Registry(self.project.models)
        self.draw = random.Random(seed)
        self.new = root / "new.jsonl"
        self.n_new = 0
        first = write(root / "first.jsonl", rows(24, 10_000))
        here = ["--project", str(self.project.root)]
        waited(run(["import", first, *here]))
        for _ in range(2):
            start = time.monotonic()
            waited(run(["retrain", *here, *FAST, "--promote"]))
        self.seconds = {"retrain": time.monotonic() - start, "promote": 0.05, "rollback": 0.05}

    def command(self, what: str) -> list[str]:
        """The arguments of a round."""
        here = ["--project", str(self.project.root)]
        if what == "promote":
            champion = self.registry.aliases()["champion"]
            others = [one for one in self.registry.versions() if one != champion]
            return ["models", "promote", self.draw.choice(others), *here, "--note", "soak"]
        if what == "rollback":
            return ["models", "rollback", *here]
        self.n_new += 1
        data = ["--data", write(self.new, rows(2, self.n_new))] if self.n_new % 2 else []
        wish = self.draw.choice([["--promote"], ["--no-promote"], []])
        return ["retrain", *here, *FAST, *data, *wish]

    def state(self) -> tuple[str, bytes, int]:
        """Champion, history and number of labelled sentences."""
        history = (self.project.models / HISTORY).read_bytes()
        codebook = read_codebook(self.project.codebook)
        n_labelled = len(project_examples(self.project, codebook).examples)
        return self.registry.aliases()["champion"], history, n_labelled

    def faults(self, before: tuple[str, bytes, int]) -> list[str]:
        """What is wrong right after the kill; nothing, one hopes."""
        champion, history, n_labelled = self.state()
        found = []
        load_scorer(self.registry.find(None)).score(["We welcome the ferry."])
        events = self.registry.history()
        if not history.startswith(before[1]):
            found.append("the history was changed, not added to")
        new = [event for event in events[before[1].count(b"\n") :] if "moves" in event]
        targets = {event["moves"]["champion"][1] for event in new if "champion" in event["moves"]}
        if champion not in targets | {before[0]}:
            found.append(f"champion {champion} out of nowhere")
        if n_labelled < before[2]:
            found.append("answers were lost")
        for version in self.registry.versions():
            folder = self.registry.root / version
            found += verify_files(folder, read_info(folder))
        return found

    def faults_after_start(self) -> list[str]:
        """What is wrong after the next start."""
        clear(self.project)
        left = list(self.project.root.rglob(TEMPORARY_PREFIX + "*"))
        found = [f"left over: {path.name}" for path in left]
        events = self.registry.history()
        made = {event["version"] for event in events if event["event"] in ("train", "found")}
        if missing := set(self.registry.versions()) - made:
            found.append(f"not in the history: {missing}")
        where: dict[str, str] = {}
        for event in events:
            where |= {alias: to for alias, (_, to) in event.get("moves", {}).items()}
        if {alias: to for alias, to in where.items() if to} != self.registry.aliases():
            found.append("an alias is not where the history says")
        load_scorer(self.registry.find("@champion"))
        return found


def soak(n_kills: int, seed: int) -> int:
    """Runs rounds until so many processes were killed; prints the counts, returns the faults."""
    counts: Counter[str] = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder), seed)
        draw = desk.draw
        while counts["kills"] < n_kills:
            what = draw.choice(["retrain", "retrain", "promote", "rollback"])
            before = desk.state()
            counts["rounds"] += 1
            if draw.random() < 0.5:
                child = run(desk.command(what))
                time.sleep(draw.uniform(0, desk.seconds[what]))
                os.kill(child, signal.SIGKILL)
                how = "at a random moment"
            else:
                n_calls = 60 if what == "retrain" else 6
                prepare = killing_at(draw.randint(1, n_calls), draw.random() < 0.5)
                child = run(desk.command(what), prepare)
                how = "at a call to the disk"
            if waited(child):
                counts["kills"] += 1
                counts[f"{what}, {how}"] += 1
            counts["with a temporary file left"] += any(
                desk.project.root.rglob(TEMPORARY_PREFIX + "*")
            )
            counts["champion changed"] += desk.state()[0] != before[0]
            aliases = desk.registry.aliases()
            faults += desk.faults(before)
            faults += desk.faults_after_start()
            counts["move finished at the next start"] += desk.registry.aliases() != aliases
        events = Counter(event["event"] for event in desk.registry.history())
        counts["line written at the next start"] = events["found"]
        n_versions = len(desk.registry.versions())
    for name, number in sorted(counts.items()):
        print(f"{name:45}{number:>6,}")
    print(f"{'versions, all whole':45}{n_versions:>6,}")
    print(f"{'faults':45}{len(faults):>6,}")
    for fault in faults[:20]:
        print(f"  {fault}")
    return len(faults)


def main() -> None:
    """Kills, counts, and exits with 1 when anything was wrong."""
    n_kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    sys.exit(1 if soak(n_kills, seed) else 0)


if __name__ == "__main__":
    main()
