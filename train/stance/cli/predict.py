"""`stance predict`."""

import sys
from dataclasses import dataclass
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
    from collections.abc import Callable, Iterator

    from stance.prediction.answer import Answer, Job
    from stance.prediction.files import Counts
    from stance.prediction.scorer import Scorer
    from stance.storage.blocks import Block

MAX_TOLD = 8

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
    Path | None,
    typer.Option(
        "--output", "-o", help="File to write: .csv, .jsonl (also .gz or .zst) or .parquet."
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
    workers: WorkersOption = 1,
    resume: ResumeOption = False,
) -> None:
    """Label sentences: each row comes out in order with its labels and probabilities.

    Articles are split into sentences. A blank sentence, or one of which the model knows no word,
    gets no label and says why.
    """
    from stance.models.registry import find_model
    from stance.prediction.inputs import check_argument
    from stance.prediction.outputs import check_output
    from stance.storage.errors import InputError
    from stance.storage.project import find_project

    if not inputs and not text:
        raise InputError("nothing to predict. Name files, a sentence with --text, or - for stdin.")
    for argument in inputs:
        check_argument(argument)
    if output is not None:
        if resume and output.is_file() and not force:
            talk(f"{output} is there already; nothing was cut off.")
            return
        check_output(output, force)
    elif resume:
        raise InputError("--resume continues a file. Name it with --output.")
    found = find_project(project)
    asked = _Asked(inputs, text, text_key, encoding, threshold, explain, workers, resume, output)
    folder = find_model(model, found.models if found else None)
    if output is not None:
        _sum_up(_into_file(asked, folder, output), output)
    else:
        _sum_up(_onto_stdout(asked, folder, as_json, probabilities), None)


@dataclass(frozen=True)
class _Asked:
    """The options of the command that say what is done to the rows."""

    inputs: list[str]
    texts: list[str]
    text_key: str
    encoding: str | None
    threshold: list[str]
    explain: int
    workers: int
    resume: bool
    output: Path | None

    def blocks(self, live: bool) -> "Iterator[Block]":
        """The input."""
        from stance.prediction.inputs import input_blocks

        stdin = sys.stdin.buffer if sys.stdin is not None else None
        if "-" in self.inputs and sys.stdin is not None and sys.stdin.isatty():
            talk("Reading sentences from the terminal, one a line; end with Ctrl-D.")
        return input_blocks(self.inputs, self.texts, stdin, self.text_key, self.encoding, live)

    def job(self, scorer: "Scorer", folder: Path, form: str, compression: str = "") -> "Job":
        """What is done with every block."""
        from stance.prediction.answer import Job
        from stance.prediction.predict import thresholds_of

        limits = thresholds_of(scorer, self.threshold)
        return Job(folder, limits, self.text_key, self.explain, form, compression)

    def options(self, scorer: "Scorer", job: "Job") -> dict[str, str]:
        """What a cut-off output must have in common with this run to be continued."""
        from stance import __version__
        from stance.models.folder import hash_of

        return {
            "model": hash_of(scorer.info.model_dump_json().encode()),
            "set of options": repr((self.encoding, job.text_key, job.n_explained, job.compression)),
            "threshold": repr((job.thresholds.least, job.thresholds.per_label)),
            "version of stance": __version__,
        }


def _into_file(asked: _Asked, folder: Path, output: Path) -> "Counts":
    from stance.prediction.answer import Answerer
    from stance.prediction.files import Run, predict_file
    from stance.prediction.inputs import n_input_bytes
    from stance.prediction.scorer import load_scorer
    from stance.storage.row_files import row_kind

    scorer = load_scorer(folder)
    suffix, compression = row_kind(output)
    job = asked.job(scorer, folder, suffix.removeprefix("."), compression)
    n_bytes = n_input_bytes(asked.inputs) if not asked.texts else None
    with counting("rows", n_bytes) as advance:
        run = Run(
            asked.workers,
            Answerer(job, scorer),
            asked.resume,
            asked.options(scorer, job),
            _Telling(advance),
        )
        return predict_file(job, asked.blocks(live=False), output, run)


def _onto_stdout(asked: _Asked, folder: Path, as_json: bool, probabilities: bool) -> "Counts":
    from stance.cli.sinks import on_stdout
    from stance.prediction.answer import Answerer
    from stance.prediction.files import Counts, Run
    from stance.prediction.scorer import load_scorer

    scorer = load_scorer(folder)
    job = asked.job(scorer, folder, "jsonl" if as_json else "rows")
    show = on_stdout(as_json, probabilities, scorer.info, asked.text_key)
    counts = Counts()
    with counting("rows") as advance:
        told = _Telling(advance)
        run = Run(asked.workers, Answerer(job, scorer))
        for answer in run.answers(job, asked.blocks(live=True)):
            show(answer.content)
            counts.add(answer)
            told(answer)
    counts.check()
    return counts


class _Telling:
    """Names the first refused rows, and moves the count on."""

    def __init__(self, advance: "Callable[[int, int], None]") -> None:
        self._advance = advance
        self._n_told = 0

    def __call__(self, answer: "Answer") -> None:
        for row in answer.refused[: max(0, MAX_TOLD - self._n_told)]:
            tell(f"row {row.number} refused: {row.reason}.")
        self._n_told += len(answer.refused)
        self._advance(answer.n_rows, answer.n_read)


def _sum_up(counts: "Counts", output: Path | None) -> None:
    if counts.n_abstained:
        talk(
            f"{counts.n_abstained:,} of {counts.n_rows:,} sentences got no label on purpose "
            "(column `abstained`)."
        )
    if output is not None or not is_terminal():
        where = f" into {output}" if output is not None else ""
        talk(f"predicted {counts.n_rows:,} rows{where}; {counts.n_refused:,} refused")
    if counts.n_refused:
        tell(f"{counts.n_refused:,} rows refused.")
        raise typer.Exit(1)
