"""`stance validate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, echo_json, table
from stance.cli.errors import handled
from stance.cli.options import CodebookOption, EncodingOption, JsonOption, ProjectOption
from stance.storage.errors import listed

if TYPE_CHECKING:
    from stance.learning.example_checks import Check

SHOWN = 5

DataOption = Annotated[
    list[Path], typer.Option("--data", help="Labelled rows (default: the project).")
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Exit with 3 on warnings, too, not only on errors.")
]


@handled
def validate(
    data: DataOption = [],
    codebook: CodebookOption = None,
    strict: StrictOption = False,
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check labelled data before training: conflicts, duplicates, rare labels, leaks."""
    from stance.learning.checks import check_files, check_project
    from stance.storage.project import find_project, require_project

    if data:
        from stance.cli.projects import codebook_named

        checks = check_files(data, codebook_named(codebook, find_project(project)), encoding)
    else:
        checks = check_project(require_project(project))
    if as_json:
        echo_json([vars(check) for check in checks])
    else:
        _show(checks)
    levels = {one.level for one in checks if one.count}
    if "error" in levels or (strict and "warning" in levels):
        raise typer.Exit(3)


def _show(checks: "list[Check]") -> None:
    rows = [[one.name, f"{one.count:,}", one.level if one.count else "ok"] for one in checks]
    table("", ["check", "found", ""], rows)
    for one in checks:
        if one.count:
            places = listed(one.places, SHOWN).replace("\n", "\n  ")
            echo(f"\n{one.level} {one.name}: {one.advice}\n  {places}")
