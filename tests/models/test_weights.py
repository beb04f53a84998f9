"""Weights as plain arrays: what goes in comes out, and what cannot be is refused."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.models.folder import SCORER, read_folder
from stance.models.info import Block
from stance.models.weights import BlockWeights, Weights, from_bytes, to_bytes, weights_of
from stance.storage.errors import ModelError

BLOCK = Block(name="word", analyzer="word", ngram_range=(1, 1), sublinear_tf=True, n_features=3)


def content(terms="ab\ncd\nef", idf=(1.0, 2.0, 1.5), coefficients=None, intercept=(0.1, 0.2)):
    from safetensors.numpy import save

    n_classes = len(intercept)
    shape = (n_classes, 3)
    return save(
        {
            "intercept": np.array(intercept),
            "word.terms": np.frombuffer(terms.encode("utf-8"), np.uint8),
            "word.idf": np.array(idf),
            "word.coefficients": np.zeros(shape) if coefficients is None else coefficients,
        }
    )


NUMBERS = st.floats(-1e6, 1e6, width=64)
TERMS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.lists(TERMS, min_size=1, max_size=6, unique=True), st.integers(1, 4))
def test_weights_come_back_as_they_were_written(data, terms, n_labels):
    """Arrays and vocabulary survive the file bit by bit, and writing again gives the same bytes."""
    n = len(terms)
    block = BLOCK.model_copy(update={"n_features": n})
    row = st.lists(NUMBERS, min_size=n, max_size=n)
    idf = st.lists(st.floats(1e-3, 20), min_size=n, max_size=n)
    weights = Weights(
        (
            BlockWeights(
                "\n".join(terms),
                np.array(data.draw(idf)),
                np.array(data.draw(st.lists(row, min_size=n_labels, max_size=n_labels))),
            ),
        ),
        np.array(data.draw(st.lists(NUMBERS, min_size=n_labels, max_size=n_labels))),
    )
    written = to_bytes(weights, (block,))
    found = from_bytes(written, (block,), n_labels)
    assert found.blocks[0].terms == weights.blocks[0].terms
    for one, other in (
        (found.intercept, weights.intercept),
        (found.blocks[0].idf, weights.blocks[0].idf),
        (found.blocks[0].coefficients, weights.blocks[0].coefficients),
    ):
        assert one.tobytes() == other.tobytes()
    assert to_bytes(found, (block,)) == written


def test_the_weights_of_a_trained_model_come_back(trained, saved):
    """The file in the folder holds the pipeline's numbers and its n-grams in order."""
    weights, blocks = weights_of(trained.pipeline, exclusive=False, n_labels=3)
    assert to_bytes(weights, blocks) == (saved / SCORER).read_bytes()
    found = read_folder(saved).weights
    terms = "\n".join(block.terms for block in found.blocks).split("\n")
    names = trained.pipeline["features"].get_feature_names_out()
    assert terms == [name.split("__", 1)[1] for name in names]


def test_two_exclusive_labels_have_two_rows(train_small):
    """Where scikit-learn keeps one row for two classes, there is one for each label."""
    trained = train_small(exclusive=True, none_allowed=False, names=("for_aid", "against_aid"))
    weights, blocks = weights_of(trained.pipeline, exclusive=True, n_labels=2)
    assert weights.intercept.shape == (2,)
    assert [block.coefficients.shape[0] for block in weights.blocks] == [2, 2]
    assert from_bytes(to_bytes(weights, blocks), blocks, 2).intercept[0] == 0.0


BAD_ROWS = {
    "nan": np.array([[0.0, np.nan, 0.0], [0.0, 0.0, 0.0]]),
    "inf": np.array([[0.0, np.inf, 0.0], [0.0, 0.0, 0.0]]),
    "one row": np.zeros((1, 3)),
    "two columns": np.zeros((2, 2)),
    "flat": np.zeros(6),
    "integers": np.zeros((2, 3), dtype=np.int64),
    "booleans": np.zeros((2, 3), dtype=bool),
}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        *(({"coefficients": rows}, "word.coefficients") for rows in BAD_ROWS.values()),
        ({"idf": (1.0, -2.0, 1.0)}, "word.idf is not positive"),
        ({"idf": (1.0, 0.0, 1.0)}, "word.idf is not positive"),
        ({"idf": (1.0, np.nan, 1.0)}, "word.idf holds numbers"),
        ({"idf": (1.0, 1.0)}, "word.idf is float64 (2,)"),
        ({"intercept": (0.1, np.inf)}, "intercept holds numbers"),
        ({"intercept": (0.1,)}, "1 intercepts for 2 labels"),
        ({"intercept": (0.1, 0.2, 0.3, 0.4)}, "4 intercepts for 2 labels"),
        ({"intercept": ((0.1, 0.2), (0.1, 0.2))}, "0 intercepts for 2 labels"),
        ({"terms": "ab\ncd\nab"}, "not 3 different n-grams"),
        ({"terms": "ab\ncd"}, "not 3 different n-grams"),
        ({"terms": "ab\n\nef"}, "not 3 different n-grams"),
        ({"terms": "ab\ncd\nef\n"}, "not 3 different n-grams"),
    ],
)
def test_arrays_that_cannot_be_are_refused_by_name(changes, told):
    """NaN, another shape, another kind, equal terms, idf not above zero: refused by name."""
    assert from_bytes(content(), (BLOCK,), 2).blocks[0].terms == "ab\ncd\nef"
    with pytest.raises(ModelError) as caught:
        from_bytes(content(**changes), (BLOCK,), 2)
    assert told in str(caught.value)


def test_terms_that_are_no_utf8_are_refused():
    """A vocabulary is UTF-8, and its bytes are bytes."""
    from safetensors.numpy import load, save

    for terms in (
        np.array([0xFF] * 8, np.uint8),
        np.zeros(8, np.int16),
        np.zeros((2, 4), np.uint8),
    ):
        arrays = {**load(content()), "word.terms": terms}
        with pytest.raises(ModelError, match=r"word\.terms are not"):
            from_bytes(save(arrays), (BLOCK,), 2)


@pytest.mark.parametrize("change", ["missing", "other", "more"])
def test_arrays_by_other_names_are_refused(change):
    """Exactly the arrays of the blocks are there, no fewer and no more."""
    from safetensors.numpy import load, save

    arrays = load(content())
    if change != "more":
        idf = arrays.pop("word.idf")
    if change == "other":
        arrays["char.idf"] = idf
    if change == "more":
        arrays["extra"] = np.zeros(1)
    with pytest.raises(ModelError, match="expected"):
        from_bytes(save(arrays), (BLOCK,), 2)


@pytest.mark.parametrize(
    "dtype", ["BF16", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F4", "C64", "BOOL", "I64", "X9", "", None]
)
def test_every_kind_of_number_of_the_format_is_a_model_or_refused(dtype):
    """Kinds of numbers that NumPy does not know, or that are no floats, are refused as such."""
    size = {"BF16": 2, "C64": 8, "I64": 8}.get(dtype, 1)
    header = {"intercept": {"dtype": dtype, "shape": [2], "data_offsets": [0, 2 * size]}}
    encoded = json.dumps(header).encode()
    with pytest.raises(ModelError):
        from_bytes(struct.pack("<Q", len(encoded)) + encoded + bytes(2 * size), (), 2)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.tuples(st.integers(0, 5000), st.integers(1, 255)))
def test_any_bytes_are_weights_or_refused(change):
    """Any bytes, and any change of a byte in a good file, give weights or ModelError."""
    damaged = change
    if isinstance(change, tuple):
        place, mask = change
        damaged = bytearray(content())
        damaged[place % len(damaged)] ^= mask
    try:
        found = from_bytes(bytes(damaged), (BLOCK,), 2)
    except ModelError:
        return
    assert np.isfinite(found.intercept).all()
    assert (found.blocks[0].idf > 0).all()
