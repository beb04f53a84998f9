"""One text at a time, word by word, with what Python has: the scorer as one would explain it.

It says where in the text each n-gram stands, and answers a single sentence before NumPy is even
imported. The arrays are those of the model's file (`models/packing.py`), mapped or in memory.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING, Any

from stance.corpus.targets import target_key, target_of
from stance.learning.views import MENTION, WORD, marks, sides
from stance.models.hashing import MAX_PROBES, hash_of_bytes, hash_of_numbers
from stance.storage.errors import ModelError

if TYPE_CHECKING:
    from stance.models.info import Block

_PIECE = re.compile(r"\S+")
_NONE, _LEFT_OUT = -1, -2

Arrays = Mapping[str, Any]


# A feature of a block and where it stands in the rewritten text, end exclusive.
Occurrence = tuple[int, int, int]


@dataclass(frozen=True)
class Value:
    """A feature of a text: the place of its block, its number in the model, its tf-idf over the
    length of the block's vector, and where it stands.
    """

    block: int
    feature: int
    value: float
    spans: tuple[tuple[int, int], ...]


def values(arrays: Arrays, blocks: "Sequence[Block]", text: str) -> list[Value]:
    """The features of a rewritten text, block by block."""
    made: list[Value] = []
    first = 0
    for number, block in enumerate(blocks):
        spans: dict[int, list[tuple[int, int]]] = {}
        for feature, start, end in occurrences(arrays, block, text):
            spans.setdefault(first + feature, []).append((start, end))
        tfidf = {
            feature: (1 + log(len(places)) if block.sublinear_tf else len(places))
            * float(arrays["idf"][feature])
            for feature, places in spans.items()
        }
        length = sqrt(sum(value * value for value in tfidf.values()))
        made += [
            Value(number, feature, tfidf[feature] / length, tuple(places))
            for feature, places in spans.items()
        ]
        first += block.n_features
    return made


def occurrences(arrays: Arrays, block: "Block", text: str) -> Iterator[Occurrence]:
    """Every place of every n-gram of the block."""
    of_words = block.analyzer == "word"
    return _of_words(arrays, block, text) if of_words else _of_characters(arrays, block, text)


def known_words(arrays: Arrays, block: "Block", text: str) -> tuple[int, int]:
    """How many words a rewritten text has, and how many of them the block knows.

    Where the block has no words, pieces between white space, and those with one of its n-grams.
    """
    if block.analyzer == "word":
        numbers = [find_string(arrays, "words", word[0]) for word in WORD.finditer(text)]
        units = _units(arrays, block, text, numbers)
        return len(numbers), sum(unit >= 0 for unit in units)
    pieces = _PIECE.findall(text)
    known = (next(_of_characters(arrays, block, piece), None) for piece in pieces)
    return len(pieces), sum(one is not None for one in known)


def _of_words(arrays: Arrays, block: "Block", text: str) -> Iterator[Occurrence]:
    words = list(WORD.finditer(text))
    numbers = [find_string(arrays, "words", word[0]) for word in words]
    seen = [
        (unit, word)
        for unit, word in zip(_units(arrays, block, text, numbers), words, strict=True)
        if unit != _LEFT_OUT
    ]
    for length in range(block.ngram_range[0], block.ngram_range[1] + 1):
        for start in range(len(seen) - length + 1):
            run = seen[start : start + length]
            units = [unit for unit, _ in run]
            feature = _find_row(arrays, block.name, units) if min(units) >= 0 else _NONE
            if feature >= 0:
                yield feature, run[0][1].start(), run[-1][1].end()


def _units(arrays: Arrays, block: "Block", text: str, numbers: list[int]) -> Iterator[int]:
    """What each word is to the block."""
    unit_of = arrays[f"{block.name}.unit_of"]
    n_words = len(arrays["words.starts"]) - 1
    negations = arrays["words.negations"]
    tables: Iterable[int] = [0] * len(numbers)
    if block.reach:
        mention = find_string(arrays, "words", MENTION)
        tables = sides([number == mention for number in numbers], block.reach)
    elif block.window:
        tables = marks((one >= 0 and negations[one] != 0 for one in numbers), block.window)
    elif block.crossed:
        targets = bytes(arrays[f"{block.name}.targets"]).decode("utf-8").split("\n")[:-1]
        target = target_key(target_of(text))
        place = targets.index(target) if target in targets else len(targets)
        tables = [place] * len(numbers)
    for number, table in zip(numbers, tables, strict=True):
        yield int(unit_of[int(table), n_words if number < 0 else number])


def _of_characters(arrays: Arrays, block: "Block", text: str) -> Iterator[Occurrence]:
    shortest, longest = block.ngram_range
    for piece in _PIECE.finditer(text):
        start, end = piece.span()
        padded = f" {piece[0]} "
        for length in range(shortest, max(shortest, min(longest, len(padded))) + 1):
            for place in range(max(1, len(padded) - length + 1)):
                feature = find_string(arrays, block.name, padded[place : place + length])
                if feature >= 0:  # told without the spaces, which the text may not have
                    first = max(start, start + place - 1)
                    yield feature, first, min(end, start + place - 1 + length)


def find_string(arrays: Arrays, name: str, string: str) -> int:
    """The number of the string in the table, or -1; see `models.tables.Strings`."""
    text, starts, slots = (arrays[f"{name}.{part}"] for part in ("text", "starts", "slots"))
    content = string.encode("utf-8", "surrogatepass")
    for entry in _entries(slots, hash_of_bytes(content)):
        if bytes(text[int(starts[entry]) : int(starts[entry + 1]) - 1]) == content:
            return entry
    return _NONE


def _find_row(arrays: Arrays, name: str, units: list[int]) -> int:
    rows, slots = arrays[f"{name}.numbers"], arrays[f"{name}.slots"]
    width = rows.shape[1]
    wanted = units + [_NONE] * (width - len(units))
    for entry in _entries(slots, hash_of_numbers(units)):
        if all(int(rows[entry, place]) == wanted[place] for place in range(width)):
            return entry
    return _NONE


def _entries(slots: Any, value: int) -> Iterator[int]:
    """The entries that may be the one of this hash."""
    mask = len(slots) - 1
    for step in range(MAX_PROBES):
        entry = int(slots[(value + step) & mask]) - 1
        if entry < 0:
            return
        yield entry
    raise ModelError(f"a table without a free slot among {MAX_PROBES:,}")
