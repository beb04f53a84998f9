"""`stance train-curve`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, echo_json, table, working
from stance.cli.errors import handled, tell_refused
from stance.cli.options import (
    CodebookOption,
    EncodingOption,
    ForceOption,
    JsonOption,
    ProjectOption,
    TextKeyOption,
)
from stance.cli.refused import RejectsOption

if TYPE_CHECKING:
    from stance.evaluation.learning_curve import LearningCurve

DataOption = Annotated[
    list[Path], typer.Option("--data", help="Labelled rows (default: the project's training side).")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Training config (default: configs/train.toml).")
]
SettingOption = Annotated[
    list[str], typer.Option("-S", "--set", help="Override, for example -S training.C=4.")
]
RepeatsOption = Annotated[
    int, typer.Option("--repeats", min=1, max=50, help="Random parts of the articles to average.")
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Folder for train-curve.html (with the plot) and .json."),
]

FILES = ("train-curve.html", "train-curve.json")


@handled
def train_curve(
    data: DataOption = [],
    repeats: RepeatsOption = 3,
    out: OutOption = None,
    config: ConfigOption = None,
    setting: SettingOption = [],
    codebook: CodebookOption = None,
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    rejects: RejectsOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what more labels would bring: scores by training size, and a forecast.

    Parts of the articles are trained on and scored out of fold; the test side takes no part.
    """
    from stance.cli.projects import codebook_named
    from stance.evaluation.learning_curve import learning_curve
    from stance.learning.checks import files_for_training, project_for_training
    from stance.learning.config import read_config
    from stance.learning.dataset import training_data
    from stance.storage.places import check_folder
    from stance.storage.project import find_project, require_project

    if out is not None:
        check_folder(out, force, FILES)
    found = find_project(project) if data else require_project(project)
    default = found.config if found and found.config.is_file() else None
    settings = read_config(config or default, setting)
    with working("train-curve") as progress:
        if data:
            named = codebook_named(codebook, found)
            rows, labels, refused = files_for_training(data, named, encoding, text_key)
            tell_refused(refused)
        else:
            assert found is not None
            rows, labels = project_for_training(found)
        curve = learning_curve(training_data(rows, labels), settings, repeats, progress)
    _show(curve, out, as_json)


def _show(curve: "LearningCurve", out: Path | None, as_json: bool) -> None:
    from stance.evaluation import render_learning_curve as render

    if out is not None:
        _write(out, render.to_html(curve), render.to_dict(curve))
    if as_json:
        echo_json(render.to_dict(curve))
        return
    title = f"Average precision by share of {curve.n_sentences:,} sentences, in points"
    table(title, render.columns(), render.rows(curve))
    if told := render.advice(curve):
        echo(told)
    if out is not None:
        echo(str(out / "train-curve.html"))


def _write(out: Path, page: str, values: object) -> None:
    import json

    from stance.storage.atomic import write_files

    content = json.dumps(values, indent=2, ensure_ascii=False) + "\n"
    write_files(out, dict(zip(FILES, (page, content), strict=True)))
