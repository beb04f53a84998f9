"""The queue of sentences to be labelled: what comes next, for whom, and what has been said.

Evaluation stays honest: a share of what is shown is drawn at random and marked so, every second
one of these from a test article where there is one; a sentence of a test article, or of one whose
side is not decided, is shown only so, whatever a model thinks of it.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stance.annotation.answering import annotation_of
from stance.annotation.history import UNDONE, Act, History
from stance.annotation.leases import Lease, Leases
from stance.annotation.mixing import Mix
from stance.annotation.picking import RANDOM, Array, read_pick
from stance.annotation.queued import read_queued
from stance.annotation.ranking import Ranking, Suggester
from stance.annotation.repeats import Repeats
from stance.annotation.store import Annotation, append_annotations, check_annotator, now
from stance.codebook.codebook import Codebook
from stance.codebook.watched import Watched
from stance.corpus.articles import Article
from stance.corpus.segment import Sentence
from stance.storage.errors import ConfigError, DataError, n_of, printable
from stance.storage.project import Project


@dataclass(frozen=True)
class Item:
    """A sentence to be answered, with up to two of its article before it and after it.

    `shown` says how it was picked: by the strategy's name, or "random", or "test" for one drawn
    at random from a test article. `suggested` are the model's labels where the queue has one.
    """

    sentence: Sentence
    article: Article
    before: tuple[str, ...]
    after: tuple[str, ...]
    shown: str
    suggested: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """How far an annotator is: sentences answered ever, and left to answer now.

    `per_label` counts the sentences given each label; `per_hour` is the pace of this session
    without its breaks, 0 until two were answered.
    """

    done: int
    left: int
    per_label: dict[str, int]
    per_hour: float


class Queue:
    """Serves several annotators at once, each sentence to one holder (a browser, a terminal).

    What was answered by anyone is left out, or with `overlap` by so many annotators; so is what an
    adjudicator or editor has settled. Near-duplicates of what was answered come last. All methods
    may be called from any thread.

    `suggester` gives probabilities in the codebook's order, `decide` the labels of an `Item`.
    """

    def __init__(
        self,
        project: Project,
        codebook: Codebook,
        pick: str = RANDOM,
        suggester: Suggester | None = None,
        decide: Callable[[str], tuple[str, ...]] | None = None,
        seed: int = 0,
        random_share: float = 0.2,
        limit: int | None = None,
        overlap: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.project, self.codebook = project, codebook
        self._pick = read_pick(pick, codebook)
        if self._pick.needs_model and suggester is None:
            raise ConfigError(f"--pick {pick}: needs a model. Train one, or pick at random.")
        self._decide, self._overlap, self._limit = decide, overlap, limit
        self._lock = threading.RLock()
        self._watched = Watched(project.codebook, "stance annotate")
        self._queued = read_queued(project)
        self._history = History(self._queued, codebook, clock)
        self._repeats = Repeats(self._queued)
        self._leases = Leases(clock)
        self._mix = Mix(self._queued.is_test, 1.0 if pick == RANDOM else random_share, seed)
        is_ranked = self._queued.is_train & (self._history.n_answers < overlap)
        texts = [one.text for one in self._queued.sentences]
        self._ranking = Ranking(
            texts, np.flatnonzero(is_ranked), codebook, self._pick, suggester, seed
        )
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @property
    def suggests(self) -> bool:
        """Whether items have a model's labels."""
        return self._decide is not None

    def next(self, annotator: str, holder: str) -> Item | None:
        """The sentence that the holder is to answer, lent to it; None where nothing is left.

        The same until it is answered, skipped or released; no other holder gets it meanwhile.
        """
        check_annotator(annotator)
        with self._lock:
            self._check_work()
            lease = self._leases.current(holder, annotator)
            if lease is None:
                lease = self._lend(annotator, holder)
            return None if lease is None else self._item(lease)

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
        """The answer as it was written; it is on the disk when this returns.

        Asked again with the same answer, as after a lost reply, it is not written twice. Raises
        DataError when the sentence is not lent to the holder or the labels do not fit, and
        ConfigError when the codebook was changed under way.
        """
        with self._lock:
            self._watched.check()
            lease = self._held(annotator, holder, sentence_id)
            if lease is None:
                return self._repeated(annotator, holder, sentence_id, labels, answer)
            sentence = self._queued.sentences[lease.position]
            annotation = annotation_of(
                self.codebook, sentence, lease, labels, answer, note, suggested
            )
            append_annotations(self.project, [annotation])
            self._leases.take(holder, lease.position)
            self._history.add(_act(holder, lease, annotation))
            self._repeats.add(lease.position)
            return annotation

    def skip(self, annotator: str, holder: str, sentence_id: str) -> None:
        """Puts the sentence aside for this annotator until the queue is made anew."""
        with self._lock:
            lease = self._held(annotator, holder, sentence_id)
            if lease is None:
                raise _not_lent(sentence_id)
            self._leases.take(holder, lease.position)
            self._history.add(_act(holder, lease))

    def undo(self, annotator: str, holder: str) -> Item | None:
        """Takes back the holder's last answer (or skip) by a new line, and lends it anew.

        After a restart that is the annotator's latest answer. None where there is nothing left to
        take back.
        """
        with self._lock:
            act = self._history.last(annotator, holder)
            if act is None:
                return None
            if act.annotation is not None:
                line = act.annotation.model_copy(
                    update={"labels": (), "answer": "ignore", "note": UNDONE, "annotated_at": now()}
                )
                append_annotations(self.project, [line])
            self._history.take_back(act)
            self._repeats.forget(act.position)
            return self._item(self._leases.lend(holder, act.position, annotator, act.shown))

    def progress(self, annotator: str) -> Progress:
        """How far the annotator is."""
        with self._lock:
            told = self._history.of(annotator)
            left = int(self._open(annotator, leases=False).sum())
            if self._limit is not None:
                left = min(left, max(0, self._limit - told.n_now))
            return Progress(told.n_done, left, dict(told.per_label), told.per_hour)

    def why_nothing(self, annotator: str) -> str:
        """Why `next` gives the annotator nothing, in a sentence."""
        with self._lock:
            told = self._history.of(annotator)
            if self._limit is not None and told.n_now >= self._limit:
                return f"The limit of {n_of(self._limit, 'answer')} is reached."
            if n_lent := int(self._open(annotator, leases=False).sum()):
                return f"What is left is on other screens: {n_of(n_lent, 'sentence')}."
            is_put_off = told.is_skipped & (self._history.n_answers < self._overlap)
            if n_put_off := int(is_put_off.sum()):
                return f"{n_of(n_put_off, 'skipped sentence')} left: start again to see them."
            return f"All {n_of(len(self._queued.sentences), 'sentence')} are answered or settled."

    def release(self, holder: str) -> None:
        """Gives back what the holder has, as when its page is closed."""
        with self._lock:
            self._leases.release(holder)

    def wait(self, seconds: float | None = None) -> bool:
        """Waits until all sentences are ranked; whether they are. Nothing else waits for it."""
        self._thread.join(seconds)
        self._check_work()
        return not self._thread.is_alive()

    def _work(self) -> None:
        """What takes its time, beside the annotators' work."""
        try:
            self._ranking.finish()
            with self._lock:  # an answer that comes meanwhile makes NumPy give up
                answered = np.flatnonzero(self._history.n_answers)
            for position in answered.tolist():
                self._repeats.add(position)
        except BaseException as error:  # noqa: BLE001  # told by the next call
            self._fault = error

    def _check_work(self) -> None:
        if self._fault is not None:
            raise self._fault

    def _lend(self, annotator: str, holder: str) -> Lease | None:
        if self._limit is not None and self._history.of(annotator).n_now >= self._limit:
            return None
        open_, kind = self._open(annotator), self._mix.kind()
        while found := self._mix.draw(kind, open_ & ~self._queued.is_late, self._ranking.priority):
            if not self._repeats.has(found[0]):
                break
            self._queued.is_late[found[0]] = True
        else:
            found = self._mix.draw(kind, open_, self._ranking.priority)
        if found is None:
            return None
        return self._leases.lend(holder, found[0], annotator, found[1] or self._pick.name)

    def _open(self, annotator: str, leases: bool = True) -> Array:
        """Which sentences the annotator may still be shown, bool (n_sentences,)."""
        told = self._history.of(annotator)
        n_taken, is_barred = self._history.n_answers, told.is_answered | told.is_skipped
        if leases:
            n_taken = n_taken.copy()
            for one in self._leases.live():
                n_taken[one.position] += 1
                is_barred[one.position] |= one.annotator == annotator
        return np.asarray((n_taken < self._overlap) & ~is_barred & self._queued.is_usable)

    def _item(self, lease: Lease) -> Item:
        sentence = self._queued.sentences[lease.position]
        before, after = self._queued.context.around(sentence)
        return Item(
            sentence,
            self._queued.articles[sentence.article_id],
            before,
            after,
            lease.shown,
            self._decide(sentence.text) if self._decide else (),
        )

    def _held(self, annotator: str, holder: str, sentence_id: str) -> Lease | None:
        position = self._queued.positions.get(sentence_id, -1)
        return self._leases.held(holder, annotator, position)

    def _repeated(
        self, annotator: str, holder: str, sentence_id: str, labels: Sequence[str], answer: str
    ) -> Annotation:
        act = self._history.last(annotator, holder)
        done = act.annotation if act is not None else None
        if done is None or done.sentence_id != sentence_id or done.answer != answer:
            raise _not_lent(sentence_id)
        if answer == "accept" and set(done.labels) != set(labels):
            raise _not_lent(sentence_id)
        return done


def _act(holder: str, lease: Lease, annotation: Annotation | None = None) -> Act:
    return Act(holder, lease.annotator, lease.position, lease.shown, annotation)


def _not_lent(sentence_id: str) -> DataError:
    return DataError(
        f"{printable(sentence_id)}: is not on this screen any more, so nothing was saved. "
        "Go on with the next one."
    )
