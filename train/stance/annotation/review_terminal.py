"""Reviewing in a terminal: like annotating, with the answers given below the sentence."""

from collections.abc import Sequence

from stance.annotation.cases import Case
from stance.annotation.label_keys import review_keys
from stance.annotation.queue import Item
from stance.annotation.review import Review
from stance.annotation.screen import Screen
from stance.annotation.terminal import Terminal


class ReviewScreen(Screen):
    """Draws the answers that the reviewer may choose, who gave them, and what was noted."""

    keys = f"a letter takes that answer · {Screen.keys}"

    def said_of(self, item: Item) -> None:
        """The answers with their keys, and what a decision will be."""
        if not isinstance(item, Case):
            return
        keys, leave_out = review_keys(self._codebook, len(item.options))
        for key, option in zip(keys, item.options, strict=False):
            named = ", ".join(option.labels) or "no label"
            who = f"  — {', '.join(option.who)}"
            share = "" if option.probability is None else f" (probability {option.probability:.2f})"
            self._print(f"{key}  {named}{who}{share}", "bold")
            for note in option.notes:
                self._print(f"     {note}", "dim")
        if item.is_gold:
            self._print(f"{leave_out}  leave the sentence out of the data")
        self._print()
        self._print(item.becomes, "dim")
        self._print()


class ReviewTerminal(Terminal):
    """One reviewer at one screen."""

    nothing_left = "Nothing is left to decide."

    def __init__(self, review: Review, reviewer: str, screen: ReviewScreen) -> None:
        super().__init__(review, reviewer, screen)
        self._codebook = review.codebook

    def press(self, key: str) -> bool:
        """Does what the key says; whether there is such a key."""
        if self._is_leave_out(key):
            self._save("reject")
        elif labels := self._option(key):
            self._chosen = list(labels[0])
            self._show()
        else:
            return super().press(key)
        return True

    def _obey(self, line: str) -> None:
        """A line that is the key of an answer given is saved at once, like one of labels."""
        if labels := self._option(line):
            self._chosen = list(labels[0])
            self._save()
        elif self._is_leave_out(line):
            self._save("reject")
        else:
            super()._obey(line)

    def _option(self, key: str) -> list[Sequence[str]]:
        """The labels of the answer with this key, in a list of one; empty without one."""
        if not isinstance(self._item, Case):
            return []
        keys, _ = review_keys(self._codebook, len(self._item.options))
        found = zip(keys, self._item.options, strict=False)
        return [option.labels for own, option in found if own == key]

    def _is_leave_out(self, key: str) -> bool:
        return key == review_keys(self._codebook, 0)[1]
