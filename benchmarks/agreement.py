"""How far annotators agree: the two passes of the shared sentences, and what the figures cost.

    STANCE_SHARED=… python benchmarks/agreement.py

Prints, for all rows with two passes, the coefficients of `stance agreement` beside scikit-learn's
kappa and the package's alpha computed here from the raw rows, and beside the kappas that their
README gives for 1,741 doubly labelled sentences, of which not all are at hand. Then the seconds
that 100,000 sentences of three annotators take.
"""

import json
import os
import random
import tempfile
import time
from pathlib import Path

import krippendorff
from sklearn.metrics import cohen_kappa_score

from stance.annotation.judgements import Judged, Judgements, file_judgements
from stance.codebook.codebook import Codebook
from stance.evaluation.annotators import measure_agreement
from stance.storage.jsonl import Fields

# Of ukraine/README.md, over 1,741 sentences; the same set of labels in 97.9 %.
IN_README = {
    "supports_ukraine": 0.96,
    "committing_troops": 1.00,
    "rules_out_troops": 0.99,
    "sceptical": 0.97,
}
N_ROWS = 100_000


def doubly_labelled(folder: Path) -> list[Fields]:
    """The rows of the two files that have two passes."""
    found = []
    for name in ("train.jsonl", "validation.jsonl"):
        for line in (folder / name).read_text("utf-8").splitlines():
            row = json.loads(line)
            if len(row["annotations"]) == 2:
                found.append(row)
    return found


def passes(folder: Path) -> Codebook:
    """Prints the coefficients of the two passes; returns the codebook of their labels."""
    rows = doubly_labelled(folder)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        judgements, codebook = file_judgements(path, None)
    found = measure_agreement(judgements, codebook)
    print(f"{len(rows):,} rows with two passes; {len(judgements.sentences):,} sentences")
    print(f"{'':20}{'same':>7}{'kappa':>8}{'[95 %]':>16}{'sklearn':>9}{'README':>8}", end="")
    print(f"{'alpha':>8}{'[95 %]':>16}{'package':>9}{'AC1':>8}")
    for one in found.together:
        label = one.what
        answers = [[_of(row, who, label, codebook) for row in rows] for who in "AB"]
        sure = {name: one.measures[name] for name in ("percent", "kappa", "alpha", "ac1")}
        percent, kappa, alpha, ac1 = (one for one in sure.values() if one is not None)
        print(f"{label:20}{100 * percent.value:7.1f}{kappa.value:8.4f}", end="")
        print(f"{f'[{kappa.low:.3f}, {kappa.high:.3f}]':>16}", end="")
        print(
            f"{cohen_kappa_score(*answers):9.4f}{IN_README.get(label, float('nan')):8.2f}", end=""
        )
        print(f"{alpha.value:8.4f}{f'[{alpha.low:.3f}, {alpha.high:.3f}]':>16}", end="")
        nominal = krippendorff.alpha(answers, level_of_measurement="nominal")
        print(f"{nominal:9.4f}{ac1.value:8.4f}")
    return codebook


def _of(row: Fields, who: str, label: str, book: Codebook) -> int:
    """What the annotator said, as a number: of one label, or of the whole set."""
    labels = next(one["labels"] for one in row["annotations"] if str(one["annotator"]) == who)
    if label in book.names:
        return int(label in labels)
    return sum(1 << place for place, name in enumerate(book.names) if name in labels)


def cost(codebook: Codebook) -> None:
    """Prints the CPU seconds of many sentences."""
    draw = random.Random(0)
    names = codebook.names
    sentences = []
    for number in range(N_ROWS):
        right = tuple(name for name in names if draw.random() < 0.2)
        labels = {who: right if draw.random() < 0.9 else names[:1] for who in ("a", "b", "c")}
        sentences.append(Judged(f"s{number}", "", f"article{number // 30}", labels))
    start = time.process_time()
    measure_agreement(Judgements(tuple(sentences)), codebook)
    seconds = time.process_time() - start
    print(f"\n{N_ROWS:,} sentences, 3 annotators, {len(names)} labels: {seconds:.1f} CPU s")


def main() -> None:
    """Prints both."""
    shared = os.environ.get("STANCE_SHARED")
    if not shared:
        raise SystemExit("Set STANCE_SHARED to the folder that holds ukraine/.")
    cost(passes(Path(shared) / "ukraine"))


if __name__ == "__main__":
    main()
