"""What more labels are worth: further real sentences, and articles written after the errors.

    STANCE_SHARED=… python benchmarks/more_labels.py [--validation]

Trains with the default config on growing data and scores the real training sentences out of fold,
all of them and those from the press: five folds by article and near-duplicate, two partitions. The
project's corpus is always on the training side, further real sentences where no sentence of their
group is held out. Points of macro average precision, as the sentences are, with synonyms exchanged
and with typing errors; the gain on the line before has a 95 % interval over groups; macro-F1 with
thresholds from the other folds. Fits stop when no probability moves by more than 0.001.

With --validation the default config fitted on everything and the committed model are scored on the
validation sentences instead, with what attacks take from them: once per decision, please.
"""

import logging
import sys
import time
from dataclasses import dataclass

import numpy as np
from ablation import N_FOLDS, QUICK, SEEDS, macro_ap, macro_f1
from own_corpus import ROOT, own_and_real, pool_examples, press_rows, told
from robustness import ATTACKS, attacked
from robustness import told as losses

from stance.evaluation.evaluate import evaluate
from stance.evaluation.intervals import estimates
from stance.learning.config import Config, read_config
from stance.learning.dataset import TrainingData, training_data
from stance.learning.fitting import Counted, counted, fit
from stance.learning.groups import folds
from stance.learning.thresholds import choose_thresholds
from stance.learning.training import train
from stance.models.saving import made
from stance.prediction.predict import thresholds_of
from stance.prediction.scorer import Scorer, load_scorer

ATTACKED = ("spun", "typing errors")
AFTER_ERRORS = "2026-11-23T17"  # when the articles that came of the errors were labelled
CONFIG = read_config(None, (QUICK,)).resolved(False)


@dataclass(frozen=True)
class Rows:
    """All rows counted, the kind of each (real, own, new, pool), and the real ones' groups."""

    counted: Counted
    kinds: np.ndarray
    groups: np.ndarray

    @property
    def real(self) -> np.ndarray:
        """Which rows are scored."""
        return np.asarray(self.kinds == "real")


def kind_of(identifier: str, real: set[str], new: set[str], own: set[str]) -> str:
    """What a row is, by its id."""
    if identifier in real:
        return "real"
    return "new" if identifier in new else "own" if identifier in own else "pool"


def after_errors() -> set[str]:
    """The ids of the project's sentences that were written after a look at the errors."""
    lines = (ROOT / "data" / "annotations" / "pass-a.jsonl").read_text("utf-8").splitlines()
    return {line.split('"')[3] for line in lines if f'"annotated_at":"{AFTER_ERRORS}' in line}


def probabilities(rows: Rows, kinds: tuple[str, ...], held: np.ndarray) -> dict[str, np.ndarray]:
    """Of the real rows, out of fold, as they are and under each attack; `held` has their folds."""
    n = len(rows.kinds)
    n_real = int(rows.real.sum())
    names = ("plain", *ATTACKED)
    found = {name: np.zeros((n_real, rows.counted.targets.shape[1])) for name in names}
    for fold in range(N_FOLDS):
        out = np.zeros(n, dtype=bool)
        out[rows.real] = held == fold
        near = np.isin(rows.groups, rows.groups[out]) & (rows.kinds == "pool")
        inside = np.isin(rows.kinds, kinds) & ~out & ~near
        model = fit(rows.counted, inside)
        for number, name in enumerate(names):
            # Attacked copies of the real rows lie behind all rows.
            which = out if number == 0 else np.zeros(n, dtype=bool)
            if number:
                start = n - (len(ATTACKED) - number + 1) * n_real
                which[start : start + n_real] = held == fold
            found[name][held == fold] = 1 / (1 + np.exp(-model.logits(which)))
    return found


def prepared(data: TrainingData, kinds: np.ndarray) -> Rows:
    """The rows, and behind them the attacked ones, which are of no kind that is learnt from."""
    real = np.flatnonzero(kinds == "real")
    texts, targets, articles = list(data.texts), [data.targets], list(data.articles)
    for name in ATTACKED:
        texts += attacked([data.texts[number] for number in real], name)
        targets.append(data.targets[real])
        articles += [data.articles[number] for number in real]
    more = len(ATTACKED) * len(real)
    return Rows(
        counted(CONFIG, False, texts, np.vstack(targets), articles),
        np.concatenate([kinds, np.repeat("attacked", more)]),
        np.concatenate([data.groups, np.repeat(-1, more)]),
    )


def scored(rows: Rows, found: list[dict[str, np.ndarray]], partitions: list[np.ndarray]) -> float:
    """Macro-F1, mean over the partitions."""
    target = rows.counted.targets[rows.real]
    scores = []
    for part, held in zip(found, partitions, strict=True):
        given = np.zeros(target.shape, dtype=bool)
        for fold in range(N_FOLDS):
            here = held == fold
            limits = choose_thresholds(CONFIG.thresholds, target[~here], part["plain"][~here])
            given[here] = part["plain"][here] >= limits
        scores.append(macro_f1(target, given))
    return float(np.mean(scores))


def gain(rows: Rows, which: np.ndarray, now: list[np.ndarray], then: list[np.ndarray]) -> str:
    """The mean difference over the partitions on the rows that the mask selects, with interval."""
    target = rows.counted.targets[rows.real][which]
    pairs = [
        (macro_ap(target, a[which]), macro_ap(target, b[which]))
        for a, b in zip(now, then, strict=True)
    ]
    groups = [str(one) for one in rows.groups[rows.real][which]]
    score = {"gain": lambda weights: np.mean([a(weights) - b(weights) for a, b in pairs], axis=0)}
    one = estimates(score, groups, n_draws=300)["gain"]
    low, high = (100 * (bound or 0) for bound in (one.low, one.high))
    return f"{100 * one.value:+.1f} [{low:+.1f}, {high:+.1f}]"


def validate() -> None:
    """Prints macro-F1, average precision, calibration and losses under attack on validation."""
    codebook, own, real, validation = own_and_real()
    data = training_data([*own, *real, *pool_examples(codebook)], codebook)
    info, packed = made(train(data, Config()), "trial")[:2]
    committed = load_scorer(ROOT / "models" / "default")
    print(f"{'':34}{'macro-F1':>20}{'macro AP':>20}\n{'':52}AP, and the loss: {', '.join(ATTACKS)}")
    for name, scorer in (("default config", Scorer(info, packed)), ("models/default", committed)):
        report = evaluate(scorer, validation, thresholds_of(scorer), ["validation"])
        print(told(name, report))
        by_label = (f"{one.name} {100 * one.average_precision.value:.1f}" for one in report.labels)
        ece = (f"{one.label} {100 * one.ece:.1f}" for one in report.calibrations)
        print(f"    {', '.join(by_label)}\n    calibration error: {', '.join(ece)}")
        print(f"{'':52}{losses(scorer, validation)}", flush=True)


def main() -> None:
    """Prints a line for each set of rows to learn from."""
    logging.getLogger("stance").setLevel(logging.ERROR)
    if "--validation" in sys.argv:
        validate()
        return
    codebook, own, real, _ = own_and_real()
    data = training_data([*real, *own, *pool_examples(codebook)], codebook)
    ids = data.dataset.data.column("id").to_pylist()
    sets = {one.id for one in real}, after_errors(), {one.id for one in own}
    kinds = np.array([kind_of(one, *sets) for one in ids])
    press = press_rows()
    is_press = np.array([one in press for one in ids])[kinds == "real"]
    every = np.ones(len(is_press), dtype=bool)
    rows = prepared(data, kinds)
    target = data.targets[kinds == "real"]
    partitions = [folds(data.groups[kinds == "real"], target, N_FOLDS, seed) for seed in SEEDS]
    before: list[dict[str, np.ndarray]] | None = None
    used: tuple[str, ...] = ()
    for more in ("real", "own", "pool", "new"):
        start = time.process_time()
        used = (*used, more)
        found = [probabilities(rows, used, held) for held in partitions]
        n_rows = int(np.isin(kinds, used).sum())
        line = f"{'+ ' + more:8}{n_rows:7,}"
        for name, which in (("plain", every), ("plain", is_press), *((a, every) for a in ATTACKED)):
            now = [one[name] for one in found]
            ones = np.ones((1, int(which.sum())))
            value = np.mean([macro_ap(target[which], one[which])(ones)[0] for one in now])
            more_than = gain(rows, which, now, [one[name] for one in before]) if before else ""
            line += f"{100 * value:7.1f} {more_than:18}"
        line += f"{100 * scored(rows, found, partitions):6.1f}{time.process_time() - start:7.0f} s"
        print(line, flush=True)
        before = found


if __name__ == "__main__":
    main()
