"""Arrays of a file as the scorer takes them: each is named that cannot be, with what it is."""

import numpy as np
import pytest

from stance.models.info import Block
from stance.models.packing import pack
from stance.models.unpacking import MOST_IDF, MOST_WEIGHT, unpack
from stance.models.weights import BlockWeights, Weights
from stance.storage.errors import ModelError

COMMON = {"sublinear_tf": True, "n_features": 2}
BLOCKS = (
    Block(name="word", analyzer="word", ngram_range=(1, 2), **COMMON),
    Block(name="char", analyzer="char_wb", ngram_range=(2, 3), **COMMON),
    Block(name="crossed", analyzer="word", ngram_range=(1, 1), crossed=True, **COMMON),
    Block(name="near", analyzer="word", ngram_range=(1, 1), reach=2, **COMMON),
    Block(name="negated", analyzer="word", ngram_range=(1, 1), window=2, **COMMON),
)
TERMS = ("ab\nab cd", "ab\ncd", "tram¦ab\nquay¦ab", "before_ab\nafter_ab", "ab\nnot_ab")


def arrays(n_classes=2):
    """Of a model of two labels with every kind of block, free to be changed."""
    ones = np.ones((n_classes, 2))
    blocks = tuple(BlockWeights(terms, ones[0], ones) for terms in TERMS)
    found = pack(Weights(blocks, np.zeros(n_classes)), BLOCKS)
    return {name: array.copy() for name, array in found.items()}


def test_arrays_are_taken_as_they_are():
    """In 64 bits, with the first feature of each block; one class more may be "no label"."""
    found = unpack(arrays(3), BLOCKS, 2)
    assert found.first.tolist() == [0, 2, 4, 6, 8, 10]
    assert {one.dtype for one in (found.intercept, found.idf, found.coefficients)} == {
        np.dtype("float64")
    }
    assert (found.intercept.shape, found.coefficients.shape) == ((3,), (10, 3))
    assert found.negations.dtype == bool
    assert len(found.negations) == len(found.words) + 1
    names = [*found.words.names(), ""]
    assert {"not", "never"} < {
        name for name, is_one in zip(names, found.negations, strict=True) if is_one
    }
    assert not found.negations[names.index("ab")]
    assert not found.negations[-1]
    assert found.targets == ()
    assert found.vocabularies[2].targets == ("tram", "quay")
    assert [one.targets for one in found.vocabularies if hasattr(one, "targets")].count(()) == 3


def least(name):
    """The array with one number more at its end."""
    return lambda found: found.update({name: np.append(found[name], found[name][-1:])})


def first(name, value):
    """The array with this as its first number."""

    def change(found):
        found[name].reshape(-1)[0] = value

    return change


def kind(name, dtype):
    """The array in another kind of number."""
    return lambda found: found.update({name: found[name].astype(dtype)})


def text(name, content):
    """The array with this text."""
    return lambda found: found.update({name: np.frombuffer(content, np.uint8)})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda found: found.update(more=found["idf"]), r"^arrays \[.*'more'.*\], expected \["),
        (lambda found: found.pop("crossed.targets"), r"^arrays \[.*\], expected \[.*crossed.targ"),
        (lambda found: found.pop("words.starts"), r"expected \[.*'words.starts'"),
        (lambda found: found.pop("near.unit_of"), r"expected \[.*'near.unit_of'"),
        (lambda found: found.pop("char.slots"), r"expected \[.*'char.slots'"),
        (lambda found: found.pop("words.negations"), r"expected \[.*'words.negations'"),
        (lambda found: found.update(intercept=np.zeros(1)), "^1 intercepts for 2 labels$"),
        (lambda found: found.update(intercept=np.zeros(4)), "^4 intercepts for 2 labels$"),
        (lambda found: found.update(intercept=np.zeros((2, 2))), "^0 intercepts for 2 labels$"),
        (kind("intercept", "i4"), r"^intercept is int32 \(2,\), expected floats \(2,\)$"),
        (first("intercept", np.nan), "^intercept holds numbers that are not finite, or beyond"),
        (least("idf"), r"^idf is float64 \(11,\), expected floats \(10,\)$"),
        (first("idf", 0.0), r"^idf is not above 0 and at most [\d,]+ everywhere$"),
        (first("idf", MOST_IDF * 1.01), r"^idf is not above 0 and at most [\d,]+ everywhere$"),
        (first("coefficients", np.inf), "^coefficients holds numbers that are not finite"),
        (first("coefficients", -1.01 * MOST_WEIGHT), "^coefficients holds numbers that are not"),
        (
            lambda found: found.update(coefficients=found["coefficients"].T.copy()),
            r"^coefficients is float64 \(2, 10\), expected floats \(10, 2\)$",
        ),
        (
            kind("words.negations", "i1"),
            r"^words.negations is int8 \(\d+,\), expected u1 \(\d+,\)$",
        ),
        (least("words.negations"), "^words.negations is uint8"),
        (kind("words.text", "i1"), r"^words.text is int8 "),
        (kind("words.starts", "i4"), r"^words.starts is int32 \(\d+,\), expected u4"),
        (kind("char.slots", "i4"), r"^char.slots is int32 \(\d+,\), expected u4"),
        (first("words.text", 0xFF), "^words.text is not UTF-8$"),
        (first("words.text", 10), r"^words.text does not hold \d+ strings$"),
        (kind("near.units", "i1"), r"^near.units is int8 "),
        (text("near.units", b"before_ab\nafter_ab"), "^near.units does not hold 1 strings$"),
        (text("near.units", b"\xff\n\n"), "^near.units is not UTF-8$"),
        (kind("negated.unit_of", "i8"), r"^negated.unit_of is int64 \(2, \d+\), expected i4 \(2, "),
        (
            lambda found: found.update({"near.unit_of": found["near.unit_of"][:2].copy()}),
            r"^near.unit_of is int32 \(2, \d+\), expected i4 \(3, \d+\)$",
        ),
        (
            lambda found: found.update({"crossed.unit_of": found["crossed.unit_of"][:2].copy()}),
            r"^crossed.unit_of is int32 \(2, \d+\), expected i4 \(3, \d+\)$",
        ),
        (
            lambda found: found.update({"word.unit_of": found["word.unit_of"][:, 1:].copy()}),
            r"^word.unit_of is int32 \(1, \d+\), expected i4 \(1, \d+\)$",
        ),
        (first("word.unit_of", -3), "^word.unit_of: numbers that stand for nothing$"),
        (first("word.unit_of", 2), "^word.unit_of: numbers that stand for nothing$"),
        (kind("word.numbers", "i8"), r"^word.numbers is int64 \(2, 2\), expected i4 \(2, 2\)$"),
        (first("word.numbers", 2), "^word: numbers that stand for nothing$"),
        (kind("word.slots", "i4"), r"^word.slots is int32 \(\d+,\), expected u4"),
        (first("word.slots", 9), "^word: slots that are no table of 2 entries$"),
        (kind("crossed.targets", "i1"), r"^crossed.targets is int8 "),
        (text("crossed.targets", b"tram\nqu"), r"^crossed.targets does not hold 1 strings$"),
    ],
)
def test_an_array_that_cannot_be_is_named(change, told):
    """With what it is and what was expected; nothing of it is used."""
    found = arrays()
    change(found)
    with pytest.raises(ModelError, match=told):
        unpack(found, BLOCKS, 2)


def test_a_block_of_characters_has_as_many_ngrams_as_it_says():
    """Else its features are another's."""
    blocks = (BLOCKS[0], BLOCKS[1].model_copy(update={"n_features": 3}), *BLOCKS[2:])
    found = arrays()
    found["idf"] = np.ones(11)
    found["coefficients"] = np.ones((11, 2))
    with pytest.raises(ModelError, match=r"^char: 2 n-grams, not 3$"):
        unpack(found, blocks, 2)


@pytest.mark.parametrize(
    "change",
    [
        first("idf", MOST_IDF),
        first("coefficients", MOST_WEIGHT),
        first("intercept", -MOST_WEIGHT),
        first("word.unit_of", -2),
        first("word.unit_of", 1),
        kind("coefficients", "f2"),
    ],
)
def test_numbers_may_be_as_large_as_their_bounds(change):
    """And in few bits: they are the model's numbers then."""
    given = arrays()
    change(given)
    found = unpack(given, BLOCKS, 2)
    for name in ("idf", "coefficients", "intercept"):
        np.testing.assert_array_equal(getattr(found, name), given[name].astype(np.float64))
    np.testing.assert_array_equal(found.vocabularies[0].unit_of, given["word.unit_of"])


def test_a_model_of_its_own_for_each_target_has_columns_for_all():
    """As many times more as there are targets, each named once."""
    found = arrays()
    found["targets"] = np.frombuffer(b"tram\nquay\n", np.uint8)
    found["coefficients"] = np.ones((10, 6))
    assert unpack(found, BLOCKS, 2).targets == ("tram", "quay")
    found["coefficients"] = np.ones((10, 4))
    with pytest.raises(ModelError, match=r"^coefficients is .* expected floats \(10, 6\)$"):
        unpack(found, BLOCKS, 2)
    found["targets"] = np.frombuffer(b"tram\ntram\n", np.uint8)
    with pytest.raises(ModelError, match=r"^targets names one twice$"):
        unpack(found, BLOCKS, 2)
