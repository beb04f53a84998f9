"""The project's labelled sentences as canonical rows: what they come to, or every answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from stance.annotation.formats.fields import canonical
from stance.annotation.formats.format import Reading
from stance.annotation.gold import fresh_answers, project_examples
from stance.codebook.codebook import Codebook
from stance.corpus.segment import Sentence
from stance.corpus.store import Corpus, read_corpus
from stance.storage.errors import DataError
from stance.storage.jsonl import Fields
from stance.storage.project import Project


def settled_rows(
    project: Project, codebook: Codebook, sides: Mapping[str, str], articles: Sequence[str] = ()
) -> list[Fields]:
    """One row a sentence whose labels are settled; of all articles, or of those that are named.

    `sides` says which split each article is in. Raises DataError when there is none.
    """
    corpus = read_corpus(project)
    examples = project_examples(project, codebook).examples
    return _wanted(
        [
            {**_sentence_row(corpus, corpus.sentences[one.id], sides), "labels": list(one.labels)}
            for one in examples
        ],
        articles,
    )


def answer_rows(
    project: Project, codebook: Codebook, sides: Mapping[str, str], articles: Sequence[str] = ()
) -> list[Fields]:
    """One row for each annotator's latest answer about each sentence, in the corpus' order.

    Adjudicated answers are no annotator's and are left out. Raises DataError when there is none.
    """
    corpus = read_corpus(project)
    places = {name: place for place, name in enumerate(corpus.sentences)}
    answers = sorted(
        fresh_answers(project, codebook), key=lambda one: (places[one.sentence_id], one.annotator)
    )
    return _wanted(
        [
            {
                **_sentence_row(corpus, corpus.sentences[one.sentence_id], sides),
                "labels": [name for name in codebook.names if name in one.labels],
                "annotator": one.annotator,
                "annotated_at": one.annotated_at,
                "answer": one.answer,
                "note": one.note,
                "shown": one.shown,
                "suggested": one.suggested,
            }
            for one in answers
        ],
        articles,
    )


def _wanted(rows: list[Fields], articles: Sequence[str]) -> list[Fields]:
    found = [row for row in rows if not articles or row["article_id"] in articles]
    if not found:
        raise DataError("no labelled sentence to export. Check the article ids.")
    return found


def _sentence_row(corpus: Corpus, sentence: Sentence, sides: Mapping[str, str]) -> Fields:
    article = corpus.articles[sentence.article_id]
    return {
        "id": sentence.id,
        "text": sentence.text,
        "labels": [],
        "article_id": article.id,
        "sent_index": sentence.sent_index,
        "start": sentence.start,
        "end": sentence.end,
        "context_before": sentence.context_before,
        "context_after": sentence.context_after,
        "title": article.title,
        "url": article.url,
        "outlet": article.outlet,
        "published_at": article.published_at,
        "event": article.event,
        "lang": article.lang,
        "split": sides.get(article.id, ""),
    }


def with_sentences(reading: Reading, project: Project | None) -> Reading:
    """The reading, able to look up the project's sentences by their ids."""
    found: list[Corpus] = []

    def fields_of(name: str) -> Fields | None:
        if project is None:
            return None
        if not found:
            found.append(read_corpus(project))
        sentence = found[0].sentences.get(name)
        return None if sentence is None else canonical(_sentence_row(found[0], sentence, {}))

    return replace(reading, sentence_fields=fields_of)


def compact(rows: Sequence[Fields]) -> Iterator[Fields]:
    """The rows in canonical form, without empty fields."""
    return (canonical(row) for row in rows)
