"""`stance predict`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import is_terminal, talk
from stance.cli.errors import handled, tell
from stance.cli.options import (
    EncodingOption,
    ForceOption,
    ModelOption,
    ProjectOption,
    SpreadsheetOption,
    TextKeyOption,
    ThresholdOption,
)
from stance.cli.refused import RejectsOption

if TYPE_CHECKING:
    from stance.prediction.files import Counts

InputsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="[INPUT]…",
        help="Articles (.txt, .md, .html), rows (.csv, .jsonl, .parquet; the first two also .gz "
        "or .zst), a sentence, or -.",
    ),
]
TextOption = Annotated[list[str], typer.Option("--text", help="A sentence.")]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        help="File to write: .csv, .jsonl (also .gz or .zst) or .parquet; or a folder (OUT/) that "
        "gets one file for each input file.",
    ),
]
ProbabilitiesOption = Annotated[
    bool, typer.Option("--probabilities", help="Show every label's probability.")
]
AsJsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object a row, for programs.")
]


ExplainOption = Annotated[
    int,
    typer.Option(
        "--explain", min=0, max=100, help="Show the K n-grams that decided, with what each added."
    ),
]
WorkersOption = Annotated[
    int, typer.Option("--workers", min=1, max=256, help="Processes to work with.")
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Continue an output that was cut off, and stay resumable.")
]
EngineOption = Annotated[
    str, typer.Option("--engine", help="What does the work: local, or dask (many files).")
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        help="Address of a Dask scheduler (default: --workers processes on this machine).",
        show_default=False,
    ),
]


@handled
def predict(
    inputs: InputsArgument = [],
    text: TextOption = [],
    model: ModelOption = None,
    output: OutputOption = None,
    threshold: ThresholdOption = [],
    probabilities: ProbabilitiesOption = False,
    explain: ExplainOption = 0,
    as_json: AsJsonOption = False,
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    force: ForceOption = False,
    rejects: RejectsOption = None,
    workers: WorkersOption = 1,
    resume: ResumeOption = False,
    engine: EngineOption = "local",
    scheduler: SchedulerOption = None,
    spreadsheet_safe: SpreadsheetOption = False,
) -> None:
    """Label sentences: each row comes out in order with its labels and probabilities.

    Articles are split into sentences. A blank sentence, or one of which the model knows no word,
    gets no label and says why.
    """
    from stance.cli.predicting import Asked, into_file, into_folder, onto_stdout
    from stance.learning.engine import check_engine
    from stance.models.registry import find_model
    from stance.storage.project import find_project

    _check_inputs(inputs, text)
    check_engine(engine, scheduler)
    path, is_folder = _checked_output(output, force, resume, engine, rejects)
    if path is not None and resume and not is_folder and path.is_file() and not force:
        talk(f"{path} is there already; nothing was cut off.")
        return
    found = find_project(project)
    folder = find_model(model, found.models if found else None)
    asked = Asked(
        inputs, text, folder, text_key, encoding, threshold, explain, workers, resume, force,
        spreadsheet_safe,
        rejects is not None,
    )  # fmt: skip
    if path is None:
        counts = onto_stdout(asked, as_json, probabilities)
    elif is_folder:
        counts = into_folder(asked, path, engine, scheduler)
    else:
        counts = into_file(asked, path)
    _sum_up(counts, path)


def _check_inputs(inputs: list[str], texts: list[str]) -> None:
    from stance.prediction.inputs import check_argument
    from stance.storage.errors import UsageError

    if not inputs and not texts:
        raise UsageError("nothing to predict. Name files, a sentence with --text, or - for stdin.")
    for argument in inputs:
        check_argument(argument)


def _checked_output(
    output: str | None, force: bool, resume: bool, engine: str, rejects: Path | None
) -> tuple[Path | None, bool]:
    """The output, and whether it is a folder."""
    from stance.prediction.outputs import check_output
    from stance.storage.errors import UsageError

    if rejects is not None and resume:
        raise UsageError("--rejects wants all rows of one run. Leave --resume out.")
    is_folder = output is not None and (output.endswith("/") or Path(output).is_dir())
    if engine == "dask" and not is_folder:
        raise UsageError("--engine dask writes many files into a folder. Name it: --output OUT/.")
    if output is None:
        if resume:
            raise UsageError("--resume continues a file. Name it with --output.")
        return None, False
    if not is_folder:
        check_output(Path(output), force or resume)
    return Path(output), is_folder


def _sum_up(counts: "Counts", output: Path | None) -> None:
    from stance.storage.errors import n_of

    if counts.n_abstained:
        talk(
            f"{counts.n_abstained:,} of {counts.n_rows:,} sentences got no label on purpose "
            "(column `abstained`)."
        )
    if output is not None or not is_terminal():
        where = f" into {output}" if output is not None else ""
        talk(f"predicted {n_of(counts.n_rows, 'row')}{where}; {counts.n_refused:,} refused")
    if counts.n_refused:
        tell(f"{n_of(counts.n_refused, 'row')} refused.")
        raise typer.Exit(1)
