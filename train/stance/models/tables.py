"""Tables that are searched where they lie, in a mapped file: strings, and rows of numbers.

Open addressing with linear probing (Knuth, vol. 3, 6.4): a slot holds the number of an entry plus
one, or zero. A whole array of keys is looked up at once, and no Python object is made of any. What
is found was compared with what is stored, so that a collision, by chance or on purpose, changes
nothing. A slot or an offset of a stranger's file is checked before it is used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.learning.arrays import Array
from stance.models.hashing import FACTOR, MAX_PROBES, START
from stance.storage.errors import ModelError

PADDING = 8  # zero bytes behind a text, so that the last string can be read eight bytes at a time

_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)
_FACTOR, _START = np.uint64(FACTOR), np.uint64(START)
_UPPER, _LOWER = np.uint64(32), np.uint64(29)

# Whether the pairs (key, entry) are equal, as an array of booleans.
IsEqual = Callable[[Any, Array], Array]


def eights(data: Array) -> Array:
    """The bytes from every place on as one number of eight bytes, without a copy.

    `data` is uint8 and ends with `PADDING` bytes that belong to no string.
    """
    return np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))


def mixed(value: Array) -> Array:
    """`hashing.mixed` of an array."""
    value = (value ^ (value >> _UPPER)) * _FACTOR
    return np.asarray(value ^ (value >> _LOWER))


def hash_strings(view: Array, starts: Array, lengths: Array) -> Array:
    """`hashing.hash_of_bytes` of each stretch of the bytes that `eights` shows."""
    value = lengths.astype(np.uint64) * _START
    value = mixed(value ^ (view[starts] & _MASKS[np.minimum(lengths, 8)]))
    value[lengths == 0] = 0
    which, done = np.flatnonzero(lengths > 8), 8
    while len(which):
        mask = _MASKS[np.minimum(lengths[which] - done, 8)]
        value[which] = mixed(value[which] ^ (view[starts[which] + done] & mask))
        done += 8
        which = which[lengths[which] > done]
    return value


def equal_strings(
    view: Array, starts: Array, other_view: Array, other_starts: Array, lengths: Array
) -> Array:
    """Whether two stretches of the same length hold the same bytes, pair by pair."""
    mask = _MASKS[np.minimum(lengths, 8)]
    equal = (view[starts] ^ other_view[other_starts]) & mask == 0
    which = np.flatnonzero(equal & (lengths > 8))
    offset = 8
    while len(which):
        mask = _MASKS[np.minimum(lengths[which] - offset, 8)]
        differs = view[starts[which] + offset] ^ other_view[other_starts[which] + offset]
        is_same = differs & mask == 0
        equal[which[~is_same]] = False
        offset += 8
        which = which[is_same & (lengths[which] > offset)]
    return np.asarray(equal)


def hash_numbers(columns: Sequence[Array]) -> Array:
    """`hashing.hash_of_numbers` of rows of numbers, given as their columns, at least one."""
    value: Array = mixed(_START ^ columns[0].astype(np.uint64))
    for column in columns[1:]:
        value = mixed(value ^ column.astype(np.uint64))
    return value


def make_slots(hashes: Array) -> Array:
    """The slots of a table of different keys, at least four times as many as there are keys.

    Most n-grams of a text are not in the vocabulary, and an empty slot says so at once.
    """
    slots = np.zeros(max(16, 1 << (4 * len(hashes) - 1).bit_length()), dtype=np.uint32)
    insert(slots, hashes, np.arange(1, len(hashes) + 1))
    return slots


def insert(slots: Array, hashes: Array, entries: Array) -> None:
    """Puts the entries (number plus one) of different new keys into free slots."""
    mask = np.uint64(len(slots) - 1)
    places = (hashes & mask).astype(np.int64)
    waiting = entries.astype(np.uint32)
    while len(waiting):
        free = np.flatnonzero(slots[places] == 0)
        slots[places[free]] = waiting[free]  # of several for one slot the last one gets it
        lost = slots[places] != waiting
        places, waiting = (places[lost] + 1) & int(mask), waiting[lost]


def find(slots: Array, hashes: Array, is_equal: IsEqual) -> Array:
    """The number of the entry that equals each key, or -1 (int64)."""
    found = np.full(len(hashes), -1, dtype=np.int64)
    mask = len(slots) - 1
    places = (hashes & np.uint64(mask)).view(np.int64)
    entry = slots.take(places)
    keys = np.flatnonzero(entry)
    entry, places = entry[keys].astype(np.int64) - 1, places[keys]
    for _ in range(MAX_PROBES):
        if not len(keys):
            break
        hit = is_equal(keys, entry)
        found[keys[hit]] = entry[hit]
        missed = np.flatnonzero(~hit)
        keys, places = keys[missed], (places[missed] + 1) & mask
        entry = slots.take(places).astype(np.int64) - 1
        there = entry >= 0
        keys, places, entry = keys[there], places[there], entry[there]
    return found


def find_at(slots: Array, places: Array, is_equal: IsEqual) -> Array:
    """The same for the slots where the search begins (int64, changed here), in fewer steps where
    keys are often there and cheap to compare.

    `is_equal` is given places of keys, or a slice for all, and entries plus one: 0 equals nothing.
    """
    entry = slots.take(places).astype(np.int64)
    found = np.where(is_equal(slice(None), entry), entry, 0) - 1
    rest = np.flatnonzero((found < 0) & (entry > 0))
    for _ in range(MAX_PROBES):
        if not len(rest):
            break
        places[rest] = (places[rest] + 1) & (len(slots) - 1)
        entry = slots[places[rest]].astype(np.int64)
        equal = is_equal(rest, entry)
        found[rest[equal]] = entry[equal] - 1
        rest = rest[~equal & (entry > 0)]
    return found


@dataclass(frozen=True)
class Strings:
    """Different strings, numbered in their order: UTF-8, each followed by a newline."""

    text: Array
    starts: Array
    slots: Array

    @classmethod
    def build(cls, strings: list[str]) -> "Strings":
        """The table of the strings, which hold no newline."""
        encoded = [one.encode("utf-8", "surrogatepass") for one in strings]
        text = np.frombuffer(b"".join(one + b"\n" for one in encoded) + bytes(PADDING), np.uint8)
        lengths = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
        starts = np.concatenate([[0], np.cumsum(lengths + 1)])
        slots = make_slots(hash_strings(eights(text), starts[:-1], lengths))
        return cls(text, starts.astype(np.uint32), slots)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def check(self, name: str) -> None:
        """Raises ModelError when a slot or a place leads out of the table."""
        starts = self.starts.astype(np.int64)
        if len(starts) < 1 or starts[0] != 0 or starts[-1] + PADDING > len(self.text):
            raise ModelError(f"{name}: places that lie outside of the text")
        if (np.diff(starts) < 1).any():
            raise ModelError(f"{name}: places that are not in order")
        check_slots(name, self.slots, len(self))

    def names(self) -> list[str]:
        """The strings in order."""
        return self.text[: int(self.starts[-1])].tobytes().decode("utf-8").split("\n")[:-1]

    def longest(self) -> int:
        """The bytes of the longest string."""
        return int(np.diff(self.starts.astype(np.int64)).max(initial=1)) - 1

    def find(
        self, view: Array, starts: Array, lengths: Array, hashes: Array | None = None
    ) -> Array:
        """For each stretch of the bytes that `eights` shows its number in the table, or -1."""
        mine = eights(self.text)
        if hashes is None:
            hashes = hash_strings(view, starts, lengths)

        def is_equal(keys: Array, entries: Array) -> Array:
            first = self.starts[entries].astype(np.int64)
            same = self.starts[entries + 1] - first - 1 == lengths[keys]
            which = np.flatnonzero(same)
            keys, first = keys[which], first[which]
            same[which] = equal_strings(view, starts[keys], mine, first, lengths[keys])
            return np.asarray(same)

        return find(self.slots, hashes, is_equal)


def check_slots(name: str, slots: Array, n_entries: int) -> None:
    """Raises ModelError when the slots are no table of so many entries.

    Each entry has one slot, and from every slot a free one is near.
    """
    size = len(slots)
    told = f"{name}: slots that are no table of {n_entries} entries"
    if size < 16 or size & (size - 1) or size < 2 * n_entries:
        raise ModelError(told)
    filled = np.flatnonzero(slots)
    # Different, not zero and not above the number of entries: each of them once.
    is_there = np.zeros(n_entries + 1, dtype=bool)
    if len(filled) != n_entries or int(slots.max()) > n_entries:
        raise ModelError(told)
    is_there[slots[filled]] = True
    if int(is_there.sum()) != n_entries:
        raise ModelError(told)
    if n_entries > MAX_PROBES:
        # Slot i and the one that comes MAX_PROBES entries later are as far apart only in a run.
        around = np.concatenate([filled, filled[:MAX_PROBES] + size])
        if (around[MAX_PROBES:] - around[:-MAX_PROBES] == MAX_PROBES).any():
            raise ModelError(f"{name}: slots without a free one among {MAX_PROBES:,}")


@dataclass(frozen=True)
class Rows:
    """Different rows of up to so many numbers: int32, -1 behind the last one of a shorter row."""

    numbers: Array
    slots: Array

    @classmethod
    def build(cls, numbers: Array) -> "Rows":
        """The table of the rows."""
        lengths = (numbers >= 0).sum(axis=1)
        hashes = np.zeros(len(numbers), dtype=np.uint64)
        for length in np.unique(lengths):
            of_length = lengths == length
            hashes[of_length] = hash_numbers([*numbers[of_length, :length].T])
        return cls(numbers.astype(np.int32), make_slots(hashes))

    def check(self, name: str, n_numbers: int) -> None:
        """Raises ModelError when a slot or a number leads out of the table."""
        if self.numbers.min(initial=0) < -1 or self.numbers.max(initial=0) >= n_numbers:
            raise ModelError(f"{name}: numbers that stand for nothing")
        check_slots(name, self.slots, len(self.numbers))

    def find(self, columns: list[Array]) -> Array:
        """For each row, given as columns of numbers, its place in the table, or -1."""
        width = self.numbers.shape[1]
        numbers = self.numbers.ravel()

        def is_equal(keys: Any, entries: Array) -> Array:
            places = entries * width - width  # of no entry the last row
            same = entries > 0
            for column in columns:
                same &= numbers[places] == column[keys]
                places += 1
            if len(columns) < width:
                same &= numbers[places] < 0
            return np.asarray(same)

        hashes = hash_numbers(columns) & np.uint64(len(self.slots) - 1)
        return find_at(self.slots, hashes.view(np.int64), is_equal)
