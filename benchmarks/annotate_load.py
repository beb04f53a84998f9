"""Many browsers on one `stance annotate`: what is kept, how long a request takes, what it costs.

    python benchmarks/annotate_load.py [--browsers 8] [--answers 200] [--sentences 100000]

A project of made-up sentences is labelled by one browser alone, then by so many at once, each with
its own name and without a pause. In the end every answer that was acknowledged must be on the disk
as it was given, and no sentence may have been shown to two of them. Faults end it with 1.
"""

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stance.annotation.store import read_annotations
from stance.codebook.codebook import read_codebook, to_toml
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import add_to_corpus
from stance.storage.atomic import write_file
from stance.storage.errors import n_of
from stance.storage.project import Project, create_project

ROOT = Path(__file__).parent.parent
WORDS = "harbour mayor railway orchard museum ferry senator quarry lantern archive violin tunnel"
A_DOZEN = 12  # sentences an article


class Browser:
    """What the page's script does, without the page."""

    def __init__(self, address: str, name: str = "") -> None:
        place = urlsplit(address)
        self.host = place.netloc
        self.seconds: list[float] = []
        self.connection = http.client.HTTPConnection(self.host, timeout=60)
        self.connection.request("GET", f"/?{place.query}")
        answer = self.connection.getresponse()
        answer.read()
        self.cookie = str(answer.getheader("set-cookie")).partition(";")[0]
        if name:
            self.ask("/api/start", {"annotator": name})

    def ask(self, path: str, asked: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer; raises ValueError when the server refuses, OSError when it is gone."""
        headers = {"Cookie": self.cookie, "Origin": f"http://{self.host}"}
        headers["Content-Type"] = "application/json"
        start = time.perf_counter()
        self.connection.request("POST", path, json.dumps(asked or {}), headers)
        answer = self.connection.getresponse()
        found: dict[str, Any] = json.loads(answer.read())
        self.seconds.append(time.perf_counter() - start)
        if answer.status != 200:
            raise ValueError(f"{path}: {answer.status} {found}")
        return found


def made(root: Path, n_sentences: int, seed: int = 0) -> Project:
    """A project with the codebook of this one and so many sentences, each unlike the others.

    Its articles have their sides already: grouping so many new ones takes a minute or two, once.
    """
    draw = random.Random(seed)
    codebook = read_codebook(ROOT / "configs" / "codebook.toml")
    project = create_project(root, to_toml(codebook))
    articles, sentences = [], []
    for number in range(n_sentences):
        article, index = f"a{number // A_DOZEN}", number % A_DOZEN
        if not index:
            articles.append(Article(id=article, title=f"Talk {article}", outlet="Paper"))
        text = " ".join(draw.choices(WORDS.split(), k=16)) + f" {draw.getrandbits(48):x}."
        about = Sentence(
            id=f"{article}#{index}",
            article_id=article,
            sent_index=index,
            text=text,
            sha256=sha256(text),
        )
        sentences.append(about)
    add_to_corpus(project, articles, sentences)
    sides = {one.id: "train" if number % 5 else "test" for number, one in enumerate(articles)}
    write_file(project.split, json.dumps({"format": 1, "articles": sides}))
    return project


def label(browser: Browser, labels: tuple[str, ...], n_answers: int, seed: int) -> dict[str, Any]:
    """Answers so many sentences; gives what was acknowledged by sentence id."""
    draw = random.Random(seed)
    given = {}
    for _ in range(n_answers):
        item = browser.ask("/api/next")["item"]
        chosen = [name for name in labels if draw.random() < 0.3]
        browser.ask("/api/answer", {"sentence_id": item["id"], "labels": chosen})
        given[item["id"]] = chosen
    return given


class Server:
    """`stance annotate` in a process of its own."""

    def __init__(self, project: Project, *options: str) -> None:
        command = [sys.executable, "-m", "stance", "annotate", "--project", str(project.root)]
        command += ["--no-browser", "--port", "0", *options]
        start = time.perf_counter()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        self.seconds_to_start = time.perf_counter() - start

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def n_files(self) -> int:
        """Open file descriptors."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def megabytes(self, what: str) -> float:
        """Memory: `VmRSS` now, `VmHWM` at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition(f"{what}:")[2].split()[0]) / 1024

    def rest(self) -> None:
        """Waits until all sentences are ranked: until it does nothing."""
        before = -1.0
        while self.cpu - before > 0.02:
            before = self.cpu
            time.sleep(1)

    def end(self) -> None:
        """Ctrl-C."""
        self.process.terminate()
        self.process.communicate(timeout=60)


def faults(project: Project, given: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """What was lost, changed, or given to two."""
    kept = {(one.annotator, one.sentence_id): one for one in read_annotations(project)}
    found = []
    for name, answers in given:
        for sentence, labels in answers.items():
            one = kept.pop((name, sentence), None)
            if one is None or sorted(one.labels) != sorted(labels):
                found.append(f"{name}, {sentence}: {labels} became {one and one.labels}")
    found += [f"out of nowhere: {one}" for one in kept]
    served = [sentence for _, answers in given for sentence in answers]
    found += [f"shown twice: {one}" for one in set(served) if served.count(one) > 1]
    return found


def timed(server: Server, browsers: list[Browser], n_answers: int) -> list[dict[str, Any]]:
    """Lets the browsers label at once, without a pause, and prints what a request took.

    Gives what was acknowledged to each browser.
    """
    labels = read_codebook(ROOT / "configs" / "codebook.toml").names
    given: list[dict[str, Any]] = [{} for _ in browsers]
    for browser in browsers:
        browser.seconds.clear()

    def work(number: int) -> None:
        given[number] = label(browsers[number], labels, n_answers, number)

    cpu, start = server.cpu, time.perf_counter()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(browsers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - start, server.cpu - cpu
    seconds = [one for browser in browsers for one in browser.seconds]
    shares = statistics.quantiles(seconds, n=100)
    told = "  ".join(f"p{k} {1000 * shares[k - 1]:.1f}" for k in (50, 95, 99))
    print(
        f"{n_of(len(browsers), 'browser')}: {len(seconds):,} requests in {wall:.1f} s; "
        f"ms each {told}, processor time {1000 * cpu / len(seconds):.1f}"
    )
    return given


def measure(project: Project, server: Server, options: argparse.Namespace) -> list[str]:
    """One browser alone, then all at once; prints what it cost and gives the faults."""
    print(f"{options.sentences:,} sentences queued, {server.seconds_to_start:.1f} s to the page")
    names = [f"person{number}" for number in range(options.browsers)]
    browsers = [Browser(server.address, name) for name in names]
    for browser in browsers:  # a connection each, before the descriptors are counted
        browser.ask("/api/next")
    server.rest()
    n_files = server.n_files
    first = timed(server, browsers[:1], options.answers)[0]
    given = timed(server, browsers, options.answers)
    n_wanted, n_acknowledged = options.browsers * options.answers, sum(map(len, given))
    given[0] |= first
    found = faults(project, list(zip(names, given, strict=True)))
    print(
        f"{n_acknowledged - len(found):,} of {n_wanted:,} answers kept as given, none shown twice"
    )
    print(f"memory {server.megabytes('VmRSS'):.0f} MB, at most {server.megabytes('VmHWM'):.0f} MB")
    print(f"open files {n_files} before, {server.n_files} after")
    return found + [f"acknowledged {n_acknowledged}"] * (n_wanted != n_acknowledged)


def main() -> None:
    """Prints, and exits with 1 when anything was lost or shown twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browsers", type=int, default=8)
    parser.add_argument("--answers", type=int, default=200)
    parser.add_argument("--sentences", type=int, default=100_000)
    parser.add_argument("--pick", default="entropy")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = made(Path(folder) / "desk", options.sentences)
        model = str(ROOT / "models" / "default")
        server = Server(project, "--model", model, "--pick", options.pick)
        try:
            found = measure(project, server, options)
        finally:
            server.end()
    for fault in found[:20]:
        print(f"  {fault}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
