"""`stance agreement`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, echo_json, table, talk
from stance.cli.errors import handled, tell_refused
from stance.cli.options import (
    CodebookOption,
    EncodingOption,
    ForceOption,
    JsonOption,
    ProjectOption,
    SpreadsheetOption,
    TextKeyOption,
)
from stance.storage.errors import n_of, printable

if TYPE_CHECKING:
    from stance.annotation.judgements import Judgements
    from stance.codebook.codebook import Codebook
    from stance.evaluation.annotators import Agreed, Agreement
    from stance.evaluation.intervals import Estimate

SHOWN_DISPUTES = 10
COLUMNS = ("same answer", "Cohen's kappa", "Krippendorff's alpha", "Gwet's AC1")

ByOption = Annotated[
    list[str], typer.Option("--by", help="Only this annotator, and others named (default: all).")
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Rows with `annotations` or `annotator` (default: the project)."),
]
CsvOption = Annotated[Path | None, typer.Option("--csv", help="All figures as a file of rows.")]
DisputesOption = Annotated[
    Path | None, typer.Option("--disputes", help="The sentences in dispute as a file of rows.")
]


@handled
def agreement(
    by: ByOption = [],
    data: DataOption = None,
    csv: CsvOption = None,
    disputes: DisputesOption = None,
    codebook: CodebookOption = None,
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    force: ForceOption = False,
    as_json: JsonOption = False,
    spreadsheet_safe: SpreadsheetOption = False,
) -> None:
    """How far annotators agree: percent, Cohen's kappa, Krippendorff's alpha, Gwet's AC1.

    Per label and overall, all together and two by two, with intervals that resample articles.
    """
    from stance.evaluation.annotators import measure_agreement, to_fields
    from stance.prediction.outputs import check_output

    for out in (csv, disputes):
        if out is not None:
            check_output(out, force)
    judgements, labels = _read(data, codebook, project, encoding, text_key)
    tell_refused(judgements.refused)
    if n := len(judgements.stale) + len(judgements.orphans):
        talk(f"note: {n_of(n, 'answer')} left out: the sentence has changed, or is not here.")
    found = measure_agreement(judgements.of(by), labels)
    _write(found, csv, disputes, spreadsheet_safe)
    if as_json:
        echo_json(to_fields(found))
    else:
        _show(found)


def _read(
    data: Path | None,
    name: str | None,
    folder: Path | None,
    encoding: str | None,
    text_key: str,
) -> "tuple[Judgements, Codebook]":
    """The answers, and the codebook: the one named, the project's, or for a file its own."""
    from stance.annotation.judgements import file_judgements, project_judgements
    from stance.cli.projects import codebook_named
    from stance.codebook.codebook import read_codebook
    from stance.storage.errors import ConfigError
    from stance.storage.project import find_project, require_project

    if data is None:
        if name is not None:
            raise ConfigError("--codebook is for the rows of --data. A project has its own.")
        project = require_project(folder)
        labels = read_codebook(project.codebook)
        return project_judgements(project, labels), labels
    found = find_project(folder)
    known = codebook_named(name, found) if name or found else None
    return file_judgements(data, known, encoding, text_key)


def _write(
    found: "Agreement", csv: Path | None, disputes: Path | None, spreadsheet_safe: bool
) -> None:
    from stance.evaluation.annotators import dispute_row
    from stance.prediction.outputs import writing

    if csv is not None:
        pairs = found.pairs if len(found.annotators) > 2 else ()
        with writing(csv, spreadsheet_safe) as write:
            write([one.to_row() for group in (found.together, *pairs) for one in group])
        talk(f"wrote the figures to {csv}")
    if disputes is not None:
        with writing(disputes, spreadsheet_safe) as write:
            write([dispute_row(one, found.annotators) for one in found.disputes])
        talk(f"wrote {n_of(len(found.disputes), 'sentence')} in dispute to {disputes}")


def _show(found: "Agreement") -> None:
    names = ", ".join(map(printable, found.annotators))
    n_sentences = found.together[0].n_sentences
    title = f"{names}: {n_of(n_sentences, 'sentence')} of {n_of(found.n_articles, 'article')}"
    rows = [[one.what, f"{one.n_given:,}", *_cells(one)] for one in found.together]
    table(title, ("", "given", *COLUMNS), rows)
    told = [f"  {one.what}: {one.undefined}" for one in found.together if one.undefined]
    if told:
        echo("– undefined, for want of variation:\n" + "\n".join(told) + "\n")
    if found.n_articles < 2:
        echo("No intervals: all sentences are of one article.\n")
    if len(found.annotators) > 2:
        rows = [
            [" and ".join(one.annotators), f"{one.n_sentences:,}", *_cells(one)]
            for one, *_ in found.pairs
        ]
        table("Two by two, whole answers", ("", "sentences", *COLUMNS), rows)
    mean = "" if len(found.annotators) == 2 else "kappa is the mean over pairs; "
    echo(f"Overall compares whole answers ({mean}alpha: {found.distance} distance).\n")
    _show_disputes(found)


def _cells(one: "Agreed") -> list[str]:
    return [_shown(found, measure == "percent") for measure, found in one.measures.items()]


def _shown(found: "Estimate | None", is_percent: bool) -> str:
    if found is None:
        return "–"
    times, form = (100, "{:.1f}") if is_percent else (1, "{:.3f}")
    value = form.format(times * found.value) + (" %" if is_percent else "")
    if found.low is None or found.high is None:
        return value
    return f"{value} [{form.format(times * found.low)}, {form.format(times * found.high)}]"


def _show_disputes(found: "Agreement") -> None:
    waiting = [one for one in found.disputes if not one.is_settled]
    settled = f" (an adjudicator settled {found.n_settled:,})" if found.n_settled else ""
    echo(f"{n_of(len(found.disputes), 'sentence')} answered differently{settled}.")
    if not waiting:
        return
    echo(f"{len(waiting):,} in dispute (settle them with `stance review`):")
    for one in waiting[:SHOWN_DISPUTES]:
        said = "; ".join(
            f"{printable(name)}: {', '.join(labels) or 'no label'}"
            for name, labels in one.labels.items()
        )
        echo(f"  “{printable(one.text, 110)}” ({printable(one.id)})\n    {said}")
    if len(waiting) > SHOWN_DISPUTES:
        echo(f"  and {len(waiting) - SHOWN_DISPUTES:,} more (--disputes FILE writes them all)")
