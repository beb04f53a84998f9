"""The table of `stance who` on a terminal."""

from typing import TYPE_CHECKING

from stance.cli.console import echo, is_terminal, table
from stance.storage.errors import printable

if TYPE_CHECKING:
    from stance.actors.table import Cell, Line
    from stance.actors.who import Who
    from stance.evaluation.intervals import Estimate

MAX_LINES = 40
MAX_EVIDENCE = 16
WIDE = 6  # labels beside each other; more of them are listed below each other


def show(result: "Who") -> None:
    """Prints the table, the best sentence of each cell where they are few, and what is in doubt."""
    lines = result.table.lines
    if not lines:
        echo("No statement of a known actor in these articles.")
        return
    _show_table(result, lines[:MAX_LINES])
    if len(lines) > MAX_LINES:
        echo(f"and {len(lines) - MAX_LINES:,} more rows (--out writes all)")
    cells = [(line, cell) for line in lines for cell in line.cells.values()]
    if len(cells) <= MAX_EVIDENCE:
        echo("")
        for line, cell in cells:
            _show_evidence(line, cell)
    _show_differences(result)


def _show_table(result: "Who", lines: "tuple[Line, ...]") -> None:
    made = result.table
    is_corrected = "corrected" if any(made.is_corrected) else "not corrected"
    title = (
        f"Statements, and their share of the sentences that name the row, in % "
        f"[95 % interval], {is_corrected} for the model's errors"
    )
    if len(made.labels) <= WIDE:
        rows = [
            (
                printable(line.name, 24),
                f"{line.n_sentences:,}",
                *(_cell(line.cells.get(label)) for label in made.labels),
            )
            for line in lines
        ]
        table(title, (made.by, "of", *map(_header, made.labels)), rows)
        return
    rows = [
        (f"{printable(line.name, 24)}: {label}", f"{line.n_sentences:,}", _cell(cell))
        for line in lines
        for label, cell in line.cells.items()
    ]
    table(title, (f"{made.by}: label", "of", "statements"), rows)


def _header(label: str) -> str:
    """On a terminal a long label takes two lines, so that four of them fit in 80 columns."""
    return label.replace("_", "_\n", 1) if is_terminal() else label


def _cell(cell: "Cell | None") -> str:
    if cell is None:
        return ""
    return f"{len(cell.prints)} · {_share(cell.share.corrected or cell.share.raw)}"


def _share(one: "Estimate") -> str:
    """A share with its interval in points.

    >>> from stance.evaluation.intervals import Estimate
    >>> _share(Estimate(0.051, 0.02, 0.094))
    '5 [2–9]'
    """
    if one.low is None or one.high is None:
        return f"{100 * one.value:.0f}"
    return f"{100 * one.value:.0f} [{100 * one.low:.0f}–{100 * one.high:.0f}]"


def _show_evidence(line: "Line", cell: "Cell") -> None:
    best = cell.prints[0].best
    n = len(cell.prints)
    dates = cell.first if cell.first == cell.last else f"{cell.first} to {cell.last}"
    about = [f"{n} statement{'s' if n > 1 else ''}", dates, ", ".join(cell.rungs)]
    echo(f"{printable(line.name)} · {cell.label}: {', '.join(one for one in about if one)}")
    how = {"gold": "gold", "corrected": f"corrected by {best.person}"}.get(
        best.decided, f"p = {best.probability:.2f}"
    )
    source = [best.article.outlet, best.article.day, best.article.url or best.sentence_id, how]
    echo(f"  “{printable(' '.join(best.text.split()), 400)}”")
    echo(f"  {printable(', '.join(one for one in source if one))}")


def _show_differences(result: "Who") -> None:
    """The leaders of each label, and whether the first is ahead beyond the error."""
    from stance.actors.corrected import CANNOT_TELL
    from stance.actors.table import compare_lines

    shown: set[str] = set()
    for label, one, other, apart in compare_lines(result.table.lines, result.table.labels):
        if label in shown:
            continue
        shown.add(label)
        names = printable(result.table[one].name), printable(result.table[other].name)
        told = f"{names[0]} before {names[1]}"
        if apart.verdict == CANNOT_TELL:
            told = f"cannot tell whether {names[0]} or {names[1]} more often"
        echo(f"{label}: {told}")
