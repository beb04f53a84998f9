"""How results look: coloured tables on a terminal, plain ones when piped; talk on stderr."""

import contextlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from stance.cli.errors import say
from stance.storage.errors import printable
from stance.storage.jsonl import dump

if TYPE_CHECKING:
    from rich.console import Console

# Told apart by most eyes, in the order of the codebook's labels.
COLOURS = ("green", "cyan", "yellow", "magenta", "red", "blue")
_PIPED_WIDTH = 200

# Control characters but the end of a line and the tab between columns; separators of lines; what
# turns the direction of writing; halves of characters; letters that nobody sees.
STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def colour(position: int) -> str:
    """The colour of the label at this position of the codebook."""
    return COLOURS[position % len(COLOURS)]


def is_terminal() -> bool:
    """Whether a person reads the results."""
    return sys.stdout.isatty()


def console(stderr: bool = False) -> "Console":
    """A console that takes no markup from texts; NO_COLOR is heeded."""
    from rich.console import Console

    class Quiet(Console):
        """Leaves a reader that goes away to `errors.handled`, like every other output."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    piped = not (sys.stderr if stderr else sys.stdout).isatty()
    return Quiet(
        stderr=stderr,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=False,
        width=_PIPED_WIDTH if piped else None,
    )


def echo(text: str) -> None:
    """A line of the result, with whatever would steer a terminal written as an escape."""
    if is_terminal():
        text = text.replace("\t", "    ")
    print(STEERING.sub(_escaped, text))  # noqa: T201


def echo_json(value: object) -> None:
    """The value as JSON on one line, for a program that reads it; it reads the same value."""
    print(plain_json(dump(value)))  # noqa: T201


def plain_json(text: str) -> str:
    """The JSON with the same escapes, which are escapes there, too."""
    return STEERING.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape", "surrogatepass").decode("ascii")


def talk(text: str) -> None:
    """A line for the person at the terminal; never part of the result."""
    import logging

    if logging.getLogger("stance").isEnabledFor(logging.WARNING):
        say(printable(text, 2000))


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose first column is text and whose others are numbers, under its title."""
    from rich import box
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD if is_terminal() else None)
    for number, column in enumerate(columns):
        shown.add_column(printable(column), justify="right" if number else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(printable(one, 2000) for one in row))
    if title:  # not the table's own: that would be folded to the table's width
        console().print(printable(title, 2000), style="italic")
    console().print(shown)


@contextlib.contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """A spinner on a terminal's stderr; the function given says what is being done now."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    with console(stderr=True).status(what) as status:
        yield lambda step: status.update(f"{what}: {step}")


@contextlib.contextmanager
def counting(what: str, n_steps: int | None = None) -> Iterator[Callable[[int, int], None]]:
    """A running count with its rate on a terminal's stderr, when results go elsewhere.

    The function given takes how many there were since the last call, and how many of the
    `n_steps` are done by now, from which the time left is estimated.
    """
    if not sys.stderr.isatty() or is_terminal():
        yield lambda n, n_done: None
        return
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = [
        SpinnerColumn(),
        TextColumn("{task.fields[count]:,} " + what),
        TextColumn("{task.fields[rate]:,.0f}/s"),
        TimeElapsedColumn(),
    ]
    if n_steps:
        columns += [BarColumn(), TextColumn("{task.percentage:.0f} %"), TimeRemainingColumn()]
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=n_steps, count=0, rate=0.0)

        def advance(n: int, n_done: int = 0) -> None:
            shown = progress.tasks[0]
            count = shown.fields["count"] + n
            rate = count / (shown.elapsed or 1e9)
            progress.update(task, completed=n_done, count=count, rate=rate)

        yield advance
