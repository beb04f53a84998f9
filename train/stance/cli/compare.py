"""`stance compare`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, echo_json, table, talk, working
from stance.cli.errors import handled, tell_refused
from stance.cli.labelled import examples_for, without_seen
from stance.cli.options import (
    EncodingOption,
    ForceOption,
    JsonOption,
    ProjectOption,
    TestDataOption,
    TextKeyOption,
)
from stance.cli.refused import RejectsOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stance.annotation.examples import Example
    from stance.evaluation.compare import Comparison
    from stance.prediction.scorer import Scorer
    from stance.storage.project import Project

OldArgument = Annotated[str, typer.Argument(help="The model in use: folder, version or @alias.")]
NewArgument = Annotated[str, typer.Argument(help="The other model.")]
ArchiveOption = Annotated[
    list[Path],
    typer.Option("--archive", help="Rows or articles without labels: which counts change?"),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Folder for compare.html and compare.json.")
]

FILES = ("compare.html", "compare.json")


@handled
def compare(
    old: OldArgument,
    new: NewArgument,
    data: TestDataOption = [],
    archive: ArchiveOption = [],
    out: OutOption = None,
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    rejects: RejectsOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare two models on the same sentences: differences with intervals, and what flips.

    Sentences that one of them was trained on are left out.
    """
    from stance.evaluation.compare import compare as compute
    from stance.models.registry import find_model
    from stance.prediction.scorer import load_scorer
    from stance.storage.places import check_folder
    from stance.storage.project import find_project, require_project

    found = find_project(project) if data else require_project(project)
    if out is not None:
        check_folder(out, force, FILES)
    folders = [find_model(name, found.models if found else None) for name in (old, new)]
    with working("comparing") as progress:
        progress("loading the models")
        before, after = map(load_scorer, folders)
        examples, _ = examples_for(data, found, after, encoding, text_key)
        notes = _look(found, examples, [before, after]) if not data and found else []
        for folder, scorer in zip(folders, (before, after), strict=True):
            examples, told = without_seen(examples, folder, scorer, keep_seen=False)
            notes += told
        progress("scoring")
        comparison = compute(before, after, examples, _texts(archive, encoding, text_key))
    _show(comparison, out, as_json, notes)


def _look(
    project: "Project", examples: "list[Example]", scorers: "Sequence[Scorer]"
) -> "list[str]":
    """Logs the look at the test articles; what is to be told of it."""
    from stance.evaluation.looks import look

    found = look(project, examples, "compare", [one.info.version for one in scorers])
    return [f"This is look {found.n_looks:,} at this test set.", *found.notes]


def _texts(archive: list[Path], encoding: str | None, text_key: str) -> list[str]:
    """The texts of the archive; rows that cannot be used are told."""
    from stance.prediction.inputs import NOTHING_FOUND, usable_rows
    from stance.storage.errors import InputError

    refused: list[str] = []
    texts = [
        text
        for path in archive
        for _, text, _ in usable_rows(str(path), None, refused, text_key, encoding)
    ]
    tell_refused(refused)
    if archive and not texts:
        raise InputError(f"--archive: {NOTHING_FOUND}")
    return texts


def _show(comparison: "Comparison", out: Path | None, as_json: bool, notes: "list[str]") -> None:
    import json

    from stance.evaluation import render_compare as render
    from stance.storage.atomic import write_files

    for note in notes:
        talk(f"note: {note}")
    if out is not None:
        told = [render.verdict(comparison), *notes]
        contents = (render.to_html(comparison, told), render.to_json(comparison))
        write_files(out, dict(zip(FILES, contents, strict=True)))
    if as_json:
        echo_json(json.loads(render.to_json(comparison)))
        return
    echo(render.verdict(comparison) + "\n")
    table("Differences in points, new minus old", render.COLUMNS, render.rows(comparison))
    if comparison.shares:
        table("Labels given in the archive", render.SHARE_COLUMNS, render.share_rows(comparison))
    if out is not None:
        echo(str(out / "compare.html"))
