"""What the project's own corpus is worth on real press sentences.

    STANCE_SHARED=… python benchmarks/own_corpus.py

Trains with the default config on growing shares of the project's own articles (five draws each),
on real labelled sentences alone, and on both, and scores each on the same validation sentences,
which decide nothing here. Points out of 100, with 95 % intervals over articles for whole sets.
"""

import os
import random
import statistics
import sys
from pathlib import Path

from stance.annotation.examples import Example, accepted, read_labelled, with_codebook
from stance.annotation.gold import project_examples
from stance.annotation.standoff import read_stand_off
from stance.codebook.codebook import Codebook, read_codebook
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import read_records
from stance.evaluation.evaluate import evaluate
from stance.evaluation.report import Report
from stance.evaluation.tables import with_interval
from stance.learning.config import Config
from stance.learning.dataset import training_data
from stance.learning.training import train
from stance.models.saving import made
from stance.prediction.predict import thresholds_of
from stance.prediction.scorer import Scorer
from stance.storage.jsonl import read_jsonl
from stance.storage.project import Project

ROOT = Path(__file__).parent.parent
SHARES = (0.25, 0.5, 0.75, 1.0)
DRAWS = 5


def score(examples: list[Example], codebook: Codebook, validation: list[Example]) -> Report:
    """The report on the validation sentences of a model trained on the examples."""
    info, packed = made(train(training_data(examples, codebook), Config()), "trial")[:2]
    scorer = Scorer(info, packed)
    return evaluate(scorer, validation, thresholds_of(scorer), ["validation"])


def told(name: str, report: Report) -> str:
    """A line of the table for a whole set."""
    f1, ap = with_interval(report.macro.f1), with_interval(report.macro_average_precision)
    return f"{name:34}{f1:>20}{ap:>20}"


def own_and_real() -> tuple[Codebook, list[Example], list[Example], list[Example]]:
    """The codebook, the project's own sentences, and the real ones to train and validate with."""
    shared = os.environ.get("STANCE_SHARED")
    if not shared:
        sys.exit("set STANCE_SHARED to the folder with the real labelled sentences")
    project = Project(ROOT)
    codebook = read_codebook(project.codebook)
    ids = {one.id for one in read_records(project.sentences, Sentence)}
    own = [one for one in project_examples(project, codebook).examples if one.id in ids]
    real, validation = (
        list(accepted(with_codebook(read_labelled([path]), codebook).examples))
        for path in (Path(shared) / "ukraine" / f"{name}.jsonl" for name in ("train", "validation"))
    )
    return codebook, own, real, validation


def pool_examples(codebook: Codebook) -> list[Example]:
    """The further real sentences whose labels are in data/stand-off, with their words."""
    folder = Path(os.environ["STANCE_SHARED"]) / "ukraine"
    by_hash = {sha256(str(row["text"])): row for _, row in read_jsonl(folder / "pool.jsonl")}
    found = []
    for one in read_stand_off([ROOT / "data" / "stand-off" / "ukraine-pool.jsonl"]):
        row = by_hash[one.sentence_sha256]
        article = str(row["article_id"])
        labels = codebook.checked(one.labels)
        found.append(Example(str(row["id"]), str(row["text"]), labels, article))
    return found


def press_rows() -> set[str]:
    """The ids of the real training sentences from the press, which is what the tool is for.

    Those whose outlet is among the outlets of the validation sentences.
    """
    folder = Path(os.environ["STANCE_SHARED"]) / "ukraine"
    outlets = {row["outlet"] for _, row in read_jsonl(folder / "validation.jsonl")}
    rows = (row for _, row in read_jsonl(folder / "train.jsonl"))
    return {str(row["id"]) for row in rows if row["outlet"] in outlets}


def main() -> None:
    """Prints the curve, then the comparison."""
    codebook, own, real, validation = own_and_real()
    print(f"{'trained on':34}{'macro-F1':>20}{'macro AP':>20}")
    articles = sorted({one.article_id for one in own})
    for share in SHARES:
        reports = []
        for draw in range(DRAWS if share < 1 else 1):
            kept = set(random.Random(draw).sample(articles, round(share * len(articles))))
            examples = [one for one in own if one.article_id in kept]
            reports.append(score(examples, codebook, validation))
        name = f"own corpus, {round(share * len(articles))} articles"
        if share == 1:
            print(told(name, reports[0]))
            continue
        f1 = [100 * one.macro.f1.value for one in reports]
        ap = [100 * one.macro_average_precision.value for one in reports]
        print(
            f"{name:34}{statistics.mean(f1):13.1f} ± {statistics.stdev(f1):4.1f}"
            f"{statistics.mean(ap):13.1f} ± {statistics.stdev(ap):4.1f}"
        )
    print(told(f"real sentences, {len(real):,}", score(real, codebook, validation)))
    print(told("both", score([*own, *real], codebook, validation)))


if __name__ == "__main__":
    main()
