"""Where predictions go: a file, JSON lines, plain lines, or a coloured page on a terminal."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from stance.cli.console import colour, console, echo, is_terminal
from stance.models.info import Info
from stance.prediction.outputs import Write, writing
from stance.storage.errors import printable
from stance.storage.jsonl import Fields, to_jsonl

_LONG = 100_000


@contextlib.contextmanager
def opened_sink(
    output: Path | None, as_json: bool, probabilities: bool, info: Info, text_key: str
) -> Iterator[Write]:
    """The function that takes batches of predicted rows."""
    if output is not None:
        with writing(output) as write:
            yield write
    elif as_json:
        yield _write_json
    elif is_terminal():
        yield _Page(info, probabilities, text_key).write
    else:
        yield lambda rows: _write_lines(rows, info, text_key)


def _write_json(rows: Sequence[Fields]) -> None:
    sys.stdout.write(to_jsonl(rows))
    sys.stdout.flush()


def _write_lines(rows: Sequence[Fields], info: Info, text_key: str) -> None:
    """Tab-separated: labels, all probabilities, id, sentence; one row a line, whatever it holds."""
    for row in rows:
        labels = "|".join(row["predicted_labels"]) or f"({row['abstained'] or 'no label'})"
        shares = " ".join(f"{label}={row['prob_' + label]:.3f}" for label in info.labels)
        name, text = str(row.get("id", "")), row[text_key]
        echo("\t".join((labels, shares, printable(name, 300), printable(text, _LONG))))
    sys.stdout.flush()


class _Page:
    """Sentences under the title of their article, labels in colour before them."""

    def __init__(self, info: Info, probabilities: bool, text_key: str) -> None:
        self._console = console()
        self._info = info
        self._probabilities = probabilities
        self._text_key = text_key
        self._article: object = None

    def write(self, rows: Sequence[Fields]) -> None:
        from rich.text import Text

        for row in rows:
            article = row.get("article_id")
            if article != self._article and isinstance(article, str):
                title = str(row.get("title") or article)
                date = str(row.get("published_at") or "")
                self._console.print(Text(f"\n{printable(title)}  {printable(date)}", style="bold"))
            self._article = article
            self._console.print(self._line(row))

    def _line(self, row: Fields) -> object:
        from rich.text import Text

        line = Text()
        for position, label in enumerate(self._info.labels):
            share = row[f"prob_{label}"]
            if label in row["predicted_labels"]:
                line.append(f" {label} {share:.2f} ", style=f"reverse {colour(position)}")
                line.append(" ")
            elif self._probabilities:
                line.append(f"{label} {share:.2f} ", style="dim")
        if row["abstained"]:
            line.append(f"({row['abstained'].replace('_', ' ')}) ", style="dim italic")
        style = "" if row["predicted_labels"] else "dim"
        line.append(printable(row[self._text_key], _LONG), style=style)
        return line
