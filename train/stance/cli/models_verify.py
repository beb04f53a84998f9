"""`stance models verify`."""

from pathlib import Path
from typing import Annotated

import typer

from stance.cli.console import echo, echo_json
from stance.cli.errors import handled
from stance.cli.options import JsonOption, ProjectOption
from stance.storage.errors import n_of, printable


@handled
def verify(
    model: Annotated[
        str | None,
        typer.Argument(help="Model folder, version or @alias (default: the one predict uses)."),
    ] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look through a model folder file by file before you use it; nothing in it is ever run.

    Hashes, format, ranges, finite weights, labels, probe sentences, and that nothing else is
    there. Ends with 1 when something is wrong.
    """
    from stance.models.registry import find_model
    from stance.prediction.verify import verify as look_through
    from stance.storage.errors import ModelError
    from stance.storage.project import find_project

    found = find_project(project)
    is_path = model is not None and not model.startswith("@") and Path(model).is_dir()
    # A folder beside is meant by its name alone, too, where no version is called so.
    if is_path and not (found and (found.models / str(model)).is_dir()):
        folder = Path(str(model))
    else:
        folder = find_model(model, found.models if found else None)
    checks = look_through(folder)
    faults = [one for one in checks if one.fault]
    if as_json:
        rows = [{"file": one.file, "checked": one.told, "fault": one.fault} for one in checks]
        echo_json({"folder": str(folder), "whole": not faults, "checks": rows})
    else:
        for one in checks:
            told = f"{one.told}: {one.fault}" if one.fault else one.told
            echo(f"{'FAULT' if one.fault else 'ok':7}{printable(one.file, 60):20}{told}")
    if faults:
        what = n_of(len(faults), "fault")
        raise ModelError(f"{printable(str(folder))}: {what} found. Do not use this model.")
