"""The small project that the loads work in, and processes that run a command of ours in it.

A process is forked from one that has everything imported, so that a thousand of them take minutes.
"""

import functools
import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from stance.codebook.codebook import Codebook, Label, to_toml
from stance.storage.project import Project, create_project

CUES = {"for_aid": ("welcome", "pledge"), "against_aid": ("refuse", "wasteful"), "unsure": ("hm",)}
WORDS = "harbour mayor railway orchard museum ferry senator quarry lantern archive violin tunnel"
# A model of a second: what matters here is how it is written, not how well it answers.
FAST = [
    part
    for setting in (
        "features.char.enabled=false",
        "features.classes.enabled=false",
        "features.negated_classes.enabled=false",
        "thresholds.folds=2",
        "model.pipeline=false",
    )
    for part in ("-S", setting)
]
SECONDS = 120  # a process that takes longer hangs
BUG = 70  # the exit code of a process that would have shown a traceback


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


def article(seed: int) -> str:
    """A made-up article of two sentences."""
    draw = random.Random(seed)
    words = WORDS.split()
    return (
        f"The {draw.choice(words)} of {seed} opened on Monday with a long speech.\n"
        f'"We welcome the {draw.choice(words)}," said the mayor number {seed}.\n'
    )


def made(root: Path, n_versions: int = 2) -> Project:
    """A project with 72 labelled sentences and as many model versions, the last the champion."""
    codebook = Codebook(labels=tuple(Label(name=name) for name in CUES))
    project = create_project(root / "desk", to_toml(codebook))
    here = ["--project", str(project.root)]
    commands = [["import", write(root / "first.jsonl", rows(24, 10_000)), *here]]
    commands += [["retrain", *here, *FAST, "--promote"]] * n_versions
    for command in commands:
        if waited(forked(functools.partial(run, command))) != 0:
            raise RuntimeError(f"{' '.join(command)} failed, and nothing had been done to it")
    return project


def run(command: list[str]) -> int:
    """Runs the command in this process; returns its exit code as the shell would have it."""
    from stance.cli.main import main

    sys.argv[1:] = command
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:  # noqa: BLE001 - what a user would see as a traceback
        traceback.print_exc()
        return BUG
    return 0


def warm() -> None:
    """Imports what the commands need, so that forked processes begin at once."""
    import importlib
    import pkgutil

    import sklearn.linear_model
    import sklearn.pipeline  # noqa: F401
    from threadpoolctl import threadpool_limits

    import stance

    threadpool_limits(1)  # threads and forks do not go together
    for module in pkgutil.walk_packages(stance.__path__, "stance."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def forked(work: Callable[[], int], errors: Path | None = None) -> int:
    """Forks a process that does the work and ends with its exit code; returns its process id.

    Its stdout goes nowhere, its stderr into the file `errors` where one is named.
    """
    child = os.fork()
    if child:
        return child
    code = BUG
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        told = silent if errors is None else os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(silent, 1)
        os.dup2(told, 2)
        code = work()
    finally:
        os._exit(code)


def waited(child: int, seconds: float = SECONDS) -> int:
    """Waits for the process; its exit code, below zero the signal that ended it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise TimeoutError("a process hung")


def queued_seconds(process: int) -> float:
    """How long the process has been ready while others had the processors."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0
