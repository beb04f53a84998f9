"""How many planted label errors `stance validate --label-errors` finds.

5 % of the rows get the labels of another row that has different ones; then it is counted how many
rows in doubt are among the planted ones (precision; the data has errors of its own, which count
against it) and how many planted ones are in doubt (recall).

    python benchmarks/label_errors.py [DRAWS]
"""

import os
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stance.annotation.examples import Example, accepted, codebook_of, read_labelled
from stance.evaluation.label_errors import find_label_errors
from stance.learning.config import Config
from stance.learning.dataset import without_conflicts

FILES = ("ukraine/train.jsonl", "benchmarks/gwsd/train.jsonl")
SHARE = 0.05


def main() -> None:
    """Prints a line a file and draw."""
    shared = os.environ.get("STANCE_SHARED")
    if shared is None:
        print("STANCE_SHARED is not set: no data")
        return
    n_draws = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{'':28}{'planted':>8}{'in doubt':>10}{'precision':>11}{'recall':>8}{'first n':>9}"
          f"{'right label':>13}")  # fmt: skip
    for name in FILES:
        path = Path(shared) / name
        codebook, labelled = codebook_of(read_labelled([path]), path.name)
        clean = without_conflicts(accepted(labelled.examples))
        for draw in range(n_draws):
            rows, truth = _planted(clean, random.Random(draw))
            found = find_label_errors(rows, codebook, Config())
            hits = [one for one in found if one.example.id in truth]
            first = sum(one.example.id in truth for one in found[: len(truth)])
            right = sum(set(one.suggested) == truth[one.example.id] for one in hits)
            print(
                f"{name:28}{len(truth):8,}{len(found):10,}{_share(len(hits), len(found)):>11}"
                f"{_share(len(hits), len(truth)):>8}{_share(first, len(truth)):>9}"
                f"{_share(right, len(hits)):>13}"
            )


def _planted(
    clean: Sequence[Example], draw: random.Random
) -> tuple[list[Example], dict[str, set[str]]]:
    """The rows with wrong labels among them, and the right labels of these."""
    chosen = set(draw.sample([one.id for one in clean], round(SHARE * len(clean))))
    rows, truth = [], {}
    for one in clean:
        if one.id in chosen:
            others = [
                labels for row in draw.sample(clean, 200) if (labels := row.labels) != one.labels
            ]
            truth[one.id] = set(one.labels)
            one = replace(one, labels=others[0])
        rows.append(one)
    return rows, truth


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.1f} %"


if __name__ == "__main__":
    main()
