"""What a screen needs to know of a queue or a review: who asks, and takes answers."""

from collections.abc import Sequence
from typing import Protocol

from stance.annotation.queue import Item, Progress
from stance.annotation.store import Annotation
from stance.codebook.codebook import Codebook


class Asking(Protocol):
    """Hands out sentences one by one; see `annotation.queue.Queue` for what each method does."""

    codebook: Codebook

    @property
    def suggests(self) -> bool:
        """Whether items have a model's labels."""

    def next(self, annotator: str, holder: str) -> Item | None:
        """The sentence to be answered now."""

    def answer(
        self,
        annotator: str,
        holder: str,
        sentence_id: str,
        labels: Sequence[str],
        answer: str = "accept",
        note: str = "",
        suggested: bool = False,
    ) -> Annotation:
        """The answer as it was written."""

    def skip(self, annotator: str, holder: str, sentence_id: str) -> None:
        """Puts the sentence aside."""

    def undo(self, annotator: str, holder: str) -> Item | None:
        """Takes back the last answer."""

    def progress(self, annotator: str) -> Progress:
        """How far one is."""

    def release(self, holder: str) -> None:
        """Gives back what the holder has."""
