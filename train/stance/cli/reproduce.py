"""`stance reproduce`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, echo_json, working
from stance.cli.errors import handled, tell_refused
from stance.cli.options import EncodingOption, JsonOption, ProjectOption, TextKeyOption
from stance.cli.unlabelled import UnlabelledOption, unlabelled_texts

if TYPE_CHECKING:
    from stance.annotation.examples import Example
    from stance.codebook.codebook import Codebook
    from stance.retraining.reproduce import Reproduced
    from stance.storage.project import Project

VersionArgument = Annotated[str, typer.Argument(help="Version, @alias or folder.")]
DataOption = Annotated[
    list[Path],
    typer.Option("--data", help="The rows it was trained on (default: the project's)."),
]


@handled
def reproduce(
    version: VersionArgument,
    data: DataOption = [],
    unlabelled: UnlabelledOption = [],
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    as_json: JsonOption = False,
) -> None:
    """Train a version again from its record and compare the weights; exit code 3 when they differ.

    Annotations that came later are left out: the sentences whose hashes stand in the version
    decide. When they are not here as they were, this is said, and the exit code is 1.
    """
    from stance.models.registry import find_model
    from stance.retraining.reproduce import codebook_of_version
    from stance.retraining.reproduce import reproduce as again
    from stance.storage.project import find_project, require_project

    found = find_project(project) if data else require_project(project)
    folder = find_model(version, found.models if found else None)
    with working("reproducing") as progress:
        codebook = codebook_of_version(folder)
        examples = _examples(data, found, codebook, encoding, text_key)
        texts = unlabelled_texts(unlabelled, examples, text_key, encoding)
        trained_on = [one for one in examples if one.split in ("", "train")]
        result = again(folder, trained_on, progress, texts)
    _show(result, as_json)
    if not result.is_same:
        raise typer.Exit(3)


def _examples(
    data: list[Path],
    project: "Project | None",
    codebook: "Codebook",
    encoding: str | None,
    text_key: str,
) -> "list[Example]":
    """The labelled sentences with their sides."""
    from dataclasses import replace

    from stance.annotation.examples import accepted, read_labelled, with_codebook
    from stance.annotation.gold import project_examples
    from stance.learning.split import split_examples

    if data:
        labelled = with_codebook(read_labelled(data, encoding, text_key), codebook)
        tell_refused(labelled.refused)
        return list(accepted(labelled.examples))
    assert project is not None
    sides = split_examples(project, project_examples(project, codebook).examples)
    return [replace(one, split=side) for side in sides for one in sides[side]]


def _show(result: "Reproduced", as_json: bool) -> None:
    if as_json:
        echo_json({**vars(result), "is_same": result.is_same})
        return
    if result.is_same:
        echo(f"{result.version} comes out the same, to the last bit.")
    else:
        echo(
            f"{result.version} comes out otherwise: its probe sentences differ by up to "
            f"{result.difference:.1e}"
            f"{'' if result.same_thresholds else ', and so do its thresholds'}."
        )
    for name, then, now in result.libraries:
        echo(f"{name} was {then} then and is {now} now")
    echo(f"data         {result.data_sha256}")
    echo(f"weights then {result.expected_sha256}")
    echo(f"weights now  {result.found_sha256}")
