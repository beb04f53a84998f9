"""Counting features as scikit-learn's CountVectorizer does."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.models.info import Block
from stance.models.weights import BlockWeights
from stance.prediction.codes import make_batch
from stance.prediction.ngrams import CharNgrams, WordNgrams

WORDS = ("tram", "quay", "Tram", "a", "mayor", "İpek", "2nd", "☂", "of", "ΟΔΟΣ", "don't", "x_y")
texts_of_words = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
any_texts = st.lists(
    st.one_of(texts_of_words, st.text(st.characters(), max_size=12)), min_size=1, max_size=4
)
RANGES = [(1, 1), (1, 2), (2, 2), (2, 3), (1, 3)]
CHAR_RANGES = [(2, 5), (3, 3), (2, 2), (4, 6)]


def vocabulary_of(vocabulary, analyzer, ngram_range):
    """Our look-up structure of the terms, in order."""
    block = Block(
        name="word" if analyzer == "word" else "char",
        analyzer=analyzer,
        ngram_range=ngram_range,
        sublinear_tf=False,
        n_features=len(vocabulary),
    )
    size = len(vocabulary)
    weights = BlockWeights("\n".join(vocabulary), np.ones(size), np.ones((1, size)))
    return (WordNgrams if analyzer == "word" else CharNgrams).build(block, weights)


def counts(found):
    """(row, feature) → how often."""
    return Counter(zip(found.rows.tolist(), found.features.tolist(), strict=True))


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
    """Each n-gram of the vocabulary is counted as often as CountVectorizer counts it."""
    from sklearn.feature_extraction.text import CountVectorizer

    analyzer, ngram_range = setting
    vectorizer = CountVectorizer(analyzer=analyzer, ngram_range=ngram_range)
    vectorizer.fit([*seen, "the tram along the quay"])
    ours = vocabulary_of(vectorizer.get_feature_names_out().tolist(), analyzer, ngram_range)
    texts = texts + seen
    assert counts(ours.count(make_batch(texts))) == expected_counts(vectorizer, texts)


def test_word_ngrams_by_hand():
    """Of "the tram, the tram stops" the vocabulary's five terms occur 2, 2, 1, 0 and 1 times."""
    ours = vocabulary_of(["the", "the tram", "tram stops", "quay", "tram the tram"], "word", (1, 3))
    found = ours.count(make_batch(["The tram, the tram stops!"]))
    assert counts(found) == {(0, 0): 2, (0, 1): 2, (0, 2): 1, (0, 4): 1}
    # "stops" stands in a bigram only, and is known all the same.
    assert (found.n_units.tolist(), found.n_known.tolist()) == ([5], [5])


def test_char_ngrams_by_hand():
    """The word is padded with a space on both sides; one shorter than an n-gram counts once."""
    ours = vocabulary_of([" a ", "tra", "am ", " tr"], "char_wb", (3, 4))
    found = ours.count(make_batch(["a tram", "", "ram a a"]))
    assert counts(found) == {(0, 0): 1, (0, 1): 1, (0, 2): 1, (0, 3): 1, (2, 0): 2, (2, 2): 1}
    assert found.n_units.tolist() == [2, 0, 3]


def test_ngrams_do_not_cross_texts():
    """The last word of a text and the first of the next are no bigram."""
    ours = vocabulary_of(["tram quay", "quay"], "word", (1, 2))
    assert counts(ours.count(make_batch(["the tram", "quay"]))) == {(1, 1): 1}


def test_known_are_units_with_a_feature():
    """A word is known when a term holds it, a chunk when one of its n-grams is a term."""
    words = vocabulary_of(["tram", "along the"], "word", (1, 2)).count(make_batch(["tram the bus"]))
    assert (words.n_units.tolist(), words.n_known.tolist()) == ([3], [2])
    chars = vocabulary_of(["tr"], "char_wb", (2, 2)).count(make_batch(["tram the bus tr"]))
    assert (chars.n_units.tolist(), chars.n_known.tolist()) == ([4], [2])


@pytest.mark.parametrize(("analyzer", "range_"), [("word", (1, 2)), ("char_wb", (2, 3))])
def test_an_empty_batch(analyzer, range_):
    """Texts without a word have no feature, and each still has its row."""
    found = vocabulary_of(["tram"], analyzer, range_).count(make_batch(["", " ", "\n"]))
    assert len(found.rows) == 0
    assert found.n_units.tolist() == [0, 0, 0]
