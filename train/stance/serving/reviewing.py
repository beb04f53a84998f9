"""The page of reviewers: like that of annotators, with the answers given below each sentence."""

from collections.abc import Callable
from typing import Literal

from stance.annotation.cases import Case
from stance.annotation.label_keys import review_keys
from stance.annotation.queue import Item
from stance.annotation.review import Review
from stance.serving.annotating import Answer, Desk, Session
from stance.serving.running import run
from stance.storage.jsonl import Fields


class Decision(Answer):
    """What a reviewer decides: labels, or that none holds and the sentence is left out."""

    answer: Literal["accept", "reject"] = "accept"

    @property
    def kind(self) -> str:
        """Whether the labels hold."""
        return self.answer


class ReviewDesk(Desk):
    """The page's side of a review."""

    template = "review.html"
    asked_answer = Decision

    def __init__(self, review: Review, by: str = "") -> None:
        super().__init__(review, by)

    def _words(self) -> Fields:
        options, leave_out = review_keys(self._queue.codebook, 1)
        return {"leave_out": leave_out, "first_option": (options or [""])[0]}

    def _shown(self, session: Session, item: Item | None) -> Fields:
        shown = super()._shown(session, item)
        if isinstance(item, Case):
            who = [name for option in item.options for name in option.who]
            shown["item"]["own"] = session.annotator in who
        return shown

    def _fields(self, item: Item) -> Fields:
        fields = super()._fields(item)
        if not isinstance(item, Case):
            return fields
        keys, _ = review_keys(self._queue.codebook, len(item.options))
        keys += [""] * (len(item.options) - len(keys))
        fields["becomes"], fields["may_leave_out"] = item.becomes, item.is_gold
        fields["options"] = [
            {
                "key": key,
                "labels": option.labels,
                "who": option.who,
                "notes": option.notes,
                "probability": option.probability,
            }
            for key, option in zip(keys, item.options, strict=True)
        ]
        return fields


def serve(review: Review, by: str, port: int, browser: bool, tell: Callable[[str], None]) -> None:
    """Serves the page until a signal; `tell` gets the address.

    Raises ProjectError when the port is taken.
    """
    run(ReviewDesk(review, by).application(), port, tell, browser)
