"""How a sentence and its labels look in a terminal; nothing here reads keys or writes answers."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from stance.annotation.label_keys import HELP, NOTE, QUIT, SKIP, UNDO, label_keys
from stance.annotation.queue import Item, Progress
from stance.codebook.codebook import Codebook
from stance.storage.errors import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_LONG = 20_000


class Screen:
    """Draws on the console; every text from a file is stripped of control characters first."""

    keys = f"Enter saves · {SKIP} skip · {UNDO} undo · {NOTE} note · {HELP} help · {QUIT} quit"
    commands = (
        ("Enter", "save the marked labels, or none"),
        (SKIP, "skip the sentence"),
        (UNDO, "take the last answer back"),
        (NOTE, "write a note"),
        (HELP, "this page"),
        (QUIT, "end; everything saved stays"),
    )

    def __init__(self, console: "Console", codebook: Codebook) -> None:
        self._console, self._codebook = console, codebook
        self._keys = label_keys(codebook)

    def item(self, item: Item, chosen: Collection[str], note: str, progress: Progress) -> None:
        """The sentence in its article, the labels with their keys, and how far one is."""
        if self._console.is_terminal:
            self._console.clear()
        article = item.article
        head = [article.title or article.id, article.outlet, article.published_at]
        self._print(" · ".join(one for one in head if one), "italic")
        self._print()
        for text in item.before:
            self._print(text, "dim")
        self._print(f"» {item.sentence.text}", "bold")
        for text in item.after:
            self._print(text, "dim")
        self._print()
        self.said_of(item)
        for key, label in self._keys.items():
            mark = "x" if label in chosen else " "
            self._print(f"[{mark}] {key} {label}", "reverse" if label in chosen else "")
        if note:
            self._print(f"note: {note}")
        self._print()
        pace = f" · {progress.per_hour:.0f} an hour" if progress.per_hour else ""
        self._print(f"{progress.done:,} done · {progress.left:,} left{pace}", "dim")
        self._print(self.keys, "dim")

    def said_of(self, item: Item) -> None:
        """What stands between the sentence and its labels: here nothing."""

    def suggestion(self, labels: Sequence[str], words: Mapping[str, Sequence[str]]) -> None:
        """What the model says, and by which words."""
        if not labels:
            self._print("The model suggests no label.", "yellow")
        for label in labels:
            told = ", ".join(f"“{word}”" for word in words.get(label, ()))
            self._print(f"The model suggests {label}{f': {told}' if told else ''}.", "yellow")

    def help(self) -> None:
        """The keys, and what the labels mean."""
        if self._codebook.question:
            self._print(self._codebook.question, "italic")
        kind = "One label a sentence" if self._codebook.exclusive else "As many labels as fit"
        self._print(f"{kind}{', or none' if self._codebook.none_allowed else ''}.")
        by_label = {name: key for key, name in self._keys.items()}
        for label in self._codebook.labels:
            self._print()
            self._print(f"{by_label[label.name]} {label.name}", "bold")
            for text in (label.definition, *label.boundaries):
                if text:
                    self._print(text)
        self._print()
        for key, meaning in self.commands:
            self._print(f"{key:5} {meaning}")

    def say(self, text: str) -> None:
        """A line to the person."""
        self._print(text, "yellow")

    def _print(self, text: str = "", style: str = "") -> None:
        self._console.print(self._text(text, style))

    def _text(self, text: str, style: str) -> "Text":
        from rich.text import Text

        lines = (printable(line, _LONG) for line in text.split("\n"))
        return Text(" ".join(lines), style=style, overflow="fold")
