"""How often each n-gram stands in each sentence, counted once for all folds.

What differs between folds is which n-grams are frequent enough and how rare they are, and this is
read from the rows of the fold. The features are those that fitting the block on the rows gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.learning.arrays import Array
from stance.storage.errors import DataError


@dataclass(frozen=True)
class BlockCounts:
    """One block: its n-grams in the order of the alphabet, and a sparse int32 matrix of shape
    (n_rows, n_ngrams). `vectorizer` has the block's settings.
    """

    vectorizer: Any
    terms: Array
    matrix: Any


@dataclass(frozen=True)
class BlockFeatures:
    """The features of a block on some rows: which n-grams are among them, and their TF-IDF."""

    counts: BlockCounts
    is_kept: Array
    tfidf: Any

    def of(self, rows: Array) -> Any:
        """The TF-IDF of the rows as a sparse matrix, each row of length one."""
        return self.tfidf.transform(self.counts.matrix[rows][:, self.is_kept])

    def vectorizer(self) -> Any:
        """The block as scikit-learn would have fitted it."""
        from sklearn.base import clone

        fitted = clone(self.counts.vectorizer)
        terms = self.counts.terms[self.is_kept].tolist()
        fitted.vocabulary_ = {term: number for number, term in enumerate(terms)}
        fitted.fixed_vocabulary_ = False
        fitted.idf_ = self.tfidf.idf_
        return fitted


def count_block(vectorizer: Any, texts: Sequence[str]) -> BlockCounts:
    """The counts of every n-gram that the block finds, however rare.

    Raises DataError when there is none.
    """
    from scipy.sparse import csr_array
    from sklearn.base import clone
    from sklearn.feature_extraction.text import CountVectorizer

    counter = clone(vectorizer).set_params(min_df=1, dtype=np.int32)
    try:
        matrix = CountVectorizer.fit_transform(counter, texts)  # the counts alone
    except ValueError as error:
        if "empty vocabulary" in str(error):
            raise _no_features(len(texts)) from error
        raise
    return BlockCounts(vectorizer, counter.get_feature_names_out(), csr_array(matrix))


def fit_block(
    counts: BlockCounts, rows: Array, articles: Array, min_df: int, min_articles: int
) -> BlockFeatures:
    """The features that the rows have often enough; `articles` numbers the article of each row.

    Raises DataError when none is left.
    """
    from sklearn.feature_extraction.text import TfidfTransformer

    seen = counts.matrix[rows]
    is_kept = np.bincount(seen.indices, minlength=len(counts.terms)) >= min_df
    if not is_kept.any():
        raise _no_features(int(rows.sum()))
    if min_articles > 1:
        is_kept &= _n_articles(seen, articles[rows]) >= min_articles
        if not is_kept.any():
            raise DataError(
                f"no n-gram occurs in {min_articles} articles. Lower features.min_articles."
            )
    tfidf = TfidfTransformer(sublinear_tf=counts.vectorizer.sublinear_tf)
    return BlockFeatures(counts, is_kept, tfidf.fit(seen[:, is_kept]))


def _n_articles(seen: Any, articles: Array) -> Array:
    """In how many articles each n-gram occurs."""
    from scipy.sparse import csr_array

    ones = np.ones(len(articles), dtype=np.int32)
    shape = (int(articles.max()) + 1, len(articles))
    holds = csr_array((ones, (articles, np.arange(len(articles)))), shape=shape)
    return np.bincount((holds @ seen).indices, minlength=seen.shape[1])


def _no_features(n_rows: int) -> DataError:
    return DataError(
        f"no usable features in {n_rows} sentences (empty vocabulary). Words need two letters; "
        "lower min_df (features.word.min_df) or enable features.char."
    )
