"""Which pieces of text were seen before: a table in memory, searched for thousands at once.

A piece is known by its length, its first eight bytes and its last eight; what lies between these in
a longer one is compared, too. The multiplication by an odd number brings every bit of these into
the upper bits, which are the slot (Knuth, vol. 3, 6.4).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.learning.arrays import Array
from stance.models.tables import PADDING, eights, equal_strings, find_at, insert

_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)
_FACTOR, _OTHER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)


class Growing:
    """An array to which others are appended; room is doubled when there is none."""

    def __init__(self, dtype: str) -> None:
        self._room = np.zeros(1024, dtype=dtype)
        self.size = 0

    def append(self, values: Array) -> None:
        """Puts the values behind the others."""
        end = self.size + len(values)
        if end + PADDING > len(self._room):
            room = np.zeros(2 * end + PADDING, dtype=self._room.dtype)
            room[: self.size] = self._room[: self.size]
            self._room = room
        self._room[self.size : end] = values
        self.size = end

    @property
    def values(self) -> Array:
        """What was appended so far."""
        return self._room[: self.size]

    @property
    def padded(self) -> Array:
        """The same with `PADDING` zeros behind it."""
        return self._room[: self.size + PADDING]


@dataclass(frozen=True)
class Keys:
    """Pieces by their places in the bytes that `eights` shows, what they are known by, and hashes.

    The last eight bytes of a piece that is no longer than that are taken for zero.
    """

    view: Array
    starts: Array
    lengths: Array
    heads: Array
    tails: Array
    hashes: Array

    @classmethod
    def of(cls, view: Array, starts: Array, lengths: Array) -> "Keys":
        """The keys of the pieces."""
        heads = view[starts] & _MASKS.take(lengths, mode="clip")
        tails = np.zeros(len(starts), dtype=np.uint64)
        longer = np.flatnonzero(lengths > 8)
        tails[longer] = view[starts[longer] + lengths[longer] - 8]
        return cls(view, starts, lengths, heads, tails, hash_ends(heads, tails))

    def take(self, which: Any) -> "Keys":
        """Some of them, or with a slice all."""
        parts = (self.starts, self.lengths, self.heads, self.tails, self.hashes)
        return Keys(self.view, *(one[which] for one in parts))


def hash_ends(heads: Array, tails: Array) -> Array:
    """The hash of pieces with these ends; its upper bits are the best."""
    return np.asarray((heads ^ tails * _OTHER) * _FACTOR)


class Seen:
    """Pieces, numbered in the order in which they were added, `most` of them or fewer."""

    def __init__(self, most: int) -> None:
        n_bits = (2 * most - 1).bit_length()
        self._slots = np.zeros(1 << n_bits, dtype=np.uint32)
        self._shift = np.uint64(64 - n_bits)
        self._text, self._starts = Growing("u1"), Growing("i8")
        # Entry 0 is no piece: an empty slot leads to it, and nothing equals it.
        self._heads, self._tails, self._lengths = Growing("u8"), Growing("u8"), Growing("i8")
        self._heads.append(np.zeros(1, dtype=np.uint64))
        self._tails.append(np.zeros(1, dtype=np.uint64))
        self._lengths.append(np.full(1, -1))
        self._starts.append(np.zeros(1, dtype=np.int64))

    def __len__(self) -> int:
        return self._heads.size - 1

    def add(self, keys: Keys, text: Array, starts: Array, is_kept: bool = True) -> None:
        """Gives the next numbers to these pieces, which start at these places of the text.

        Those that are kept have to be new and different from each other.
        """
        if is_kept:
            insert(self._slots, keys.hashes >> self._shift, len(self) + 1 + np.arange(len(starts)))
        self._starts.append(self._text.size + starts)
        self._text.append(text)
        self._heads.append(keys.heads)
        self._tails.append(keys.tails)
        self._lengths.append(keys.lengths)

    def find(self, keys: Keys) -> Array:
        """The number of each piece, or -1."""
        places = (keys.hashes >> self._shift).view(np.int64)
        return find_at(
            self._slots, places, lambda which, entry: self._is_equal(keys.take(which), entry)
        )

    def _is_equal(self, keys: Keys, entry: Array) -> Array:
        equal = self._heads.values.take(entry) == keys.heads
        equal &= self._tails.values.take(entry) == keys.tails
        equal &= self._lengths.values.take(entry) == keys.lengths
        long = np.flatnonzero(equal & (keys.lengths > 16))
        if len(long):
            starts = self._starts.values[entry[long]] + 8
            mine, lengths = eights(self._text.padded), keys.lengths[long] - 16
            equal[long] = equal_strings(keys.view, keys.starts[long] + 8, mine, starts, lengths)
        return np.asarray(equal)
