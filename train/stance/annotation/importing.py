"""Labelled rows into a project: sentences join the corpus, labels the annotators' files."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stance.annotation.examples import Example, Labelled
from stance.annotation.store import (
    Annotation,
    append_annotations,
    append_gold,
    check_annotator,
    now,
    read_annotations,
    read_gold,
)
from stance.corpus.articles import Article, article_id, is_date
from stance.corpus.normalise import sentence_key, sha256
from stance.corpus.segment import Sentence, sentence_id
from stance.corpus.store import Corpus, add_to_corpus, read_corpus
from stance.storage.atomic import locked
from stance.storage.project import Project

_ARTICLE_FIELDS = ("title", "url", "outlet", "published_at", "event", "lang")


@dataclass(frozen=True)
class Imported:
    """Counts, and for each row that was not taken the reason.

    Of `n_taken` rows, `n_same` were known with the same answer; `n_ignored` rows asked for it.
    """

    n_taken: int
    n_annotations: int
    n_sentences: int
    n_same: int
    n_ignored: int
    n_duplicates: int
    refused: tuple[str, ...]


def import_examples(
    project: Project, labelled: Labelled, annotator: str, is_gold: bool = False
) -> Imported:
    """Adds the examples to the project; doing so twice adds nothing the second time.

    Rows that give one sentence different labels under one annotator are all refused: the tool
    does not choose between them.
    """
    examples, conflicts = _set_conflicts_aside(
        [replace(one, annotator=one.annotator or annotator) for one in labelled.examples], is_gold
    )
    kept = [one for one in examples if one.answer != "ignore"]
    for name in sorted({one.annotator for one in kept}):
        check_annotator(name)
    keys = [sentence_key(one.text) for one in kept]
    with locked(project.articles.parent / ".corpus.lock"):
        placed = _Placement(read_corpus(project))
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
        refused=(*labelled.refused, *conflicts),
    )


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
    )


def _set_conflicts_aside(
    examples: Sequence[Example], is_gold: bool
) -> tuple[list[Example], list[str]]:
    """The examples that agree, and a reason for each that does not.

    A sentence has one answer for each annotator, and one gold answer whoever gave it.
    """
    by_sentence: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for one in examples:
        if one.answer != "ignore":
            by_sentence["" if is_gold else one.annotator, sentence_key(one.text)].append(one)
    conflicts: dict[str, str] = {}
    for group in by_sentence.values():
        if len({(one.labels, one.answer) for one in group}) > 1:
            told = ", ".join(f"{one.place} {'|'.join(one.labels) or '(none)'}" for one in group[:5])
            for one in group:
                conflicts[one.place] = (
                    f"{one.place}: one sentence has different labels ({told}). Keep one row."
                )
    kept = [one for one in examples if one.place not in conflicts]
    return kept, list(conflicts.values())


class _Placement:
    """Finds or makes the corpus sentence of an example."""

    def __init__(self, corpus: Corpus) -> None:
        self.new_articles: list[Article] = []
        self.new_sentences: list[Sentence] = []
        self._articles = dict(corpus.articles)
        self._by_text: dict[tuple[str, str], Sentence] = {}
        self._n_of: dict[str, int] = defaultdict(int)
        for sentence in corpus.sentences.values():
            self._remember(sentence)

    def sentence_of(self, example: Example) -> Sentence:
        article = article_name(example)
        digest = sha256(example.text)
        known = self._by_text.get((article, digest))
        if known is not None:
            return known
        if article not in self._articles:
            self._articles[article] = _article_of(article, example)
            self.new_articles.append(self._articles[article])
        index = self._n_of[article]
        sentence = Sentence(
            id=sentence_id(article, index),
            article_id=article,
            sent_index=index,
            text=example.text,
            sha256=digest,
            context_before=_text(example, "context_before"),
            context_after=_text(example, "context_after"),
        )
        self._remember(sentence)
        self.new_sentences.append(sentence)
        return sentence

    def _remember(self, sentence: Sentence) -> None:
        article = sentence.article_id
        self._by_text[article, sentence.sha256] = sentence
        self._n_of[article] = max(self._n_of[article], sentence.sent_index + 1)


def article_name(example: Example) -> str:
    """The row's article; a row without one is an article by itself, named by its words.

    Rows of which nothing is known must not be lumped together: they could never be split.
    """
    if example.article_id != example.id:
        return article_id(example.article_id)
    return f"text-{sha256(example.text)[:16]}"


def _article_of(name: str, example: Example) -> Article:
    fields = {field: _text(example, field) for field in _ARTICLE_FIELDS}
    if not is_date(fields["published_at"]):  # "unknown", "2014/2018": no reason to lose the row
        fields["published_at"] = ""
    return Article(id=name, source=example.place.rsplit(":", 1)[0].rsplit("/", 1)[-1], **fields)


def _text(example: Example, field: str) -> str:
    value = example.fields.get(field)
    return value if isinstance(value, str) else ""
