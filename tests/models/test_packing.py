"""The arrays of a model: what goes in comes out, and what cannot be is refused."""

import json
import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.models.folder import SCORER, read_folder
from stance.models.info import Block
from stance.models.mapped import arrays_of, fields_of, to_bytes
from stance.models.packing import pack
from stance.models.unpacking import unpack
from stance.models.weights import BlockWeights, Weights, weights_of
from stance.storage.errors import ModelError

COMMON = {"sublinear_tf": True, "n_features": 3}
BLOCKS = (
    Block(name="word", analyzer="word", ngram_range=(1, 2), **COMMON),
    Block(name="char", analyzer="char_wb", ngram_range=(2, 3), **COMMON),
    Block(name="negated", analyzer="word", ngram_range=(1, 1), window=4, **COMMON),
    Block(name="classes", analyzer="word", ngram_range=(1, 3), has_classes=True, **COMMON),
    Block(name="crossed", analyzer="word", ngram_range=(1, 2), crossed=True, **COMMON),
)
TERMS = (
    ("ab", "ab cd", "ef"),
    ("ab", " é", "ef "),
    ("ab", "not_ab", "not"),
    ("class1", "class1 class2", "class2"),
    ("tram¦ab", "tram¦ab tram¦cd", "quay¦ab"),
)


def weights(n_labels=2, draw=lambda *shape: np.ones(shape)):
    return Weights(
        tuple(
            BlockWeights("\n".join(terms), draw(3), draw(n_labels, 3), classes)
            for terms, classes in zip(
                TERMS,
                (None, None, None, {"ab": "class1", "cd": "class2", "xy": "class7"}, None),
                strict=True,
            )
        ),
        draw(n_labels),
    )


def arrays():
    """The arrays of a small model with a block of every kind, free to be changed."""
    return {name: array.copy() for name, array in pack(weights(), BLOCKS).items()}


def test_arrays_come_back_as_they_were_written():
    """Numbers bit by bit, n-grams in their order, and the same bytes when packed again."""
    draw = np.random.default_rng(0).random
    given_weights = weights(3, lambda *shape: draw(shape) + 1e-3)
    content = to_bytes(pack(given_weights, BLOCKS))
    found = unpack(arrays_of(memoryview(content)), BLOCKS, 3)
    assert tuple(tuple(one.names()) for one in found.vocabularies) == TERMS
    for name in ("idf", "coefficients"):
        right = np.concatenate([getattr(one, name) for one in given_weights.blocks], axis=-1)
        assert np.array_equal(getattr(found, name).T, right)
    assert (found.intercept == given_weights.intercept).all()
    assert to_bytes(pack(given_weights, BLOCKS)) == content


def test_tables_of_targets_come_back_as_they_were_written():
    """The shared table first; forged names and a table too few are refused."""
    shared = weights()
    wide = tuple(
        replace(one, coefficients=np.vstack([one.coefficients * n for n in (1, 2, 3)]))
        for one in shared.blocks
    )
    told = pack(replace(shared, blocks=wide, targets=("quay", "the_tram")), BLOCKS)
    found = unpack(told, BLOCKS, 2)
    assert (found.targets, found.n_classes) == (("quay", "the_tram"), 2)
    assert (found.coefficients == np.repeat([1, 2, 3], 2)).all()
    for names, fault in ((b"quay\n", "coefficients is"), (b"a\na\n", "targets names one twice"),
                         (b"a\nb", "targets"), (b"\xff\nb\n", "targets is not UTF-8")):  # fmt: skip
        with pytest.raises(ModelError, match=fault):
            unpack(told | {"targets": np.frombuffer(names, dtype=np.uint8)}, BLOCKS, 2)
    with pytest.raises(ModelError, match="coefficients is"):
        unpack({name: one for name, one in told.items() if name != "targets"}, BLOCKS, 2)


def test_the_weights_of_a_trained_model_come_back(trained, saved):
    """The file in the folder holds the pipeline's numbers and its n-grams in order."""
    found_weights, blocks = weights_of(trained.pipeline, exclusive=False, n_labels=3)
    assert to_bytes(pack(found_weights, blocks)) == (saved / SCORER).read_bytes()
    found = read_folder(saved).packed
    terms = [term for one in found.vocabularies for term in one.names()]
    names = trained.pipeline["features"].get_feature_names_out()
    assert terms == [name.split("__", 1)[1] for name in names]


def test_two_exclusive_labels_have_two_columns(train_small):
    """Where scikit-learn keeps one row for two classes, there is a column for each label."""
    trained = train_small(exclusive=True, none_allowed=False, names=("for_aid", "against_aid"))
    found_weights, blocks = weights_of(trained.pipeline, exclusive=True, n_labels=2)
    packed = unpack(pack(found_weights, blocks), blocks, 2)
    assert packed.coefficients.shape[1] == len(packed.intercept) == 2
    assert packed.intercept[0] == 0.0


def changed(name, change):
    found = arrays()
    found[name] = change(found[name])
    return found


def put(value, place=0):
    def change(array):
        array.flat[place] = value
        return array

    return change


FORGED = {
    "nan": ("coefficients", put(np.nan), "coefficients holds numbers"),
    "infinite": ("intercept", put(np.inf), "intercept holds numbers"),
    "idf of zero": ("idf", put(0.0), "idf is not above 0"),
    "idf below zero": ("idf", put(-1.0, 4), "idf is not above 0"),
    "a row less": ("coefficients", lambda one: one[1:], "coefficients is"),
    "another shape": ("coefficients", lambda one: one.T, "coefficients is"),
    "flat": ("coefficients", np.ravel, "coefficients is"),
    "integers": ("coefficients", lambda one: one.astype(np.int32), "coefficients is"),
    "one intercept": ("intercept", lambda one: one[:1], "1 intercepts for 2 labels"),
    "no column of intercepts": ("intercept", lambda one: one[None], "0 intercepts"),
    "a word's place": ("words.starts", put(10**6, -1), "words: places"),
    "places not in order": ("words.starts", put(10**6, 1), "words: places"),
    "places of another kind": ("words.starts", lambda one: one.astype("i4"), "words.starts is"),
    "no place": ("char.starts", lambda one: one[:0], "char: places"),
    "a slot too far": ("words.slots", put(10**6), "words: slots"),
    "too few slots": ("char.slots", lambda one: one[:8], "char: slots"),
    "an odd number of slots": ("word.slots", lambda one: one[1:], "word: slots"),
    "a slot of n-grams": ("word.slots", put(99), "word: slots"),
    "no text": ("char.text", lambda one: one[:4], "char: places"),
    "not UTF-8": ("char.text", put(0xFF), "char.text is not UTF-8"),
    "two strings in one": ("char.text", put(10), "char.text does not hold 3 strings"),
    "a unit not there": ("negated.unit_of", put(99), "negated.unit_of: numbers"),
    "a unit below": ("negated.unit_of", put(-3), "negated.unit_of: numbers"),
    "a table less": ("negated.unit_of", lambda one: one[:1], "negated.unit_of is"),
    "a word less": ("classes.unit_of", lambda one: one[:, 1:], "classes.unit_of is"),
    "an n-gram of nothing": ("word.numbers", put(50), "word: numbers"),
    "units not UTF-8": ("word.units", put(0xFF), "word.units is not UTF-8"),
    "units without an end": ("word.units", lambda one: one[:-1], "word.unit"),
    "a target less": ("crossed.targets", lambda one: one[5:], "crossed.unit_of is"),
    "negations of another size": ("words.negations", lambda one: one[1:], "words.negations is"),
}


@pytest.mark.parametrize("name", FORGED)
def test_arrays_that_cannot_be_are_refused_by_name(name):
    """NaN, another shape, another kind, a number that leads elsewhere: refused by name."""
    unpack(arrays(), BLOCKS, 2)
    array, change, told = FORGED[name]
    with pytest.raises(ModelError) as caught:
        unpack(changed(array, change), BLOCKS, 2)
    assert told in str(caught.value)


@pytest.mark.parametrize("change", ["missing", "other", "more"])
def test_arrays_by_other_names_are_refused(change):
    """Exactly the arrays of the blocks are there, no fewer and no more."""
    found = arrays()
    if change != "more":
        taken = found.pop("char.slots")
    if change == "other":
        found["chars.slots"] = taken
    if change == "more":
        found["extra"] = np.zeros(1)
    with pytest.raises(ModelError, match="expected"):
        unpack(found, BLOCKS, 2)


def file_with(header, size=16):
    encoded = header if isinstance(header, bytes) else json.dumps(header).encode()
    return memoryview(struct.pack("<Q", len(encoded)) + encoded + bytes(size))


@pytest.mark.parametrize(
    "told",
    [
        {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]},
        {"dtype": "I64", "shape": [2], "data_offsets": [0, 16]},
        {"dtype": None, "shape": [2], "data_offsets": [0, 16]},
        {"dtype": ["F64"], "shape": [2], "data_offsets": [0, 16]},
        {"dtype": "F64", "shape": [2], "data_offsets": [0, 24]},
        {"dtype": "F64", "shape": [2], "data_offsets": [8, 24]},
        {"dtype": "F64", "shape": [2], "data_offsets": [-8, 8]},
        {"dtype": "F64", "shape": [2], "data_offsets": [16, 0]},
        {"dtype": "F64", "shape": [-2], "data_offsets": [0, 16]},
        {"dtype": "F64", "shape": [-1, -2], "data_offsets": [0, 16]},
        {"dtype": "F64", "shape": 2, "data_offsets": [0, 16]},
        {"dtype": "F64", "shape": [2.0], "data_offsets": [0, 16]},
        {"dtype": "F64", "shape": [True, 2], "data_offsets": [0, 16]},
        {"dtype": "F64", "shape": [2], "data_offsets": [0]},
        {"dtype": "F64", "shape": [2], "data_offsets": [0, 16, 16]},
        {"dtype": "F64", "shape": [2]},
        [],
        None,
    ],
)
def test_an_array_that_leads_out_of_the_file_is_refused(told):
    """Kinds that no model has, and shapes that do not fit their place, are refused."""
    good = {"dtype": "F64", "shape": [2], "data_offsets": [0, 16]}
    assert arrays_of(file_with({"intercept": good}))["intercept"].tolist() == [0.0, 0.0]
    with pytest.raises(ModelError):
        fields_of(file_with({"intercept": told}))


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 7, b"\0" * 8, b"\xff" * 16, struct.pack("<Q", 2**40) + b"{}"]
    + [bytes(file_with(one)) for one in (b"[]", b"{", b"[" * 5000, b"\xff\xff", b'{"a": 1}')],
)
def test_what_is_no_such_file_is_refused(content):
    """Too short, too long, no JSON, JSON of another form."""
    with pytest.raises(ModelError, match=r"not a safetensors file|has no"):
        fields_of(memoryview(content))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_any_change_of_a_byte_is_a_model_or_refused(place, mask):
    """A changed byte anywhere gives arrays that lead nowhere else, or ModelError."""
    damaged = bytearray(to_bytes(pack(weights(), BLOCKS)))
    damaged[place % len(damaged)] ^= mask
    try:
        found = unpack(arrays_of(memoryview(bytes(damaged))), BLOCKS, 2)
    except ModelError:
        return
    assert np.isfinite(found.coefficients).all()
    assert [len(one.names()) for one in found.vocabularies] == [3] * 5


def test_a_block_of_fewer_ngrams_than_it_says_is_refused():
    """The number in the record is that of the strings in the file."""
    block = next(one for one in BLOCKS if one.analyzer == "char_wb")
    more = block.model_copy(update={"n_features": block.n_features + 1})
    found = arrays()
    found["idf"] = np.append(found["idf"], np.ones(1))
    found["coefficients"] = np.vstack([found["coefficients"], found["coefficients"][:1]])
    with pytest.raises(ModelError, match="3 n-grams, not 4"):
        unpack(found, tuple(more if one is block else one for one in BLOCKS), 2)


def test_words_around_a_mention_come_back():
    """A block of what stands near the target knows each word on either side of it."""
    terms = ("before_ab", "after_cd", "before_ab targetent", "targetent after_cd")
    block = Block(
        name="near", analyzer="word", reach=3, ngram_range=(1, 2), sublinear_tf=True, n_features=4
    )
    values = BlockWeights("\n".join(terms), np.ones(4), np.ones((2, 4)))
    found = unpack(pack(Weights((values,), np.zeros(2)), (block,)), (block,), 2)
    assert tuple(found.vocabularies[0].names()) == terms
    words = found.words.names()
    assert set(words) == {"ab", "cd", "targetent"}
    units = found.vocabularies[0].unit_of
    mention, before, behind = (units[side][words.index(name)] for side, name in
                               enumerate(("targetent", "ab", "cd")))  # fmt: skip
    assert min(mention, before, behind) >= 0
    assert units[0][words.index("ab")] < 0
    assert units[2][words.index("ab")] < 0


def test_a_label_without_a_row_has_no_weights():
    """A regression that has not seen every class is none that can be packed."""
    from types import SimpleNamespace

    classifier = SimpleNamespace(classes_=[0, 2, 3], coef_=np.zeros((3, 1)), intercept_=np.zeros(3))
    pipeline = SimpleNamespace(named_steps={"classifier": classifier})
    with pytest.raises(ModelError, match="no training sentence"):
        weights_of(pipeline, exclusive=True, n_labels=3)


def test_metadata_are_passed_over():
    """Where another tool has written some into the file, nothing of it is used."""
    good = {"dtype": "F64", "shape": [2], "data_offsets": [0, 16]}
    found = arrays_of(file_with({"__metadata__": {"intercept": "[]"}, "intercept": good}))
    assert {name: array.tolist() for name, array in found.items()} == {"intercept": [0.0, 0.0]}
