"""Grouped cross-validation of the training config's main choices, on training data only.

    STANCE_SHARED=… python benchmarks/default_config.py

Prints macro-F1 and macro average precision (means over three seeds of folds, and their spread) for
several labels a sentence and for exclusive ones. No test set is read.
"""

import logging
import os
import sys
from pathlib import Path

import numpy as np

from stance.annotation.examples import accepted, codebook_of, read_labelled, with_codebook
from stance.learning.config import read_config
from stance.learning.dataset import TrainingData, training_data
from stance.learning.training import cross_validate

SETS = {
    "several labels": "ukraine/train.jsonl",
    "exclusive": "benchmarks/gwsd/train.jsonl",
}
CHOICES = (
    (),
    ("training.C=1",),
    ("training.C=3",),
    ("training.C=10",),
    ("training.C=30",),
    ("training.class_weight=none",),
    ("features.char.enabled=false",),
    ("features.word.enabled=false",),
    ("features.word.ngram_range=[1,3]",),
    ("features.char.ngram_range=[3,5]",),
    ("features.word.min_df=2", "features.char.min_df=2"),
)
SEEDS = (0, 1, 2)


def load(path: Path) -> TrainingData:
    """The labelled rows with the labels that are in them."""
    codebook, labelled = codebook_of(read_labelled([path]), path.name)
    return training_data(accepted(with_codebook(labelled, codebook).examples), codebook)


def main() -> None:
    """Prints one table for each kind of labels."""
    shared = os.environ.get("STANCE_SHARED")
    if not shared:
        sys.exit("set STANCE_SHARED to the folder with the labelled data")
    logging.getLogger("stance").setLevel(logging.ERROR)
    for name, file in SETS.items():
        data = load(Path(shared) / file)
        print(f"\n{name}: {file}, {len(data.dataset):,} sentences")
        print(f"{'setting':44}{'macro-F1':>16}{'macro AP':>16}")
        for settings in CHOICES:
            scores = [
                cross_validate(data, read_config(None, (*settings, f"seed={seed}")))
                for seed in SEEDS
            ]
            told = (
                f"{100 * np.mean(values):8.1f} ± {100 * np.std(values):4.1f}"
                for values in (
                    [one.macro_f1 for one in scores],
                    [one.macro_average_precision for one in scores],
                )
            )
            print(f"{' '.join(settings) or 'default':44}" + "".join(f"{t:>16}" for t in told))


if __name__ == "__main__":
    main()
