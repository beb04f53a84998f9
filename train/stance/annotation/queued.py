"""The sentences of a project as the queue needs them, by position."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from stance.annotation.corrections import read_corrections
from stance.annotation.picking import Array
from stance.annotation.store import Annotation, read_annotations, read_gold
from stance.corpus.articles import Article
from stance.corpus.boilerplate import is_boilerplate
from stance.corpus.segment import Sentence
from stance.corpus.sides import ASIDE, TEST, TRAIN, read_split
from stance.corpus.store import Corpus, read_corpus
from stance.storage.errors import DataError, printable
from stance.storage.project import Project

N_AROUND = 2


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
    by_article: dict[str, list[int]]

    def around(self, position: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Up to two sentences before and after it in its article, in reading order."""
        sentence = self.sentences[position]
        if sentence.context_before or sentence.context_after:
            return _given(sentence.context_before), _given(sentence.context_after)
        neighbours = self.by_article[sentence.article_id]
        place = neighbours.index(position)
        before = neighbours[max(0, place - N_AROUND) : place]
        after = neighbours[place + 1 : place + 1 + N_AROUND]
        return self._texts(before), self._texts(after)

    def _texts(self, positions: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.sentences[one].text for one in positions)


def _given(context: str) -> tuple[str, ...]:
    return (context,) if context else ()


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
        by_article=_by_article(sentences),
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


def _by_article(sentences: list[Sentence]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for position in sorted(range(len(sentences)), key=lambda one: sentences[one].sent_index):
        found[sentences[position].article_id].append(position)
    return dict(found)
