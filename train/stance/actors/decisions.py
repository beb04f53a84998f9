"""Which labels each sentence has, and who said so: the model, annotators, or an editor."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from stance.actors.sources import Source
from stance.annotation.corrections import Correction
from stance.annotation.examples import Example
from stance.corpus.normalise import sha256
from stance.learning.arrays import Array
from stance.prediction.predict import Thresholds, decide
from stance.prediction.scorer import Scorer, load_scorer

_BATCH = 8192
MODEL, GOLD, CORRECTED = "model", "gold", "corrected"


@dataclass(frozen=True)
class Overrides:
    """What people said of sentences, by sentence id; it counts before what the model says.

    An answer holds only for the words that were judged. `use_rows` lets the labels that came with
    the rows count as answers, too.
    """

    corrections: dict[str, Correction] = field(default_factory=dict)
    gold: dict[str, Example] = field(default_factory=dict)
    use_rows: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """The labels of one sentence; `probabilities` are the model's, in its label order."""

    labels: tuple[str, ...]
    by: str
    person: str
    probabilities: Array
    correction: Correction | None = None


class Decisions:
    """The labels of every sentence of the articles, scored a batch at a time.

    With the model's `folder` it can be sent to another process, which reads the model there.
    """

    def __init__(
        self, scorer: Scorer, limits: Thresholds, overrides: Overrides, folder: Path | None = None
    ) -> None:
        self.scorer = scorer
        self.folder = folder
        self.labels = scorer.info.labels
        self._limits = limits
        self._overrides = overrides
        self.faults: list[str] = []

    def __reduce__(self) -> tuple[Any, ...]:
        return _read_again, (self.folder, self._limits, self._overrides)

    def of(self, articles: Sequence[Source]) -> Iterator[tuple[Source, list[Decided]]]:
        """Each article with the decisions on its sentences, in order."""
        waiting = iter(articles)
        while batch := _batch(waiting):
            texts = [text for article in batch for text in article.texts]
            scored = self.scorer.score(texts)
            given, _ = decide(self.scorer, self._limits, scored)
            probabilities = scored.probabilities.astype(np.float32)
            row = 0
            for article in batch:
                end = row + len(article.texts)
                yield article, self._decided(article, given[row:end], probabilities[row:end])
                row = end

    def _decided(self, article: Source, given: Array, probabilities: Array) -> list[Decided]:
        found = []
        labels: list[tuple[str, ...]] = [()] * len(given)
        for row, column in zip(*(axis.tolist() for axis in np.nonzero(given)), strict=True):
            labels[row] += (self.labels[column],)
        for index, own in enumerate(labels):
            found.append(self._overruled(article, index, own, probabilities[index]))
        return found

    def _overruled(
        self, article: Source, index: int, labels: tuple[str, ...], shares: Array
    ) -> Decided:
        name = article.ids[index]
        correction = self._overrides.corrections.get(name)
        if correction and correction.sentence_sha256 == article.sentence_sha256(index):
            return Decided(correction.labels, CORRECTED, correction.annotator, shares, correction)
        example = self._overrides.gold.get(name)
        if example and sha256(example.text) == article.sentence_sha256(index):
            return Decided(example.labels, GOLD, "", shares)
        own = article.answers[index] if self._overrides.use_rows else None
        if own is None:
            return Decided(labels, MODEL, "", shares)
        try:
            return Decided(self.scorer.info.as_codebook().checked(own), GOLD, "", shares)
        except ValueError as error:
            self.faults.append(f"{name}: {error}; the model's label is used.")
            return Decided(labels, MODEL, "", shares)


@cache
def _scorer(folder: Path) -> Scorer:
    return load_scorer(folder)


def _read_again(folder: Path, limits: Thresholds, overrides: Overrides) -> Decisions:
    return Decisions(_scorer(folder), limits, overrides, folder)


def _batch(waiting: Iterator[Source]) -> list[Source]:
    batch: list[Source] = []
    n_sentences = 0
    while n_sentences < _BATCH and (more := list(islice(waiting, 1))):
        batch += more
        n_sentences += len(more[0].texts)
    return batch
