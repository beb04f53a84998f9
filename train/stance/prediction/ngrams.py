"""Which n-grams of words occur in which text, found as rows of numbers and never as strings.

A word is a number. What it is to a block, its unit, stands in a table; an n-gram is looked up as
the row of its units.
"""

import functools
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
        found = np.full(int(numbers.max(initial=0)) + 1, -1, dtype=np.int64)
        is_alone = (numbers[:, 1:] < 0).all(axis=1) & (numbers[:, 0] >= 0)
        found[numbers[is_alone, 0]] = np.flatnonzero(is_alone)
        return found

    def units(self, words: Words, targets: tuple[str, ...]) -> tuple[Array, Array]:
        """The unit of each word that the block's view does not leave out, and its text."""
        table = np.zeros(len(words.numbers), dtype=np.int64)
        if self.block.reach:
            table = self._sides(words)
        elif self.block.window:
            table = self._is_marked(words).astype(np.int64)
        elif self.block.crossed:
            number = {target: place for place, target in enumerate(self.view.targets)}
            of_text = np.array([number.get(one, len(number)) for one in targets], dtype=np.int64)
            table = of_text[words.rows]
        unit = self.view.unit_of[table, words.numbers]
        kept = unit != LEFT_OUT
        return unit[kept], words.rows[kept]

    def _is_marked(self, words: Words) -> Array:
        """Which words stand behind a negation of their text, at most `window` words away."""
        return _is_behind(words.is_negation, words.rows, self.block.window)

    def _sides(self, words: Words) -> Array:
        """For each word 1 before a mention of the target, 2 behind one, 0 elsewhere."""
        is_mention = self.view.unit_of[0, words.numbers] != LEFT_OUT  # the only one in table 0
        is_before = _is_behind(is_mention[::-1], words.rows[::-1], self.block.reach)[::-1]
        return np.where(_is_behind(is_mention, words.rows, self.block.reach), 2, is_before * 1)

    def count(self, units: Array, rows: Array) -> tuple[Array, Array]:
        """Every occurrence of an n-gram in the words of the view: its text and its number."""
        found_rows, features = [], []
        shortest, longest = self.block.ngram_range
        is_run = np.flatnonzero(units >= 0)  # places where a run of known units starts
        for length in range(1, longest + 1):
            if length > 1:
                is_run = is_run[is_run < len(units) - length + 1]
                last = is_run + length - 1
                is_run = is_run[(rows[is_run] == rows[last]) & (units[last] >= 0)]
            if length >= shortest:
                found = self._find(units, is_run, length)
                hit = found >= 0
                found_rows.append(rows[is_run[hit]])
                features.append(found[hit])
        return np.concatenate(found_rows), np.concatenate(features)

    def _find(self, units: Array, starts: Array, length: int) -> Array:
        if length == 1:
            unit = units[starts]
            return np.where(unit < len(self._alone), self._alone.take(unit, mode="clip"), -1)
        return self.view.ngrams.find([units[starts + n] for n in range(length)])


def _is_behind(opens: Array, rows: Array, window: int) -> Array:
    """Which words stand behind one that `opens` in their text, at most `window` words away."""
    place = np.arange(len(rows))
    last = np.maximum.accumulate(np.where(opens, place, -1))
    is_near = (last >= 0) & (place - last <= window) & ~opens
    return np.asarray(is_near & (rows[last] == rows))
