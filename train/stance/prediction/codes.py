"""Texts as arrays of code points, and which of them make up words.

The analysers of scikit-learn are defined by `str.lower`, by `\\w` of the module `re`, and by
`str.split`. Here the same three are applied to a whole batch at once: lower-casing text by text,
the two character classes from a table that is filled for each character when it is first seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.corpus.targets import target_key, target_of
from stance.learning.arrays import Array
from stance.learning.views import Rewriting

_WORD, _SPACE, _SEEN = 1, 2, 4
PLAIN = Rewriting()
_classes = np.zeros(0x110000, dtype=np.uint8)


@dataclass(frozen=True)
class Batch:
    """Lower-cased texts one after the other, each followed by a newline.

    `codes` holds their code points (uint32); text i ends before position `ends[i]`. `targets` are
    the words that stand for the targets of the texts, "" for a text without one.
    """

    codes: Array
    ends: Array
    targets: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ends)


@dataclass(frozen=True)
class Spans:
    """Stretches of `codes`: where each starts, how long it is, and which row it belongs to."""

    codes: Array
    starts: Array
    lengths: Array
    rows: Array

    def where(self, keep: Array) -> "Spans":
        """The spans that `keep` selects."""
        return Spans(self.codes, self.starts[keep], self.lengths[keep], self.rows[keep])


def make_batch(texts: Sequence[str], rewriting: Rewriting = PLAIN) -> Batch:
    """The texts as a batch, each rewritten."""
    lowered = [rewriting(text) for text in texts]
    codes = code_points("\n".join(lowered) + "\n")
    lengths = np.fromiter(map(len, lowered), dtype=np.int64, count=len(lowered))
    targets = tuple(target_key(target_of(text)) for text in texts)
    return Batch(codes, np.cumsum(lengths + 1), targets)


def code_points(text: str) -> Array:
    """The code points of the text, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def words(batch: Batch) -> Spans:
    r"""The tokens that the pattern `\b\w\w+\b` finds: runs of two word characters or more."""
    spans = _runs(batch, _class_of(batch.codes) & _WORD != 0)
    return spans.where(spans.lengths >= 2)


def chunks(batch: Batch) -> Spans:
    """The pieces that `str.split` makes: runs of characters that are no white space."""
    return _runs(batch, _class_of(batch.codes) & _SPACE == 0)


def _runs(batch: Batch, is_inside: Array) -> Spans:
    edges = np.flatnonzero(np.diff(is_inside, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    rows = np.searchsorted(batch.ends, starts, side="right")
    return Spans(batch.codes, starts, ends - starts, rows)


def _class_of(codes: Array) -> Array:
    found = _classes[codes]
    new = codes[found == 0]
    if len(new):
        for code in np.unique(new).tolist():
            char = chr(code)
            is_word = char.isalnum() or char == "_"
            _classes[code] = _SEEN | _WORD * is_word | _SPACE * char.isspace()
        found = _classes[codes]
    return found
