"""`stance validate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, echo_json, table, talk, working
from stance.cli.errors import handled, tell_refused
from stance.cli.options import (
    CodebookOption,
    EncodingOption,
    ForceOption,
    JsonOption,
    ProjectOption,
    TextKeyOption,
)
from stance.cli.refused import RejectsOption, keep_refused
from stance.storage.errors import listed, n_of, printable

if TYPE_CHECKING:
    from stance.evaluation.label_errors import Doubt
    from stance.learning.example_checks import Check

SHOWN = 5
SHOWN_DOUBTS = 20

DataOption = Annotated[
    list[Path], typer.Option("--data", help="Labelled rows (default: the project).")
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Exit with 3 on warnings, too, not only on errors.")
]


LabelErrorsOption = Annotated[
    bool,
    typer.Option(
        "--label-errors", help="List training labels that may be wrong, most doubtful first."
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="With --label-errors: rows to mend and import again."),
]


@handled
def validate(
    data: DataOption = [],
    codebook: CodebookOption = None,
    strict: StrictOption = False,
    label_errors: LabelErrorsOption = False,
    out: OutOption = None,
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    rejects: RejectsOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Check labelled data before training: conflicts, duplicates, rare labels, leaks.

    With --label-errors instead the training labels that a model which never saw them contradicts;
    test labels are never chosen by what a model says.
    """
    from stance.cli.projects import codebook_named
    from stance.learning.checks import check_files, check_project
    from stance.storage.errors import UsageError
    from stance.storage.project import find_project, require_project

    if label_errors:
        n_doubts = _label_errors(data, codebook, project, (encoding, text_key), out, force, as_json)
        raise typer.Exit(3 if strict and n_doubts else 0)
    if out is not None:
        raise UsageError("--out is for the rows of --label-errors. Add it.")
    if data:
        labels = codebook_named(codebook, find_project(project))
        refused: list[str] = []
        checks = check_files(data, labels, encoding, text_key, refused)
        keep_refused(refused)  # the checks tell of them
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


def _label_errors(
    data: list[Path],
    codebook: str | None,
    project: Path | None,
    read_as: tuple[str | None, str],
    out: Path | None,
    force: bool,
    as_json: bool,
) -> int:
    """Prints the answers in doubt, or writes them; returns how many there are.

    The files are `read_as` an encoding and a column of texts.
    """
    from stance.cli.projects import codebook_named
    from stance.evaluation.label_errors import find_label_errors
    from stance.learning.checks import files_for_training, project_for_training
    from stance.learning.config import read_config
    from stance.prediction.outputs import check_output, writing
    from stance.storage.project import find_project, require_project

    if out is not None:
        check_output(out, force)
    found = find_project(project) if data else require_project(project)
    with working("looking for label errors") as progress:
        if data:
            named = codebook_named(codebook, found)
            rows, labels, refused = files_for_training(data, named, *read_as)
            tell_refused(refused)
        else:
            assert found is not None
            rows, labels = project_for_training(found)
        config = found.config if found and found.config.is_file() else None
        doubts = find_label_errors(rows, labels, read_config(config), progress)
    if out is not None:
        with writing(out) as write:
            write([one.to_row() for one in doubts])
        talk(f"wrote {n_of(len(doubts), 'row')} to {out}")
    if as_json:
        echo_json([one.to_row() for one in doubts])
    elif out is None:
        _show_doubts(doubts, len(rows))
    return len(doubts)


def _show_doubts(doubts: "list[Doubt]", n_rows: int) -> None:
    rows = [
        [
            f"“{printable(one.example.text, 90)}” ({one.example.place})",
            "|".join(one.example.labels) or "no label",
            f"{one.given_probability:.2f}",
            "|".join(one.suggested) or "no label",
            f"{one.suggested_probability:.2f}",
        ]
        for one in doubts[:SHOWN_DOUBTS]
    ]
    title = f"{len(doubts):,} of {n_rows:,} labels are in doubt; the {len(rows):,} most doubtful"
    table(title, ["sentence", "given", "p", "suggested", "p "], rows)
