"""The project's labelled sentences: what all answers about each come to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stance.annotation.corrections import Correction, read_corrections
from stance.annotation.examples import Example
from stance.annotation.standoff import StandOff
from stance.annotation.store import Annotation, read_annotations, read_gold, resolve
from stance.codebook.codebook import Codebook
from stance.corpus.store import Corpus, read_corpus
from stance.storage.errors import InputError, listed
from stance.storage.jsonl import Fields
from stance.storage.project import Project


@dataclass(frozen=True)
class ProjectExamples:
    """The labelled sentences, and which answers could not be used and why.

    `disputed` are sentences; `stale` answers are about a sentence whose words have changed,
    `orphans` about one whose article is not in the corpus (its text may not be at hand).
    """

    examples: tuple[Example, ...]
    disputed: tuple[str, ...]
    stale: tuple[str, ...]
    orphans: tuple[str, ...]

    @property
    def n_disputed(self) -> int:
        """How many sentences are in dispute."""
        return len(self.disputed)

    @property
    def n_stale(self) -> int:
        """How many answers are about words that have changed."""
        return len(self.stale)

    @property
    def n_orphans(self) -> int:
        """How many answers are about sentences that are not here."""
        return len(self.orphans)


def project_examples(project: Project, codebook: Codebook) -> ProjectExamples:
    """The sentences whose labels are settled, in the order of the corpus.

    An editor's correction settles them like an adjudicator; of the two the later one counts. The
    fields `corrected_by` and `labels_before` of such an example say by whom, and what annotators
    had settled on (None for nothing): see `learning.split` for why that is kept. Raises InputError
    when an answer has a label that the codebook does not know.
    """
    corpus = read_corpus(project)
    answers, gold = read_annotations(project), read_gold(project)
    corrections = list(read_corrections(project).values())
    check_answers([*answers, *gold, *corrections], codebook)
    places: dict[str, list[str]] = {FRESH: [], STALE: [], ORPHAN: []}
    for one in (*answers, *gold, *corrections):
        places[_standing(corpus, one)].append(f"{one.sentence_id} ({one.annotator})")
    fresh = [one for one in answers if _standing(corpus, one) == FRESH]
    settled = [one for one in gold if _standing(corpus, one) == FRESH]
    before = resolve(fresh, settled)
    settled += [one for one in corrections if _standing(corpus, one) == FRESH]
    resolved = resolve(fresh, sorted(settled, key=lambda one: one.annotated_at))
    last = {one.sentence_id: one for one in sorted(settled, key=lambda one: one.annotated_at)}
    by_sentence: dict[str, list[Annotation]] = {}
    for one in answers:
        by_sentence.setdefault(one.sentence_id, []).append(one)
    examples = tuple(
        _example(
            corpus,
            sentence_id,
            codebook.checked(resolved.labels[sentence_id]),
            by_sentence.get(sentence_id, []),
            _correction(last.get(sentence_id), before.labels.get(sentence_id), codebook),
        )
        for sentence_id in corpus.sentences
        if sentence_id in resolved.labels
    )
    return ProjectExamples(examples, resolved.disputed, tuple(places[STALE]), tuple(places[ORPHAN]))


def fresh_answers(project: Project, codebook: Codebook) -> list[Annotation]:
    """The latest answer of every annotator about sentences that are here as they were judged.

    Raises InputError when an answer has a label that the codebook does not know.
    """
    corpus = read_corpus(project)
    answers = read_annotations(project)
    check_answers(answers, codebook)
    return [one for one in answers if _standing(corpus, one) == FRESH]


FRESH, STALE, ORPHAN = "fresh", "stale", "orphan"


def _standing(corpus: Corpus, annotation: Annotation) -> str:
    sentence = corpus.sentences.get(annotation.sentence_id)
    if sentence is None:
        return ORPHAN
    return FRESH if sentence.sha256 == annotation.sentence_sha256 else STALE


def check_answers(answers: Iterable[Annotation | StandOff], codebook: Codebook) -> None:
    """Raises InputError that lists the answers whose labels do not fit the codebook."""
    faults = []
    for one in answers:
        try:
            codebook.checked(one.labels, is_answer=one.answer == "accept")
        except ValueError as error:
            faults.append(f"{one.annotator}, {one.sentence_id}: {error}.")
    if faults:
        raise InputError(listed(faults))


def _correction(
    last: Annotation | None, before: tuple[str, ...] | None, codebook: Codebook
) -> Fields:
    if not isinstance(last, Correction):
        return {}
    labels = None if before is None else codebook.checked(before)
    return {"corrected_by": last.annotator, "labels_before": labels}


def _example(
    corpus: Corpus,
    sentence_id: str,
    labels: tuple[str, ...],
    answers: Sequence[Annotation],
    correction: Fields,
) -> Example:
    sentence = corpus.sentences[sentence_id]
    article = corpus.articles[sentence.article_id]
    return Example(
        id=sentence.id,
        text=sentence.text,
        labels=labels,
        article_id=article.id,
        event=article.event,
        place=sentence.id,
        fields={
            "source": article.source,
            "lang": article.lang,
            "outlet": article.outlet,
            "published_at": article.published_at,
            "annotations": [
                {
                    "annotator": one.annotator,
                    "labels": list(one.labels),
                    "annotated_at": one.annotated_at,
                }
                for one in answers
                if one.answer == "accept"
            ],
            **correction,
        },
    )
