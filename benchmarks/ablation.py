"""What each block of features is worth: grouped cross-validation, and the validation sentences.

    STANCE_SHARED=… python benchmarks/ablation.py [--validation] [KEY=VALUE;KEY=VALUE …]

Trains on the project's corpus and the real training sentences with the default config and with each
block taken out (or with the settings given, one config an argument), scores the real sentences out
of fold, all of them and those from the press, and shows the difference to the first line with a
95 % interval over articles. With --validation the fit on everything is scored on the validation
sentences, too: once per decision, please. Points out of 100, mean over partitions into folds. Fits
stop when no probability moves by more than 0.001.
"""

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from own_corpus import own_and_real, press_rows

from stance.annotation.examples import Example
from stance.evaluation.intervals import estimates
from stance.evaluation.metrics import average_precision, macro, precision_recall_f1
from stance.learning.config import Config, read_config
from stance.learning.dataset import TrainingData, training_data
from stance.learning.groups import folds
from stance.learning.thresholds import choose_thresholds
from stance.learning.training import out_of_fold, train
from stance.models.saving import made
from stance.prediction.scorer import Scorer

SEEDS = (0, 1)
N_FOLDS = 5
BLOCKS = ("char", "word", "negated", "classes", "negated_classes")
CONFIGS = (
    (),
    *((f"features.{block}.enabled=false",) for block in BLOCKS),
    ("features.contractions=false",),
    ("features.negated.stems=false",),
    ("features.negated.weight=1",),
    ("features.negated.weight=2",),
    tuple(f"features.{block}.enabled=false" for block in ("classes", "negated_classes")),
    tuple(f"features.{block}.enabled=false" for block in ("negated", "classes", "negated_classes")),
)
QUICK = "training.tol=0.001"  # no probability is further from the optimum's, in half of the time
Score = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Rows:
    """The rows that are scored, their articles, and which are from the press."""

    data: TrainingData
    real: np.ndarray
    press: np.ndarray


def macro_ap(target: np.ndarray, found: np.ndarray) -> Score:
    """Macro average precision as a function of row weights."""
    columns = range(target.shape[1])
    return lambda weights: macro(
        [average_precision(target[:, k], found[:, k], weights) for k in columns]
    )


def macro_f1(target: np.ndarray, given: np.ndarray) -> float:
    """Macro-F1 of these answers."""
    ones = np.ones((1, len(target)))
    columns = range(target.shape[1])
    return float(
        np.mean([precision_recall_f1(target[:, k], given[:, k], ones)[2][0] for k in columns])
    )


def cross_validated(rows: Rows, config: Config) -> tuple[np.ndarray, float]:
    """Probabilities of the real rows for each partition, and the macro-F1.

    A fold's thresholds come from the other folds.
    """
    target = rows.data.targets[rows.real]
    found, f1 = [], []
    for seed in SEEDS:
        held_out = folds(rows.data.groups, rows.data.targets, N_FOLDS, seed)
        part = out_of_fold(rows.data, config, held_out)[rows.real]
        fold, given = held_out[rows.real], np.zeros(target.shape, dtype=bool)
        for number in range(N_FOLDS):
            here = fold == number
            limits = choose_thresholds(config.thresholds, target[~here], part[~here])
            given[here] = part[here] >= limits
        found.append(part)
        f1.append(macro_f1(target, given))
    return np.array(found), float(np.mean(f1))


def compared(rows: Rows, found: np.ndarray, first: np.ndarray, which: np.ndarray) -> str:
    """Macro average precision on some of the real rows, and the difference to the first config."""
    target = rows.data.targets[rows.real][which]
    articles = [one for one, keep in zip(rows.data.articles, rows.real, strict=True) if keep]
    now = [macro_ap(target, part[which]) for part in found]
    then = [macro_ap(target, part[which]) for part in first]
    scores = {
        "value": lambda weights: np.mean([one(weights) for one in now], axis=0),
        "gain": lambda weights: np.mean(
            [a(weights) - b(weights) for a, b in zip(now, then, strict=True)], axis=0
        ),
    }
    chosen = [one for one, keep in zip(articles, which, strict=True) if keep]
    made_of = estimates(scores, chosen, n_draws=300)
    gain = made_of["gain"]
    if found is first:
        return f"{100 * made_of['value'].value:6.1f}{'':20}"
    low, high = (100 * (bound or 0) for bound in (gain.low, gain.high))
    told = f"{100 * gain.value:+.1f} [{low:+.1f}, {high:+.1f}]"
    return f"{100 * made_of['value'].value:6.1f} {told:19}"


def validated(rows: Rows, config: Config, validation: list[Example]) -> str:
    """Macro average precision and macro-F1 on the validation sentences."""
    info, weights = made(train(rows.data, config), "trial")[:2]
    scorer = Scorer(info, weights)
    found = scorer.score([one.text for one in validation]).probabilities
    target = np.array([[name in one.labels for name in info.labels] for one in validation])
    value = macro_ap(target, found)(np.ones((1, len(target))))[0]
    f1 = macro_f1(target, found >= np.array(info.thresholds))
    return f"{100 * value:8.1f}{100 * f1:6.1f}"


def main() -> None:
    """Prints a line for each config."""
    logging.getLogger("stance").setLevel(logging.ERROR)
    arguments = [one for one in sys.argv[1:] if one != "--validation"]
    codebook, own, real, validation = own_and_real()
    data = training_data([*own, *real], codebook)
    names = {one.id for one in real}
    ids = data.dataset.data.column("id").to_pylist()
    mask = np.array([one in names for one in ids])
    press = press_rows()
    rows = Rows(data, mask, np.array([one in press for one in ids])[mask])
    every = np.ones(int(mask.sum()), dtype=bool)
    print(f"{'config':58}{'AP, all':>26}{'AP, press':>26}{'F1':>6}" + "  CPU s  validation AP, F1")
    first = None
    for settings in [tuple(one.split(";")) for one in arguments] or CONFIGS:
        start = time.process_time()
        config = read_config(None, (QUICK, *settings)).resolved(codebook.exclusive)
        found, f1 = cross_validated(rows, config)
        first = found if first is None else first
        name = " ".join(one.removeprefix("features.") for one in settings) or "default"
        line = f"{name.replace('.enabled=false', ' off')[:58]:58}"
        line += "".join(f"{compared(rows, found, first, w):>26}" for w in (every, rows.press))
        line += f"{100 * f1:6.1f}{time.process_time() - start:7.0f}"
        if "--validation" in sys.argv:
            line += validated(rows, config, validation)
        print(line, flush=True)


if __name__ == "__main__":
    main()
