"""The weights of a model as the arrays of its file, which are searched where they lie.

intercept            (n_classes,)
idf                  (n_features,), the blocks one behind the other
coefficients         (n_features, n_tables * n_classes), the shared table first
targets              of targets with a table of their own: names, UTF-8, a newline behind each
words.*              every word of a text that any block of words knows, as `tables.Strings`
words.negations      uint8 (n_words,), 1 for a word that negates what follows
BLOCK.*              a block of characters: its n-grams as `tables.Strings`
BLOCK.units          a block of words: what its n-grams are made of, UTF-8, a newline behind each
BLOCK.unit_of        int32 (n_tables, n_words + 1): which unit a word is, see `View`
BLOCK.numbers, slots the n-grams as rows of units, `tables.Rows`
BLOCK.targets        with targets: their names, UTF-8, a newline behind each
"""

from dataclasses import dataclass

import numpy as np

from stance.learning.arrays import Array
from stance.learning.views import AFTER, BEFORE, CROSS, MARK, MENTION, NEGATIONS, WordView
from stance.models.info import Block
from stance.models.tables import Rows, Strings
from stance.models.weights import BlockWeights, Weights

Arrays = dict[str, Array]

NONE = -1  # not in the vocabulary
LEFT_OUT = -2  # not there at all in this view


@dataclass(frozen=True)
class View:
    """What the words of a text are to a block.

    `unit_of[t, w]` is the unit that word w is in table t, NONE or LEFT_OUT; the last w stands for
    any word that is not known. With a window table 0 is for words as they are and table 1 for
    those behind a negation; with targets there is a table for each, and one more for all others.
    With a reach table 0 has the mention alone, 1 the words before it and 2 those behind it.
    """

    units: Array
    unit_of: Array
    targets: tuple[str, ...]
    ngrams: Rows

    def names(self) -> list[str]:
        """The n-grams in order."""
        units = [*_lines(self.units), ""]
        return [" ".join(units[one] for one in row if one >= 0) for row in self.ngrams.numbers]


@dataclass(frozen=True)
class Packed:
    """The arrays of a model, checked. `first[b]` is the number of the first feature of block b;
    `vocabularies` has a `View` for a block of words and `Strings` for one of characters; `arrays`
    are those of the file. The coefficients of a text are those of the shared table, and of its
    target's where it is one of `targets`.
    """

    intercept: Array
    idf: Array
    coefficients: Array
    words: Strings
    negations: Array
    first: Array
    vocabularies: tuple[View | Strings, ...]
    arrays: Arrays
    targets: tuple[str, ...] = ()

    @property
    def n_classes(self) -> int:
        """Columns of each table of coefficients."""
        return len(self.intercept)


def pack(weights: Weights, blocks: tuple[Block, ...], precision: str = "float64") -> Arrays:
    """The arrays of the weights, coefficients in the precision named.

    The other numbers are few, and are stored in 32 bits at least.
    """
    others = "float64" if precision == "float64" else "float32"
    coefficients = np.concatenate([one.coefficients for one in weights.blocks], axis=1)
    arrays: Arrays = {
        "intercept": weights.intercept.astype(others),
        "idf": np.concatenate([one.idf for one in weights.blocks]).astype(others),
        "coefficients": np.ascontiguousarray(coefficients.T.astype(precision)),
    }
    if weights.targets:
        arrays["targets"] = _as_lines([*weights.targets])
    pairs = list(zip(blocks, weights.blocks, strict=True))
    words = _words([pair for pair in pairs if pair[0].analyzer == "word"])
    arrays |= _strings("words", words)
    arrays["words.negations"] = np.array([word in NEGATIONS for word in words], dtype=np.uint8)
    for block, values in pairs:
        terms = values.terms.split("\n")
        if block.analyzer == "word":
            arrays |= _block_of_words(block, values, terms, words)
        else:
            arrays |= _strings(block.name, terms)
    return arrays


def _strings(name: str, strings: list[str]) -> Arrays:
    table = Strings.build(strings)
    return {
        f"{name}.text": table.text,
        f"{name}.starts": table.starts,
        f"{name}.slots": table.slots,
    }


def _words(pairs: list[tuple[Block, BlockWeights]]) -> list[str]:
    """Every word of a text that a block may take for something, and every negation."""
    found: dict[str, None] = {}
    for block, values in pairs:
        units = dict.fromkeys(values.terms.replace("\n", " ").split(" "))
        if block.crossed:
            found |= dict.fromkeys(unit.rpartition(CROSS)[2] for unit in units)
        elif block.reach and values.classes is None:
            found |= dict.fromkeys(_without_side(unit) for unit in units)
        else:
            found |= units if values.classes is None else dict.fromkeys(values.classes)
        if block.reach:
            found[MENTION] = None
        if block.window:
            found |= dict.fromkeys(unit.removeprefix(MARK) for unit in units)
            found |= dict.fromkeys(sorted(NEGATIONS))
    return [word for word in found if word]


def _without_side(unit: str) -> str:
    side = next((one for one in (BEFORE, AFTER) if unit.startswith(one)), "")
    return unit.removeprefix(side)


def _block_of_words(
    block: Block, values: BlockWeights, terms: list[str], words: list[str]
) -> Arrays:
    units = dict.fromkeys(values.terms.replace("\n", " ").split(" "))
    number = {unit: place for place, unit in enumerate(units)}
    ngrams = np.full((len(terms), block.ngram_range[1]), -1, dtype=np.int32)
    for row, term in enumerate(terms):
        for column, unit in enumerate(term.split(" ")):
            ngrams[row, column] = number[unit]
    table = Rows.build(ngrams)
    arrays = {
        f"{block.name}.units": _as_lines([*units]),
        f"{block.name}.numbers": table.numbers,
        f"{block.name}.slots": table.slots,
    }
    if block.crossed:
        targets = list(dict.fromkeys(unit.rpartition(CROSS)[0] for unit in units))
        seen = [[f"{one}{CROSS}{word}" for word in [*words, ""]] for one in [*targets, ""]]
        arrays[f"{block.name}.targets"] = _as_lines(targets)
    elif block.reach:
        view = WordView(0, values.classes, block.keep_others, reach=block.reach)
        seen = [[view.placed(word, side) for word in [*words, " "]] for side in range(3)]
    else:
        view = WordView(block.window, values.classes, block.keep_others)
        # Where words stand for themselves an unknown one is there, though in no n-gram.
        unknown = " " if values.classes is None else ""
        marks = (False, True) if block.window else (False,)
        seen = [[view.unit(word, mark) for word in [*words, unknown]] for mark in marks]
    unit_of = [[number.get(unit, NONE) if unit else LEFT_OUT for unit in row] for row in seen]
    return arrays | {f"{block.name}.unit_of": np.array(unit_of, dtype=np.int32)}


def _as_lines(strings: list[str]) -> Array:
    return np.frombuffer("".join(one + "\n" for one in strings).encode("utf-8"), dtype=np.uint8)


def _lines(content: Array) -> list[str]:
    return content.tobytes().decode("utf-8").split("\n")[:-1]
