"""The ways of `stance predict`: onto standard output, into a file, into a folder of files."""

import dataclasses
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stance.cli.console import counting, talk
from stance.cli.errors import tell
from stance.cli.refused import keep_refused
from stance.storage.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stance.prediction.answer import Answer, Job
    from stance.prediction.files import Counts
    from stance.prediction.folders import Done
    from stance.prediction.scorer import Scorer
    from stance.storage.blocks import Block
    from stance.storage.rows import RefusedRow

MAX_TOLD = 8


@dataclass(frozen=True)
class Asked:
    """The options of the command that say what is done to the rows."""

    inputs: list[str]
    texts: list[str]
    model: Path
    text_key: str = "text"
    encoding: str | None = None
    threshold: Sequence[str] = ()
    explain: int = 0
    workers: int = 1
    resume: bool = False
    force: bool = False
    spreadsheet_safe: bool = False
    keeps_refused: bool = False

    def blocks(self, live: bool) -> "Iterator[Block]":
        """The input."""
        from stance.prediction.inputs import input_blocks

        stdin = sys.stdin.buffer if sys.stdin is not None else None
        if "-" in self.inputs and sys.stdin is not None and sys.stdin.isatty():
            talk("Reading sentences from the terminal, one a line; end with Ctrl-D.")
        return input_blocks(self.inputs, self.texts, stdin, self.text_key, self.encoding, live)

    def job(self, scorer: "Scorer", form: str, compression: str = "") -> "Job":
        """What is done with every block."""
        from stance.prediction.answer import Job
        from stance.prediction.predict import thresholds_of

        limits = thresholds_of(scorer, self.threshold, self.text_key, self.encoding)
        return Job(
            self.model,
            limits,
            self.text_key,
            self.explain,
            form,
            compression,
            self.spreadsheet_safe,
            self.keeps_refused,
        )

    def options(self, scorer: "Scorer", job: "Job") -> dict[str, str]:
        """What a cut-off output must have in common with this run to be continued."""
        from stance import __version__
        from stance.models.folder import hash_of

        return {
            "model": hash_of(scorer.info.model_dump_json().encode()),
            "set of options": repr((self.encoding, job.text_key, job.n_explained, job.compression))
            + " spreadsheet-safe" * job.spreadsheet_safe,
            "threshold": repr((job.thresholds.least, job.thresholds.per_label)),
            "version of stance": __version__,
        }


def into_file(asked: Asked, output: Path) -> "Counts":
    """Writes the rows into a file; returns their counts."""
    from stance.prediction.answer import Answerer
    from stance.prediction.files import Run, predict_file
    from stance.prediction.inputs import n_input_bytes
    from stance.prediction.resume import partial_paths
    from stance.prediction.scorer import load_scorer
    from stance.prediction.workers import answering
    from stance.storage.row_files import row_kind

    scorer = load_scorer(asked.model)
    suffix, compression = row_kind(output)
    job = asked.job(scorer, suffix.removeprefix("."), compression)
    options = asked.options(scorer, job)
    n_bytes = n_input_bytes(asked.inputs) if not asked.texts else None
    with (
        counting("rows", n_bytes) as advance,
        answering(job, asked.workers, Answerer(job, scorer)) as answers,
    ):
        run = Run(answers, asked.resume, options, Telling(advance).of_answer)
        try:
            return predict_file(job, asked.blocks(live=False), output, run)
        except BaseException:
            if asked.resume and partial_paths(output)[1].exists():
                talk("What is done so far is kept; the same command goes on from there.")
            raise


def onto_stdout(asked: Asked, as_json: bool, probabilities: bool) -> "Counts":
    """Shows the rows as they are done; returns their counts."""
    from stance.cli.sinks import on_stdout
    from stance.prediction.answer import Answerer, with_columns
    from stance.prediction.files import Counts
    from stance.prediction.scorer import load_scorer
    from stance.prediction.workers import answering

    scorer = load_scorer(asked.model)
    job = asked.job(scorer, "jsonl" if as_json else "rows")
    show = on_stdout(as_json, probabilities, scorer.info, asked.text_key)
    counts = Counts()
    with (
        counting("rows") as advance,
        answering(job, asked.workers, Answerer(job, scorer)) as answers,
    ):
        telling = Telling(advance)
        for answer in answers(with_columns(asked.blocks(live=True), job)):
            show(answer.content)
            counts.add(answer)
            telling.of_answer(answer)
    counts.check()
    return counts


def into_folder(asked: Asked, output: Path, engine: str, scheduler: str | None) -> "Counts":
    """Writes each input file into a file of the same name; returns the counts of all."""
    from stance.prediction.answer import Answerer
    from stance.prediction.files import Counts
    from stance.prediction.folders import (
        finish,
        parts_of,
        predict_here,
        predict_on_dask,
        same_kind,
    )
    from stance.prediction.scorer import load_scorer
    from stance.storage.errors import UsageError

    sources = [Path(argument) for argument in asked.inputs]
    if asked.texts or not sources:
        raise UsageError("into a folder go row files. Name them, and leave --text out.")
    scorer = load_scorer(asked.model)
    suffix, compression = same_kind(sources)
    job = asked.job(scorer, suffix.removeprefix("."), compression)
    options = asked.options(scorer, job)
    if engine == "dask":  # its workers stand in folders of their own
        job = dataclasses.replace(job, model=job.model.resolve())
        sources, output = [one.resolve() for one in sources], output.resolve()
    parts = parts_of(job, sources, output, asked.encoding, options, asked.resume, asked.force)
    n_bytes = sum(part.source.stat().st_size for part in parts)
    counts = Counts()
    with counting("rows", n_bytes) as advance:
        telling = Telling(advance, counts)
        if engine == "dask":
            predict_on_dask(parts, scheduler, asked.workers, telling.of_part)
        else:
            predict_here(parts, Answerer(job, scorer), asked.workers, telling.of_part)
    finish(output)
    if len(parts) < len(sources):
        talk(f"{len(sources) - len(parts)} of {len(sources)} files were there already.")
    return counts


class Telling:
    """Names the first refused rows, and moves the count on."""

    def __init__(
        self, advance: "Callable[[int, int], None]", counts: "Counts | None" = None
    ) -> None:
        self._advance = advance
        self._counts = counts
        self._told: set[tuple[str, str]] = set()
        self._n_read = 0

    def of_answer(self, answer: "Answer") -> None:
        """Tells what came of a block."""
        self._refused(answer.refused, answer.source)
        self._advance(answer.n_rows, answer.n_read)

    def of_part(self, done: "Done") -> None:
        """Tells what came of a file, and counts it."""
        self._refused(done.refused, str(done.part.source))
        self._n_read += done.part.source.stat().st_size
        self._advance(done.counts.n_rows, self._n_read)
        if self._counts is not None:
            self._counts.n_rows += done.counts.n_rows
            self._counts.n_abstained += done.counts.n_abstained
            self._counts.n_refused += done.counts.n_refused

    def _refused(self, rows: "Sequence[RefusedRow]", source: str) -> None:
        """Keeps the rows, and tells the first of each file's kind as it comes: a missing column
        would else fill the screen.
        """
        for row in rows:
            refusal = Refusal(source, row)
            keep_refused([refusal])
            if len(self._told) < MAX_TOLD and (source, row.reason) not in self._told:
                self._told.add((source, row.reason))
                tell(refusal)
