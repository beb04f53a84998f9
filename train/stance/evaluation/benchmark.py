"""Public benchmark data: trained on its training rows, scored by its own metric.

The test rows are scored once a run, with a config that cross-validation on the training rows chose.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from stance.annotation.examples import (
    Example,
    Labelled,
    accepted,
    codebook_of,
    read_labelled,
    with_codebook,
)
from stance.annotation.store import now
from stance.codebook.codebook import Codebook
from stance.evaluation.intervals import Estimate, Score, estimates
from stance.evaluation.looks import BENCHMARK, LOOKS
from stance.evaluation.metrics import macro, precision_recall_f1
from stance.learning.arrays import Array
from stance.learning.config import Config, read_config
from stance.learning.dataset import TrainingData, training_data
from stance.learning.groups import folds
from stance.learning.pipeline import probabilities
from stance.learning.thresholds import assign
from stance.learning.training import fit_rows, out_of_fold
from stance.storage.atomic import append_lines
from stance.storage.errors import DataError, InputError, listed
from stance.storage.jsonl import dump, read_jsonl
from stance.storage.project import Project, default_text
from stance.storage.row_files import ROW_SUFFIXES
from stance.storage.toml import Record, parse_toml, validated

log = logging.getLogger(__name__)

Progress = Callable[[str], None]


class Published(Record):
    """A score that others report, in points."""

    system: str
    value: float
    source: str
    split: str = "test"


class Benchmark(Record):
    """How a folder is scored: the mean F1 of `labels` (of all where none is named)."""

    folder: str
    title: str = ""
    metric: str = "macro-F1"
    labels: tuple[str, ...] = ()
    source: str = ""
    published: tuple[Published, ...] = ()


class _Benchmarks(Record):
    benchmarks: tuple[Benchmark, ...]


@dataclass(frozen=True)
class Result:
    """Scores of one folder between 0 and 1; `test` is None where there are no test rows.

    `cross_validation` is of out-of-fold predictions for the training rows, the mean over
    `n_repeats` partitions; `n_looks` counts the runs that scored these test rows in this project
    (None without a project).
    """

    benchmark: Benchmark
    n_train: int
    n_test: int
    cross_validation: Estimate
    n_repeats: int
    test: Estimate | None
    majority: float | None
    config: str
    n_looks: int | None = None


def known_benchmarks() -> dict[str, Benchmark]:
    """What is known of public data sets, by the name of their folder."""
    tables = parse_toml(default_text("benchmarks.toml"), "benchmarks.toml")
    return {one.folder: one for one in validated(_Benchmarks, tables, "benchmarks.toml").benchmarks}


def benchmark_folders(root: Path) -> list[Path]:
    """The folder itself, or those in it, that hold a file of training rows, in order of name.

    Raises InputError where there is none.
    """
    if not root.is_dir():
        raise InputError(f"{root}: no such folder.")
    found = [one for one in (root, *sorted(root.iterdir())) if one.is_dir() and _file(one, "train")]
    if not found:
        raise InputError(
            f"{root}: no benchmark. A folder holds train and test rows "
            f"(train.jsonl, test.jsonl; also {', '.join(ROW_SUFFIXES)})."
        )
    return found


def _file(folder: Path, side: str) -> Path | None:
    paths = [folder / f"{side}{suffix}" for suffix in ROW_SUFFIXES]
    return next((path for path in paths if path.is_file()), None)


def config_for(
    folder: Path, configs: Path | None, overrides: Sequence[str] = ()
) -> tuple[Config, str]:
    """The config for the folder's data, and its name: `<folder>.toml` among `configs`.

    Without `configs` those that came with the installation; else the default config.
    """
    changed = " ".join(("", *overrides))
    places = [configs] if configs else _packaged_configs()
    for place in places:
        path = place / f"{folder.name}.toml"
        if path.is_file():
            return read_config(path, overrides), path.name + changed
    return read_config(None, overrides), f"default{changed}"


def _packaged_configs() -> list[Path]:
    """In the installation, or in a clone beside the sources."""
    package = Path(str(resources.files("stance")))
    return [package / "defaults" / "benchmarks", package.parents[1] / "benchmarks" / "configs"]


def run(
    folder: Path,
    config: Config,
    config_name: str,
    n_repeats: int = 1,
    with_test: bool = True,
    progress: Progress = lambda step: None,
) -> Result:
    """Cross-validates, trains and scores one folder.

    Raises DataError when its rows cannot be learnt from, InputError when they cannot be read.
    """
    benchmark = known_benchmarks().get(folder.name, Benchmark(folder=folder.name))
    progress(f"{folder.name}: reading")
    path = _file(folder, "train")
    assert path is not None
    codebook, labelled = codebook_of(_read(path), path.name)
    data = training_data(accepted(labelled.examples), codebook)
    config = config.resolved(codebook.exclusive)
    cross_validation = _cross_validation(benchmark, data, config, n_repeats, progress)
    test = majority = None
    rows: list[Example] = []
    test_path = _file(folder, "test")
    if with_test and test_path is not None:
        rows = list(accepted(with_codebook(_read(test_path), codebook).examples))
        progress(f"{folder.name}: fitting on all training rows")
        test, majority = _test(benchmark, data, config, rows)
    return Result(
        benchmark,
        len(data.dataset),
        len(rows),
        cross_validation,
        n_repeats,
        test,
        majority,
        config_name,
    )


def _read(path: Path) -> Labelled:
    labelled = read_labelled([path])
    if labelled.refused:
        n_refused = len(labelled.refused)
        log.warning("%s: %s rows refused:\n%s", path, n_refused, listed(labelled.refused, 3))
    return labelled


def _cross_validation(
    benchmark: Benchmark, data: TrainingData, config: Config, n_repeats: int, progress: Progress
) -> Estimate:
    """The mean score of out-of-fold predictions, each from a partition of its own."""
    scores: list[Score] = []
    for repeat in range(n_repeats):
        held_out = folds(data.groups, data.targets, config.thresholds.folds, config.seed + repeat)
        found = out_of_fold(
            data, config, held_out, lambda step: progress(f"{benchmark.folder}: {step}")
        )
        scores.append(_metric(benchmark, data.codebook, data.targets, _given(data.codebook, found)))
    groups = [str(number) for number in data.groups.tolist()]
    mean: Score = lambda weights: np.mean([score(weights) for score in scores], axis=0)  # noqa: E731
    return estimates({"score": mean}, groups)["score"]


def _test(
    benchmark: Benchmark, data: TrainingData, config: Config, rows: Sequence[Example]
) -> tuple[Estimate, float]:
    """The score on the test rows with its interval, and that of always the commonest answer."""
    codebook = data.codebook
    pipeline = fit_rows(config, data, np.ones(len(data.dataset), dtype=bool))
    targets = np.array([[name in one.labels for name in codebook.names] for one in rows])
    found = probabilities(pipeline, [one.text for one in rows], codebook)
    score = _metric(benchmark, codebook, targets, _given(codebook, found))
    common = np.zeros(targets.shape, dtype=bool)
    common[:, data.targets.sum(axis=0).argmax()] = True
    ones = np.ones((1, len(rows)))
    majority = float(np.nan_to_num(_metric(benchmark, codebook, targets, common)(ones))[0])
    return estimates({"score": score}, [one.article_id for one in rows])["score"], majority


def _given(codebook: Codebook, found: Array) -> Array:
    thresholds = None if codebook.exclusive else np.full(len(codebook.names), 0.5)
    return assign(found, thresholds, codebook.none_allowed)


def _metric(benchmark: Benchmark, codebook: Codebook, targets: Array, given: Array) -> Score:
    """The mean F1 over the benchmark's labels; a label never given counts as 0."""
    names = benchmark.labels or codebook.names
    if unknown := set(names) - set(codebook.names):
        raise DataError(f"{benchmark.folder}: no row has the label {', '.join(sorted(unknown))}.")
    columns = [codebook.names.index(name) for name in names]

    def score(weights: Array) -> Array:
        return macro(
            [
                np.nan_to_num(precision_recall_f1(targets[:, k] > 0, given[:, k], weights)[2])
                for k in columns
            ]
        )

    return score


def log_look(project: Project, result: Result, folder: Path) -> int:
    """Writes down that the test rows were scored; returns how often that was so far."""
    path = project.data / LOOKS
    test = _file(folder, "test")
    assert test is not None and result.test is not None
    digest = hashlib.sha256(test.read_bytes()).hexdigest()
    look = {
        "at": now(),
        "command": BENCHMARK,
        "versions": [f"{folder.name} {result.config}"],
        "data_sha256": digest,
        "n_sentences": result.n_test,
        "macro_f1": round(result.test.value, 4),
    }
    append_lines(path, [dump(look)])
    return sum(1 for _, fields in read_jsonl(path) if fields["data_sha256"] == digest)
