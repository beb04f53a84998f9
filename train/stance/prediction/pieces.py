"""What a piece of text between white space holds: its words, and its n-grams of characters.

Both depend on the piece alone, so each distinct piece is looked at once and remembered; news
repeats its words, and most pieces of a batch are old acquaintances. The memory is bounded: when it
is full it is emptied, which changes no result.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stance.learning.arrays import Array
from stance.models.info import Block
from stance.models.packing import Packed
from stance.models.tables import PADDING, Strings, eights
from stance.prediction.codes import WORD, Batch
from stance.prediction.seen import Growing, Keys, Seen

MAX_PIECES = 1 << 18  # a power of two
MAX_NUMBERS = 1 << 24  # words and n-grams that are remembered
MAX_BYTES = 64  # a longer piece is rare, and is not remembered
_STEP = 1 << 18  # n-grams that are looked up at once
_SPACE = ord(" ")


class Lists:
    """Lists of numbers one behind the other: list i has `lengths[i]` from `starts[i]`."""

    def __init__(self) -> None:
        self._numbers, self._starts = Growing("i4"), Growing("i8")
        self._lengths = Growing("i8")

    def append(self, lengths: Array, numbers: Array) -> None:
        """Appends lists of these lengths, whose numbers lie one behind the other."""
        self._starts.append(self._numbers.size + np.cumsum(lengths) - lengths)
        self._lengths.append(lengths)
        self._numbers.append(numbers)

    def __len__(self) -> int:
        return self._numbers.size

    def lengths(self, which: Array) -> Array:
        """The length of each list that is asked for."""
        return np.asarray(self._lengths.values[which])

    def numbers(self, which: Array, lengths: Array) -> Array:
        """The numbers of these lists, one list behind the other."""
        shift = self._starts.values[which] - (np.cumsum(lengths) - lengths)
        places = np.arange(int(lengths.sum())) + np.repeat(shift, lengths)
        return np.asarray(self._numbers.values.take(places, mode="clip"))


class Pieces:
    """Every piece seen, by a number: its words, its features, and what these add up to.

    `weights[c][f]` is what one occurrence of feature f adds to column c; `sums[c]` holds what each
    piece adds to it. A word is its number in the model's table, or the
    number of words where it is unknown.
    """

    def __init__(self, packed: Packed, blocks: tuple[Block, ...], weights: list[Array]) -> None:
        self._words = packed.words
        self._weights = weights
        self._ngrams: Strings | None = None
        for block, first, one in zip(
            blocks, packed.first.tolist(), packed.vocabularies, strict=False
        ):
            if isinstance(one, Strings):
                self._ngrams, self._first, self._range = one, first, block.ngram_range
        self._longest_word, self._longest = packed.words.longest(), 0
        if self._ngrams is not None:
            self._longest = self._ngrams.longest()
        self.clear()

    def clear(self) -> None:
        """Forgets everything."""
        self._seen = Seen(MAX_PIECES)
        self.words, self.features = Lists(), Lists()
        self.sums = [Growing("f8") for _ in self._weights]

    def numbers(self, batch: Batch) -> Array:
        """The number of each piece of the batch; it holds until the next call."""
        n_remembered = max(len(self.words), len(self.features))
        if len(self._seen) + len(batch.starts) > MAX_PIECES or n_remembered > MAX_NUMBERS:
            self.clear()
        keys = Keys.of(batch.view, batch.starts, batch.lengths)
        found = self._seen.find(keys)
        for _ in range(2):  # once more for two new ones of one hash
            missing = np.flatnonzero((found < 0) & (batch.lengths <= MAX_BYTES))
            some = keys.take(missing)
            first = np.unique(some.hashes, return_index=True)[1]
            first = first[: max(0, MAX_PIECES - len(self._seen))]
            if not len(first):
                break
            self._add(batch, missing[first], some.take(first), True)
            found[missing] = self._seen.find(some)
        rest = np.flatnonzero(found < 0)
        found[rest] = len(self._seen) + np.arange(len(rest))
        self._add(batch, rest, keys.take(rest), False)
        return found

    def _add(self, batch: Batch, which: Array, keys: Keys, is_kept: bool) -> None:
        """Appends these pieces of the batch; those that are kept can be found again."""
        if not len(which):
            return
        lengths = batch.lengths[which]
        ends = np.cumsum(lengths + 1)  # of each piece in the text below, where its space stands
        text = np.full(int(ends[-1]) + 1 + PADDING, _SPACE, dtype=np.uint8)
        kinds = np.zeros(len(text), dtype=np.uint8)
        inside = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        places = inside + np.repeat(ends - lengths, lengths)
        sources = inside + np.repeat(batch.starts[which], lengths)
        text[places], kinds[places] = batch.data[sources], batch.kinds[sources]
        new = _New(text, kinds, lengths, ends)
        self._seen.add(keys, text[:-PADDING], ends - lengths, is_kept)
        self._add_words(new)
        self._add_ngrams(new)

    def _add_words(self, new: "_New") -> None:
        starts, lengths, piece = new.words()
        word = np.full(len(starts), len(self._words), dtype=np.int64)
        short = np.flatnonzero(lengths <= self._longest_word)
        found = self._words.find(eights(new.text), starts[short], lengths[short])
        word[short] = np.where(found < 0, len(self._words), found)
        self.words.append(np.bincount(piece, minlength=len(new.lengths)), word)

    def _add_ngrams(self, new: "_New") -> None:
        pieces, features = [], []
        view = eights(new.text)
        for starts, lengths, piece in new.ngrams(*self._range) if self._ngrams else ():
            assert self._ngrams is not None
            short = np.flatnonzero(lengths <= self._longest)
            found = self._ngrams.find(view, starts[short], lengths[short])
            hit = found >= 0
            pieces.append(piece[short[hit]])
            features.append(found[hit] + self._first)
        piece, feature = (np.concatenate([np.zeros(0, "i8"), *one]) for one in (pieces, features))
        order = np.argsort(piece, kind="stable")
        piece, feature = piece[order], feature[order]
        self.features.append(np.bincount(piece, minlength=len(new.lengths)), feature)
        for sums, weights in zip(self.sums, self._weights, strict=True):
            sums.append(np.bincount(piece, weights[feature], minlength=len(new.lengths)))


@dataclass(frozen=True)
class _New:
    """Pieces one behind the other with a space before, between and behind them.

    Piece i ends before place `ends[i]`, where a space stands.
    """

    text: Array
    kinds: Array
    lengths: Array
    ends: Array

    def words(self) -> tuple[Array, Array, Array]:
        r"""What the pattern `\b\w\w+\b` finds: starts, lengths, pieces."""
        edges = np.flatnonzero(np.diff(self.kinds & WORD)) + 1
        starts, ends = edges[::2], edges[1::2]
        n_before = np.cumsum(self._is_first_byte())
        is_word = n_before[ends - 1] - n_before[starts] >= 1
        starts, ends = starts[is_word], ends[is_word]
        return starts, ends - starts, np.searchsorted(self.ends, starts)

    def ngrams(self, shortest: int, longest: int) -> Iterator[tuple[Array, Array, Array]]:
        """N-grams of characters with the space before and behind: starts, lengths, pieces."""
        places = np.flatnonzero(self._is_first_byte()[: int(self.ends[-1]) + 1])
        places = np.append(places, self.ends[-1] + 1)
        # For each character the piece it belongs to; a space belongs to the piece behind it.
        piece = np.searchsorted(self.ends, places[:-2], side="right")
        last = np.searchsorted(places, self.ends)  # the character behind each piece
        is_first = np.diff(piece, prepend=-1) > 0
        room = last[piece] - np.arange(len(piece)) + 1
        for length in range(shortest, longest + 1):
            # A piece shorter than the shortest n-gram counts once, as a whole.
            fits = (room >= length) | (is_first if length == shortest else False)
            every = np.flatnonzero(fits)
            for start in range(0, len(every), _STEP):
                first = every[start : start + _STEP]
                ends = places[first + np.minimum(length, room[first])]
                yield places[first], ends - places[first], piece[first]

    def _is_first_byte(self) -> Array:
        return np.asarray(self.text & 0xC0 != 0x80)
