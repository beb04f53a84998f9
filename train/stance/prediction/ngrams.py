"""Which n-grams of words occur in which text, found as rows of numbers and never as strings.

A word is a number. What it is to a block, its unit, stands in a table; an n-gram is looked up as
the row of its units.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stance.learning.arrays import Array
from stance.models.info import Block
from stance.models.packing import LEFT_OUT, View


@dataclass(frozen=True)
class Words:
    """The words of a batch in order: the number of each, its text, and whether it negates."""

    numbers: Array
    rows: Array
    is_negation: Array


@dataclass(frozen=True)
class WordNgrams:
    """A block of words: which unit a word is, and which rows of units are features."""

    block: Block
    view: View

    @functools.cached_property
    def _alone(self) -> Array:
        """For each unit the feature that it is alone, or -1."""
        numbers = self.view.ngrams.numbers
        most = max(int(numbers.max(initial=0)), int(self.view.unit_of.max(initial=0)))
        found = np.full(most + 1, -1, dtype=np.int64)
        is_alone = (numbers[:, 1:] < 0).all(axis=1) & (numbers[:, 0] >= 0)
        found[numbers[is_alone, 0]] = np.flatnonzero(is_alone)
        return found

    def units(self, words: Words, targets: tuple[str, ...]) -> tuple[Array, Array]:
        """The unit of each word that the block's view does not leave out, and its text."""
        of_table = self.view.unit_of
        if self.block.reach:
            unit = of_table[self._sides(words), words.numbers]
        elif self.block.window:
            unit = np.where(
                self._is_marked(words), *(one.take(words.numbers) for one in of_table[::-1])
            )
        elif self.block.crossed:
            number = {target: place for place, target in enumerate(self.view.targets)}
            of_text = np.array([number.get(one, len(number)) for one in targets], dtype=np.int64)
            unit = of_table[of_text[words.rows], words.numbers]
        else:
            unit = of_table[0].take(words.numbers)
        kept = np.flatnonzero(unit != LEFT_OUT)
        if len(kept) == len(unit):
            return unit, words.rows
        return unit[kept], words.rows[kept]

    def _is_marked(self, words: Words) -> Array:
        """Which words stand behind a negation of their text, at most `window` words away."""
        return _is_behind(words.is_negation, words.rows, self.block.window)

    def _sides(self, words: Words) -> Array:
        """For each word 1 before a mention of the target, 2 behind one, 0 elsewhere."""
        is_mention = self.view.unit_of[0, words.numbers] != LEFT_OUT  # the only one in table 0
        is_before = _is_behind(is_mention[::-1], words.rows[::-1], self.block.reach)[::-1]
        return np.where(_is_behind(is_mention, words.rows, self.block.reach), 2, is_before * 1)

    def count(self, units: Array, rows: Array) -> Iterator[tuple[Array, Array]]:
        """Every occurrence of an n-gram in the words of the view, for each length of n-grams: its
        text, in order, and its number.
        """
        shortest, longest = self.block.ngram_range
        is_known = units >= 0
        is_run = is_known  # whether a run of known units starts there
        for length in range(1, longest + 1):
            if length > 1:
                # What stands behind the last unit of a run one shorter, in the same text.
                ends = slice(length - 1, None)
                is_run = is_run[:-1] & is_known[ends] & (rows[: 1 - length] == rows[ends])
            if length >= shortest:
                starts = np.flatnonzero(is_run)
                found = self._find(units, starts, length)
                hit = np.flatnonzero(found >= 0)
                yield rows[starts[hit]], found[hit]

    def _find(self, units: Array, starts: Array, length: int) -> Array:
        if length == 1:
            return self._alone.take(units[starts])
        return self.view.ngrams.find([units[starts + n] for n in range(length)])


def _is_behind(opens: Array, rows: Array, window: int) -> Array:
    """Which words stand behind one that `opens` in their text, at most `window` words away."""
    place = np.arange(len(rows))
    last = np.maximum.accumulate(np.where(opens, place, -1))
    is_near = (last >= 0) & (place - last <= window) & ~opens
    return np.asarray(is_near & (rows[last] == rows))
