"""The refused rows of a run: told, kept in the file of `--rejects`, and answered with exit code 1.

One rule for all commands: a row that cannot be used is named, the others are used, and the exit
code is 1 at the end. A check that is not met (3) goes before it.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from stance.storage.errors import StanceError

RejectsOption = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        help="Write the refused rows with file, line and reason into this file (.csv or .jsonl).",
        show_default=False,
    ),
]


class _Run:
    n_refused = 0
    write: Callable[[Sequence[str]], None] | None = None


def keep_refused(refused: Sequence[str]) -> None:
    """Counts the rows as refused in this run, and writes them where `--rejects` says."""
    _Run.n_refused += len(refused)
    if _Run.write is not None:
        _Run.write(refused)


@contextlib.contextmanager
def refusing(rejects: Path | None, force: bool) -> Iterator[None]:
    """The run of a command, whose options were given here.

    The file is there when the run is over, well or with a mistake in the input; not when it was
    interrupted. Ends the command with exit code 1 where a row was refused.
    """
    _Run.n_refused, _Run.write = 0, None
    ended: Exception | None = None
    with contextlib.ExitStack() as stack:
        if rejects is not None:
            from stance.storage.refusals import check_rejects, writing_refusals

            check_rejects(rejects, force)
            _Run.write = stack.enter_context(writing_refusals(rejects))
        try:
            yield
        except (StanceError, typer.Exit) as error:
            keep_refused(getattr(error, "refused", ()))
            if isinstance(error, StanceError) and not _Run.n_refused:
                raise  # nothing was read: no file
            ended = error
    is_done = isinstance(ended, typer.Exit) and not ended.exit_code
    if _Run.n_refused and (ended is None or is_done):
        raise typer.Exit(1)
    if ended is not None:
        raise ended
