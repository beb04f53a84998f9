"""Deciding cases one by one: like the queue of annotators, for those who have the last word."""

import statistics
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from stance.annotation.answering import annotation_of
from stance.annotation.cases import Case, Cases, write_decision
from stance.annotation.history import UNDONE
from stance.annotation.leases import Lease, Leases
from stance.annotation.queue import Progress
from stance.annotation.store import Annotation, check_annotator, now
from stance.codebook.codebook import Codebook
from stance.codebook.watched import Watched
from stance.storage.errors import DataError, printable
from stance.storage.project import Project

_PACE = 30  # decisions that the pace is taken from


@dataclass(frozen=True)
class _Act:
    """A decision that its reviewer may take back; `holder` is "" for one of an earlier run."""

    reviewer: str
    holder: str
    position: int
    line: Annotation


class Review:
    """Serves open cases to reviewers, each case to one holder; safe from any thread.

    It has the methods of `annotation.queue.Queue`, so that the same screens serve it.
    """

    suggests = False

    def __init__(
        self,
        project: Project,
        codebook: Codebook,
        cases: Cases,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.project, self.codebook = project, codebook
        self._watched = Watched(project.codebook, "stance review")
        self._cases = list(cases.cases)
        self._positions = {one.sentence.id: n for n, one in enumerate(self._cases)}
        self._skipped: set[tuple[str, int]] = set()
        self._leases, self._clock = Leases(clock), clock
        self._times: deque[float] = deque(maxlen=_PACE)
        self._lock = threading.RLock()
        self._acts = [
            _Act(line.annotator, "", position, line)
            for position, one in enumerate(self._cases)
            if (line := one.decision) is not None and line.shown == one.shown
        ]
        self._acts.sort(key=lambda act: act.line.annotated_at)
        self._n_done, self._given = 0, Counter[str]()
        for case in self._cases:
            self._count(case.decision, 1)

    def next(self, annotator: str, holder: str) -> Case | None:
        """The case that the holder is to decide, lent to it; None where none is left."""
        check_annotator(annotator)
        with self._lock:
            lease = self._leases.current(holder, annotator)
            if lease is None:
                taken = {one.position for one in self._leases.live()}
                for position in range(len(self._cases)):
                    if position not in taken and self._is_open(annotator, position):
                        lease = self._lend(annotator, holder, position)
                        break
            return None if lease is None else self._cases[lease.position]

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
        """The decision as it was written; it is on the disk when this returns.

        With the answer `reject` no label holds, and the sentence is in no data; only gold can say
        so. Asked again with the same decision it is not written twice. Raises DataError when the
        case is not lent to the holder or the answer does not fit, ConfigError when the codebook
        was changed under way.
        """
        with self._lock:
            self._watched.check()
            lease = self._held(annotator, holder, sentence_id)
            if lease is None:
                return self._repeated(annotator, holder, sentence_id, labels, answer)
            case = self._cases[lease.position]
            if answer == "reject" and not case.is_gold:
                # It would take the sentence out of a test set because of what a model said.
                raise DataError("a correction says which labels hold. Choose them, or skip.")
            # Beside a doubt the model's labels are always on the screen.
            prompted = suggested or any(one.probability is not None for one in case.options)
            line = annotation_of(
                self.codebook, case.sentence, lease, labels, answer, note, prompted
            )
            self._write(lease.position, line)
            self._leases.take(holder, lease.position)
            self._acts.append(_Act(annotator, holder, lease.position, line))
            self._times.append(self._clock())
            return line

    def skip(self, annotator: str, holder: str, sentence_id: str) -> None:
        """Puts the case aside for this reviewer until the next start."""
        with self._lock:
            lease = self._held(annotator, holder, sentence_id)
            if lease is None:
                raise _not_lent(sentence_id)
            self._leases.take(holder, lease.position)
            self._skipped.add((annotator, lease.position))

    def undo(self, annotator: str, holder: str) -> Case | None:
        """Takes back the reviewer's last decision by a new line, and lends the case anew.

        None where there is none to take back.
        """
        with self._lock:
            mine = [
                one
                for one in self._acts
                if one.reviewer == annotator and one.holder in (holder, "")
            ]
            if not mine:
                return None
            act = mine[-1]
            before = self._cases[act.position].lines[:-1]
            if before and before[-1].answer != "ignore":
                line = before[-1]  # what an editor had said before is in force again
            else:
                taken_back = {"labels": (), "answer": "ignore", "note": UNDONE}
                line = act.line.model_copy(update=taken_back | {"annotated_at": now()})
            self._write(act.position, line)
            self._acts.remove(act)
            return self._cases[self._lend(annotator, holder, act.position).position]

    def progress(self, annotator: str) -> Progress:
        """How many cases are decided, by anyone, and how many this reviewer may still decide."""
        with self._lock:
            mine = [position for who, position in self._skipped if who == annotator]
            n_skipped = sum(self._cases[position].decision is None for position in mine)
            left = len(self._cases) - self._n_done - n_skipped
            given = {name: self._given[name] for name in self.codebook.names}
            return Progress(self._n_done, left, given, self._per_hour())

    def release(self, holder: str) -> None:
        """Gives back what the holder has."""
        with self._lock:
            self._leases.release(holder)

    def _is_open(self, annotator: str, position: int) -> bool:
        is_skipped = (annotator, position) in self._skipped
        return self._cases[position].decision is None and not is_skipped

    def _lend(self, annotator: str, holder: str, position: int) -> Lease:
        self._skipped.discard((annotator, position))
        return self._leases.lend(holder, position, annotator, self._cases[position].shown)

    def _held(self, annotator: str, holder: str, sentence_id: str) -> Lease | None:
        return self._leases.held(holder, annotator, self._positions.get(sentence_id, -1))

    def _write(self, position: int, line: Annotation) -> None:
        case = self._cases[position]
        write_decision(self.project, case, line)
        self._cases[position] = then = replace(case, lines=(*case.lines, line))
        self._count(case.decision, -1)
        self._count(then.decision, 1)

    def _count(self, decision: Annotation | None, step: int) -> None:
        if decision is not None:
            self._n_done += step
            for label in decision.labels:
                self._given[label] += step

    def _repeated(
        self, annotator: str, holder: str, sentence_id: str, labels: Sequence[str], answer: str
    ) -> Annotation:
        mine = [one.line for one in self._acts if (one.reviewer, one.holder) == (annotator, holder)]
        done = mine[-1] if mine else None
        if done is None or (done.sentence_id, done.answer) != (sentence_id, answer):
            raise _not_lent(sentence_id)
        if answer == "accept" and set(done.labels) != set(labels):
            raise _not_lent(sentence_id)
        return done

    def _per_hour(self) -> float:
        gaps = [b - a for a, b in zip(self._times, list(self._times)[1:], strict=False)]
        middle = statistics.median(gaps) if gaps else 0.0
        return 3600 / middle if middle > 0 else 0.0


def _not_lent(sentence_id: str) -> DataError:
    return DataError(
        f"{printable(sentence_id)}: is not on this screen any more, so nothing was saved. "
        "Go on with the next one."
    )
