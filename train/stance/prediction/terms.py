"""Finding many strings in a vocabulary at once, without making a Python object of any.

Each term has a 64-bit polynomial hash of its code points; the terms lie sorted by hash, and the
upper bits of a hash say where to begin to look. The hashes of all spans of a text come from one
running sum (Karp & Rabin 1987, with sums in place of a rolling window). A hit counts only when
the characters are equal, so a collision, by chance or on purpose, changes nothing.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.learning.arrays import Array
from stance.prediction.codes import Spans

_BASE = 0x9E3779B97F4A7C15 | 1  # odd, so that it has an inverse modulo 2^64
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SPREAD = np.uint64(0xA0761D6478BD642F)


class _Powers:
    """The powers of the base and of its inverse, as many as the longest batch has needed."""

    def __init__(self) -> None:
        self._up = self._down = np.ones(1, dtype=np.uint64)

    def up_to(self, length: int) -> tuple[Array, Array]:
        if len(self._up) < length:
            size = max(length, 2 * len(self._up))
            self._up, self._down = (_powers(base, size) for base in (_BASE, _INVERSE))
        return self._up[:length], self._down[:length]


def _powers(base: int, size: int) -> Array:
    factors = np.full(size, base, dtype=np.uint64)
    factors[0] = 1
    powers: Array = np.cumprod(factors)
    return powers


_POWERS = _Powers()


def running_sums(codes: Array) -> Array:
    """Sums of code x base^position before each position, modulo 2^64; one longer than `codes`."""
    up, _ = _POWERS.up_to(len(codes) + 1)
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * _SPREAD * up[:-1], out=sums[1:])
    return sums


def hashes(sums: Array, starts: Array, lengths: Array) -> Array:
    """The hash of each span, from the running sums of the codes it lies in (uint64)."""
    _, down = _POWERS.up_to(len(sums))
    value = (sums[starts + lengths] - sums[starts]) * down[starts]
    value = value ^ (value >> np.uint64(32))
    value = (value + lengths.astype(np.uint64)) * _MIX
    mixed: Array = value ^ (value >> np.uint64(29))
    return mixed


@dataclass(frozen=True)
class TermIndex:
    """Distinct terms sorted by hash; `identity[i]` is the number of the i-th in the order given.

    `first[b]` to `first[b + 1]` are the terms whose hash begins with the bits of b.
    """

    codes: Array
    starts: Array
    lengths: Array
    hashes: Array
    identity: Array
    first: Array
    shift: Any

    @classmethod
    def build(cls, spans: Spans) -> "TermIndex":
        """The index of the spans, which must be different strings, numbered in their order."""
        values = hashes(running_sums(spans.codes), spans.starts, spans.lengths)
        order = np.argsort(values, kind="stable")
        bits = max(4, int(len(values) * 2).bit_length())
        shift = np.uint64(64 - bits)
        buckets = (values[order] >> shift).astype(np.int64)
        first = np.searchsorted(buckets, np.arange((1 << bits) + 1))
        return cls(
            spans.codes,
            spans.starts[order],
            spans.lengths[order],
            values[order],
            order,
            first,
            shift,
        )

    def find(self, spans: Spans, sums: Array) -> Array:
        """For each span the number of the term it equals, or -1 (int64)."""
        found = np.full(len(spans.starts), -1, dtype=np.int64)
        values = hashes(sums, spans.starts, spans.lengths)
        bucket = (values >> self.shift).astype(np.int64)
        position, end = self.first[bucket], self.first[bucket + 1]
        waiting = np.flatnonzero(position < end)
        position, end, values = position[waiting], end[waiting], values[waiting]
        while len(waiting):
            is_equal = self.hashes[position] == values
            hit = np.flatnonzero(is_equal)
            true_hit = hit[self._has_same_characters(spans, waiting[hit], position[hit])]
            found[waiting[true_hit]] = self.identity[position[true_hit]]
            is_equal[:] = False
            is_equal[true_hit] = True
            position = position + 1
            go_on = ~is_equal & (position < end)
            waiting, position, end, values = (
                array[go_on] for array in (waiting, position, end, values)
            )
        return found

    def _has_same_characters(self, spans: Spans, which: Array, position: Array) -> Array:
        """Positions among the pairs (span, term) of those that are the same string."""
        starts, mine = spans.starts[which], self.starts[position]
        lengths = spans.lengths[which]
        same = np.flatnonzero(lengths == self.lengths[position])
        offset = 0
        undecided = same
        is_different = np.ones(len(which), dtype=bool)
        is_different[same] = False
        while len(undecided):
            differs = (
                spans.codes[starts[undecided] + offset] != self.codes[mine[undecided] + offset]
            )
            is_different[undecided[differs]] = True
            offset += 1
            undecided = undecided[~differs & (lengths[undecided] > offset)]
        return np.flatnonzero(~is_different)
