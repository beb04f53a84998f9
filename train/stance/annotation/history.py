"""What annotators have done: counts for their progress, and what can be taken back."""

import statistics
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from stance.annotation.picking import Array
from stance.annotation.queued import Queued
from stance.annotation.store import Annotation
from stance.codebook.codebook import Codebook

UNDONE = "undone"
IMPORTED = "import"
_PACE = 30  # answers that the pace is taken from


@dataclass(frozen=True)
class Act:
    """An answer, or a skip where `annotation` is None; `holder` is "" for one of an earlier run."""

    holder: str
    annotator: str
    position: int
    shown: str
    annotation: Annotation | None = None


@dataclass
class Told:
    """What one annotator has said: of which sentences, bool (n_sentences,), and how much."""

    is_answered: Array
    is_skipped: Array
    per_label: dict[str, int]
    n_done: int = 0
    n_now: int = 0
    acts: list[Act] = field(default_factory=list)
    times: deque[float] = field(default_factory=lambda: deque(maxlen=_PACE))

    @property
    def per_hour(self) -> float:
        """Answers an hour by the median time between two, which a break does not move."""
        gaps = [b - a for a, b in zip(self.times, list(self.times)[1:], strict=False)]
        middle = statistics.median(gaps) if gaps else 0.0
        return 3600 / middle if middle > 0 else 0.0

    def count(self, annotation: Annotation, step: int) -> None:
        """Counts the answer's labels, or takes them from the count."""
        self.n_done += step
        for label in annotation.labels if annotation.answer == "accept" else ():
            if label in self.per_label:
                self.per_label[label] += step


class History:
    """All annotators' acts; `n_answers` says how many of them answered each sentence."""

    def __init__(self, queued: Queued, codebook: Codebook, clock: Callable[[], float]) -> None:
        self._clock, self._codebook = clock, codebook
        self._annotators: dict[str, Told] = {}
        self.n_answers = np.zeros(len(queued.sentences), dtype=np.int32)
        for one in sorted(queued.answers, key=lambda answer: answer.annotated_at):
            if not is_undone(one):
                position = queued.positions[one.sentence_id]
                self._count(Act("", one.annotator, position, one.shown, one))

    def of(self, annotator: str) -> Told:
        """What the annotator has said."""
        if annotator not in self._annotators:
            n = len(self.n_answers)
            nothing = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
            self._annotators[annotator] = Told(*nothing, dict.fromkeys(self._codebook.names, 0))
        return self._annotators[annotator]

    def add(self, act: Act) -> None:
        """Takes note of an answer or a skip of this run."""
        told = self.of(act.annotator)
        if act.annotation is None:
            told.is_skipped[act.position] = True
            told.acts.append(act)
            return
        told.n_now += 1
        told.times.append(self._clock())
        self._count(act)

    def last(self, annotator: str, holder: str) -> Act | None:
        """The last act that the holder may take back: its own, or one of an earlier run."""
        acts = self.of(annotator).acts
        return next((one for one in reversed(acts) if one.holder in (holder, "")), None)

    def take_back(self, act: Act) -> None:
        """Forgets the act."""
        told = self.of(act.annotator)
        told.acts.remove(act)
        if act.annotation is None:
            told.is_skipped[act.position] = False
            return
        told.count(act.annotation, -1)
        told.n_now -= act.holder != ""
        told.is_answered[act.position] = False
        self.n_answers[act.position] -= 1
        if told.times:
            told.times.pop()

    def _count(self, act: Act) -> None:
        if act.annotation is None:
            return
        told = self.of(act.annotator)
        told.count(act.annotation, 1)
        told.is_answered[act.position] = True
        self.n_answers[act.position] += 1
        if act.annotation.shown != IMPORTED:
            told.acts.append(act)


def is_undone(annotation: Annotation) -> bool:
    """Whether the line says only that the answer before it does not count."""
    return annotation.answer == "ignore" and annotation.note == UNDONE
