"""Counts: the features of a fold are those that fitting the block on its rows gives."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.learning.config import read_config
from stance.learning.counts import count_block, fit_block
from stance.learning.pipeline import build_pipeline
from stance.storage.errors import DataError

WORDS = (
    "aid",
    "aid",
    "tents",
    "lamps",
    "the",
    "the",
    "and",
    "not",
    "never",
    "Straße",
    "émigré",
    "42",
)
BLOCKS = (
    "features.classes.enabled=false",
    "features.negated_classes.enabled=false",
    "features.char.ngram_range=[2,3]",
)


def vectorizers(*overrides):
    config = read_config(None, (*BLOCKS, *overrides)).resolved(False)
    return [one for _, one in build_pipeline(config, False)["features"].transformer_list]


def drawn(seed, n=24):
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=draw.randint(2, 9))) for _ in range(n)], [
        draw.random() < 0.7 for _ in range(n)
    ]


@given(st.integers(0, 10_000), st.sampled_from([1, 2, 3]), st.booleans())
def test_features_are_those_of_a_fit_on_the_rows(seed, min_df, sublinear):
    """Vocabulary, idf and values are scikit-learn's, for rows of the fold and for those outside."""
    from scipy.sparse import csr_array

    texts, rows = drawn(seed)
    rows = np.array(rows)
    rows[:12], rows[-1] = True, False
    for vectorizer in vectorizers():
        vectorizer.set_params(min_df=min_df, sublinear_tf=sublinear)
        found = fit_block(
            count_block(vectorizer, texts), rows, np.arange(len(texts)), min_df, min_articles=1
        )
        expected = vectorizer.fit(np.array(texts, dtype=object)[rows])
        assert found.vectorizer().vocabulary_ == expected.vocabulary_
        assert (found.vectorizer().idf_ == expected.idf_).all()
        for mask in (rows, ~rows):
            some = np.array(texts, dtype=object)[mask]
            assert (csr_array(found.of(mask)) != csr_array(expected.transform(some))).nnz == 0
            assert (csr_array(found.vectorizer().transform(some)) != found.of(mask)).nnz == 0


def test_an_n_gram_in_too_few_articles_is_no_feature():
    """With `min_articles` each n-gram left occurs in so many articles, and none is lost."""
    texts = ["tents tents tents", "tents and lamps", "lamps", "lamps and soup", "soup"]
    articles = np.array([0, 0, 1, 2, 2])
    counts = count_block(vectorizers("features.word.ngram_range=[1,1]")[0], texts)
    rows = np.ones(5, dtype=bool)
    kept = {
        n: set(counts.terms[fit_block(counts, rows, articles, 1, n).is_kept]) for n in (1, 2, 3)
    }
    assert kept == {1: {"tents", "and", "lamps", "soup"}, 2: {"and", "lamps"}, 3: {"lamps"}}
    with pytest.raises(DataError, match=r"features\.min_articles"):
        fit_block(counts, rows, articles, 1, 4)
    rows[3:] = False  # the third article is held out: what it adds does not count
    assert set(counts.terms[fit_block(counts, rows, articles, 1, 2).is_kept]) == {"lamps"}


def test_no_n_gram_is_told():
    """A block that finds nothing, or nothing often enough, says what to do."""
    with pytest.raises(DataError, match="no usable features in 2 sentences"):
        count_block(vectorizers()[0], ["!", "?"])
    counts = count_block(vectorizers()[0], ["aid here", "lamps there"])
    with pytest.raises(DataError, match="min_df"):
        fit_block(counts, np.ones(2, dtype=bool), np.arange(2), 2, 1)
