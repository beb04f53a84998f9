"""Labelled rows into a project: sentences join the corpus, labels the annotators' files."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stance.annotation.examples import Example, Labelled, refusal_of
from stance.annotation.placing import Placement
from stance.annotation.store import (
    Annotation,
    append_annotations,
    append_gold,
    check_annotator,
    now,
    read_annotations,
    read_gold,
)
from stance.corpus.articles import is_date
from stance.corpus.normalise import sentence_key
from stance.corpus.segment import Sentence
from stance.corpus.store import add_to_corpus, read_corpus
from stance.storage.atomic import locked
from stance.storage.errors import ProjectError
from stance.storage.project import Project
from stance.storage.refusals import Refusal


@dataclass(frozen=True)
class Imported:
    """Counts, and for each row that was not taken the reason.

    Of `n_taken` rows, `n_same` were known with the same answer; `n_ignored` rows asked for it. On
    `n_disputed` sentences the rows' annotators differ; `n_bad_dates` rows have a date of
    publication that is none, and are kept without it.
    """

    n_taken: int
    n_annotations: int
    n_sentences: int
    n_same: int
    n_ignored: int
    n_duplicates: int
    n_disputed: int
    n_bad_dates: int
    refused: tuple[str, ...]


def import_examples(
    project: Project, labelled: Labelled, annotator: str, is_gold: bool = False
) -> Imported:
    """Adds the examples to the project; doing so twice adds nothing the second time.

    Rows that give one sentence different labels under one annotator are all refused: the tool
    does not choose between them.
    """
    check_annotator(annotator)
    named, nameless = _named(labelled.examples, annotator)
    examples, conflicts = _set_conflicts_aside(named, is_gold)
    kept = [one for one in examples if one.answer != "ignore"]
    keys = [(one.annotator, sentence_key(one.text)) for one in kept]
    with locked(project.articles.parent / ".corpus.lock"):
        placed = Placement(read_corpus(project))
        answers = {
            _place(one, is_gold): (one.labels, one.answer)
            for one in (read_gold if is_gold else read_annotations)(project)
        }
        new: list[Annotation] = []
        for example in kept:
            annotation = _annotation_of(example, placed.sentence_of(example))
            place = _place(annotation, is_gold)
            if answers.get(place) != (annotation.labels, annotation.answer):
                answers[place] = (annotation.labels, annotation.answer)
                new.append(annotation)
        add_to_corpus(project, placed.new_articles, placed.new_sentences)
        (append_gold if is_gold else append_annotations)(project, new)
    return Imported(
        n_taken=len(kept),
        n_annotations=len(new),
        n_sentences=len(placed.new_sentences),
        n_same=len(kept) - len(new),
        n_ignored=len(examples) - len(kept),
        n_duplicates=len(keys) - len(set(keys)),
        n_disputed=_n_disputed(kept),
        n_bad_dates=sum(map(_has_bad_date, kept)),
        refused=(*labelled.refused, *nameless, *conflicts),
    )


def _named(examples: Sequence[Example], annotator: str) -> tuple[list[Example], list[Refusal]]:
    """The examples with an annotator each, and those whose annotator cannot be a file's name."""
    named: list[Example] = []
    refused: list[Refusal] = []
    for one in examples:
        try:
            check_annotator(one.annotator or annotator)
            named.append(replace(one, annotator=one.annotator or annotator))
        except ProjectError as error:
            refused.append(refusal_of(one, str(error)))
    return named, refused


def _has_bad_date(example: Example) -> bool:
    date = example.fields.get("published_at")
    return isinstance(date, str) and bool(date) and not is_date(date)


def _place(annotation: Annotation, is_gold: bool) -> tuple[str, str]:
    return annotation.sentence_id, "" if is_gold else annotation.annotator


def _annotation_of(example: Example, sentence: Sentence) -> Annotation:
    return Annotation(
        sentence_id=sentence.id,
        sentence_sha256=sentence.sha256,
        labels=example.labels,
        annotator=example.annotator,
        annotated_at=str(example.fields.get("annotated_at") or now()),
        answer=example.answer,  # type: ignore[arg-type]  # checked by the record
        note=str(example.fields.get("note") or ""),
        shown=str(example.fields.get("shown") or "import"),
        suggested=example.fields.get("suggested") in (True, "true", "True"),
    )


def _n_disputed(examples: Sequence[Example]) -> int:
    """On how many sentences accepted answers differ."""
    answers: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for one in examples:
        if one.answer == "accept":
            answers[sentence_key(one.text)].add(one.labels)
    return sum(len(given) > 1 for given in answers.values())


def _set_conflicts_aside(
    examples: Sequence[Example], is_gold: bool
) -> tuple[list[Example], list[Refusal]]:
    """The examples that agree, and a reason for each that does not.

    A sentence has one answer for each annotator, and one gold answer whoever gave it.
    """
    by_sentence: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for one in examples:
        if one.answer != "ignore":
            by_sentence["" if is_gold else one.annotator, sentence_key(one.text)].append(one)
    conflicts: dict[str, Refusal] = {}
    for group in by_sentence.values():
        if len({(one.labels, one.answer) for one in group}) > 1:
            told = ", ".join(f"{one.place} {'|'.join(one.labels) or '(none)'}" for one in group[:5])
            for one in group:
                reason = f"one sentence has different labels ({told}). Keep one row"
                conflicts[one.place] = refusal_of(one, reason)
    kept = [one for one in examples if one.place not in conflicts]
    return kept, list(conflicts.values())
