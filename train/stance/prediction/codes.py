r"""Texts as one array of bytes, and the pieces that white space parts.

The analysers of scikit-learn are defined by `str.lower`, by `\w` of the module `re`, and by
`str.split`. Here the same three are applied to a whole batch at once: capitals are replaced by what
Python makes of each, the two character classes are looked up; both tables are filled for each
character when it is first seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.corpus.targets import target_key, target_of
from stance.learning.arrays import Array
from stance.learning.views import CONTRACTED, Rewriting
from stance.models.tables import PADDING, eights

WORD, SPACE, CAPITAL, _SEEN = 1, 2, 4, 8
PLAIN = Rewriting()
_NEWLINE = ord("\n")
_FIRST_OF_MANY = 0xC0  # the least byte that begins a character of several bytes
_SIGMA = ord("Σ")
_FEW = 40  # capitals that are replaced one by one
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
    content = _content(texts, rewriting)
    data = np.frombuffer(content, dtype=np.uint8)
    kinds = _kinds_of(content, data)
    is_space = kinds[:-PADDING] & SPACE != 0
    edges = np.flatnonzero(is_space[1:] != is_space[:-1]) + 1
    starts = edges[::2]
    newlines = np.flatnonzero(data[:-PADDING] == _NEWLINE)[: len(texts) + 1]
    first = np.searchsorted(starts, newlines)
    targets: tuple[str, ...] = ()
    if has_targets:
        targets = tuple(target_key(target_of(text)) for text in texts)
    return Batch(data, kinds, starts, edges[1::2] - starts, first, targets)


def _content(texts: Sequence[str], rewriting: Rewriting) -> bytes:
    """The bytes of a batch: all texts are rewritten at once where no pattern is looked for."""
    parts = [rewriting(text) for text in texts] if rewriting.has_patterns else texts
    content = "\n".join(parts).encode("utf-8", "surrogatepass")
    if content.count(b"\n") != max(0, len(texts) - 1):  # a newline is white space like any other
        parts = [text.replace("\n", " ") for text in parts]
        content = "\n".join(parts).encode("utf-8", "surrogatepass")
    # Lower case of ASCII is left to the bytes, where it costs next to nothing.
    content = b"".join((b"\n", content.lower(), b"\n", bytes(PADDING)))
    content = content if content.isascii() else _lower(content)
    if rewriting.contractions and not rewriting.has_patterns:
        for form in CONTRACTED:
            content = content.replace(form.encode(), b" not")
    return content


def _lower(content: bytes) -> bytes:
    """What `str.lower` makes of every text; the letters of ASCII are in lower case already."""
    data = np.frombuffer(content, dtype=np.uint8)
    codes = _decoded(data, np.flatnonzero(data >= _FIRST_OF_MANY))[1]
    capitals = np.unique(codes[_kind_of(codes) & CAPITAL != 0]).tolist()
    if _SIGMA in capitals or len(capitals) > _FEW:  # sigma depends on the letters beside it
        text = content[:-PADDING].decode("utf-8", "surrogatepass").lower()
        return text.encode("utf-8", "surrogatepass") + bytes(PADDING)
    for code in capitals:
        content = content.replace(chr(code).encode(), chr(code).lower().encode())
    return content


def _kinds_of(content: bytes, data: Array) -> Array:
    """The kind of each byte's character."""
    kinds = np.frombuffer(bytearray(content.translate(_ASCII)), dtype=np.uint8)
    places = np.flatnonzero(data >= _FIRST_OF_MANY)
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
            is_capital = char.lower() != char
            kind = WORD * is_word | SPACE * char.isspace() | CAPITAL * is_capital
            _kinds[code] = _SEEN | kind
        found = _kinds[codes]
    return np.asarray(found)


# What a byte from 128 on is, its character says.
_ASCII = _kind_of(np.arange(128)).tobytes() + bytes(128)
