"""A block of rows in, the same rows with their predictions out, in the form in which they are kept.

This is the whole work of a process that helps with predicting; see `workers`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from stance.corpus.targets import targeted
from stance.prediction.added import Added, added_names
from stance.prediction.outputs import refuse_new_columns
from stance.prediction.predict import Thresholds, decide, explanation
from stance.prediction.scorer import Scorer, load_scorer
from stance.storage.blocks import Block
from stance.storage.compression import compress
from stance.storage.errors import naming
from stance.storage.parsed import Columns, Parsed, parse
from stance.storage.records import csv_record
from stance.storage.rows import RefusedRow
from stance.storage.spreadsheet import guarded_cell
from stance.storage.text import encoded


@dataclass(frozen=True)
class Job:
    """What is to be done with every block: the model's folder, and the options of the command.

    `form` is "jsonl", "csv" or "parquet" for files, and "rows" for dictionaries; cells of a CSV
    file are guarded with `spreadsheet_safe`; `keeps_refused` says that all
    refused rows are wanted, not only the first to be told.
    """

    model: Path
    thresholds: Thresholds
    text_key: str = "text"
    n_explained: int = 0
    form: str = "rows"
    compression: str = ""
    spreadsheet_safe: bool = False
    keeps_refused: bool = False


@dataclass(frozen=True)
class Answer:
    """The rows of one block as they go out: bytes, a record batch, or a list of dictionaries.

    `columns` are those of a CSV file; the refused rows are those of the block, and `source` is
    where they come from.
    """

    content: Any
    n_rows: int
    n_abstained: int
    refused: tuple[RefusedRow, ...] = ()
    columns: tuple[str, ...] = ()
    n_read: int = 0
    source: str = ""


class Answerer:
    """Predicts blocks, one by one."""

    def __init__(self, job: Job, scorer: Scorer | None = None) -> None:
        self._job = job
        self._scorer = scorer or load_scorer(job.model)
        names = added_names(self._scorer.info, bool(job.n_explained))
        self._names = tuple(names)
        self._has_targets = self._scorer.has_targets

    def answer(self, block: Block, columns: Sequence[str] = ()) -> Answer:
        """The answer to a block; `columns` are the input's in a CSV file (see `with_columns`)."""
        with naming(block.source):
            return self._answer(block, columns)

    def _answer(self, block: Block, columns: Sequence[str]) -> Answer:
        parsed = parse(block, self._job.text_key)
        added = self._added(parsed)
        content: Any
        if self._job.form == "jsonl":
            content = self._packed(self._json(parsed, added))
        elif self._job.form == "csv":
            kept = [name for name in columns if name not in self._names]
            content = self._packed(encoded(self._csv(parsed, added, kept)))
            columns = [*kept, *self._names]
        elif self._job.form == "parquet" and isinstance(parsed, Columns):
            content = _with_columns(parsed.batch, added)
        else:
            pairs = zip(parsed.fields(), added.fields(), strict=True)
            content = [{**row, **more} for row, more in pairs]
        return Answer(
            content,
            len(parsed),
            sum(map(bool, added.reasons)),
            tuple(parsed.refused),
            tuple(columns),
            block.n_read,
            block.source,
        )

    def _added(self, parsed: Parsed) -> Added:
        texts: Sequence[str] = parsed.texts
        if self._has_targets:
            targets = parsed.values("target")
            texts = [targeted(text, one) for text, one in zip(texts, targets, strict=True)]
        scored = self._scorer.score(texts)
        given, reasons = decide(self._scorer, self._job.thresholds, scored)
        n_explained = self._job.n_explained
        return Added(
            self._scorer.info,
            given,
            scored.probabilities,
            scored.out_of_vocabulary,
            reasons,
            [explanation(self._scorer, text, n_explained) for text in texts] if n_explained else (),
        )

    def _packed(self, content: bytes) -> bytes:
        return compress(content, self._job.compression) if content else b""

    def _json(self, parsed: Parsed, added: Added) -> bytes:
        heads, tails = parsed.json_heads(self._names), added.json_tails()
        if min(map(len, heads), default=2) < 2:  # a row without other fields needs no comma
            tails = [
                tail if len(head) > 1 else tail[2:] for head, tail in zip(heads, tails, strict=True)
            ]
        return b"".join(chain.from_iterable(zip(heads, tails, strict=True)))

    def _csv(self, parsed: Parsed, added: Added, columns: Sequence[str]) -> str:
        refuse_new_columns(parsed.columns(), [*columns, *self._names])
        heads = parsed.csv_heads(columns)
        if self._job.spreadsheet_safe:  # what is added begins with a letter, a digit or a brace
            heads = [
                csv_record([guarded_cell(row.get(name)) for name in columns])
                for row in parsed.fields()
            ]
        pairs = zip(heads, added.csv_tails(), strict=True)
        if not columns:
            return "".join([tail[1:] for _, tail in pairs])
        return "".join([head + tail for head, tail in pairs])


def with_columns(
    blocks: Iterable[Block], job: Job, columns: Sequence[str] = ()
) -> Iterator[tuple[Block, Sequence[str]]]:
    """Each block with the columns that a CSV file has from its first row on."""
    for block in blocks:
        if job.form == "csv" and not columns:
            columns = parse(block, job.text_key).columns()
        yield block, columns


def _with_columns(batch: Any, added: Added) -> Any:
    """The record batch with the added columns; earlier ones of the same name give way."""
    import pyarrow as pa

    new = added.arrow()
    schema = batch.schema
    names = {name for name, _ in new}
    kept = [position for position, name in enumerate(schema.names) if name not in names]
    fields = [schema.field(position) for position in kept]
    fields += [pa.field(name, column.type) for name, column in new]
    columns = [batch.column(position) for position in kept] + [column for _, column in new]
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields, schema.metadata))
