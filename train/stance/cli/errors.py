"""The one place where mistakes become messages and exit codes.

0 done, 1 a mistake in input or project (also when rows were refused and the others used), 2 usage,
3 a check not met, 130 Ctrl-C, 143 terminated.
A bug keeps its traceback, and so does a mistake with `stance --debug`.
"""

import functools
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TextIO, TypeVar

import typer

from stance.cli.refused import keep_refused, refusing
from stance.cli.signals import Stopped
from stance.storage.errors import StanceError, UsageError, n_of, printable

P = ParamSpec("P")
T = TypeVar("T")


class Settings:
    """What the options before the command set for the whole run."""

    debug = False


def handled(command: Callable[P, T]) -> Callable[P, T]:
    """The command, with every mistake of the user told in one line on stderr."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            if sys.stdout is None:
                raise StanceError("standard output is closed. Send it somewhere.")
            with refusing(*_rejects_of(kwargs)):
                result = command(*args, **kwargs)
                sys.stdout.flush()  # a full disk shows itself here, not in a lost message at exit
            return result
        except BrokenPipeError:
            forget(sys.stdout)
            raise typer.Exit(141) from None
        except (StanceError, OSError, MemoryError) as error:
            if Settings.debug:
                raise
            tell(_message(error))
            if isinstance(error, OSError):
                forget(sys.stdout)
            raise typer.Exit(2 if isinstance(error, UsageError) else 1) from error
        except Stopped as stop:
            tell("interrupted")
            raise typer.Exit(stop.exit_code) from None

    return wrapped


def _rejects_of(options: dict[str, object]) -> tuple[Path | None, bool]:
    rejects = options.get("rejects")
    return (rejects if isinstance(rejects, Path) else None), bool(options.get("force"))


def _message(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "not enough memory. Work on a part of the data, or on a larger machine."
    if isinstance(error, OSError):
        where = f"{printable(str(error.filename))}: " if error.filename else ""
        return f"{where}{error.strerror or error}. Nothing was half-written."
    return str(error)


def tell(message: str) -> None:
    """Writes the message to stderr, each line behind the program's name, control bytes escaped."""
    for line in message.split("\n"):
        say(f"stance: {printable(line, 2000)}")


def say(line: str) -> None:
    """Writes the line to stderr. Where nobody can hear it, the work is not worse for that."""
    try:
        print(line, file=sys.stderr)  # noqa: T201
    except OSError:
        forget(sys.stderr)


def tell_refused(refused: Sequence[str], what: str = "row") -> None:
    """Tells how many rows cannot be used, and the first of them with their places and reasons.

    They are kept where `--rejects` says, and the command ends with exit code 1 (see `refused`).
    """
    if refused:
        from stance.storage.refusals import summed_up

        tell(f"{n_of(len(refused), what)} refused:\n{summed_up(refused, 5)}")
        keep_refused(refused)


def forget(stream: TextIO) -> None:
    """Lets the interpreter's own flush at exit go nowhere instead of failing once more."""
    try:
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
    except (OSError, ValueError, AttributeError):  # under a test runner stdout is no real file
        return


class _ToStderr(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        tell(f"note: {record.getMessage()}")


def set_up(quiet: bool, debug: bool) -> None:
    """Notes go to stderr (unless quiet), and text is UTF-8."""
    Settings.debug = debug
    logger = logging.getLogger("stance")
    logger.handlers = [_ToStderr()]
    logger.propagate = False
    logger.setLevel(logging.ERROR if quiet else logging.WARNING)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # whatever the locale says, text is UTF-8 here
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
