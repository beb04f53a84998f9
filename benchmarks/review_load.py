"""What a large review costs, and what kill -9 leaves of one.

    python benchmarks/review_load.py [SENTENCES] [KILLS]

First a project of so many sentences, each answered by two annotators who differ on every tenth:
seconds to open the review, milliseconds from a decision to the next case, memory. Then a process
that decides and takes back without a pause is killed at random moments; after each kill a new one
must find every decision that was acknowledged, as it was given, and go on. Faults end it with 1.
"""

import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path

from stance.annotation.cases import disputed_cases
from stance.annotation.review import Review
from stance.annotation.store import Annotation, append_annotations, read_gold
from stance.codebook.codebook import Codebook, Label, to_toml
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import add_to_corpus
from stance.storage.project import Project, create_project

BOOK = Codebook(name="load", labels=tuple(Label(name=name) for name in ("yes", "no", "open")))
PER_ARTICLE = 25
N_TIMED = 300


def made(root: Path, n_sentences: int, every: int) -> Project:
    """A project of so many sentences with two answers each, which differ on every so-manieth."""
    project = create_project(root, to_toml(BOOK))
    articles, sentences, answers = [], [], []
    for number in range(n_sentences):
        article, index = f"a{number // PER_ARTICLE}", number % PER_ARTICLE
        text = f"In paragraph {number} the council weighed {number * 7919 % 10007} letters."
        one = Sentence(
            id=f"{article}#{index}",
            article_id=article,
            sent_index=index,
            text=text,
            sha256=sha256(text),
        )
        sentences.append(one)
        if not index:
            articles.append(Article(id=article))
        for who, labels in (
            ("ana", ("yes",)),
            ("bo", ("no",) if number % every == 0 else ("yes",)),
        ):
            answers.append(
                Annotation(
                    sentence_id=one.id,
                    sentence_sha256=one.sha256,
                    labels=labels,
                    annotator=who,
                    annotated_at="2026-01-01T00:00:00Z",
                )
            )
    add_to_corpus(project, articles, sentences)
    append_annotations(project, answers)
    return project


def opened(project: Project) -> Review:
    """The review of all disputes."""
    return Review(project, BOOK, disputed_cases(project, BOOK, ()))


def cost(n_sentences: int) -> None:
    """Prints seconds, milliseconds and megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        project = made(Path(folder) / "desk", n_sentences, every=10)
        start, cpu = time.perf_counter(), time.process_time()
        review = opened(project)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        waits = []
        for _ in range(N_TIMED):
            case = review.next("eve", "x")
            assert case is not None
            start = time.perf_counter()
            review.answer("eve", "x", case.sentence.id, ["yes"])
            review.next("eve", "x")
            review.progress("eve")
            waits.append(1000 * (time.perf_counter() - start))
        left = review.progress("eve").left
    waits.sort()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{n_sentences:,} sentences, {left + N_TIMED:,} in dispute")
    print(f"opened in {seconds:.1f} s ({cpu:.1f} CPU s); {memory:.0f} MB, making them included")
    print(
        f"a decision, the next case and the progress: median {waits[N_TIMED // 2]:.1f} ms, "
        f"p95 {waits[N_TIMED * 95 // 100]:.1f} ms"
    )


def decide(project: Project, seed: int, writing: int) -> None:
    """Decides and takes back until it is killed; tells each step when it is done."""
    draw, review = random.Random(seed), opened(project)
    while case := review.next("eve", "x"):
        label = draw.choice(BOOK.names)
        os.write(writing, f"begin {case.sentence.id} {label}\n".encode())
        review.answer("eve", "x", case.sentence.id, [label])
        os.write(writing, f"done {case.sentence.id} {label}\n".encode())
        if draw.random() < 0.2:
            os.write(writing, b"begin ? ?\n")
            taken = review.undo("eve", "x")
            assert taken is not None
            os.write(writing, f"undone {taken.sentence.id} ?\n".encode())


def kills(n_kills: int) -> int:
    """Kills so many processes; prints the counts and returns how many faults there were."""
    draw, told, n_done, faults = random.Random(1), {}, 0, []
    with tempfile.TemporaryDirectory() as folder:
        project = made(Path(folder) / "desk", 1000, every=1)
        for number in range(n_kills):
            reading, writing = os.pipe()
            process = os.fork()
            if not process:
                os.close(reading)
                decide(project, number, writing)
                os._exit(0)
            os.close(writing)
            with os.fdopen(reading, encoding="utf-8") as stream:
                steps = [stream.readline()]
                time.sleep(draw.uniform(0, 0.05))
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
                steps += stream.readlines()
            for what, name, label in (step.split() for step in steps if step.strip()):
                if what == "done":
                    told[name], n_done = label, n_done + 1
                elif what == "undone":
                    told.pop(name, None)
            under_way = steps[-1].split() if steps[-1].startswith("begin") else []
            kept = {one.sentence_id: one.labels[0] for one in read_gold(project)}
            differs = {
                name for name in told.keys() | kept.keys() if told.get(name) != kept.get(name)
            }
            if len(differs) > bool(under_way):
                faults.append(f"kill {number}: {sorted(differs)[:3]}")
            told = kept
        lines = project.gold.read_text("utf-8").splitlines()
        torn = sum(1 for line in lines[:-1] if not line.endswith("}") or not json.loads(line))
    print(f"{n_kills} kills, {n_done:,} decisions acknowledged: {len(faults)} faults, {torn} torn")
    for fault in faults:
        print(f"  {fault}")
    return len(faults) + torn


def main() -> None:
    """Prints both; ends with 1 when something was lost."""
    numbers = [int(one) for one in sys.argv[1:]]
    cost(numbers[0] if numbers else 100_000)
    raise SystemExit(bool(kills(numbers[1] if len(numbers) > 1 else 200)))


if __name__ == "__main__":
    main()
