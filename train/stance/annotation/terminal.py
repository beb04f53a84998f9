"""Annotating in a terminal: the queue, its keys, and what each does."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from stance.annotation.asking import Asking
from stance.annotation.keyboard import END, ENTER, Keyboard
from stance.annotation.label_keys import HELP, NOTE, QUIT, SKIP, UNDO, label_keys
from stance.annotation.queue import Item
from stance.annotation.screen import Screen
from stance.storage.errors import DataError, printable

HOLDER = "terminal"

# For a text the words that weighed most, by label.
Why = Callable[[str], Mapping[str, Sequence[str]]]


class Terminal:
    """One annotator at one screen.

    The model's labels are shown after the answer, or with `suggest` before it: a label that is
    seen first is believed too easily.
    """

    nothing_left = "Nothing is left to label."

    def __init__(
        self,
        queue: Asking,
        annotator: str,
        screen: Screen,
        suggest: bool = False,
        why: Why | None = None,
    ) -> None:
        self._queue, self._annotator, self._screen = queue, annotator, screen
        self._suggest, self._why = suggest, why
        self._keys = label_keys(queue.codebook)
        self._item: Item | None = None
        self._chosen: list[str] = []
        self._note = ""
        self._n_before = queue.progress(annotator).done

    @property
    def n_saved(self) -> int:
        """How many answers of this session stand."""
        return max(0, self._queue.progress(self._annotator).done - self._n_before)

    @property
    def is_over(self) -> bool:
        """Whether nothing was left."""
        return self._item is None

    def run(self, keyboard: Keyboard) -> None:
        """Serves keys until the person ends it or nothing is left."""
        self._begin(self._next())
        while self._item is not None:
            key = keyboard.key()
            if key in (QUIT, END):
                break
            if key == NOTE:
                self._screen.say("note:")
                self.write_note(keyboard.line())
            elif not self.press(key):
                self._screen.say(f"no such key: {printable(key, 10)} ({HELP} shows all)")

    def run_lines(self, lines: Iterable[str]) -> None:
        """Serves lines: the keys of all labels of a sentence, or a command; `n` with its note.

        A line of labels is saved at once; one with a key that is not known is told and left.
        """
        self._begin(self._next())
        for line in lines:
            if self._item is None or line.strip() == QUIT:
                break
            self._obey(line.strip())

    def press(self, key: str) -> bool:
        """Does what the key says; whether there is such a key."""
        if key in ENTER:
            self._save()
        elif key == SKIP and self._item is not None:
            self._queue.skip(self._annotator, HOLDER, self._item.sentence.id)
            self._begin(self._next())
        elif key == UNDO:
            self._undo()
        elif key == HELP:
            self._screen.help()
        elif key in self._keys:
            self._toggle(self._keys[key])
            self._show()
        else:
            return False
        return True

    def write_note(self, note: str) -> None:
        """Sets the note that is saved with the answer."""
        self._note = note.strip()
        self._show()

    def _obey(self, line: str) -> None:
        if line in (SKIP, UNDO, HELP):
            self.press(line)
        elif line == NOTE or line.startswith(f"{NOTE} "):
            self.write_note(line.removeprefix(NOTE))
        elif unknown := [key for key in line if key not in self._keys]:
            self._screen.say(f"no such key: {printable(unknown[0], 10)}; nothing was saved")
        else:
            for key in line:
                self._toggle(self._keys[key])
            self._save()

    def _toggle(self, label: str) -> None:
        if label in self._chosen:
            self._chosen.remove(label)
        elif self._queue.codebook.exclusive:
            self._chosen = [label]
        else:
            self._chosen.append(label)

    def _save(self, answer: str = "accept") -> None:
        if (item := self._item) is None:
            return
        try:
            saved = self._queue.answer(
                self._annotator,
                HOLDER,
                item.sentence.id,
                self._chosen,
                answer,
                self._note,
                suggested=self._suggest,
            )
        except DataError as error:
            self._screen.say(str(error))
            return
        told = "saved: left out" if saved.answer == "reject" else f"saved: {_named(saved.labels)}"
        if self._queue.suggests and not self._suggest:
            told += f" (the model said: {_named(item.suggested)})"
        self._begin(self._next())
        self._screen.say(told)

    def _undo(self) -> None:
        item = self._queue.undo(self._annotator, HOLDER)
        if item is None:
            self._screen.say("nothing to take back")
            return
        self._begin(item)
        self._screen.say("taken back: answer it anew")

    def _next(self) -> Item | None:
        return self._queue.next(self._annotator, HOLDER)

    def _begin(self, item: Item | None) -> None:
        self._item, self._chosen, self._note = item, [], ""
        if item is None:
            self._screen.say(self.nothing_left)
        else:
            self._show()

    def _show(self) -> None:
        if self._item is None:
            return
        progress = self._queue.progress(self._annotator)
        self._screen.item(self._item, self._chosen, self._note, progress)
        if self._suggest:
            self._tell_suggestion(self._item)

    def _tell_suggestion(self, item: Item) -> None:
        words = self._why(item.sentence.text) if self._why and item.suggested else {}
        self._screen.suggestion(item.suggested, words)


def _named(labels: Sequence[str]) -> str:
    return ", ".join(labels) or "no label"
