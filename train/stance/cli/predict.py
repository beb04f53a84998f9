"""`stance predict`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import counting, is_terminal, talk
from stance.cli.errors import handled, tell
from stance.cli.options import (
    EncodingOption,
    ForceOption,
    ModelOption,
    ProjectOption,
    TextKeyOption,
    ThresholdOption,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stance.prediction.outputs import Write
    from stance.prediction.predict import Predicted

MAX_TOLD = 8

InputsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="[INPUT]…",
        help="Articles (.txt, .md, .html), rows (.csv, .jsonl, .parquet), a sentence, or -.",
    ),
]
TextOption = Annotated[list[str], typer.Option("--text", help="A sentence.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="File to write: .csv, .jsonl or .parquet."),
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
) -> None:
    """Label sentences: each row comes out in order with its labels and probabilities.

    Articles are split into sentences. A blank sentence, or one of which the model knows no word,
    gets no label and says why.
    """
    from stance.cli.sinks import opened_sink
    from stance.models.registry import find_model
    from stance.prediction.inputs import check_argument, input_batches
    from stance.prediction.outputs import check_output
    from stance.prediction.predict import predict_batches, thresholds_of
    from stance.prediction.scorer import load_scorer
    from stance.storage.errors import InputError
    from stance.storage.project import find_project

    if not inputs and not text:
        raise InputError("nothing to predict. Name files, a sentence with --text, or - for stdin.")
    for argument in inputs:
        check_argument(argument)
    if output is not None:
        check_output(output, force)
    found = find_project(project)
    scorer = load_scorer(find_model(model, found.models if found else None))
    limits = thresholds_of(scorer, threshold)
    stdin = sys.stdin.buffer if sys.stdin is not None else None
    if "-" in inputs and sys.stdin is not None and sys.stdin.isatty():
        talk("Reading sentences from the terminal, one a line; end with Ctrl-D.")
    batches = input_batches(inputs, text, stdin, text_key, encoding)
    with opened_sink(output, as_json, probabilities, scorer.info, text_key) as write:
        counts = _write_all(predict_batches(scorer, batches, limits, text_key, explain), write)
    _sum_up(*counts, output)


def _write_all(batches: "Iterator[Predicted]", write: "Write") -> tuple[int, int, int]:
    """Writes batch after batch and names the first refused rows.

    Returns how many rows were written, got no label on purpose, and were refused. Raises
    InputError when there is not one row to write.
    """
    from stance.storage.errors import InputError

    n_rows = n_blank = n_refused = 0
    with counting("rows") as advance:
        for predicted in batches:
            write(predicted.rows)
            n_rows += len(predicted.rows)
            n_blank += sum(1 for row in predicted.rows if row["abstained"])
            for row in predicted.refused[: max(0, MAX_TOLD - n_refused)]:
                tell(f"row {row.number} refused: {row.reason}.")
            n_refused += len(predicted.refused)
            advance(len(predicted.rows))
    if not n_rows:  # raised here, so that an earlier output is not replaced by an empty one
        raise InputError(f"no sentence found in the input; {n_refused:,} rows refused.")
    return n_rows, n_blank, n_refused


def _sum_up(n_rows: int, n_blank: int, n_refused: int, output: Path | None) -> None:
    if n_blank:
        talk(f"{n_blank:,} of {n_rows:,} sentences got no label on purpose (column `abstained`).")
    if output is not None or not is_terminal():
        where = f" into {output}" if output is not None else ""
        talk(f"predicted {n_rows:,} rows{where}; {n_refused:,} refused")
    if n_refused:
        tell(f"{n_refused:,} rows refused.")
        raise typer.Exit(1)
