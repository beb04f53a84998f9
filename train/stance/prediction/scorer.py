"""From texts to probabilities: TF-IDF and logistic regression on plain arrays.

Gives what the scikit-learn pipeline gives, for any Unicode text, with NumPy alone. A logit is

    intercept + Σ_blocks  Σ_features g(tf) · idf · coefficient / √ Σ_features (g(tf) · idf)²

where g is the identity or 1 + log, and a target may have a coefficient of its own that is added to
the shared one; through the logistic function it is a probability, or through
softmax where labels exclude each other.
"""

import functools
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stance.corpus.targets import target_key, target_of
from stance.learning.arrays import Array
from stance.learning.calibration import calibrated
from stance.learning.views import Rewriting
from stance.models.folder import Model, read_folder
from stance.models.info import Info
from stance.models.packing import Packed
from stance.prediction.codes import Batch, make_batch
from stance.prediction.counting import Counting
from stance.prediction.memory import keep_freed_memory
from stance.storage.errors import ModelError, printable

PROBE_TOLERANCE = 1e-9
BATCH_CHARACTERS = 200_000  # bounds the memory of one step, whatever the number of texts


@dataclass(frozen=True)
class Scored:
    """Probabilities of shape (n_texts, n_labels), and for each text the number of its words and
    of those that the model knows; and where the model asks for it, whether it is not English.
    """

    probabilities: Array
    n_words: Array
    n_known: Array
    is_foreign: Array | None = None

    @property
    def out_of_vocabulary(self) -> Array:
        """The share of words that the model has never seen, 0 to 1; 1 where there is no word."""
        return 1 - self.n_known / np.maximum(self.n_words, 1)


class Scorer:
    """A model ready to score. Make one with `load_scorer`."""

    def __init__(self, info: Info, packed: Packed) -> None:
        keep_freed_memory()
        self.info, self.packed = info, packed
        told = info.rewriting
        self.rewriting = Rewriting(
            told.contractions, told.hashtags, (*told.names.items(),), told.mark_target
        )
        is_crossed = any(block.crossed for block in info.blocks)
        self._asks_target = is_crossed or bool(packed.targets)
        self._table_of = {name: table for table, name in enumerate(packed.targets, 1)}
        # Whether it makes a difference what target a text is for.
        self.has_targets = self._asks_target or told.mark_target
        self._counting = Counting(packed, info.blocks)
        self._lock = threading.Lock()  # what is remembered of texts is shared by all that score

    @functools.cached_property
    def names(self) -> list[list[str]]:
        """The n-grams of each block, in the order of its features."""
        return [one.names() for one in self.packed.vocabularies]

    def table_of(self, text: str) -> int:
        """The table of coefficients that the text's target has for itself; 0 where it has none."""
        return self._table_of.get(target_key(target_of(text)), 0)

    def score(self, texts: Sequence[str]) -> Scored:
        """The probabilities of each text; the same for a text alone and among others."""
        with self._lock:
            parts = [self._score_batch(self._batch(part)) for part in self._parts(texts)]
        if not parts:
            return Scored(np.zeros((0, len(self.info.labels))), np.zeros(0), np.zeros(0))
        return Scored(
            np.vstack([part.probabilities for part in parts]),
            np.concatenate([part.n_words for part in parts]),
            np.concatenate([part.n_known for part in parts]),
            are_foreign(texts) if self.info.abstain.not_english else None,
        )

    def n_texts_with(self, texts: Sequence[str]) -> Array:
        """For each n-gram of the first block in how many of the texts it stands."""
        n_features = int(self.packed.first[1])
        found = np.zeros(n_features, dtype=np.int64)
        with self._lock:
            for part in self._parts(texts):
                rows, features = self._counting.occurrences(self._batch(part), 0)
                once = np.unique(rows * n_features + features) % n_features
                found += np.bincount(once, minlength=n_features)
        return found

    def _batch(self, texts: Sequence[str]) -> Batch:
        return make_batch(texts, self.rewriting, self._asks_target)

    def _parts(self, texts: Sequence[str]) -> Iterator[Sequence[str]]:
        ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1)
        start = done = 0
        while start < len(texts):
            fits = int(np.searchsorted(ends, done + BATCH_CHARACTERS, side="right"))
            end = min(max(fits, start + 1), start + self._counting.most_texts)
            yield texts[start:end]
            start, done = end, int(ends[end - 1])

    def _score_batch(self, batch: Batch) -> Scored:
        counts = self._counting.count(batch)
        lengths = np.sqrt(counts.squares)
        lengths[lengths == 0] = 1
        logits = np.tile(self.packed.intercept, (len(batch), 1))
        own = np.array([self._table_of.get(one, 0) for one in batch.targets], dtype=np.int64)
        for place, products in enumerate(counts.products):
            table, column = divmod(place, self.packed.n_classes)
            rows = np.flatnonzero(own == table) if table else slice(None)
            for shares in (products / lengths)[rows].T:
                logits[rows, column] += shares
        return Scored(self._probabilities(logits), counts.n_words, counts.n_known)

    def _probabilities(self, logits: Array) -> Array:
        info = self.info
        return calibrated(logits, info.calibration, info.exclusive, len(info.labels))


def load_scorer(folder: Path) -> Scorer:
    """The model in the folder, after its probes gave the probabilities that were stored.

    Raises ModelError when the folder is damaged or its numbers are not those it was made with.
    """
    return checked(read_folder(folder))


def checked(model: Model) -> Scorer:
    """The model ready to score. Raises ModelError as `load_scorer` does."""
    scorer = Scorer(model.info, model.packed)
    stored = np.array([probe.probabilities for probe in model.info.probes])
    found = scorer.score([probe.text for probe in model.info.probes]).probabilities
    difference = float(np.abs(found - stored).max())
    if not difference <= PROBE_TOLERANCE:
        raise ModelError(
            f"{printable(str(model.folder))}: the probe sentences score differently than when the "
            f"model was made (by up to {difference:.1e}). Train it again."
        )
    return scorer


def are_foreign(texts: Sequence[str]) -> Array:
    """Which texts are in another language than English, as far as their words tell."""
    from stance.corpus.language import looks_english

    return np.array([looks_english(text) is False for text in texts], dtype=bool)
