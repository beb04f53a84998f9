"""The sentences of a project as the queue needs them, by position."""

from dataclasses import dataclass

import numpy as np

from stance.annotation.corrections import read_corrections
from stance.annotation.picking import Array
from stance.annotation.store import Annotation, read_annotations, read_gold
from stance.corpus.articles import Article
from stance.corpus.boilerplate import is_boilerplate
from stance.corpus.context import Context
from stance.corpus.segment import Sentence
from stance.corpus.sides import ASIDE, TEST, TRAIN, read_split
from stance.corpus.store import Corpus, read_corpus
from stance.storage.errors import DataError, printable
from stance.storage.project import Project


@dataclass(frozen=True)
class Queued:
    """The sentences in the order of the corpus, and bool arrays of shape (n_sentences,).

    `is_usable` leaves out blanks, boilerplate and what is settled already; `is_late` is what comes
    when nothing else is left. `is_train` and `is_test` say on which side of the split its article
    is; an article without a side yet is on neither. `answers` are those about today's words.
    """

    articles: dict[str, Article]
    sentences: list[Sentence]
    positions: dict[str, int]
    answers: list[Annotation]
    is_usable: Array
    is_late: Array
    is_train: Array
    is_test: Array
    context: Context


def read_queued(project: Project) -> Queued:
    """The project's sentences. Raises DataError when there are none."""
    corpus = read_corpus(project)
    if not corpus.sentences:
        raise DataError(
            f"{printable(str(project.root))}: no sentences to label. Add articles with "
            "`stance ingest FILES`, or rows with `stance import ROWS`."
        )
    sentences = list(corpus.sentences.values())
    sides = read_split(project)
    on_side = np.array([sides.get(one.article_id, "") for one in sentences])
    settled = _settled(project, corpus)
    return Queued(
        articles=corpus.articles,
        sentences=sentences,
        positions={one.id: number for number, one in enumerate(sentences)},
        answers=[one for one in read_annotations(project) if _is_about(corpus, one)],
        is_usable=np.array([_is_usable(one) and one.id not in settled for one in sentences]),
        is_late=on_side == ASIDE,
        is_train=on_side == TRAIN,
        is_test=on_side == TEST,
        context=Context(corpus),
    )


def _is_usable(sentence: Sentence) -> bool:
    return bool(sentence.text.strip()) and not is_boilerplate(sentence.text)


def _settled(project: Project, corpus: Corpus) -> set[str]:
    """What an adjudicator or an editor has decided."""
    decided = [*read_gold(project), *read_corrections(project).values()]
    return {one.sentence_id for one in decided if _is_about(corpus, one)}


def _is_about(corpus: Corpus, answer: Annotation) -> bool:
    sentence = corpus.sentences.get(answer.sentence_id)
    return sentence is not None and sentence.sha256 == answer.sentence_sha256
