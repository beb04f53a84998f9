"""Sentences a CPU second in process: our scorer, scikit-learn's pipeline, and others.

    python benchmarks/throughput.py [ROUNDS]

Trains three models (the default features; word 1–2-grams; the default with hashtags split and
names masked), then scores sentences that
each model sees for the first time, and once more with the scorer warm, all in one process, in turns
and on one thread; medians of CPU and wall time. fastText and Vowpal Wabbit learn word 1–2-grams of
the same sentences and take part where they are installed. The sentences are all those below the
folder STANCE_SHARED, or made of halves of the project's own ones.
"""

import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from stance.annotation.examples import Example
from stance.codebook.codebook import read_codebook
from stance.corpus.segment import Sentence
from stance.corpus.store import read_records
from stance.learning.config import read_config
from stance.learning.dataset import training_data
from stance.learning.training import train
from stance.models.info import Info
from stance.models.packing import Packed
from stance.models.saving import made
from stance.prediction.scorer import Scorer
from stance.storage.project import Project

ROOT = Path(__file__).parent.parent
PROJECT = Project(ROOT)
CODEBOOK = read_codebook(PROJECT.codebook)
N_MADE = 20_000
CONFIGS = {
    "default features": [],
    "word 1–2": [
        *(f"features.{name}.enabled=false" for name in ("char", "negated", "classes")),
        "features.negated_classes.enabled=false",
        "features.contractions=false",
    ],
    "and names masked": ["features.hashtags=true", "features.mask_names=true"],
}
Work = Callable[[], Any]


def sentences() -> tuple[list[Example], list[str]]:
    """Labelled sentences to train on, and different ones to score."""
    shared = os.environ.get("STANCE_SHARED")
    if not shared:
        return _made_sentences()
    labelled = [
        Example(one["id"], one["text"], tuple(one["labels"]), one["article_id"])
        for one in _rows(Path(shared) / "ukraine" / "train.jsonl")
    ]
    seen = {one.text for one in labelled}
    files = sorted(Path(shared).glob("*/**/*.jsonl"))
    texts = dict.fromkeys(
        row["text"] for path in files if "bad_inputs" not in path.parts for row in _rows(path)
    )
    return labelled, [text for text in texts if text not in seen]


def _rows(path: Path) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [row for row in found if isinstance(row.get("text"), str)]


def _made_sentences() -> tuple[list[Example], list[str]]:
    """Halves of the project's own sentences, and labels drawn by lot: good for timing only."""
    draw = random.Random(0)
    own = [one.text.split() for one in read_records(PROJECT.sentences, Sentence)]
    texts = [
        " ".join([*one[: len(one) // 2], *other[len(other) // 2 :]])
        for one, other in (draw.sample(own, 2) for _ in range(N_MADE))
    ]
    labelled = [
        Example(str(n), " ".join(one), tuple(draw.sample(CODEBOOK.names, 1)), str(n))
        for n, one in enumerate(own)
    ]
    return labelled, texts


def timed(work: Work) -> tuple[float, float]:
    """CPU and wall seconds of one run."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def compared(name: str, examples: list[Example], texts: list[str], rounds: int) -> None:
    """Prints the lines of one model."""
    config = read_config(None, [*CONFIGS[name], "thresholds.folds=2"])
    trained = train(training_data(examples, CODEBOOK), config)
    info, packed, _ = made(trained, "trial")
    warm = Scorer(info, packed)
    warm.score(texts)
    runs: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for who, work in (
            ("scikit-learn", lambda: trained.pipeline.predict_proba(texts)),
            ("ours, first time", _fresh(info, packed, texts)),
            ("ours, once more", lambda: warm.score(texts)),
        ):
            runs.setdefault(who, []).append(timed(work))
    difference = _difference(warm, trained.pipeline, texts)
    print(f"\n{name}: {len(packed.idf):,} features; largest difference {difference:.1e}")
    _table(runs, "scikit-learn", len(texts))


def _fresh(info: Info, packed: Packed, texts: list[str]) -> Work:
    scorer = Scorer(info, packed)
    return lambda: scorer.score(texts)


def _difference(scorer: Scorer, pipeline: Any, texts: list[str]) -> float:
    """Between the logits' logistic functions, as no calibration is part of the pipeline."""
    plain = scorer.info.model_copy(update={"calibration": type(scorer.info.calibration)()})
    found = Scorer(plain, scorer.packed).score(texts).probabilities
    return float(np.abs(found - pipeline.predict_proba(texts)).max())


def _table(runs: dict[str, list[tuple[float, float]]], base: str, n: int) -> None:
    print(f"{'':22}{'sentences / CPU s':>18}{'/ wall s':>10}{'x CPU':>8}")
    slow = statistics.median(cpu for cpu, _ in runs[base])
    for name, found in runs.items():
        cpu, wall = (statistics.median(one[k] for one in found) for k in (0, 1))
        print(f"{name:22}{n / cpu:18,.0f}{n / wall:10,.0f}{slow / cpu:8.1f}")


def others(examples: list[Example], texts: list[str], rounds: int) -> None:
    """Prints the lines of other programs' models of word 1–2-grams."""
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(ngram_range=(1, 2))
    works: dict[str, Work] = {"HashingVectorizer": lambda: hashing.transform(texts)}
    lines = [" ".join(text.split()) for text in texts]
    for name, make in (("fastText, dim 10", _fasttext), ("Vowpal Wabbit, Python", _wabbit)):
        try:
            works[name] = make(examples, lines)
        except ImportError:
            print(f"{name} is not installed")
    runs: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for name, work in works.items():
            runs.setdefault(name, []).append(timed(work))
    print("\nother programs, word 1–2-grams (x is against HashingVectorizer)")
    _table(runs, "HashingVectorizer", len(texts))


def _lines(examples: list[Example]) -> list[tuple[str, str]]:
    """A label and a sentence a line; one label is enough for timing."""
    return [((*one.labels, "none")[0], " ".join(one.text.split())) for one in examples]


def _fasttext(examples: list[Example], lines: list[str]) -> Work:
    import fasttext

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        path.write_text("".join(f"__label__{k} {text}\n" for k, text in _lines(examples)), "utf-8")
        model = fasttext.train_supervised(
            str(path), dim=10, wordNgrams=2, epoch=5, thread=1, verbose=0
        )
    # The class around it calls NumPy in a way that NumPy 2 refuses; below it is the C++ program.
    return lambda: model.f.multilinePredict(lines, 5, 0.0, "strict")


def _wabbit(examples: list[Example], lines: list[str]) -> Work:
    import vowpalwabbit

    names = sorted({label for label, _ in _lines(examples)})
    model = vowpalwabbit.Workspace(f"--oaa {len(names)} --ngram 2 --quiet --probabilities -b 20")
    clean = str.maketrans({"|": " ", ":": " "})
    for label, text in _lines(examples):
        model.learn(f"{names.index(label) + 1} | {text.translate(clean)}")
    rows = [f"| {text.translate(clean)}" for text in lines]
    return lambda: [model.predict(row) for row in rows]


def main() -> None:
    """Prints the tables."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    examples, texts = sentences()
    n = len(texts)
    print(f"{n:,} sentences, {sum(map(len, texts)) / n:.0f} characters on average")
    with threadpool_limits(1):
        for name in CONFIGS:
            compared(name, examples, texts, rounds)
        others(examples, texts, rounds)


if __name__ == "__main__":
    main()
