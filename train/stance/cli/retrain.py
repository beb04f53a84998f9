"""`stance retrain`."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, echo_json, table, working
from stance.cli.errors import handled, tell, tell_refused
from stance.cli.options import (
    ByOption,
    EncodingOption,
    JsonOption,
    NoteOption,
    ProjectOption,
    TextKeyOption,
)
from stance.cli.refused import RejectsOption

if TYPE_CHECKING:
    from stance.annotation.examples import Labelled
    from stance.retraining.retrain import Outcome
    from stance.storage.project import Project

DataOption = Annotated[
    list[Path],
    typer.Option("--data", help="Newly labelled rows, which join the project first."),
]
PromoteOption = Annotated[
    bool | None,
    typer.Option(
        "--promote/--no-promote",
        help="Promote whatever the comparison says, or never (default: by the rule).",
        show_default=False,
    ),
]
MarginOption = Annotated[
    float,
    typer.Option("--margin", help="Points of F1 that a label may lose.", min=0, max=100),
]
NameOption = Annotated[
    str | None,
    typer.Option(
        "--name", "--model-name", help="Name of the version (default: the next of v1, v2, …)."
    ),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Training config (default: configs/train.toml)."),
]
SettingOption = Annotated[
    list[str], typer.Option("-S", "--set", help="Override, for example -S training.C=4.")
]
AllowLeakageOption = Annotated[
    bool,
    typer.Option("--allow-leakage", help="Go on when training and test share sentences."),
]


@handled
def retrain(
    data: DataOption = [],
    promote: PromoteOption = None,
    margin: MarginOption = 3.0,
    name: NameOption = None,
    config: ConfigOption = None,
    setting: SettingOption = [],
    allow_leakage: AllowLeakageOption = False,
    by: ByOption = "",
    note: NoteOption = "",
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    rejects: RejectsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train a challenger on all annotations; it becomes the champion only if it is better.

    Both are scored on the same test articles. The challenger is promoted when the 95 % interval
    of the difference in macro-F1 lies above zero and no label loses more than the margin. Rows
    that cannot be used are named and set aside; the exit code is 1 then.
    """
    from stance.learning.config import read_config
    from stance.retraining.render import write
    from stance.retraining.retrain import Wishes, challenge, settle
    from stance.storage.project import require_project

    found = require_project(project)
    settings = read_config(config or (found.config if found.config.is_file() else None), setting)
    command = shlex.join(["stance", *sys.argv[1:]])
    wishes = Wishes(command, margin / 100, promote, name, by, note, allow_leakage)
    labelled = _labelled(data, found, encoding, text_key)
    with working("retraining") as progress:
        outcome = challenge(found, settings, wishes, labelled, progress)
        folder = write(found, outcome)
        settle(found, outcome, wishes)
    _show(outcome, folder, as_json)


def _labelled(
    data: list[Path], project: "Project", encoding: str | None, text_key: str
) -> "Labelled | None":
    from stance.annotation.examples import read_labelled, with_codebook
    from stance.codebook.codebook import read_codebook

    if not data:
        return None
    codebook = read_codebook(project.codebook)
    return with_codebook(read_labelled(data, encoding, text_key), codebook)


def _show(outcome: "Outcome", folder: Path, as_json: bool) -> None:
    from stance.retraining import render
    from stance.storage.errors import n_of

    if as_json:
        echo_json({**render.to_dict(outcome), "report": str(folder)})
    else:
        if outcome.arrived is not None:
            done = outcome.arrived.imported
            echo(
                f"{n_of(done.n_annotations, 'new answer')}, "
                f"{n_of(done.n_sentences, 'new sentence')}; "
                f"{done.n_same:,} known already, {len(outcome.arrived.left):,} set aside\n"
            )
        echo("\n".join(render.paragraphs(outcome)) + "\n")
        if rows := render.rows(outcome):
            table("Points, with 95 % intervals over test articles", render.COLUMNS, rows)
        echo(str(folder))
    if outcome.arrived is not None and outcome.arrived.left:
        tell(f"rows were set aside; all of them stand in {folder / 'set-aside.txt'}.")
        tell_refused(outcome.arrived.left)
