"""Predictions into one file, whole or not at all, or continued where it was cut off."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from stance.prediction.answer import Answer, Job, with_columns
from stance.prediction.inputs import NOTHING_FOUND
from stance.prediction.outputs import parquet_writer
from stance.prediction.resume import Counted, State, continuing
from stance.prediction.workers import Answers
from stance.storage.atomic import replacing
from stance.storage.blocks import Block
from stance.storage.compression import compress
from stance.storage.errors import InputError, UsageError
from stance.storage.records import CSV_END, csv_record
from stance.storage.spreadsheet import guard
from stance.storage.text import encoded


@dataclass
class Counts:
    """How many rows were written, got no label on purpose, and were refused."""

    n_rows: int = 0
    n_abstained: int = 0
    n_refused: int = 0

    def add(self, answer: Answer) -> None:
        """Counts the rows of the answer."""
        self.n_rows += answer.n_rows
        self.n_abstained += answer.n_abstained
        self.n_refused += len(answer.refused)

    def check(self) -> None:
        """Raises InputError when there is not one row, so that nothing is replaced by nothing."""
        if not self.n_rows:
            raise InputError(NOTHING_FOUND)


@dataclass(frozen=True)
class Run:
    """How a job is done: what answers the blocks (see `workers.answering`), whether a cut-off
    output is continued, under which options, and who is told of each answer.
    """

    answers: Answers
    resume: bool = False
    options: dict[str, str] = field(default_factory=dict)
    told: Callable[[Answer], None] = lambda answer: None


def predict_file(job: Job, blocks: Iterable[Block], target: Path, run: Run) -> Counts:
    """Writes the blocks with their predictions; returns the counts.

    Raises InputError when there is no row, or an output cannot be continued.
    """
    if job.form == "parquet":
        return _into_parquet(job, blocks, target, run)
    with continuing(target, run.options, run.resume) as partial:
        state = partial.state
        counts = Counts(state.n_rows, state.n_abstained, state.n_refused)
        counted = Counted(blocks, state)
        columns, n_blocks = state.columns, state.n_blocks
        for answer in run.answers(with_columns(counted, job, columns)):
            if answer.columns and answer.n_rows and not columns:
                columns = answer.columns
                names = map(guard, columns) if job.spreadsheet_safe else columns
                header = encoded(csv_record([*names]) + CSV_END)
                partial.write(compress(header, job.compression))
            partial.write(answer.content)
            counts.add(answer)
            n_blocks += 1
            partial.reached(
                State(
                    options=state.options,
                    n_blocks=n_blocks,
                    input_hash=counted.hashes.popleft(),
                    n_rows=counts.n_rows,
                    n_abstained=counts.n_abstained,
                    n_refused=counts.n_refused,
                    columns=columns,
                )
            )
            run.told(answer)
        counts.check()
    return counts


def _into_parquet(job: Job, blocks: Iterable[Block], target: Path, run: Run) -> Counts:
    if run.resume:
        raise UsageError(
            f"{target}: a Parquet file cannot be continued, for its index stands at the end. "
            "Write .jsonl or .csv, or many files into a folder (-o OUT/)."
        )
    counts = Counts()
    with replacing(target) as stream, parquet_writer(stream) as write:
        for answer in run.answers(with_columns(blocks, job)):
            write(answer.content)
            counts.add(answer)
            run.told(answer)
        counts.check()
    return counts
