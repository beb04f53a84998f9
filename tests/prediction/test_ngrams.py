"""Counting features as scikit-learn's CountVectorizer does."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.models.info import Block
from stance.models.packing import pack
from stance.models.unpacking import unpack
from stance.models.weights import BlockWeights, Weights
from stance.prediction import pieces
from stance.prediction.codes import make_batch
from stance.prediction.counting import Counting
from stance.prediction.plain import occurrences

WORDS = ("tram", "quay", "Tram", "a", "mayor", "İpek", "2nd", "☂", "of", "ΟΔΟΣ", "don't", "x_y")
texts_of_words = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
any_texts = st.lists(
    st.one_of(texts_of_words, st.text(st.characters(), max_size=12)), min_size=1, max_size=4
)
RANGES = [(1, 1), (1, 2), (2, 2), (2, 3), (1, 3)]
CHAR_RANGES = [(2, 5), (3, 3), (2, 2), (4, 6)]


def model_of(vocabulary, analyzer, ngram_range):
    """The block of the terms, its packed arrays, and what counts them."""
    size = len(vocabulary)
    block = Block(
        name="word" if analyzer == "word" else "char",
        analyzer=analyzer,
        ngram_range=ngram_range,
        sublinear_tf=False,
        n_features=size,
    )
    weights = BlockWeights("\n".join(vocabulary), np.ones(size), np.ones((1, size)))
    packed = unpack(pack(Weights((weights,), np.zeros(1)), (block,)), (block,), 1)
    return block, packed, Counting(packed, (block,))


def counted(counting, texts):
    """(row, feature) → how often; words of each text; known ones."""
    batch = make_batch(texts)
    rows, features = counting.occurrences(batch, 0)
    found = counting.count(batch)
    pairs = Counter(zip(rows.tolist(), features.tolist(), strict=True))
    return pairs, found.n_words.tolist(), found.n_known.tolist()


def expected_counts(vectorizer, texts):
    matrix = vectorizer.transform(texts).tocoo()
    return Counter(
        {
            (int(row), int(column)): int(n)
            for row, column, n in zip(matrix.row, matrix.col, matrix.data, strict=True)
        }
    )


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([("word", one) for one in RANGES] + [("char_wb", one) for one in CHAR_RANGES]),
    st.lists(texts_of_words, min_size=1, max_size=4),
    any_texts,
)
def test_counts_are_those_of_scikit_learn(setting, seen, texts):
    """Each n-gram is counted as often as CountVectorizer counts it, by both ways to count."""
    from sklearn.feature_extraction.text import CountVectorizer

    analyzer, ngram_range = setting
    vectorizer = CountVectorizer(analyzer=analyzer, ngram_range=ngram_range)
    vectorizer.fit([*seen, "the tram along the quay"])
    names = vectorizer.get_feature_names_out().tolist()
    block, packed, counting = model_of(names, analyzer, ngram_range)
    assert packed.vocabularies[0].names() == names
    texts = texts + seen
    right = expected_counts(vectorizer, texts)
    assert counted(counting, texts)[0] == right
    plain = Counter(
        (row, feature)
        for row, text in enumerate(texts)
        for feature, _, _ in occurrences(packed.arrays, block, text.lower())
    )
    assert plain == right


def test_word_ngrams_by_hand():
    """Of "the tram, the tram stops" the vocabulary's five terms occur 2, 2, 1, 0 and 1 times."""
    terms = ["the", "the tram", "tram stops", "quay", "tram the tram"]
    found, n_words, n_known = counted(
        model_of(terms, "word", (1, 3))[2], ["The tram, the tram stops!"]
    )
    assert found == {(0, 0): 2, (0, 1): 2, (0, 2): 1, (0, 4): 1}
    # "stops" stands in a bigram only, and is known all the same.
    assert (n_words, n_known) == ([5], [5])


def test_char_ngrams_by_hand():
    """The word is padded with a space on both sides; one shorter than an n-gram counts once."""
    counting = model_of([" a ", "tra", "am ", " tr"], "char_wb", (3, 4))[2]
    found, n_pieces, _ = counted(counting, ["a tram", "", "ram a a"])
    assert found == {(0, 0): 1, (0, 1): 1, (0, 2): 1, (0, 3): 1, (2, 0): 2, (2, 2): 1}
    assert n_pieces == [2, 0, 3]


def test_ngrams_do_not_cross_texts():
    """The last word of a text and the first of the next are no bigram."""
    counting = model_of(["tram quay", "quay"], "word", (1, 2))[2]
    assert counted(counting, ["the tram", "quay"])[0] == {(1, 1): 1}


def test_known_are_words_with_a_feature():
    """A word is known when a term holds it, a piece when one of its n-grams is a term."""
    found = counted(model_of(["tram", "along the"], "word", (1, 2))[2], ["tram the bus"])
    assert found[1:] == ([3], [2])
    found = counted(model_of(["tr"], "char_wb", (2, 2))[2], ["tram the bus tr"])
    assert found[1:] == ([4], [2])


@pytest.mark.parametrize(("analyzer", "range_"), [("word", (1, 2)), ("char_wb", (2, 3))])
def test_texts_without_a_word(analyzer, range_):
    """Texts without a word have no feature, and each still has its row."""
    found = counted(model_of(["tram"], analyzer, range_)[2], ["", " ", "\n"])
    assert found == ({}, [0, 0, 0], [0, 0, 0])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(any_texts, min_size=1, max_size=4),
    st.sampled_from([1, 2, 4, 8]),
    st.integers(1, 60),
    st.integers(1, 9),
)
def test_what_is_remembered_changes_nothing(batches, most_pieces, most_numbers, longest):
    """A memory that is always full, of short pieces only, gives what one gives that forgets none.

    Long pieces come more than once, too, and pieces are looked up a few at a time.
    """
    terms = ["tr", "ra", "am ", " qu", "ua", "☂ ", "ma", "tram", " tram"]
    fresh = model_of(terms, "char_wb", (2, 5))[2]
    right = [counted(fresh, texts) for texts in batches]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (
            ("MAX_PIECES", most_pieces),
            ("MAX_NUMBERS", most_numbers),
            ("MAX_BYTES", longest),
            ("_STEP", 3),
        ):
            patch.setattr(pieces, name, value)
        small = model_of(terms, "char_wb", (2, 5))[2]
        assert [counted(small, texts) for texts in batches] == right
