"""What a reviewer is asked: sentences whose answers differ, or whose label a model doubts.

A decision about a dispute is gold. One that is owed to a model must never reach a test set, so it
is a correction instead (see `annotation.corrections`): every doubt, and a dispute in a test
article when one of the annotators had a model's labels on the screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from stance.annotation.corrections import Correction, append_corrections
from stance.annotation.doubts import Doubted
from stance.annotation.judgements import Judged, Labels, project_judgements, shared
from stance.annotation.queue import Item
from stance.annotation.store import Annotation, append_gold, now, read_annotations, read_gold
from stance.codebook.codebook import Codebook
from stance.corpus.context import Context
from stance.corpus.segment import Sentence
from stance.corpus.sides import TEST, read_split
from stance.corpus.store import Corpus, read_corpus, read_records
from stance.storage.errors import DataError
from stance.storage.project import Project

REVIEW, DOUBT, AUTO = "review", "doubt", "auto-accept"


@dataclass(frozen=True)
class Option:
    """Labels that the reviewer may choose: who gave them, and what they noted.

    `probability` is how likely a model finds them, None where none was asked.
    """

    labels: Labels
    who: tuple[str, ...]
    notes: tuple[str, ...] = ()
    probability: float | None = None


@dataclass(frozen=True)
class Case(Item):
    """A sentence to be decided, with what was said of it.

    A decision is gold, or a correction. `lines` are those about the sentence in the file that the
    decision goes to, as they stand.
    """

    options: tuple[Option, ...] = ()
    is_gold: bool = True
    is_test: bool = False
    lines: tuple[Annotation, ...] = ()

    @property
    def decision(self) -> Annotation | None:
        """The decision in force; None where the case is open."""
        last = self.lines[-1] if self.lines else None
        if last is None or last.answer == "ignore":
            return None
        if last.sentence_sha256 != self.sentence.sha256:
            return None
        # A correction of before the model doubted the label does not settle the doubt.
        return last if self.shown == REVIEW or last.shown == DOUBT else None

    @property
    def becomes(self) -> str:
        """What a decision about the case will be, in words for the reviewer."""
        if self.is_gold:
            return "Your decision is gold: it settles the sentence" + (
                ", here for the test." if self.is_test else "."
            )
        because = (
            "A model doubts the label" if self.shown == DOUBT else "A model's labels were on screen"
        )
        use = (
            "this is a test article, so neither training nor tests will use it"
            if self.is_test
            else "training learns from it, a test set never sees it"
        )
        return f"{because}: your decision is a correction, not gold; {use}."


@dataclass(frozen=True)
class Cases:
    """The cases in order, and what could not become one: as sentence ids, or lines to be told."""

    cases: tuple[Case, ...]
    n_agreed: int = 0
    told: tuple[str, ...] = ()

    @property
    def n_open(self) -> int:
        """How many cases wait for a decision."""
        return sum(1 for one in self.cases if one.decision is None)


def disputed_cases(project: Project, codebook: Codebook, names: Sequence[str]) -> Cases:
    """The sentences about which these annotators differ (no name: any two), in their order.

    Raises ConfigError for a name that nobody has, DataError when no sentence has two answers.
    """
    corpus = read_corpus(project)
    judgements = project_judgements(project, codebook, corpus)
    found = shared(judgements.of(names))
    make = _Maker(project, corpus)
    cases = tuple(make.dispute(one) for one in found if one.is_disputed)
    told = [f"{one}: the sentence has changed since." for one in judgements.stale]
    told += [f"{one}: the sentence is not here." for one in judgements.orphans]
    return Cases(cases, len(found) - len(cases), tuple(told))


def accept_agreed(project: Project, codebook: Codebook, names: Sequence[str], by: str) -> int:
    """Writes gold for every open sentence about which the annotators agree; how many there were.

    Each line says that it was written so, at whose command, and who had agreed.
    """
    corpus = read_corpus(project)
    make = _Maker(project, corpus)
    agreed = [
        one
        for one in shared(project_judgements(project, codebook, corpus).of(names))
        if not one.is_disputed and not one.is_settled and make.may_be_gold(one)
    ]
    lines = [
        Annotation(
            sentence_id=one.id,
            sentence_sha256=corpus.sentences[one.id].sha256,
            labels=next(iter(one.labels.values())),
            annotator=by,
            annotated_at=now(),
            note=f"agreed: {', '.join(one.labels)}",
            shown=AUTO,
        )
        for one in agreed
    ]
    append_gold(project, lines)
    return len(lines)


def doubted_cases(project: Project, doubts: Sequence[Doubted]) -> Cases:
    """The doubts about sentences as they are now, in the order given.

    Raises DataError when there is none.
    """
    corpus = read_corpus(project)
    make = _Maker(project, corpus)
    said: dict[str, list[Annotation]] = {}
    for one in read_annotations(project):
        said.setdefault(one.sentence_id, []).append(one)
    cases, told = [], []
    for doubt in doubts:
        sentence = corpus.sentences.get(doubt.sentence_id)
        if sentence is None:
            told.append(f"{doubt.sentence_id}: the sentence is not here.")
        elif sentence.text != doubt.text:
            told.append(f"{doubt.sentence_id}: the sentence has changed since.")
        else:
            cases.append(make.doubt(sentence, doubt, said.get(sentence.id, [])))
    if not cases:
        raise DataError(f"no doubt is about a sentence of this project, say {told[0]}")
    return Cases(tuple(cases), told=tuple(told))


class _Maker:
    """Makes cases of one project."""

    def __init__(self, project: Project, corpus: Corpus) -> None:
        self._corpus, self._context = corpus, Context(corpus)
        self._sides = read_split(project)
        self._gold = {one.sentence_id: (one,) for one in read_gold(project)}
        self._corrections: dict[str, tuple[Correction, ...]] = {}
        for one in read_records(project.corrections, Correction):
            before = self._corrections.get(one.sentence_id, ())
            self._corrections[one.sentence_id] = (*before, one)

    def may_be_gold(self, one: Judged) -> bool:
        """Whether no model had a part in what a test set would learn of it."""
        return not one.prompted or self._sides.get(one.article_id) != TEST

    def dispute(self, one: Judged) -> Case:
        """The case of a sentence with answers that differ."""
        by_labels: dict[frozenset[str], list[str]] = {}
        for name, labels in one.labels.items():
            by_labels.setdefault(frozenset(labels), []).append(name)
        options = tuple(
            Option(one.labels[who[0]], tuple(who), _notes(one.notes, who))
            for who in by_labels.values()
        )
        is_gold = self.may_be_gold(one)
        return self._case(self._corpus.sentences[one.id], REVIEW, options, is_gold)

    def doubt(self, sentence: Sentence, doubt: Doubted, said: Sequence[Annotation]) -> Case:
        """The case of a sentence whose label a model doubts."""
        fresh = [one for one in said if one.sentence_sha256 == sentence.sha256]
        same = [one for one in fresh if set(one.labels) == set(doubt.labels)]
        names = tuple(one.annotator for one in same if one.answer == "accept")
        notes = _notes({one.annotator: one.note for one in same}, names)
        options = (
            Option(doubt.labels, names or ("as labelled",), notes, doubt.given_probability),
            Option(doubt.suggested, ("the model",), (), doubt.suggested_probability),
        )
        return self._case(sentence, DOUBT, options, is_gold=False)

    def _case(
        self, sentence: Sentence, shown: str, options: tuple[Option, ...], is_gold: bool
    ) -> Case:
        before, after = self._context.around(sentence)
        lines = self._gold if is_gold else self._corrections
        return Case(
            sentence,
            self._corpus.articles[sentence.article_id],
            before,
            after,
            shown,
            suggested=(),
            options=options,
            is_gold=is_gold,
            is_test=self._sides.get(sentence.article_id) == TEST,
            lines=tuple(lines.get(sentence.id, ())),
        )


def _notes(notes: dict[str, str], who: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{name}: {notes[name]}" for name in who if notes.get(name))


def write_decision(project: Project, case: Case, line: Annotation) -> None:
    """Adds the line where decisions about the case go, and returns when it is on the disk."""
    if case.is_gold:
        append_gold(project, [line])
    else:
        append_corrections(project, [line if isinstance(line, Correction) else _correction(line)])


def _correction(line: Annotation) -> Correction:
    return Correction(**line.model_dump())
