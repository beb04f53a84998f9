"""kill -9 of `stance annotate` while people label, again and again.

    python benchmarks/kill_annotate.py [KILLS] [SEED]

Each round forks a process that serves the page of a small project; four browsers answer without a
pause, and take back every tenth answer, until the process is killed at a random moment. Then it is
started again, as a user would, and it is checked that every answer that was acknowledged is on the
disk as it was given, that every line can be read, and that nobody is served what is answered.
Faults end it with 1.
"""

import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from annotate_load import Browser, made

from stance.codebook.codebook import read_codebook
from stance.storage.project import Project

NAMES = ("ana", "bert", "cleo", "dora")
SENTENCES_A_ROUND = 250
ERRORS = "errors.txt"  # what the servers say on stderr
SECONDS = 2.0  # at most from the start to the kill


class Server:
    """The page, in a forked process that has imported everything already."""

    def __init__(self, project: Project) -> None:
        from stance.cli.app import app
        from stance.serving import annotating  # noqa: F401  imported once, not in every round

        reading, writing = os.pipe()
        self.process = os.fork()
        if not self.process:
            sys.stdout = os.fdopen(writing, "w")
            log = os.open(project.root / ERRORS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(log, 2)
            try:
                here = ["--project", str(project.root), "--no-browser", "--port", "0"]
                app(["annotate", *here, "--pick", "order"], standalone_mode=False)
            finally:
                os._exit(1)
        os.close(writing)
        with os.fdopen(reading) as stream:
            self.address = stream.readline().strip()
        assert self.address, "the server did not start"

    def kill(self) -> None:
        """As a power cut would, but for what the disk forgets."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


class Person:
    """One annotator at one browser, who remembers what was acknowledged."""

    def __init__(self, name: str, seed: int) -> None:
        self.name, self.draw = name, random.Random(seed)
        self.given: dict[str, list[str] | None] = {}  # None: taken back
        self.under_way = ""
        self.counts: Counter[str] = Counter()

    def work(self, address: str, labels: tuple[str, ...]) -> None:
        """Labels until the server is gone."""
        try:
            browser = Browser(address, self.name)
            while item := browser.ask("/api/next")["item"]:
                if self.given.get(item["id"]) is not None:
                    self.counts["served again"] += 1
                self.under_way = item["id"]
                self._answer(browser, item["id"], labels)
                if self.draw.random() < 0.1:
                    self._undo(browser)
        except (OSError, ValueError):
            return  # killed; what the server itself got wrong stands in its log
        except Exception as error:  # http.client has a dozen words for a closed connection
            if type(error).__module__ != "http.client":
                raise

    def _answer(self, browser: Browser, sentence: str, labels: tuple[str, ...]) -> None:
        chosen = [name for name in labels if self.draw.random() < 0.3]
        told = browser.ask("/api/answer", {"sentence_id": sentence, "labels": chosen})
        self.given.pop(sentence, None)  # the last one is the last of the dict
        self.given[sentence] = told["labels"]
        self.under_way = ""
        self.counts["answers acknowledged"] += 1

    def _undo(self, browser: Browser) -> None:
        last = next(reversed(self.given))
        self.under_way = last
        item = browser.ask("/api/undo")["item"]
        assert item["id"] == last
        del self.given[last]
        self.given[last] = None
        self.under_way = ""
        self.counts["taken back"] += 1

    def faults(self, project: Project) -> list[str]:
        """What on the disk is not as it was acknowledged; what was under way may be or not."""
        kept: dict[str, list[str] | None] = {}
        found = []
        path = project.annotations / f"{self.name}.jsonl"
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            try:
                one: dict[str, Any] = json.loads(line)
            except ValueError:
                found.append(f"a torn line: {line[:60]}")
                continue
            kept[one["sentence_id"]] = one["labels"] if one["answer"] == "accept" else None
        sure = {name: labels for name, labels in self.given.items() if name != self.under_way}
        found += [f"{name}: {sure[name]}" for name in sure if kept.get(name, ()) != sure[name]]
        if surplus := kept.keys() - self.given.keys() - {self.under_way}:
            found.append(f"out of nowhere: {surplus}")
        if self.under_way in kept:
            self.counts["on the disk, not acknowledged"] += 1
            self.given[self.under_way] = kept[self.under_way]
        self.under_way = ""
        return found


def soak(n_kills: int, seed: int) -> int:
    """So many rounds; prints the counts and returns how many faults there were."""
    draw = random.Random(seed)
    people = [Person(name, seed + number) for number, name in enumerate(NAMES)]
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        project = made(Path(folder) / "desk", SENTENCES_A_ROUND * n_kills, seed)
        labels = read_codebook(project.codebook).names
        server = Server(project)
        for _ in range(n_kills):
            threads = [
                threading.Thread(target=one.work, args=(server.address, labels)) for one in people
            ]
            for thread in threads:
                thread.start()
            time.sleep(draw.uniform(0, SECONDS))
            server.kill()
            for thread in threads:
                thread.join()
            server = Server(project)  # what a crash left is mended by the next start
            faults += [fault for one in people for fault in one.faults(project)]
        server.kill()
        said = (project.root / ERRORS).read_text("utf-8")
        faults += ["a fault of the server: " + said[-3000:]] * ("Traceback" in said)
        torn = len(list(project.annotations.glob("*.torn")))
    counts = sum((one.counts for one in people), Counter[str]())
    faults += ["a sentence was served again"] * counts["served again"]
    told = {"kills": n_kills, **dict(sorted(counts.items())), "torn tails moved aside": torn}
    for name, number in {**told, "faults": len(faults)}.items():
        print(f"{name:40}{number:>7,}")
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
