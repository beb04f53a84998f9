"""`stance train`."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, talk, working
from stance.cli.errors import handled, tell, tell_refused
from stance.cli.options import (
    CodebookOption,
    EncodingOption,
    JsonOption,
    ProjectOption,
    TextKeyOption,
)
from stance.cli.refused import RejectsOption
from stance.cli.trained import show
from stance.cli.unlabelled import UnlabelledOption, unlabelled_texts

if TYPE_CHECKING:
    from stance.annotation.examples import Example
    from stance.codebook.codebook import Codebook
    from stance.learning.config import Config
    from stance.learning.dataset import TrainingData
    from stance.learning.parallel import Progress
    from stance.learning.training import Trained
    from stance.learning.tuning import Tuned
    from stance.storage.project import Project


DataOption = Annotated[
    list[Path],
    typer.Option("--data", help="Labelled rows (default: the project's annotations)."),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Training config (default: configs/train.toml)."),
]
SettingOption = Annotated[
    list[str], typer.Option("-S", "--set", help="Override, for example -S training.C=4.")
]
ModelsOption = Annotated[
    Path | None,
    typer.Option("--models", help="Folder for the new version (default: models/)."),
]
NameOption = Annotated[
    str | None,
    typer.Option("--name", help="Name of the version (default: the next of v1, v2, …)."),
]
AllowLeakageOption = Annotated[
    bool,
    typer.Option("--allow-leakage", help="Go on when training and test share sentences."),
]
JobsOption = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        min=1,
        help="Processes that fit folds of large data, each with memory of its own (default: 1).",
    ),
]
EngineOption = Annotated[
    str, typer.Option("--engine", help="Where folds are fitted: local, or dask for a cluster.")
]
SchedulerOption = Annotated[
    str | None, typer.Option("--scheduler", help="Address of a Dask cluster (default: start one).")
]
PrecisionOption = Annotated[
    list[str],
    typer.Option("--min-precision", help="label=0.8: give the label only where so much is right."),
]
DurationOption = Annotated[
    float | None,
    typer.Option(
        "--autotune-duration", min=1, help="Search for a better config for so many seconds first."
    ),
]
MetricOption = Annotated[
    str | None,
    typer.Option(
        "--autotune-metric",
        help="What to search for: macro-f1 (default), ap or f1:LABEL.",
        show_default=False,
    ),
]
PrintConfigOption = Annotated[
    bool, typer.Option("--print-config", help="Print every value of the config and stop.")
]


@handled
def train(
    data: DataOption = [],
    config: ConfigOption = None,
    codebook: CodebookOption = None,
    setting: SettingOption = [],
    models: ModelsOption = None,
    name: NameOption = None,
    allow_leakage: AllowLeakageOption = False,
    jobs: JobsOption = None,
    engine: EngineOption = "local",
    scheduler: SchedulerOption = None,
    min_precision: PrecisionOption = [],
    autotune_duration: DurationOption = None,
    autotune_metric: MetricOption = None,
    unlabelled: UnlabelledOption = [],
    print_config: PrintConfigOption = False,
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    rejects: RejectsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train a model; the last line printed is its folder.

    Thresholds are chosen on out-of-fold predictions, split by article, event and near-duplicate.
    """
    from stance.learning.config import read_config, to_toml
    from stance.learning.engine import check_engine
    from stance.models.saving import save
    from stance.storage.project import find_project, require_project

    found = find_project(project) if data and not project else require_project(project)
    check_engine(engine, scheduler)
    _check_search(autotune_duration, autotune_metric)
    settings = read_config(config or _default_config(found), setting, min_precision)
    if print_config:
        echo(to_toml(settings).rstrip())
        return
    target = _target(models, found, name)
    examples, labels = _labelled(data, codebook, found, encoding, text_key)
    rows = _for_training(examples, labels, allow_leakage)
    texts = unlabelled_texts(unlabelled, examples, text_key, encoding)
    with working("training") as progress:
        search, machines = (autotune_duration, autotune_metric), (engine, scheduler, jobs)
        trained = _trained(rows, settings, search, texts, machines, progress)
        progress("writing")
        folder, info = save(trained, target, name, shlex.join(["stance", *sys.argv[1:]]))
    show(folder, info, trained, as_json)


def _check_search(seconds: float | None, metric: str | None) -> None:
    from stance.storage.errors import UsageError

    if metric is not None and seconds is None:
        raise UsageError("--autotune-metric says what --autotune-duration searches for. Add it.")


def _target(models: Path | None, project: "Project | None", name: str | None) -> Path:
    """The folder of the new version, in which nothing has its name yet."""
    from stance.models.registry import Registry

    target = models or (project.models if project else Path("models"))
    Registry(target).check_name(name)
    return target


def _trained(
    rows: "TrainingData",
    settings: "Config",
    search: tuple[float | None, str | None],
    texts: list[str],
    machines: tuple[str, str | None, int | None],
    progress: "Progress",
) -> "Trained":
    """The fit, after the search for a config that was asked for: seconds, metric."""
    from stance.learning.engine import parallel
    from stance.learning.training import train

    engine, scheduler, jobs = machines
    with parallel(engine, scheduler, jobs or (1 if engine == "local" else None)):
        tuned = _tuned(rows, settings, *search, progress)
        return train(rows, tuned.config if tuned else settings, progress, tuned, texts)


def _tuned(
    rows: "TrainingData",
    settings: "Config",
    seconds: float | None,
    metric: str | None,
    progress: "Progress",
) -> "Tuned | None":
    if seconds is None:
        return None
    from stance.learning.tuning import autotune

    return autotune(rows, settings, seconds, metric or "macro-f1", progress)


def _default_config(project: "Project | None") -> Path | None:
    return project.config if project and project.config.is_file() else None


def _labelled(
    data: list[Path],
    codebook: str | None,
    project: "Project | None",
    encoding: str | None,
    text_key: str,
) -> "tuple[tuple[Example, ...], Codebook]":
    """The labelled sentences of the files, or else of the project, and their labels."""
    if data:
        return _from_files(data, codebook, project, encoding, text_key)
    assert project is not None
    return _from_project(project)


def _from_files(
    data: list[Path],
    codebook: str | None,
    project: "Project | None",
    encoding: str | None,
    text_key: str,
) -> "tuple[tuple[Example, ...], Codebook]":
    from stance.annotation.examples import accepted, codebook_of, read_labelled, with_codebook
    from stance.cli.projects import codebook_named

    labelled = read_labelled(data, encoding, text_key)
    labels = codebook_named(codebook, project)
    if labels is None:
        labels, labelled = codebook_of(labelled, data[0].name)
    labelled = with_codebook(labelled, labels)
    tell_refused(labelled.refused)
    examples = accepted(labelled.examples)
    if n_others := sum(one.split not in ("", "train") for one in examples):
        talk(f"{n_others:,} rows are not for training (column `split`).")
    return examples, labels


def _for_training(
    examples: "tuple[Example, ...]", labels: "Codebook", allow_leakage: bool
) -> "TrainingData":
    """The examples whose side is training; leaks between them and the others stop it."""
    from stance.learning.dataset import training_data
    from stance.learning.leakage import refuse_leaks
    from stance.storage.errors import DataError

    sides = {one.place: one.split or "train" for one in examples}
    fit_on = tuple(one for one in examples if sides[one.place] == "train")
    if not fit_on:
        raise DataError("no row is for training: the column `split` says otherwise of all.")
    refuse_leaks(examples, sides, allow_leakage)
    return training_data(fit_on, labels)


def _from_project(project: "Project") -> "tuple[tuple[Example, ...], Codebook]":
    from dataclasses import replace

    from stance.annotation.gold import project_examples
    from stance.codebook.codebook import read_codebook
    from stance.learning.split import split_examples
    from stance.storage.errors import DataError

    labels = read_codebook(project.codebook)
    found = project_examples(project, labels)
    if not found.examples:
        raise DataError(
            f"{project.root}: no annotated sentence. Label some, or stance import ROWS."
        )
    if found.n_disputed:
        tell(f"note: {found.n_disputed:,} sentences in dispute were left out (stance review).")
    sides = split_examples(project, found.examples)
    return tuple(replace(one, split=side) for side in sides for one in sides[side]), labels
