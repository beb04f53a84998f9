"""What the words of a text are to each kind of block, as it stands in the arrays."""

import numpy as np
import pytest

from stance.models.info import Block
from stance.models.packing import LEFT_OUT, NONE, View, pack
from stance.models.unpacking import unpack
from stance.models.weights import BlockWeights, Weights

CLASSES = {"ab": "c1", "cd": "c2", "xy": "c7"}


def packed(terms, classes=None, precision="float64", **fields):
    """A model of two labels with one block of words, as it comes back."""
    block = Block(analyzer="word", sublinear_tf=True, n_features=len(terms), **fields)
    ones = np.ones((2, len(terms)))
    weights = Weights((BlockWeights("\n".join(terms), ones[0], ones, classes),), np.zeros(2))
    return unpack(pack(weights, (block,), precision), (block,), 2)


def of_classes(*terms, name="negated_classes", **fields):
    """A model of classes, single ones."""
    return packed(terms, CLASSES, name=name, ngram_range=(1, 1), has_classes=True, **fields)


def units(found, table=0):
    """The unit of each known word in a table of the block, and of any other word under ""."""
    (view,) = found.vocabularies
    names = [*view.units.tobytes().decode().split("\n")[:-1]]
    told = [names[one] if one >= 0 else one for one in view.unit_of[table]]
    return dict(zip([*found.words.names(), ""], told, strict=True))


def test_words_stand_for_themselves():
    """One that is not known is there all the same, though in no n-gram."""
    found = packed(("ab", "ab cd"), name="word", ngram_range=(1, 2))
    assert units(found) == {"ab": "ab", "cd": "cd", "": NONE}
    assert found.vocabularies[0].names() == ["ab", "ab cd"]
    assert found.vocabularies[0].ngrams.numbers.tolist() == [[0, -1], [0, 1]]
    assert len(found.vocabularies[0].unit_of) == 1


def test_words_behind_a_negation_have_a_table_of_their_own():
    """Every negation is known, in a fixed order, and marked as one."""
    found = packed(("ab", "not_ab"), name="negated", ngram_range=(1, 1), window=4)
    plain, marked = units(found), units(found, 1)
    assert (plain["ab"], plain[""], plain["not"]) == ("ab", NONE, NONE)
    assert (marked["ab"], marked[""], marked["not"]) == ("not_ab", NONE, NONE)
    names = found.words.names()
    *is_negation, unknown = found.negations
    assert not unknown
    negations = [name for name, is_one in zip(names, is_negation, strict=True) if is_one]
    assert negations == sorted(negations)
    assert {"not", "never", "without"} < {*negations}
    assert {*names} - {*negations} == {"ab", "not_ab"}


@pytest.mark.parametrize(
    ("keeps", "word", "other"), [(False, NONE, LEFT_OUT), (True, NONE, "other~")]
)
def test_words_stand_for_their_classes(keeps, word, other):
    """A word without a class is left out, or stands for one of those that have none."""
    terms = ("c1", "c1 c2", "other~") if keeps else ("c1", "c1 c2", "c2")
    found = packed(
        terms, CLASSES, name="classes", ngram_range=(1, 2), has_classes=True, keep_others=keeps
    )
    assert units(found) == {"ab": "c1", "cd": "c2", "xy": word, "": other}


def test_classes_are_marked_as_words_are():
    """Behind a negation they are others; what has no class has none there either."""
    found = of_classes("c1", "not_c1", window=4)
    assert (units(found)["ab"], units(found, 1)["ab"]) == ("c1", "not_c1")
    assert (units(found)[""], units(found, 1)[""]) == (LEFT_OUT, LEFT_OUT)


def test_crossed_words_have_a_table_for_each_target():
    """And one for all others, for which no n-gram stands."""
    found = packed(
        ("tram¦ab", "tram¦ab tram¦cd", "quay¦ab"), name="crossed", ngram_range=(1, 2), crossed=True
    )
    (view,) = found.vocabularies
    assert view.targets == ("tram", "quay")
    assert units(found, 0) == {"ab": "tram¦ab", "cd": "tram¦cd", "": NONE}
    assert units(found, 1) == {"ab": "quay¦ab", "cd": NONE, "": NONE}
    assert units(found, 2) == {"ab": NONE, "cd": NONE, "": NONE}


def test_words_near_a_mention_have_a_table_for_each_side():
    """The mention itself stands in the middle; others are left out there."""
    terms = ("before_ab", "after_cd", "targetent after_cd", "targetent")
    found = packed(terms, name="near", ngram_range=(1, 2), reach=3)
    assert units(found, 0) == {"ab": LEFT_OUT, "cd": LEFT_OUT, "targetent": "targetent", "": -2}
    assert units(found, 1) == {"ab": "before_ab", "cd": NONE, "targetent": NONE, "": NONE}
    assert units(found, 2) == {"ab": NONE, "cd": "after_cd", "targetent": NONE, "": NONE}


def test_classes_near_a_mention_know_the_words_of_the_classes():
    """Also those that no n-gram has; the mention is a word of its own."""
    found = of_classes("before_c1", "after_c2", name="near_classes", reach=2)
    assert units(found, 1) == {
        "ab": "before_c1", "cd": NONE, "xy": NONE, "targetent": LEFT_OUT, "": LEFT_OUT,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("precision", "few"), [("float64", "f8"), ("float32", "f4"), ("float16", "f4")]
)
def test_only_coefficients_have_few_bits(precision, few):
    """The other numbers are few, and have 32 at least."""
    arrays = packed(("ab",), name="word", ngram_range=(1, 1), precision=precision).arrays
    assert arrays["coefficients"].dtype == np.dtype(precision)
    assert {arrays[name].dtype for name in ("intercept", "idf")} == {np.dtype(few)}


def test_names_are_joined_by_spaces():
    """A place that is not used is no word."""
    ngrams = type("", (), {"numbers": np.array([[1, 0], [0, -1]])})
    view = View(np.frombuffer(b"ab\ncd\n", np.uint8), np.zeros((1, 3)), (), ngrams)
    assert view.names() == ["cd ab", "ab"]
