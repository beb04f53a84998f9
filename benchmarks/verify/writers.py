"""Eight processes that write into one project at the same time, 200 times each.

    python benchmarks/verify/writers.py [--count 1600] [--seconds S] [--seed N]

Each write is an import of rows, an article's ingestion, a correction, an annotator's answer or a
promotion, drawn at random. A write counts once the command has returned; afterwards every one that
did must be found in the project, whole and once.
"""

import random
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path

from verify_desk import SECONDS, article, forked, made, rows, run, waited, warm, write
from verify_tally import Budget, Tally, run_alone

from stance.annotation.corrections import Correction
from stance.annotation.store import Annotation, append_annotations, now
from stance.corpus.articles import Article
from stance.corpus.segment import Sentence
from stance.corpus.store import read_corpus, read_records
from stance.models.registry import Registry
from stance.storage.leftovers import TEMPORARY_PREFIX
from stance.storage.project import Project

N_WRITERS = 8
KINDS = ("import", "ingest", "correct", "annotate", "promote")


class Writer:
    """One of the processes: what it writes, and the file in which it says what was done."""

    def __init__(self, root: Path, project: Project, number: int, seed: int) -> None:
        self.number = number
        self.done = root / f"done-{number}"
        self._root = root
        self._project = project
        self._draw = random.Random(f"{seed}-{number}")
        self._sentences = sorted(read_corpus(project).sentences.values(), key=lambda one: one.id)

    def work(self, n_writes: int, budget: Budget) -> int:
        """Writes, and notes of each write what came of it when it has returned."""
        with self.done.open("w", encoding="utf-8") as stream:
            for number in range(n_writes):
                kind = self._draw.choice(KINDS)
                if not budget.lasts(number):
                    break
                code = self._write(kind, f"w{self.number}-{number}")
                print(code, kind, f"w{self.number}-{number}", file=stream, flush=True)
        return 0

    def _write(self, kind: str, name: str) -> int:
        here = ["--project", str(self._project.root)]
        sentence = self._draw.choice(self._sentences)
        if kind == "import":
            content = [{**row, "article_id": name} for row in rows(1, hash_of(name))]
            path = write(self._root / f"{name}.jsonl", content)
            return run(["--quiet", "import", path, "--by", f"importer{self.number % 3}", *here])
        if kind == "ingest":
            path = str(self._root / f"{name}.txt")
            Path(path).write_text(article(hash_of(name)), encoding="utf-8")
            return run(["--quiet", "ingest", path, *here])
        if kind == "correct":
            return run(["correct", sentence.id, "unsure", "--by", "editor", "--note", name, *here])
        if kind == "promote":
            version = self._draw.choice(["v1", "v2"])
            return run(["models", "promote", version, "--note", name, *here])
        answer = Annotation(
            sentence_id=sentence.id,
            sentence_sha256=sentence.sha256,
            labels=("unsure",),
            annotator=f"person{self.number % 3}",
            annotated_at=now(),
            note=name,
        )
        append_annotations(self._project, [answer])
        return 0


def hash_of(name: str) -> int:
    """A number for the name, the same in every process."""
    return int.from_bytes(name.encode("ascii"), "big") % 1_000_003


def lost(project: Project, done: list[tuple[str, str]]) -> list[str]:
    """The writes that are not in the project once, and whatever is wrong with its files."""
    articles = Counter(one.id for one in read_records(project.articles, Article))
    sentences = Counter(one.article_id for one in read_records(project.sentences, Sentence))
    answers = [
        one
        for path in sorted(project.annotations.glob("*.jsonl"))
        for one in read_records(path, Annotation)
    ]
    notes = Counter(one.note for one in answers)
    imported = Counter(one.sentence_id.split("#")[0] for one in answers)
    corrected = Counter(one.note for one in read_records(project.corrections, Correction))
    events = Registry(project.models).history()
    # Promoting the champion changes nothing and writes nothing.
    promoted = Counter(str(event.get("note")) for event in events if "moves" in event)
    found = []
    for kind, name in done:
        counts = {
            "import": (articles[name], sentences[name], imported[name]),
            "ingest": (articles[name], sentences[name]),
            "correct": (corrected[name],),
            "annotate": (notes[name],),
            "promote": (promoted[name],),
        }[kind]
        expected = {"import": (1, 3, 3), "ingest": (1, 2)}.get(kind, (1,))
        if counts != expected and not (kind == "promote" and counts == (0,)):
            found.append(f"{kind} {name}: {counts} of {expected}")
    return found + _torn_history(project, events) + _left(project)


def _torn_history(project: Project, events: list[dict[str, object]]) -> list[str]:
    """Whether every promotion begins where the one before ended, and the alias is at the end."""
    at: str | None = None
    found = []
    for event in events:
        moves = event.get("moves")
        if not isinstance(moves, dict) or "champion" not in moves:
            continue
        was, to = moves["champion"]
        if was != at:
            found.append(f"history: the champion was {at}, a promotion says {was}")
        at = to
    if Registry(project.models).aliases().get("champion") != at:
        found.append(f"history: the champion is {at}, the alias says otherwise")
    return found


def _left(project: Project) -> list[str]:
    return [f"left over: {path}" for path in project.root.rglob(TEMPORARY_PREFIX + "*")]


def main(budget: Budget) -> Tally:
    """Starts the writers, waits for them, and looks for every write."""
    n_each = -(-budget.count // N_WRITERS)
    warm()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        project = made(root)
        writers = [Writer(root, project, number, budget.seed) for number in range(N_WRITERS)]
        children = [forked(partial(writer.work, n_each, budget)) for writer in writers]
        codes = [waited(child, 10 * SECONDS) for child in children]
        noted = [
            line.split() for writer in writers for line in writer.done.read_text().splitlines()
        ]
        done = [(kind, what) for code, kind, what in noted if code == "0"]
        faults = lost(project, done)
    faults += [f"writer {number} ended with {code}" for number, code in enumerate(codes) if code]
    faults += [f"{kind} {what} ended with {code}" for code, kind, what in noted if code != "0"]
    kinds = Counter(kind for kind, _ in done)
    told = ", ".join(f"{kinds[kind]:,} {kind}" for kind in KINDS)
    detail = (*faults, f"{N_WRITERS} processes: {told}")
    return Tally("concurrent writes", len(done), lost=len(faults), detail=detail)


if __name__ == "__main__":
    run_alone(main, 1600)
