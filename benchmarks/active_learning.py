"""What `stance annotate --pick` is worth: learning curves of its strategies beside random order.

    STANCE_SHARED=… python benchmarks/active_learning.py [SEEDS] [--default] [--plot]

Labelling is simulated on real sentences: 100 drawn at random are labelled, a model is trained on
them as `stance train` does (calibration and thresholds out of fold), it ranks the others, the next
100 are labelled, and so on to 1,200. Scores are of sentences of other articles, a quarter of the
groups by article and near-duplicate; each seed draws that quarter and the first 100 anew, the same
for all strategies. As in the product, a fifth of what is picked is random, but for the rows marked
"alone". Seeds begin at 10: how diversity spreads was chosen on 0 to 5.

Fits are quick ones on words and negated stems. `--default` takes the default config for random
order and the two best strategies. `--plot` writes docs/active-learning.svg.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stance.annotation import ranking as ranks
from stance.annotation.examples import accepted, read_labelled, with_codebook
from stance.annotation.mixing import Mix
from stance.annotation.picking import RANDOM, read_pick
from stance.annotation.ranking import Ranking
from stance.codebook.codebook import Codebook, read_codebook
from stance.learning.arrays import Array
from stance.learning.calibration import calibrated, choose_calibration
from stance.learning.config import Config, changed
from stance.learning.dataset import training_data
from stance.learning.fitting import Counted, counted, fit
from stance.learning.groups import folds
from stance.learning.path import path_logits
from stance.learning.thresholds import choose_thresholds

ROOT = Path(__file__).parent.parent
PLOT = ROOT / "docs" / "active-learning.svg"
FIRST, BATCH, LAST = 100, 100, 1200
SIZES = tuple(range(FIRST, LAST + 1, BATCH))
SHOWN = (100, 200, 300, 500, 800, 1200)
FOLDS = 3  # for calibration and thresholds
SHARE = 0.2
# Quicker fits: words and the stems behind negations. The default has characters and classes, too.
QUICK = [f"features.{name}.enabled=false" for name in ("char", "classes", "negated_classes")]
STRATEGIES = (
    ("random", 1.0),
    ("order", SHARE),
    ("least_confidence", SHARE),
    ("margin", SHARE),
    ("entropy", SHARE),
    ("diversity", SHARE),
    ("class:committing_troops", SHARE),
    ("entropy", 0.0),
    ("diversity", 0.0),
)
IN_DEFAULT = (("random", 1.0), ("entropy", SHARE), ("diversity", SHARE))
FIRST_SEED = 10


@dataclass(frozen=True)
class Pool:
    """The rows with everything that does not change from run to run."""

    codebook: Codebook
    texts: list[str]
    groups: Array
    counted: Counted

    @property
    def targets(self) -> Array:
        """Shape (n_rows, n_labels)."""
        return self.counted.targets


@dataclass(frozen=True)
class Answers:
    """Probabilities of all rows by a model of some of them, and its thresholds."""

    probabilities: Array
    thresholds: Array


def read_pool(folder: Path, overrides: Sequence[str]) -> Pool:
    """The labelled rows, their n-grams counted once."""
    codebook = read_codebook(ROOT / "configs" / "codebook.toml")
    labelled = with_codebook(read_labelled([folder / "ukraine" / "train.jsonl"]), codebook)
    data = training_data(accepted(labelled.examples), codebook)
    config = changed(Config(), overrides).resolved(codebook.exclusive)
    rows = counted(config, codebook.exclusive, data.texts, data.targets, data.articles)
    groups = np.random.default_rng(0).permutation(len(data.texts))[data.groups]
    return Pool(codebook, data.texts, groups, rows)


def train(pool: Pool, labelled: Array) -> Answers:
    """A model of the rows of the mask, with calibration and thresholds as `stance train`."""
    config, exclusive = pool.counted.config, pool.codebook.exclusive
    held_out = np.where(labelled, pool.groups % FOLDS, -1)  # groups are numbered by chance
    assert config.training.C is not None
    outside = path_logits(pool.counted, held_out, (config.training.C,))[0][labelled]
    known, fold = pool.targets[labelled], held_out[labelled]
    method = config.calibration.method
    found = choose_calibration(method, outside, known, fold, exclusive)
    n_labels = known.shape[1]
    p_outside = calibrated(outside, found, exclusive, n_labels)
    logits = fit(pool.counted, labelled).logits(np.ones(len(labelled), dtype=bool))
    return Answers(
        calibrated(logits, found, exclusive, n_labels),
        choose_thresholds(config.thresholds, known, p_outside),
    )


def scores(pool: Pool, answers: Answers, test: Array) -> tuple[float, float]:
    """Macro average precision and macro-F1 on the test rows, 0 to 100."""
    from sklearn.metrics import average_precision_score, f1_score

    wanted, p = pool.targets[test], answers.probabilities[test]
    precision = average_precision_score(wanted, p, average="macro")
    f1 = f1_score(wanted, p >= answers.thresholds, average="macro", zero_division=0)
    return 100 * float(precision), 100 * float(f1)


def curve(pool: Pool, written: str, share: float, seed: int) -> Array:
    """The scores at each size, shape (n_sizes, 2)."""
    test = folds(pool.groups, pool.targets, 4, seed) == 0
    random = np.random.default_rng(seed)
    labelled = np.zeros(len(test), dtype=bool)
    labelled[random.permutation(np.flatnonzero(~test))[:FIRST]] = True
    pick = read_pick(written, pool.codebook)
    mix = Mix(np.zeros(len(test), dtype=bool), 1.0 if written == RANDOM else share, seed)
    places = {text: row for row, text in enumerate(pool.texts)}
    found = []
    for size in SIZES:
        answers = train(pool, labelled)
        found.append(scores(pool, answers, test))
        if size == LAST:
            break

        def suggest(texts: Sequence[str], p: Array = answers.probabilities) -> Array:
            return np.asarray(p[[places[text] for text in texts]])

        open_ = ~test & ~labelled
        ranking = Ranking(
            pool.texts, np.flatnonzero(open_), pool.codebook, pick, suggest, seed + size
        )
        ranking.finish()
        for _ in range(BATCH):
            drawn = mix.draw(mix.kind(), ~test & ~labelled, ranking.priority)
            assert drawn is not None
            labelled[drawn[0]] = True
    return np.array(found)


def interval(values: Array) -> tuple[float, float]:
    """The mean and half the width of its 95 % interval (Student's t)."""
    from scipy.stats import t

    half = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(half)


def needed(sizes: Sequence[int], means: Array, wanted: float) -> str:
    """How many labels the mean curve needs for the score."""
    best = np.maximum.accumulate(means)
    if best[-1] < wanted:
        return f"> {sizes[-1]:,}"
    return f"{np.interp(wanted, best, sizes):,.0f}"


def told(name: str, share: float) -> str:
    """The strategy as the tables name it."""
    return f"{name} alone" if share == 0 else name


def table(curves: dict[str, Array], column: int, title: str) -> None:
    """Prints means at some sizes, the difference from random over the whole curve, and the cost."""
    print(f"\n{title}: mean of {len(curves['random'])} seeds at so many labels")
    print(f"{'':26}" + "".join(f"{n:>7,}" for n in SHOWN) + f"{'over the curve':>22}{'labels':>9}")
    random = curves["random"][:, :, column]
    goal = float(random.mean(axis=0)[-1])
    for name, found in curves.items():
        means = found[:, :, column].mean(axis=0)
        cells = "".join(f"{means[SIZES.index(n)]:7.1f}" for n in SHOWN)
        mean, half = interval((found[:, 1:, column] - random[:, 1:]).mean(axis=1))
        gain = "" if name == "random" else f"{mean:+.1f} [{mean - half:+.1f}, {mean + half:+.1f}]"
        print(f"{name:26}{cells}{gain:>22}{needed(SIZES, means, goal):>9}")


def plot(curves: dict[str, Array]) -> None:
    """Writes the curves of the strategies in the product as SVG."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.hashsalt": "stance", "svg.fonttype": "none", "font.size": 10}
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(10, 4.2), sharex=True)
    for column, (ax, title) in enumerate(zip(axes, ("macro AP", "macro-F1"), strict=True)):
        for name, found in curves.items():
            if name.endswith("alone"):
                continue
            style = {"color": "black", "linestyle": "--"} if name == "random" else {}
            values = found[:, :, column]
            ax.plot(SIZES, values.mean(axis=0), label=name, **style)
        ax.set_xlabel("labelled sentences")
        ax.set_title(title)
        ax.grid(alpha=0.3)
    axes[1].legend(loc="lower right", fontsize=8)
    figure.tight_layout()
    figure.savefig(PLOT, metadata={"Date": None})


def main() -> None:
    """Prints the tables."""
    shared = os.environ.get("STANCE_SHARED")
    if not shared:
        sys.exit("set STANCE_SHARED to the folder with the real labelled sentences")
    n_seeds = int(next((one for one in sys.argv[1:] if one.isdigit()), "10"))
    ranks.N_BATCHES = 1  # no more than one is drawn from a ranking here
    is_default = "--default" in sys.argv
    pool = read_pool(Path(shared), [] if is_default else QUICK)
    curves: dict[str, Array] = {}
    for name, share in IN_DEFAULT if is_default else STRATEGIES:
        seeds = range(FIRST_SEED, FIRST_SEED + n_seeds)
        found = [curve(pool, name, share, seed) for seed in seeds]
        curves[told(name, share)] = np.array(found)
        print(f"{told(name, share)} done", file=sys.stderr)
    what = "default config" if is_default else "quick fits"
    print(f"{len(pool.texts):,} sentences, {len(np.unique(pool.groups)):,} groups, {what}")
    table(curves, 0, "Macro average precision")
    table(curves, 1, "Macro-F1")
    if "--plot" in sys.argv:
        plot(curves)


if __name__ == "__main__":
    main()
