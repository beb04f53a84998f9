"""What the features of each text add up to.

Every occurrence of a feature is first counted as if it were the only one: for the n-grams of
characters that is a sum known of each piece of text, for the n-grams of words a weight. Features
that a text holds more than once are then found by sorting, and put right.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from stance.learning.arrays import Array
from stance.models.info import Block
from stance.models.packing import Packed, View
from stance.prediction.codes import Batch
from stance.prediction.ngrams import WordNgrams, Words
from stance.prediction.pieces import Pieces

_STEP = 1 << 20  # occurrences that are listed at once
Units = tuple[Array, Array]  # see `ngrams.WordNgrams.units`


@dataclass(frozen=True)
class Counts:
    """For each text and block (n_texts, n_blocks) the squared length of its tf-idf vector, for
    each class its product with the coefficients; for each text the number of its words (of its
    pieces where no block has words) and of those that the first block knows.
    """

    squares: Array
    products: list[Array]
    n_words: Array
    n_known: Array


class Counting:
    """The features of a model, ready to be counted. It remembers the pieces of text it has seen."""

    def __init__(self, packed: Packed, blocks: tuple[Block, ...]) -> None:
        self._first, self._n_features = packed.first.tolist(), len(packed.idf)
        self._negations = packed.negations
        # What one occurrence adds: to the squared length, and to the product with each class.
        self._weights = [packed.idf**2, *(packed.coefficients * packed.idf[:, None]).T.copy()]
        self._blocks = [
            WordNgrams(block, one) if isinstance(one, View) else None
            for block, one in zip(blocks, packed.vocabularies, strict=True)
        ]
        sizes = np.diff(packed.first)
        self._first_keys = packed.first[:-1].astype(np.uint32)
        self._is_sublinear = np.repeat([int(block.sublinear_tf) for block in blocks], sizes)
        self._pieces = Pieces(packed, blocks, self._weights)

    @property
    def most_texts(self) -> int:
        """How many texts a batch may have, so that a feature of a text is a number of 32 bits."""
        return max(1, (1 << 32) // self._n_features - 1)

    def count(self, batch: Batch) -> Counts:
        """What the features of each text of the batch add up to."""
        pieces, words = self._parts(batch)
        shape = (len(batch), len(self._blocks))
        sums = [np.zeros(len(batch) * len(self._blocks)) for _ in self._weights]
        units = [
            None if block is None else block.units(words, batch.targets) for block in self._blocks
        ]
        keys = [
            key
            for place in range(len(self._blocks))
            for key in self._add_block(place, batch, pieces, units[place], sums)
        ]
        self._put_right(sums, np.concatenate(keys))
        squares, *products = (one.reshape(shape) for one in sums)
        return Counts(squares, products, *self._known(batch, pieces, words, units[0]))

    def occurrences(self, batch: Batch, place: int) -> tuple[Array, Array]:
        """Every occurrence of an n-gram of one block: the text and the n-gram's number, sorted."""
        pieces, words = self._parts(batch)
        block = self._blocks[place]
        units = None if block is None else block.units(words, batch.targets)
        sums = [np.zeros(len(batch) * len(self._blocks)) for _ in self._weights]
        parts = list(self._add_block(place, batch, pieces, units, sums))
        keys = np.sort(np.concatenate(parts))
        rows, features = np.divmod(keys.astype(np.int64), self._n_features)
        return rows, features - self._first[place]

    def _parts(self, batch: Batch) -> tuple[Array, Words]:
        """The number of each piece of the batch, and the words in them."""
        pieces = self._pieces.numbers(batch)
        lengths = self._pieces.words.lengths(pieces)
        numbers = self._pieces.words.numbers(pieces, lengths)
        rows = np.repeat(batch.rows(), lengths)
        return pieces, Words(numbers, rows, self._negations[numbers])

    def _add_block(
        self, place: int, batch: Batch, pieces: Array, units: Units | None, sums: list[Array]
    ) -> Iterator[Array]:
        """Adds every occurrence of a feature to the sums; gives a key for each, see `_keys`."""
        block = self._blocks[place]
        if block is None:
            adds = (sums_of.values[pieces] for sums_of in self._pieces.sums)
            self._add(place, batch.rows(), adds, sums)
            yield self._keys_of_pieces(batch.rows(), pieces)
            return
        assert units is not None
        for rows, features in block.count(*units):
            features = features + self._first[place]
            self._add(place, rows, (weights.take(features) for weights in self._weights), sums)
            yield self._keys(rows, features)

    def _add(self, place: int, rows: Array, adds: Iterable[Array], sums: list[Array]) -> None:
        """Adds up what stands in the same row; the rows are in order."""
        if not len(rows):
            return
        firsts = np.flatnonzero(np.diff(rows, prepend=-1))
        cells = rows[firsts] * len(self._blocks) + place
        for total, values in zip(sums, adds, strict=True):
            total[cells] += np.add.reduceat(values, firsts)

    def _keys(self, rows: Array, features: Array) -> Array:
        """One number for each pair of a text and a feature."""
        return (rows * self._n_features + features).astype(np.uint32)

    def _keys_of_pieces(self, rows: Array, pieces: Array) -> Array:
        lists = self._pieces.features
        lengths = lists.lengths(pieces)
        ends = np.cumsum(lengths)
        keys = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint32)
        firsts = self._keys(rows, np.zeros(1, dtype=np.int64))
        start = done = 0
        while start < len(pieces):  # in steps, for texts that are as long as a book
            end = max(start + 1, int(np.searchsorted(ends, done + _STEP)))
            part = slice(start, end)
            found = lists.numbers(pieces[part], lengths[part]).view(np.uint32)
            np.add(
                found, np.repeat(firsts[part], lengths[part]), out=keys[done : done + len(found)]
            )
            start, done = end, done + len(found)
        return keys

    def _put_right(self, sums: list[Array], keys: Array) -> None:
        """Adds what the features that recur in a text add less, or more, than said before."""
        keys.sort()
        recurs = np.zeros(len(keys) + 1, dtype=bool)
        np.equal(keys[1:], keys[:-1], out=recurs[1:-1])
        edges = np.flatnonzero(recurs[1:] != recurs[:-1])
        found = keys.take(edges[::2])
        counts = edges[1::2] - edges[::2] + 1
        # Texts follow each other in the keys, and a text's blocks: where each pair's keys begin.
        n_texts = len(sums[0]) // len(self._blocks)
        origins = np.arange(n_texts, dtype=np.uint32) * np.uint32(self._n_features)
        starts = np.searchsorted(found, np.add.outer(origins, self._first_keys).ravel())
        sizes = np.diff(starts, append=len(found))
        cells = np.flatnonzero(sizes)
        if not len(cells):
            return
        of_texts = sizes.reshape(n_texts, -1).sum(axis=1)
        features = (found - np.repeat(origins, of_texts)).astype(np.int64)
        most = int(counts.max()) + 1
        tf = np.arange(most, dtype=np.float64)
        tf = np.concatenate([tf, 1 + np.log(np.maximum(tf, 1))])
        tf = tf.take(counts + most * self._is_sublinear.take(features))
        more = tf * tf - counts
        for total, weights in zip(sums, self._weights, strict=True):
            total[cells] += np.add.reduceat(weights.take(features) * more, starts[cells])
            more = tf - counts

    def _known(
        self, batch: Batch, pieces: Array, words: Words, units: Units | None
    ) -> tuple[Array, Array]:
        """How many words each text has, and how many of them are known.

        The first block decides: words in its n-grams, or pieces with one of its n-grams.
        """
        if units is None:
            rows, n_all = batch.rows(), np.diff(batch.first)
            known = rows[self._pieces.features.lengths(pieces) > 0]
        else:
            n_all = np.bincount(words.rows, minlength=len(batch))
            known = units[1][units[0] >= 0]
        return n_all, np.bincount(known, minlength=len(batch))
