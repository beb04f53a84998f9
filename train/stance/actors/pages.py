"""The table as one HTML page: it stands alone, needs no network, and can be read without script."""

import base64
import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from stance.actors.corrected import CANNOT_TELL, Difference
from stance.actors.decisions import MODEL
from stance.actors.statements import Statement
from stance.actors.table import Cell, Line, Print, compare_lines
from stance.actors.timeline import Point, Span, lane, span_of
from stance.actors.who import Who
from stance.evaluation.render_compare import difference as in_points
from stance.evaluation.render_html import page
from stance.evaluation.words import Shade, shaded
from stance.storage.errors import printable

MAX_LINES = 200
MAX_SENTENCES = 1200  # on the whole page, so that a phone can open it; all are in who.jsonl
MAX_A_CELL = 20
MAX_DIFFERENCES = 8  # a label
_PACKAGE = "stance.actors"


@dataclass(frozen=True)
class Shown:
    """One statement as the page shows it."""

    id: str
    statement: Statement
    print: Print
    shades: tuple[Shade, ...]
    words: tuple[str, ...]
    command: str


@dataclass(frozen=True)
class ShownCell:
    """One cell with its best statements; `level` is 0 to 100, for the bar behind the number."""

    id: str
    cell: Cell
    polarity: str
    shown: tuple[Shown, ...]
    level: float
    points: tuple[tuple[Point, str], ...]


@dataclass(frozen=True)
class ShownLine:
    """One row."""

    id: str
    line: Line
    cells: dict[str, ShownCell]


class _Room:
    """How many sentences the page still has room for, and how many cells are to come.

    Each cell shows one at least; of what is then left the first rows, which have most statements,
    may take most.
    """

    def __init__(self, n_sentences: int, n_cells: int) -> None:
        self.n_free = n_sentences - n_cells

    def take(self, n_wanted: int) -> int:
        """How many of its sentences the next cell may show."""
        n_more = min(n_wanted - 1, MAX_A_CELL - 1, max(0, self.n_free) // 20)
        self.n_free -= n_more
        return 1 + n_more


def to_html(who: Who) -> str:
    """The page of the table."""
    lines = who.table.lines[:MAX_LINES]
    room = _Room(MAX_SENTENCES, sum(len(line.cells) for line in lines))
    span = span_of(lines)
    top = max((_share(cell) for line in lines for cell in line.cells.values()), default=1) or 1
    shown = [
        _shown_line(f"a{n}", line, who, span, room, top) for n, line in enumerate(lines, start=1)
    ]
    script = text_of("who.js")
    return page(
        "who.html",
        package=_PACKAGE,
        who=who,
        table=who.table,
        lines=shown,
        n_hidden=len(who.table.lines) - len(lines),
        most=MAX_A_CELL,
        ticks=span.ticks() if span else [],
        dates=f"{span.first} to {span.last}" if span else "without dates",
        differences=_differences(who, lines),
        cannot_tell=CANNOT_TELL,
        kinds=sorted({line.kind for line in lines}),
        share=percent_interval,
        points=points_interval,
        is_weblink=is_weblink,
        is_corrected=any(who.table.is_corrected),
        script=_safe(script),
        script_hash=_safe(script_hash(script)),
        style=_safe(text_of("who.css")),
    )


def text_of(name: str) -> str:
    """A file that is part of a page."""
    return (resources.files(_PACKAGE) / "templates" / name).read_text(encoding="utf-8")


def script_hash(script: str) -> str:
    """What the page's policy calls the script by: a browser runs no other."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _safe(own: str) -> object:
    """A file of ours goes into the page as it is; nothing from data ever comes here."""
    from markupsafe import Markup

    return Markup(own)  # noqa: S704


def _shown_line(
    name: str, line: Line, who: Who, span: Span | None, room: _Room, top: float
) -> ShownLine:
    cells = {}
    for number, label in enumerate(who.table.labels):
        if label in line.cells:
            cell = line.cells[label]
            cells[label] = _shown_cell(f"{name}-{number}", cell, who, span, room, top)
    return ShownLine(name, line, cells)


def _shown_cell(
    name: str, cell: Cell, who: Who, span: Span | None, room: _Room, top: float
) -> ShownCell:
    polarity = next(
        (one.polarity for one in who.desk.codebook.labels if one.name == cell.label), "neutral"
    )
    shown = tuple(
        shown_statement(f"{name}-{n}", one, who)
        for n, one in enumerate(cell.prints[: room.take(len(cell.prints))])
    )
    ids = {id(one.print): one.id for one in shown}
    points = tuple(
        (point, ids.get(id(point.first), name))
        for point in (lane(cell.prints, span) if span else ())
    )
    return ShownCell(name, cell, polarity, shown, round(100 * _share(cell) / top, 1), points)


def shown_statement(name: str, one: Print, who: Who) -> Shown:
    """The statement with the words that decided, and the command that corrects it."""
    best = one.best
    column = who.desk.scorer.info.labels.index(best.label)
    # What people said was not decided by words of the model's.
    shades, words = (
        shaded(who.desk.scorer, best.text, column) if best.decided == MODEL else ((), ())
    )
    return Shown(name, best, one, shades, words, correction_command(best))


def correction_command(one: Statement) -> str:
    """The command that corrects the sentence, to be copied into a shell.

    The hash goes with it: it ties the correction to these words wherever the sentence lies.
    """
    name = shlex.quote(one.sentence_id)
    if not one.sentence_id.isprintable():
        return ""  # such an id cannot be typed, and might be meant to deceive
    sha256 = one.article.sentence_sha256(one.index)
    return f"stance correct {name} LABELS --by NAME --sha256 {sha256}"


def _share(cell: Cell) -> float:
    return (cell.share.corrected or cell.share.raw).value


def percent_interval(cell: Cell) -> str:
    """The share in percent with its interval; corrected where it can be."""
    one = cell.share.corrected or cell.share.raw
    if one.low is None or one.high is None:
        return f"{100 * one.value:.0f} %"
    return f"{100 * one.value:.0f} % [{100 * one.low:.0f}–{100 * one.high:.0f}]"


def points_interval(apart: Difference) -> str:
    """A difference of shares in points with its interval."""
    return in_points(apart.estimate)


def is_weblink(url: str) -> bool:
    """Whether a page may link to it: an address that a browser fetches and does not run."""
    return url.startswith(("https://", "http://"))


def _differences(
    who: Who, lines: Sequence[Line]
) -> list[tuple[str, list[tuple[str, str, Difference]]]]:
    """For each label the rows with the highest shares, each beside the next one."""
    names = {line.key: printable(line.name) for line in lines}
    found: dict[str, list[tuple[str, str, Difference]]] = {}
    for label, one, other, apart in compare_lines(lines, who.table.labels):
        pairs = found.setdefault(label, [])
        if len(pairs) < MAX_DIFFERENCES:
            pairs.append((names[one], names[other], apart))
    return list(found.items())
