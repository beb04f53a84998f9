r"""Texts as one array of bytes, and the pieces that white space parts.

The analysers of scikit-learn are defined by `str.lower`, by `\w` of the module `re`, and by
`str.split`. Here the same three are applied to a whole batch at once: lower case by Python, the
two character classes from a table that is filled for each character when it is first seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.corpus.targets import target_key, target_of
from stance.learning.arrays import Array
from stance.learning.views import Rewriting
from stance.models.tables import PADDING, eights

WORD, SPACE, _SEEN = 1, 2, 4
PLAIN = Rewriting()
_NEWLINE = ord("\n")
_kinds = np.zeros(0x110000, dtype=np.uint8)


@dataclass(frozen=True)
class Batch:
    """Rewritten texts as UTF-8 with a newline before, between and behind them, and `PADDING`.

    `kinds` says of each byte whether its character is of a WORD or SPACE. Piece p, between white
    space, is the `lengths[p]` bytes from `starts[p]`; text i has pieces `first[i]` to
    `first[i + 1]`. `targets`, where they are asked for, are the words that stand for the texts'
    targets, or "".
    """

    data: Array
    kinds: Array
    starts: Array
    lengths: Array
    first: Array
    targets: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def view(self) -> Array:
        """The bytes from every place on, eight at a time."""
        return eights(self.data)

    def rows(self) -> Array:
        """The text that each piece belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))


def make_batch(
    texts: Sequence[str], rewriting: Rewriting = PLAIN, has_targets: bool = False
) -> Batch:
    """The texts as a batch, each rewritten."""
    # Lower case of ASCII is left to the bytes, where it costs next to nothing.
    parts = [text if rewriting.is_plain and text.isascii() else rewriting(text) for text in texts]
    joined = "\n".join(parts)
    if joined.count("\n") != max(0, len(texts) - 1):  # a newline is white space like any other
        joined = "\n".join([text.replace("\n", " ") for text in parts])
    content = joined.encode("utf-8", "surrogatepass").lower()
    data = np.frombuffer(b"".join((b"\n", content, b"\n", bytes(PADDING))), dtype=np.uint8)
    kinds = _kinds_of(data)
    is_space = kinds[:-PADDING] & SPACE != 0
    edges = np.flatnonzero(is_space[1:] != is_space[:-1]) + 1
    starts = edges[::2]
    newlines = np.flatnonzero(data[:-PADDING] == _NEWLINE)[: len(texts) + 1]
    first = np.searchsorted(starts, newlines)
    targets: tuple[str, ...] = ()
    if has_targets:
        targets = tuple(target_key(target_of(text)) for text in texts)
    return Batch(data, kinds, starts, edges[1::2] - starts, first, targets)


def _kinds_of(data: Array) -> Array:
    """The kind of each byte's character."""
    kinds = _ASCII[data]
    places = np.flatnonzero(data >= 0xC0)
    if len(places):
        size, codes = _decoded(data, places)
        of_codes = _kind_of(codes)
        for offset in range(4):
            reaches = size > offset
            kinds[places[reaches] + offset] = of_codes[reaches]
    return kinds


def _decoded(data: Array, places: Array) -> tuple[Array, Array]:
    """How many bytes the characters that begin there take, and their code points."""
    one, two, three, four = (data[places + offset].astype(np.int64) for offset in range(4))
    size = 2 + (one >= 0xE0) + (one >= 0xF0)
    two, three, four = two & 0x3F, three & 0x3F, four & 0x3F
    codes = np.where(
        size == 2,
        (one & 0x1F) << 6 | two,
        np.where(
            size == 3,
            (one & 0x0F) << 12 | two << 6 | three,
            (one & 0x07) << 18 | two << 12 | three << 6 | four,
        ),
    )
    return size, codes


def _kind_of(codes: Array) -> Array:
    found = _kinds[codes]
    new = codes[found == 0]
    if len(new):
        for code in np.unique(new).tolist():
            char = chr(code)
            is_word = char.isalnum() or char == "_"
            _kinds[code] = _SEEN | WORD * is_word | SPACE * char.isspace()
        found = _kinds[codes]
    return np.asarray(found)


# What a byte from 128 on is, its character says.
_ASCII = np.concatenate([_kind_of(np.arange(128)), np.zeros(128, dtype=np.uint8)])
