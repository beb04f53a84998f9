"""Sentences that nearly repeat one that was answered: they teach little and come last."""

import numpy as np

from stance.annotation.queued import Queued
from stance.corpus.anchors import ALIKE_BYTES, SKETCH_BYTES, sketch_of
from stance.corpus.near_duplicates import MIN_CHARACTERS, SIMILARITY, jaccard
from stance.corpus.normalise import sentence_key


class Repeats:
    """Knows the answered sentences by their sketches, and compares others with them."""

    def __init__(self, queued: Queued) -> None:
        self._sentences = queued.sentences
        self._sketches: dict[int, bytes] = {}

    def add(self, position: int) -> None:
        """Takes note that the sentence was answered."""
        key = self._key(position)
        if len(key) >= MIN_CHARACTERS:
            self._sketches[position] = sketch_of(key)

    def forget(self, position: int) -> None:
        """Takes back that it was answered."""
        self._sketches.pop(position, None)

    def has(self, position: int) -> bool:
        """Whether the sentence is a near-duplicate (as `corpus.near_duplicates` has it) of one
        that was answered, other than itself.
        """
        key = self._key(position)
        known = dict(self._sketches)
        if len(key) < MIN_CHARACTERS or not known:
            return False
        sketches = np.frombuffer(b"".join(known.values()), np.uint8).reshape(-1, SKETCH_BYTES)
        sketch = np.frombuffer(sketch_of(key), np.uint8)
        alike = np.flatnonzero((sketches == sketch).sum(axis=1) >= ALIKE_BYTES)
        positions = list(known)
        return any(
            positions[one] != position and jaccard(key, self._key(positions[one])) >= SIMILARITY
            for one in alike.tolist()
        )

    def _key(self, position: int) -> str:
        return sentence_key(self._sentences[position].text)
