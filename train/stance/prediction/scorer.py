"""From texts to probabilities: TF-IDF and logistic regression on plain arrays.

Gives what the scikit-learn pipeline gives, for any Unicode text, with NumPy alone.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stance.learning.arrays import Array
from stance.learning.views import Rewriting
from stance.models.folder import Model, read_folder
from stance.models.info import Block, Info
from stance.models.weights import BlockWeights, Weights
from stance.prediction.codes import Batch, make_batch
from stance.prediction.ngrams import CharNgrams, Found, WordNgrams
from stance.storage.errors import ModelError, printable

PROBE_TOLERANCE = 1e-9
BATCH_CHARACTERS = 200_000  # bounds the memory of one step, whatever the number of texts


@dataclass(frozen=True)
class Scored:
    """Probabilities of shape (n_texts, n_labels), and for each text the number of its words and
    of those that the model knows.
    """

    probabilities: Array
    n_words: Array
    n_known: Array

    @property
    def out_of_vocabulary(self) -> Array:
        """The share of words that the model has never seen, 0 to 1; 1 where there is no word."""
        return 1 - self.n_known / np.maximum(self.n_words, 1)


@dataclass(frozen=True)
class BlockScorer:
    """One block of features: its vocabulary ready for look-up, and its weights."""

    block: Block
    weights: BlockWeights
    vocabulary: WordNgrams | CharNgrams

    @functools.cached_property
    def terms(self) -> list[str]:
        """The n-grams in feature order."""
        return self.weights.terms.split("\n")

    def add_logits(self, batch: Batch, logits: Array) -> Found:
        """Adds the block's share to the logits, shape (n_texts, n_classes)."""
        found = self.vocabulary.count(batch)
        rows, features, values, norms = self.values(found, len(batch))
        for k, coefficients in enumerate(self.weights.coefficients):
            shares = np.bincount(rows, values * coefficients[features], minlength=len(batch))
            logits[:, k] += shares / norms
        return found

    def values(self, found: Found, n_rows: int) -> tuple[Array, Array, Array, Array]:
        """Each feature of each row once, with its tf-idf, and the length of every row's vector.

        Returns rows, features and tf-idf, not yet divided by the length, and lengths (n_rows,).
        """
        # One number for (row, feature): sorting it counts each feature in each row.
        key = found.rows * self.block.n_features + found.features
        key, counts = np.unique(key, return_counts=True)
        rows, features = np.divmod(key, self.block.n_features)
        tf = 1 + np.log(counts) if self.block.sublinear_tf else counts.astype(np.float64)
        values = tf * self.weights.idf[features]
        norms = np.sqrt(np.bincount(rows, values * values, minlength=n_rows))
        norms[norms == 0] = 1
        return rows, features, values, norms


class Scorer:
    """A model ready to score. Make one with `load_scorer`."""

    def __init__(self, info: Info, weights: Weights) -> None:
        self.info = info
        self.intercept = weights.intercept
        told = info.rewriting
        self.rewriting = Rewriting(told.contractions, told.hashtags, (*told.names.items(),))
        self.blocks = [
            BlockScorer(
                block,
                values,
                WordNgrams.build(block, values)
                if block.analyzer == "word"
                else CharNgrams.build(block, values),
            )
            for block, values in zip(info.blocks, weights.blocks, strict=True)
        ]

    def score(self, texts: Sequence[str]) -> Scored:
        """The probabilities of each text; the same for a text alone and among others."""
        parts = [self._score_batch(make_batch(part, self.rewriting)) for part in _parts(texts)]
        if not parts:
            return Scored(np.zeros((0, len(self.info.labels))), np.zeros(0), np.zeros(0))
        return Scored(
            np.vstack([part.probabilities for part in parts]),
            np.concatenate([part.n_words for part in parts]),
            np.concatenate([part.n_known for part in parts]),
        )

    def _score_batch(self, batch: Batch) -> Scored:
        logits = np.tile(self.intercept, (len(batch), 1))
        founds = [block.add_logits(batch, logits) for block in self.blocks]
        # The first block decides what is known: words where there are any, else chunks.
        return Scored(self._probabilities(logits), founds[0].n_units, founds[0].n_known)

    def _probabilities(self, logits: Array) -> Array:
        if not self.info.exclusive:
            return logistic(logits)
        exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = exponents / exponents.sum(axis=1, keepdims=True)
        return np.asarray(shares[:, : len(self.info.labels)])


def logistic(logits: Array) -> Array:
    """1 / (1 + exp(-logit)), without overflow at either end."""
    small = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1 / (1 + small), small / (1 + small))


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    start = n_characters = 0
    for position, text in enumerate(texts):
        if n_characters and n_characters + len(text) > BATCH_CHARACTERS:
            yield texts[start:position]
            start, n_characters = position, 0
        n_characters += len(text) + 1
    if start < len(texts):
        yield texts[start:]


def load_scorer(folder: Path) -> Scorer:
    """The model in the folder, after its probes gave the probabilities that were stored.

    Raises ModelError when the folder is damaged or its numbers are not those it was made with.
    """
    model: Model = read_folder(folder)
    scorer = Scorer(model.info, model.weights)
    stored = np.array([probe.probabilities for probe in model.info.probes])
    found = scorer.score([probe.text for probe in model.info.probes]).probabilities
    difference = float(np.abs(found - stored).max())
    if not difference <= PROBE_TOLERANCE:
        raise ModelError(
            f"{printable(str(folder))}: the probe sentences score differently than when the model "
            f"was made (by up to {difference:.1e}). Train it again."
        )
    return scorer
