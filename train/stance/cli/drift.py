"""`stance drift`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, echo_json, table, working
from stance.cli.errors import handled, tell_refused
from stance.cli.options import (
    EncodingOption,
    JsonOption,
    ModelOption,
    ProjectOption,
    TextKeyOption,
)
from stance.cli.refused import RejectsOption

if TYPE_CHECKING:
    from stance.annotation.examples import Example
    from stance.evaluation.drift import Text
    from stance.prediction.scorer import Scorer

ReferenceArgument = Annotated[
    Path, typer.Argument(help="What the model was made for: rows or articles.")
]
NewArgument = Annotated[Path, typer.Argument(help="What it is used on now: rows or articles.")]
LimitOption = Annotated[
    list[str],
    typer.Option("--threshold", help="When to raise the alarm (default: auc=0.7 and share=0.1)."),
]


@handled
def drift(
    reference: ReferenceArgument,
    new: NewArgument,
    threshold: LimitOption = [],
    model: ModelOption = None,
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    rejects: RejectsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare new text with a reference: labels given, unknown words, and whether they differ.

    Exits with 3 when the whole interval of a figure lies past its threshold. Where the reference
    has labels, shares are also corrected for the model's errors on it.
    """
    from stance.evaluation import render_drift as render
    from stance.evaluation.drift import drift as compute
    from stance.evaluation.drift import limits_of
    from stance.models.registry import find_model
    from stance.prediction.predict import thresholds_of
    from stance.prediction.scorer import load_scorer
    from stance.storage.project import find_project

    limits = limits_of(threshold)
    found = find_project(project)
    folder = find_model(model, found.models if found else None)
    with working("drift") as progress:
        progress("reading")
        before, now = (_texts(path, encoding, text_key) for path in (reference, new))
        scorer = load_scorer(folder)
        labelled = _labelled(reference, folder, scorer, encoding, text_key)
        progress("comparing")
        drifted = compute(scorer, before, now, thresholds_of(scorer), limits, labelled)
    if as_json:
        echo_json(render.to_dict(drifted))
    else:
        title = f"{drifted.n_reference:,} sentences before, {drifted.n_new:,} now, in points"
        table(title, render.COLUMNS, render.rows(drifted))
        for line in render.told(drifted):
            echo(line)
    if drifted.is_alarm:
        raise typer.Exit(3)


def _texts(path: Path, encoding: str | None, text_key: str) -> "list[Text]":
    """The rows that have a text; the others are told."""
    from stance.corpus.targets import targeted
    from stance.evaluation.drift import Text
    from stance.prediction.inputs import usable_rows

    refused: list[str] = []
    found = [
        Text(targeted(text, fields.get("target")), str(fields.get("article_id") or f"row {number}"))
        for number, text, fields in usable_rows(str(path), None, refused, text_key, encoding)
    ]
    tell_refused(refused)
    return found


def _labelled(
    path: Path, folder: Path, scorer: "Scorer", encoding: str | None, text_key: str
) -> "list[Example]":
    """The labelled rows that the model was not trained on; none where there are no labels."""
    from stance.annotation.examples import accepted, read_labelled, with_codebook
    from stance.evaluation.evaluate import unseen
    from stance.models.folder import read_training_hashes
    from stance.storage.errors import StanceError
    from stance.storage.row_files import ROW_SUFFIXES

    if path.suffix.lower() not in ROW_SUFFIXES:
        return []
    try:
        labelled = read_labelled([path], encoding, text_key)
        examples = accepted(with_codebook(labelled, scorer.info.as_codebook()).examples)
    except StanceError:  # rows without labels, or with those of another codebook
        return []
    return unseen(examples, read_training_hashes(folder, scorer.info))[0]
