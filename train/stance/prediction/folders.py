"""Many row files into a folder: each becomes a file of the same name, one after the other here, or
many at a time on a Dask cluster.

A file is a partition: it appears whole, so that one that is lost half-way is simply done again, by
whoever is left. A list of what was asked for lies in the folder while the work is under way.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.prediction.answer import Answer, Answerer, Job
from stance.prediction.files import Counts, Run, predict_file
from stance.prediction.scorer import Scorer, load_scorer
from stance.prediction.workers import Answers, answering
from stance.storage.atomic import write_file
from stance.storage.errors import InputError, ProjectError, StanceError, printable
from stance.storage.leftovers import clean_leftovers
from stance.storage.row_files import read_blocks, row_kind
from stance.storage.rows import RefusedRow
from stance.storage.toml import Record

LIST_NAME = ".stance-run.json"
N_RETRIES = 3
_N_SHOWN = 8
_EDGE = 1 << 16


class Asked(Record):
    """What a run into a folder was asked for: its options, and each input's size and hash."""

    options: dict[str, str]
    inputs: dict[str, str]


@dataclass(frozen=True)
class Part:
    """One input file and its output, done by itself."""

    job: Job
    source: Path
    target: Path
    encoding: str | None
    options: dict[str, str]
    resume: bool


@dataclass(frozen=True)
class Done:
    """What came of a part: its counts, and its refused rows (the first ones, or all of them)."""

    part: Part
    counts: Counts
    refused: tuple[RefusedRow, ...] = ()


def parts_of(
    job: Job,
    sources: Sequence[Path],
    folder: Path,
    encoding: str | None,
    options: dict[str, str],
    resume: bool,
    force: bool,
) -> list[Part]:
    """What is still to be done; the folder is made, with the list in it.

    Raises InputError when inputs share a name, differ in kind or are no row files, when outputs
    exist (without `force` or `resume`), and when the run to be continued was another one.
    """
    parts = [
        Part(job, source, folder / source.name, encoding, options, resume) for source in sources
    ]
    twice = {one.target for one in parts}
    if len(twice) < len(parts):
        raise InputError("two inputs have the same name. Write them into two folders.")
    if any(one.target.exists() and one.target.samefile(one.source) for one in parts):
        raise InputError(f"{printable(str(folder))}: holds the inputs. Name another folder.")
    asked = Asked(options=options, inputs={one.source.name: _identity(one.source) for one in parts})
    record = folder / LIST_NAME
    there = [one for one in parts if one.target.exists()]
    if resume and record.exists():
        if Asked.model_validate_json(record.read_bytes()) != asked:
            raise InputError(
                f"{printable(str(folder))}: cannot be continued, for other inputs, options or "
                "another model made its beginning. Start over with --force."
            )
        return [one for one in parts if not one.target.exists()]
    if resume and len(there) == len(parts):
        return []
    if there and not force:
        raise InputError(
            f"{printable(str(there[0].target))}: exists already. Write over it with --force."
        )
    folder.mkdir(exist_ok=True)
    for one in there:  # so that what is there from now on is of this run
        one.target.unlink()
    write_file(record, asked.model_dump_json())
    return parts


def same_kind(sources: Sequence[Path]) -> tuple[str, str]:
    """The kind and compression of all inputs. Raises InputError when they have not the same."""
    kinds = {row_kind(source) for source in sources}
    if len(kinds) > 1 or not all(suffix for suffix, _ in kinds):
        raise InputError(
            "into a folder go row files of one kind (.csv, .jsonl or .parquet). Give each kind "
            "a folder of its own."
        )
    return kinds.pop()


def finish(folder: Path) -> None:
    """Takes away the list, and what lost processes left."""
    (folder / LIST_NAME).unlink(missing_ok=True)
    clean_leftovers(folder)


def predict_here(
    parts: Iterable[Part], own: Answerer, n_workers: int, told: Callable[[Done], None]
) -> None:
    """Does one part after the other, with so many processes."""
    parts = list(parts)
    if not parts:
        return
    with answering(parts[0].job, n_workers, own) as answers:
        for part in parts:
            told(_predict_part(part, answers))


def predict_on_dask(
    parts: Sequence[Part], scheduler: str | None, n_workers: int, told: Callable[[Done], None]
) -> None:
    """Does the parts on the workers of a Dask cluster, which must see the same files.

    A part whose worker is lost is done again by another one. Raises ProjectError when that
    happened too often to the same part, and what a part's own mistake is.
    """
    from stance.learning.engine import dask_client

    with dask_client(scheduler, n_workers) as client:
        from distributed import KilledWorker, as_completed

        futures = client.map(_dask_part, parts, retries=N_RETRIES, pure=False)
        try:
            for _, done in as_completed(futures, with_results=True):
                if isinstance(done, StanceError):
                    raise done
                told(done)
        except KilledWorker as error:
            raise ProjectError(
                "the same part was lost with several workers. Look at their memory."
            ) from error


def _dask_part(part: Part) -> Done | StanceError:
    try:
        own = Answerer(part.job, _scorer(part.job.model))
        with answering(part.job, 1, own) as answers:
            return _predict_part(part, answers)
    except StanceError as error:  # given back, for what is raised is tried again
        return error


@functools.lru_cache(maxsize=1)
def _scorer(model: Path) -> Scorer:
    return load_scorer(model)


def _predict_part(part: Part, answers: Answers) -> Done:
    refused: list[RefusedRow] = []

    def told(answer: Answer) -> None:
        kept = None if part.job.keeps_refused else _N_SHOWN - len(refused)
        refused.extend(answer.refused[:kept])

    resume = part.resume and part.job.form != "parquet"
    run = Run(answers, resume, part.options, told)
    blocks = read_blocks(part.source, part.encoding, part.job.text_key)
    try:
        counts = predict_file(part.job, blocks, part.target, run)
    except InputError as error:
        name = printable(str(part.source))
        if name in str(error):
            raise
        raise InputError(f"{name}: {error}") from error
    return Done(part, counts, tuple(refused))


def _identity(source: Path) -> str:
    """The file's size with a hash of its first and last bytes."""
    import xxhash

    with source.open("rb") as stream:
        start = stream.read(_EDGE)
        size = source.stat().st_size
        stream.seek(max(0, size - _EDGE))
        return f"{size} {xxhash.xxh3_128_hexdigest(start + stream.read(_EDGE))}"
