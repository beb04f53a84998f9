"""`stance review`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import console, echo, talk
from stance.cli.errors import handled, tell_refused
from stance.cli.options import ProjectOption
from stance.storage.errors import listed, n_of, printable

if TYPE_CHECKING:
    from stance.annotation.cases import Cases
    from stance.annotation.review import Review
    from stance.codebook.codebook import Codebook
    from stance.storage.project import Project

FirstArgument = Annotated[
    str | None, typer.Argument(help="An annotator (default: all).", show_default=False)
]
SecondArgument = Annotated[
    str | None, typer.Argument(help="The other annotator.", show_default=False)
]
ByOption = Annotated[
    str | None,
    typer.Option("--by", help="Who decides (default: the page asks).", show_default=False),
]
AutoAcceptOption = Annotated[
    bool, typer.Option("--auto-accept", help="Make gold of what they agree on, without asking.")
]
DoubtsOption = Annotated[
    Path | None,
    typer.Option("--doubts", help="Rows of `stance validate --label-errors --out FILE`, instead."),
]


@handled
def review(
    first: FirstArgument = None,
    second: SecondArgument = None,
    by: ByOption = None,
    auto_accept: AutoAcceptOption = False,
    doubts: DoubtsOption = None,
    terminal: Annotated[
        bool, typer.Option("--terminal", help="Here, by keys or lines from a pipe.")
    ] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the page.")] = 8601,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    project: ProjectOption = None,
) -> None:
    """Decide where annotators differ, on a page in the browser or in the terminal.

    Each decision is one gold row with the name of who decided. With --doubts labels that a model
    contradicts are shown instead; these decisions are corrections, which no test set ever sees.
    """
    from stance.annotation.review import Review
    from stance.annotation.session import session
    from stance.annotation.store import check_annotator
    from stance.codebook.codebook import read_codebook
    from stance.models.registry import user
    from stance.storage.project import require_project

    names = _names(first, second, auto_accept, doubts)
    found = require_project(project)
    codebook = read_codebook(found.codebook)
    reviewer = by or (user() if terminal or auto_accept else "")  # the page asks
    if reviewer:
        check_annotator(reviewer)
    with session(found, "review"):
        if auto_accept:
            _accept(found, codebook, names, reviewer)
        cases = _cases(found, codebook, names, doubts)
        _tell(cases, reviewer)
        if not cases.cases:
            return
        if terminal:
            _in_terminal(Review(found, codebook, cases), reviewer)
        elif cases.n_open:
            _on_a_page(Review(found, codebook, cases), reviewer, port, not no_browser)


def _names(
    first: str | None, second: str | None, auto_accept: bool, doubts: Path | None
) -> list[str]:
    """The annotators to compare, none for all. Raises ConfigError for what does not fit."""
    from stance.storage.errors import ConfigError

    names = [one for one in (first, second) if one is not None]
    if doubts is not None and (names or auto_accept):
        raise ConfigError("--doubts has sentences of its own. Leave names and --auto-accept out.")
    if len(names) == 1:
        raise ConfigError("one annotator is named. Name two to compare them, or none for all.")
    return names


def _accept(project: "Project", codebook: "Codebook", names: list[str], by: str) -> None:
    from stance.annotation.cases import accept_agreed

    n_accepted = accept_agreed(project, codebook, names, by)
    echo(f"{n_of(n_accepted, 'sentence')} settled as agreed, without asking (--auto-accept).")


def _cases(
    project: "Project", codebook: "Codebook", names: list[str], doubts: Path | None
) -> "Cases":
    from stance.annotation.cases import disputed_cases, doubted_cases
    from stance.annotation.doubts import read_doubts

    if doubts is None:
        return disputed_cases(project, codebook, names)
    found, refused = read_doubts(doubts, codebook)
    tell_refused(refused)
    return doubted_cases(project, found)


def _tell(cases: "Cases", reviewer: str) -> None:
    """What waits, what was left out and why, and who is judge in an own cause."""
    if cases.told:
        talk(f"note: {n_of(len(cases.told), 'answer')} left out:")
        for line in listed(cases.told, 5).split("\n"):
            talk(f"  {line}")
    n_decided = len(cases.cases) - cases.n_open
    decided = f" ({n_decided:,} decided before)" if n_decided else ""
    echo(f"{n_of(cases.n_open, 'sentence')} to decide{decided}.")
    if any(reviewer in option.who for case in cases.cases for option in case.options):
        talk(f"note: {reviewer} gave one of the answers. Somebody else should decide.")


def _in_terminal(review: "Review", reviewer: str) -> None:
    from stance.annotation.keyboard import Keyboard
    from stance.annotation.review_terminal import ReviewScreen, ReviewTerminal
    from stance.storage.errors import InputError

    if sys.stdin is None:
        raise InputError("standard input is closed. Type, or give a pipe of lines.")
    session = ReviewTerminal(review, reviewer, ReviewScreen(console(), review.codebook))
    if sys.stdin.isatty():
        with Keyboard(sys.stdin.fileno()) as keyboard:
            session.run(keyboard)
    else:
        session.run_lines(sys.stdin)
    talk(f"{n_of(session.n_saved, 'decision')} saved by {printable(reviewer)}.")


def _on_a_page(review: "Review", reviewer: str, port: int, browser: bool) -> None:
    from stance.cli.annotate import tell_address
    from stance.serving.reviewing import serve

    serve(review, reviewer, port, browser, tell_address)
