"""`stance init`."""

from pathlib import Path
from typing import Annotated

import typer

from stance.cli.console import echo
from stance.cli.errors import handled


@handled
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make the project in.")] = Path(),
) -> None:
    """Make an empty project: folders, a codebook and a training config to start from."""
    from stance.storage.errors import ProjectError
    from stance.storage.project import Project, create_project

    if Project(folder).codebook.exists():
        raise ProjectError(f"{folder}: is a project already. Nothing was changed.")
    project = create_project(folder)
    echo(f"{project.root}")
    echo("  configs/codebook.toml   the labels and their rules: edit these first")
    echo("  configs/train.toml      how models are trained")
    echo("Next: stance ingest ARTICLES…, or stance import ROWS…")
