"""Predictions on standard output: JSON lines, plain lines, or a coloured page on a terminal."""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from stance.cli.console import colour, console, echo, is_terminal, plain_json
from stance.models.info import Info
from stance.storage.errors import printable
from stance.storage.jsonl import Fields

_LONG = 100_000
Show = Callable[[Any], None]


def on_stdout(as_json: bool, probabilities: bool, info: Info, text_key: str) -> Show:
    """The function that shows the content of one answer after the other.

    It wants JSON lines as bytes with `as_json`, and rows without.
    """
    if as_json:
        return _write_json
    if is_terminal():
        return _Page(info, probabilities, text_key).write
    return lambda rows: _write_lines(rows, info, text_key)


def _write_json(content: bytes) -> None:
    if is_terminal():
        content = plain_json(content.decode("utf-8")).encode("utf-8")
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def _write_lines(rows: Sequence[Fields], info: Info, text_key: str) -> None:
    """Tab-separated: labels, all probabilities, id, sentence; one row a line, whatever it holds."""
    for row in rows:
        labels = "|".join(row["predicted_labels"]) or f"({row['abstained'] or 'no label'})"
        shares = " ".join(f"{label}={row['prob_' + label]:.3f}" for label in info.labels)
        name, text = str(row.get("id", "")), row[text_key]
        echo("\t".join((labels, shares, printable(name, 300), printable(text, _LONG))))
        for label, parts in _explained(row, info):
            echo(f"\t{label}: {parts}")
    sys.stdout.flush()


def _explained(row: Fields, info: Info) -> Iterator[tuple[str, str]]:
    """For each label given (or the likeliest one) the n-grams that decided, as text."""
    if "explanation" not in row:
        return
    likeliest = max(info.labels, key=lambda label: float(row[f"prob_{label}"]))
    for label in row["predicted_labels"] or [likeliest]:
        found = row["explanation"][label]
        parts = [f"“{printable(one['ngram'])}” {one['added']:+.2f}" for one in found["parts"]]
        parts += [f"others {found['others']:+.2f}", f"intercept {found['intercept']:+.2f}"]
        yield label, f"{', '.join(parts)} = {found['logit']:+.2f}"


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
            for label, parts in _explained(row, self._info):
                self._console.print(Text(f"    {label}: {parts}", style="italic"))

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
        if "explanation" in row and row["predicted_labels"]:
            self._append_coloured(line, row)
        else:
            line.append(printable(row[self._text_key], _LONG), style=style)
        return line

    def _append_coloured(self, line: Any, row: Fields) -> None:
        """The sentence with the n-grams that spoke for its first label in that label's colour."""
        label, text = row["predicted_labels"][0], row[self._text_key]
        for_it = [one for one in row["explanation"][label]["parts"] if one["added"] > 0]
        covered = {at for one in for_it for span in one["spans"] for at in range(*span)}
        style = f"bold {colour(self._info.labels.index(label))}"
        for at, char in enumerate(text):
            line.append(printable(char), style=style if at in covered else "")
