"""The arrays of a model's file, checked one by one before a number of them is used.

A folder may come from a stranger: whatever the file holds, nothing is read outside of an array.
"""

import numpy as np

from stance.learning.arrays import Array
from stance.models.info import Block
from stance.models.packing import LEFT_OUT, Arrays, Packed, View
from stance.models.tables import Rows, Strings
from stance.storage.errors import ModelError

# Training gives 1 + ln(n) at most, and coefficients far below. What is larger could, multiplied,
# become infinite in the middle of a prediction.
MOST_IDF, MOST_WEIGHT = 1000.0, 1e12

_STRINGS = {"text": "u1", "starts": "u4", "slots": "u4"}
_VIEW = {"units": "u1", "unit_of": "i4", "numbers": "i4", "slots": "u4"}


def unpack(arrays: Arrays, blocks: tuple[Block, ...], n_labels: int) -> Packed:
    """The arrays as the scorer uses them. Raises ModelError that names the one that cannot be."""
    expected = {"intercept", "idf", "coefficients", "words.negations"}
    expected |= {f"words.{part}" for part in _STRINGS}
    expected |= {"targets"} & set(arrays)
    for block in blocks:
        parts = [*_VIEW, *["targets"] * block.crossed] if _is_of_words(block) else [*_STRINGS]
        expected |= {f"{block.name}.{part}" for part in parts}
    if set(arrays) != expected:
        raise ModelError(f"arrays {sorted(arrays)}, expected {sorted(expected)}")
    first = np.cumsum([0, *(block.n_features for block in blocks)])
    intercept = arrays["intercept"]
    n_classes = len(intercept) if intercept.ndim == 1 else 0
    if n_classes not in (n_labels, n_labels + 1):
        raise ModelError(f"{n_classes} intercepts for {n_labels} labels")
    _check_floats("intercept", intercept, (n_classes,))
    _check_floats("idf", arrays["idf"], (int(first[-1]),))
    targets = _names("targets", arrays["targets"]) if "targets" in arrays else ()
    n_columns = (1 + len(targets)) * n_classes
    _check_floats("coefficients", arrays["coefficients"], (int(first[-1]), n_columns))
    if (arrays["idf"] <= 0).any() or arrays["idf"].max() > MOST_IDF:
        raise ModelError(f"idf is not above 0 and at most {MOST_IDF:,.0f} everywhere")
    words = _strings("words", arrays)
    _check_kind("words.negations", arrays["words.negations"], "u1", (len(words),))
    return Packed(
        intercept.astype(np.float64),
        arrays["idf"].astype(np.float64),
        arrays["coefficients"].astype(np.float64),
        words,
        np.append(arrays["words.negations"] != 0, False),
        first,
        tuple(
            _view(block, arrays, len(words))
            if _is_of_words(block)
            else _of_characters(block, arrays)
            for block in blocks
        ),
        arrays,
        targets,
    )


def _is_of_words(block: Block) -> bool:
    return block.analyzer == "word"


def _of_characters(block: Block, arrays: Arrays) -> Strings:
    found = _strings(block.name, arrays)
    if len(found) != block.n_features:
        raise ModelError(f"{block.name}: {len(found)} n-grams, not {block.n_features}")
    return found


def _strings(name: str, arrays: Arrays) -> Strings:
    parts = {part: arrays[f"{name}.{part}"] for part in _STRINGS}
    for part, kind in _STRINGS.items():
        _check_kind(f"{name}.{part}", parts[part], kind, (parts[part].size,))
    found = Strings(**parts)
    found.check(name)
    _check_text(f"{name}.text", found.text[: int(found.starts[-1])], len(found))
    return found


def _view(block: Block, arrays: Arrays, n_words: int) -> View:
    units, unit_of, numbers, slots = (arrays[f"{block.name}.{part}"] for part in _VIEW)
    name = block.name
    _check_kind(f"{name}.units", units, "u1", (units.size,))
    n_units = int((units == ord("\n")).sum())
    _check_text(f"{name}.units", units, n_units)
    targets = _names(f"{name}.targets", arrays[f"{name}.targets"]) if block.crossed else ()
    n_tables = len(targets) + 1 if block.crossed else 3 if block.reach else 2 if block.window else 1
    _check_kind(f"{name}.unit_of", unit_of, "i4", (n_tables, n_words + 1))
    if unit_of.min() < LEFT_OUT or unit_of.max() >= n_units:
        raise ModelError(f"{name}.unit_of: numbers that stand for nothing")
    _check_kind(f"{name}.numbers", numbers, "i4", (block.n_features, block.ngram_range[1]))
    _check_kind(f"{name}.slots", slots, "u4", (slots.size,))
    ngrams = Rows(numbers, slots)
    ngrams.check(name, n_units)
    return View(units, unit_of, targets, ngrams)


def _names(name: str, content: Array) -> tuple[str, ...]:
    _check_kind(name, content, "u1", (content.size,))
    n_names = int((content == ord("\n")).sum())
    found = tuple(_check_text(name, content, n_names).split("\n")[:-1])
    if len(set(found)) < len(found):
        raise ModelError(f"{name} names one twice")
    return found


def _check_text(name: str, content: Array, n_strings: int) -> str:
    try:
        text = content.tobytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ModelError(f"{name} is not UTF-8") from error
    if text.count("\n") != n_strings or (text and not text.endswith("\n")):
        raise ModelError(f"{name} does not hold {n_strings} strings")
    return text


def _check_kind(name: str, array: Array, kind: str, shape: tuple[int, ...]) -> None:
    if array.dtype.str[1:] != kind or array.shape != shape:
        raise ModelError(f"{name} is {array.dtype} {array.shape}, expected {kind} {shape}")


def _check_floats(name: str, array: Array, shape: tuple[int, ...]) -> None:
    if array.dtype.kind != "f" or array.shape != shape:
        raise ModelError(f"{name} is {array.dtype} {array.shape}, expected floats {shape}")
    # Not a number is no bound that is kept, either.
    if array.size and not -MOST_WEIGHT <= float(array.min()) <= float(array.max()) <= MOST_WEIGHT:
        raise ModelError(f"{name} holds numbers that are not finite, or beyond any weight")
