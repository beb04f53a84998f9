"""Words as a block sees them, found in a batch at once.

A word is looked up once, as it stands in the text; what stands for it in the block's view is then
an entry of a table: one for words as they are, one for words behind a negation, or one a target.
"""

from dataclasses import dataclass

import numpy as np

from stance.learning.arrays import Array
from stance.learning.views import CROSS, MARK, NEGATIONS, WordView
from stance.models.info import Block
from stance.models.weights import BlockWeights
from stance.prediction.codes import Batch, Spans, code_points
from stance.prediction.terms import TermIndex, running_sums

NONE = -1  # not in the vocabulary
LEFT_OUT = -2  # not there at all for this view


@dataclass(frozen=True)
class ViewIndex:
    """`tables[t][w]` is what stands for word w in table t; the last w is any unknown word.

    With a window, table 0 is for words as they are and table 1 for marked ones; with targets
    there is a table for each, and one more for all others.
    """

    words: TermIndex
    tables: Array
    window: int
    is_negation: Array
    targets: tuple[str, ...]

    @classmethod
    def build(cls, block: Block, weights: BlockWeights, units: Spans) -> "ViewIndex":
        """The index for the block, whose units (words of its n-grams) are numbered in order."""
        names = _strings(units)
        number = {name: place for place, name in enumerate(names)}
        view = WordView(block.window, weights.classes, block.keep_others)
        words = _words_behind(names, view, block.crossed)
        targets: tuple[str, ...] = ()
        if block.crossed:
            targets = tuple(dict.fromkeys(name.rpartition(CROSS)[0] for name in names))
            tables = [[f"{one}{CROSS}{word}" for word in [*words, ""]] for one in targets]
            tables.append([CROSS] * (len(words) + 1))
        else:
            marks = (False, True)[: 2 if block.window else 1]
            # Where words stand for themselves an unknown one is there, though in no n-gram.
            unknown = "" if weights.classes is not None else " "
            tables = [[view.unit(word, mark) for word in [*words, unknown]] for mark in marks]
        rows = [[number.get(unit, NONE) if unit else LEFT_OUT for unit in row] for row in tables]
        known = spans_of(words)
        is_negation = np.array([word in NEGATIONS for word in words] + [False])
        return cls(TermIndex.build(known), np.array(rows), block.window, is_negation, targets)

    def find(self, batch: Batch, spans: Spans) -> tuple[Spans, Array]:
        """The words that the view does not leave out, and the number of what stands for each."""
        word = self.words.find(spans, running_sums(spans.codes))
        table = np.zeros(len(word), dtype=np.int64)
        if self.window:
            table = self._marks(self.is_negation[word], spans.rows).astype(np.int64)
        elif self.targets:
            number = {target: place for place, target in enumerate(self.targets)}
            of_row = np.array([number.get(one, len(number)) for one in batch.targets])
            table = of_row[spans.rows]
        unit = self.tables[table, word]
        kept = unit != LEFT_OUT
        return spans.where(kept), unit[kept]

    def _marks(self, is_negation: Array, rows: Array) -> Array:
        """Which words stand behind a negation of their row, at most `window` words away."""
        place = np.arange(len(rows))
        last = np.maximum.accumulate(np.where(is_negation, place, -1))
        is_near = (last >= 0) & (place - last <= self.window) & ~is_negation
        return np.asarray(is_near & (rows[last] == rows))


def _words_behind(units: list[str], view: WordView, crossed: bool) -> list[str]:
    """Every word of a text that a unit may stand for, and every negation where they count."""
    if crossed:
        return list(dict.fromkeys(unit.rpartition(CROSS)[2] for unit in units))
    found = dict.fromkeys(units if view.classes is None else view.classes)
    if view.window:
        found |= dict.fromkeys(one.removeprefix(MARK) for one in [*found])
        found |= dict.fromkeys(sorted(NEGATIONS))
    return [word for word in found if word]


def spans_of(strings: list[str]) -> Spans:
    """The strings side by side in one array of code points."""
    lengths = np.array([len(one) for one in strings], dtype=np.int64)
    ends = np.cumsum(lengths)
    codes = code_points("".join(strings))
    return Spans(codes, ends - lengths, lengths, np.zeros(len(strings), dtype=np.int64))


def _strings(spans: Spans) -> list[str]:
    text = spans.codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    return [
        text[start : start + length]
        for start, length in zip(spans.starts.tolist(), spans.lengths.tolist(), strict=True)
    ]
