"""Looking up strings by hash: exact whatever the hashes are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.prediction import terms
from stance.prediction.codes import Spans, code_points
from stance.prediction.terms import TermIndex, hashes, running_sums

short = st.text(st.one_of(st.sampled_from("ab"), st.characters()), min_size=1, max_size=5)
HASHES = {
    "as they are": hashes,
    "all zero": lambda sums, starts, lengths: np.zeros(len(lengths), dtype=np.uint64),
    "all ones": lambda sums, starts, lengths: np.full(len(lengths), 2**64 - 1, dtype=np.uint64),
    "length only": lambda sums, starts, lengths: lengths.astype(np.uint64) << np.uint64(62),
    "two buckets": lambda sums, starts, lengths: hashes(sums, starts, lengths) & np.uint64(1 << 63),
}


def spans_of(strings):
    """The strings side by side in one array, without anything between them."""
    lengths = np.array([len(one) for one in strings], dtype=np.int64)
    ends = np.cumsum(lengths)
    codes = code_points("".join(strings))
    return Spans(codes, ends - lengths, lengths, np.zeros(len(strings), dtype=np.int64))


@pytest.mark.parametrize("name", HASHES)
@settings(max_examples=100, deadline=None)
@given(st.lists(short, min_size=1, max_size=25, unique=True), st.lists(short, max_size=25))
def test_find_is_exact_whatever_the_hashes(name, vocabulary, others):
    """A string is found as itself or not at all, also when all hashes collide."""
    queries = vocabulary[::-1] + others
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(terms, "hashes", HASHES[name])
        index = TermIndex.build(spans_of(vocabulary))
        spans = spans_of(queries)
        found = index.find(spans, running_sums(spans.codes))
    number = {term: n for n, term in enumerate(vocabulary)}
    assert found.tolist() == [number.get(query, -1) for query in queries]


@settings(max_examples=200, deadline=None)
@given(short, st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=40))
def test_the_hash_of_a_string_does_not_depend_on_where_it_stands(term, before, other):
    """Equal strings have equal hashes at any place of any text."""
    values = []
    for text, start in ((term, 0), (before + term + other, len(before))):
        sums = running_sums(code_points(text))
        values.append(hashes(sums, np.array([start]), np.array([len(term)]))[0])
    assert values[0] == values[1]


def test_hashes_spread():
    """Forty thousand short strings have as many hashes: none collides by accident."""
    letters = [chr(97 + n) for n in range(26)] + ["é", "я", "☂"]
    strings = [a + b + c for a in letters for b in letters for c in letters] + letters
    strings += [a + b for a in letters for b in letters]
    spans = spans_of(strings)
    values = hashes(running_sums(spans.codes), spans.starts, spans.lengths)
    assert len(np.unique(values)) == len(strings)


def test_a_prefix_is_not_its_longer_term():
    """Neither a part of a term nor a term with more behind it is taken for it."""
    index = TermIndex.build(spans_of(["tram", "tramway", "am"]))
    spans = spans_of(["tra", "tramw", "am", "tramway", "trams"])
    assert index.find(spans, running_sums(spans.codes)).tolist() == [-1, -1, 2, 1, -1]


def test_nothing_to_find():
    """No query gives no answer."""
    index = TermIndex.build(spans_of(["tram"]))
    spans = spans_of([])
    assert index.find(spans, running_sums(spans.codes)).tolist() == []


def test_a_string_longer_than_any_seen_before():
    """The powers behind the hashes grow with the longest batch."""
    term = "tram " * 30_000
    index = TermIndex.build(spans_of([term, "x"]))
    spans = spans_of(["y" + term, term])
    assert index.find(spans, running_sums(spans.codes)).tolist() == [-1, 0]
