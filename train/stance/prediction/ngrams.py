"""Which features of a block occur in which text: the counting half of scikit-learn's analysers.

Word n-grams are looked up as paths: a token is a number, and an n-gram is its first n-1 tokens'
number and its last token. Character n-grams are looked up as strings.
"""

from dataclasses import dataclass

import numpy as np

from stance.learning.arrays import Array
from stance.models.info import Block
from stance.models.weights import BlockWeights
from stance.prediction.codes import Batch, Spans, chunks, code_points, words
from stance.prediction.terms import TermIndex, running_sums
from stance.prediction.view_index import ViewIndex

_NEWLINE, _SPACE = 10, 32


@dataclass(frozen=True)
class Found:
    """Every occurrence of a feature: its row and its number; a feature may recur in a row.

    `n_units` and `n_known` count, for each row, the words (or chunks) and those of them that the
    vocabulary knows. `starts` and `ends` are places in the batch's codes, given only on request.
    """

    rows: Array
    features: Array
    n_units: Array
    n_known: Array
    starts: Array | None = None
    ends: Array | None = None


@dataclass(frozen=True)
class _Level:
    """N-grams of one length: sorted keys (parent node x n_tokens + token), and their features."""

    keys: Array
    features: Array


@dataclass(frozen=True)
class WordNgrams:
    """The vocabulary of a word block as a token index and one level of paths for each length.

    A token of the paths is a word as the block sees it; `view` finds them in a batch.
    """

    view: ViewIndex
    n_tokens: int
    levels: tuple[_Level, ...]

    @classmethod
    def build(cls, block: Block, weights: BlockWeights) -> "WordNgrams":
        """The look-up structure of the block's terms."""
        codes = code_points(weights.terms + "\n")
        separators = np.flatnonzero((codes == _NEWLINE) | (codes == _SPACE))
        starts = np.concatenate([[0], separators[:-1] + 1])
        terms = np.concatenate([[0], np.cumsum(codes[separators[:-1]] == _NEWLINE)])
        spans = Spans(codes, starts, separators - starts, terms)
        identity, tokens = _distinct(spans)
        n_tokens = len(tokens.starts)
        position = np.arange(len(terms)) - np.searchsorted(terms, terms)
        n_of_term = np.bincount(terms)
        node = np.full(len(n_of_term), -1, dtype=np.int64)
        levels = []
        for length in range(1, block.ngram_range[1] + 1):
            at = position == length - 1
            term = terms[at]
            key = np.maximum(node[term], 0) * n_tokens + identity[at]
            keys = np.unique(key)
            node[term] = np.searchsorted(keys, key)
            features = np.full(len(keys), -1, dtype=np.int64)
            ends_here = n_of_term[term] == length
            features[node[term[ends_here]]] = term[ends_here]
            levels.append(_Level(keys, features))
        return cls(ViewIndex.build(block, weights, tokens), n_tokens, tuple(levels))

    def count(self, batch: Batch, locate: bool = False) -> Found:
        """The occurrences of the block's n-grams in the batch."""
        every = words(batch)
        spans, token = self.view.find(batch, every)
        is_known = token >= 0
        rows, features, starts, ends = [], [], [], []
        node = np.zeros(len(token), dtype=np.int64)
        start = np.arange(len(token))
        for length, level in enumerate(self.levels, start=1):
            last = start + length - 1
            start = start[last < len(token)]
            last = start + length - 1
            fits = (spans.rows[start] == spans.rows[last]) & is_known[last]
            start, last = start[fits], last[fits]
            key = node[start] * self.n_tokens + token[last]
            place = np.searchsorted(level.keys, key)
            place[place == len(level.keys)] = 0
            is_path = level.keys[place] == key if len(level.keys) else np.zeros(len(key), bool)
            start, last, place = start[is_path], last[is_path], place[is_path]
            node[start] = place
            feature = level.features[place]
            hit = feature >= 0
            rows.append(spans.rows[start[hit]])
            features.append(feature[hit])
            if locate:
                starts.append(spans.starts[start[hit]])
                ends.append(spans.starts[last[hit]] + spans.lengths[last[hit]])
        return Found(
            np.concatenate(rows),
            np.concatenate(features),
            np.bincount(every.rows, minlength=len(batch)),
            np.bincount(spans.rows[is_known], minlength=len(batch)),
            *(map(np.concatenate, (starts, ends)) if locate else ()),
        )


def _distinct(spans: Spans) -> tuple[Array, Spans]:
    """For each span the number of its string, and one span for each string, in that order."""
    by_hash = TermIndex.build(spans)  # equal strings lie beside each other; collisions may too
    sums = running_sums(spans.codes)
    # `find` gives the first equal string in hash order, which is the same for all equal ones.
    representative = by_hash.find(spans, sums)
    kept, identity = np.unique(representative, return_inverse=True)
    return identity, spans.where(kept)


@dataclass(frozen=True)
class CharNgrams:
    """The vocabulary of a char_wb block."""

    terms: TermIndex
    shortest: int
    longest: int

    @classmethod
    def build(cls, block: Block, weights: BlockWeights) -> "CharNgrams":
        """The look-up structure of the block's terms."""
        codes = code_points(weights.terms + "\n")
        ends = np.flatnonzero(codes == _NEWLINE)
        starts = np.concatenate([[0], ends[:-1] + 1])
        spans = Spans(codes, starts, ends - starts, np.arange(len(starts)))
        return cls(TermIndex.build(spans), *block.ngram_range)

    def count(self, batch: Batch, locate: bool = False) -> Found:
        """The occurrences of the block's n-grams in the batch."""
        spans_of_words = chunks(batch)
        padded, word_of, word_rows, word_ends = _padded(spans_of_words)
        sums = running_sums(padded)
        place = np.arange(len(word_of))
        # How long an n-gram can be that starts here and ends with the space behind its word.
        room = word_ends[word_of] - place + 1
        is_known = np.zeros(len(word_rows), dtype=bool)
        rows, features, starts, ends = [], [], [], []
        # From a place in the padded codes to one in the batch's: a shift for each word.
        shift = spans_of_words.starts - (word_ends - spans_of_words.lengths)
        for length in range(self.shortest, self.longest + 1):
            fits = room >= length
            if length == self.shortest:  # a word shorter than that counts once, as a whole
                fits |= np.diff(word_of, prepend=-1) > 0
            start = place[fits]
            spans = Spans(padded, start, np.minimum(length, room[start]), word_rows[word_of[start]])
            feature = self.terms.find(spans, sums)
            hit = feature >= 0
            rows.append(spans.rows[hit])
            features.append(feature[hit])
            is_known[word_of[start[hit]]] = True
            if locate:
                word = word_of[start[hit]]
                first, last = start[hit], start[hit] + spans.lengths[hit]
                # Without the spaces at either end, which the text may not have.
                starts.append(np.maximum(first + shift[word], spans_of_words.starts[word]))
                ends.append(np.minimum(last, word_ends[word]) + shift[word])
        return Found(
            np.concatenate(rows),
            np.concatenate(features),
            np.bincount(word_rows, minlength=len(batch)),
            np.bincount(word_rows[is_known], minlength=len(batch)),
            *(map(np.concatenate, (starts, ends)) if locate else ()),
        )


def _padded(spans: Spans) -> tuple[Array, Array, Array, Array]:
    """The chunks with one space before, between and after them.

    Returns the codes; for each place but the last the number of its word, where a space counts
    to the word behind it; each word's row; and the place of the space behind each word.
    """
    lengths = spans.lengths
    ends = np.cumsum(lengths + 1)
    word_of = np.repeat(np.arange(len(lengths)), lengths + 1)
    codes = np.full(int(ends[-1]) + 1 if len(ends) else 1, _SPACE, dtype=np.uint32)
    inside = np.arange(len(word_of)) - (ends - lengths - 1)[word_of]
    is_char = inside > 0
    source = spans.starts[word_of] + inside - 1
    codes[:-1][is_char] = spans.codes[source[is_char]]
    return codes, word_of, spans.rows, ends
