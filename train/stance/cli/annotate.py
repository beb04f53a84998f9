"""`stance annotate`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import console, echo, talk
from stance.cli.errors import handled
from stance.cli.options import ModelOption, ProjectOption
from stance.storage.errors import n_of

if TYPE_CHECKING:
    from stance.annotation.queue import Queue
    from stance.codebook.codebook import Codebook
    from stance.prediction.suggesting import Suggestions
    from stance.storage.project import Project

DEFAULT_PICK = "entropy"

ByOption = Annotated[
    str | None,
    typer.Option(
        "--by",
        help="Your name (default: the page asks; in the terminal the user's name).",
        show_default=False,
    ),
]
PickOption = Annotated[
    str | None,
    typer.Option(
        "--pick",
        help="What comes next: order, random, least_confidence, margin, entropy, diversity or "
        f"class:LABEL (default: {DEFAULT_PICK} where there is a model, else random).",
        show_default=False,
    ),
]
SuggestOption = Annotated[
    bool,
    typer.Option("--suggest", help="Show the model's labels before the answer, with its reasons."),
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", min=1, help="End after so many answers.", show_default=False),
]
OverlapOption = Annotated[
    int, typer.Option("--overlap", min=1, max=100, help="Annotators wanted for each sentence.")
]
ShareOption = Annotated[
    float,
    typer.Option("--random-share", min=0, max=1, help="Share of sentences drawn at random."),
]


@handled
def annotate(
    by: ByOption = None,
    pick: PickOption = None,
    model: ModelOption = None,
    suggest: SuggestOption = False,
    limit: LimitOption = None,
    overlap: OverlapOption = 1,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of all that is drawn.")] = 0,
    random_share: ShareOption = 0.2,
    terminal: Annotated[
        bool, typer.Option("--terminal", help="Here, by keys or lines from a pipe.")
    ] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the page.")] = 8600,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    project: ProjectOption = None,
) -> None:
    """Label sentences, on a page in the browser or in the terminal.

    Each answer is on the disk before the next sentence appears, and the next session goes on where
    this one ended. A share of the sentences is drawn at random, marked so, and only such ones are
    shown of test articles: what a model picks says nothing about how good it is.
    """
    from stance.annotation.picking import read_pick
    from stance.annotation.session import session
    from stance.annotation.store import check_annotator
    from stance.codebook.codebook import read_codebook
    from stance.models.registry import user
    from stance.storage.project import require_project

    found = require_project(project)
    codebook = read_codebook(found.codebook)
    annotator = by or (user() if terminal else "")  # the page asks
    if annotator:
        check_annotator(annotator)
    needs_model = suggest or (pick is not None and read_pick(pick, codebook).needs_model)
    with session(found):
        suggestions = _suggestions(found, codebook, model, needs_model)
        queue = _queue(found, codebook, pick, suggestions, seed, random_share, limit, overlap)
        if terminal:
            _in_terminal(queue, annotator, suggestions, suggest)
        else:
            _on_a_page(queue, annotator, suggestions, suggest, port, not no_browser)


def _suggestions(
    project: "Project", codebook: "Codebook", model: str | None, is_needed: bool
) -> "Suggestions | None":
    """The model to ask; None where there is none that fits and nothing needs one."""
    from stance.models.registry import find_model
    from stance.prediction.scorer import load_scorer
    from stance.prediction.suggesting import Suggestions
    from stance.storage.errors import ConfigError, ModelError

    try:
        return Suggestions(load_scorer(find_model(model, project.models)), codebook)
    except (ModelError, ConfigError) as error:
        if is_needed or model is not None:
            raise
        talk(f"No model helps to pick: {error}")
        return None


def _queue(
    project: "Project",
    codebook: "Codebook",
    pick: str | None,
    suggestions: "Suggestions | None",
    seed: int,
    random_share: float,
    limit: int | None,
    overlap: int,
) -> "Queue":
    from stance.annotation.queue import Queue
    from stance.cli.split import decide_sides

    decide_sides(project)
    return Queue(
        project,
        codebook,
        pick or (DEFAULT_PICK if suggestions else "random"),
        suggester=suggestions.probabilities if suggestions else None,
        decide=suggestions.labels if suggestions else None,
        seed=seed,
        random_share=random_share,
        limit=limit,
        overlap=overlap,
    )


def _in_terminal(
    queue: "Queue", annotator: str, suggestions: "Suggestions | None", suggest: bool
) -> None:
    from stance.annotation.keyboard import Keyboard
    from stance.annotation.screen import Screen
    from stance.annotation.terminal import Terminal
    from stance.storage.errors import InputError

    if sys.stdin is None:
        raise InputError("standard input is closed. Type, or give a pipe of lines.")
    why = suggestions.words if suggestions else None
    session = Terminal(queue, annotator, Screen(console(), queue.codebook), suggest, why)
    if sys.stdin.isatty():
        with Keyboard(sys.stdin.fileno()) as keyboard:
            session.run(keyboard)
    else:
        session.run_lines(line.decode("utf-8", "replace") for line in sys.stdin.buffer)
    if session.is_over:
        talk(queue.why_nothing(annotator))
    talk(f"{n_of(session.n_saved, 'answer')} saved by {annotator}.")


def _on_a_page(
    queue: "Queue",
    annotator: str,
    suggestions: "Suggestions | None",
    suggest: bool,
    port: int,
    browser: bool,
) -> None:
    from stance.serving.annotating import serve

    why = suggestions.words if suggestions else None
    serve(queue, annotator, suggest, why, port, browser, tell_address)


def tell_address(address: str) -> None:
    """Prints the page's address, and on stderr what to do with it."""
    talk(
        "The page for browsers on this machine is below. Ctrl-C ends it: what was saved is on the "
        "disk, and the same command goes on from there."
    )
    echo(address)
    sys.stdout.flush()
