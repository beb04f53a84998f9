"""Shares corrected for the classifier's errors: worked examples, and what cannot be told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.actors.corrected import (
    CANNOT_TELL,
    LESS,
    MORE,
    Rate,
    Rates,
    Seen,
    difference,
    rate_of,
    shares,
)

SURE = Rates((Rate(0.8, 5000, 5000),), (Rate(0.1, 5000, 5000),))


def seen(n_given, n, sentences_an_article=1, n_known=0):
    """So many sentences of which the first carry the label, and the last are known."""
    given = (np.arange(n) < n_given)[:, None]
    return Seen(np.arange(n) // sentences_an_article, given, np.arange(n) >= n - n_known)


def test_rogan_and_gladen_by_hand():
    """Of 1,000 sentences 240 are given: 0.8 t + 0.1 (1 - t) = 0.24 makes t = 0.2."""
    share = shares([seen(240, 1000)], SURE)[0][0]
    assert share.raw.value == pytest.approx(0.24)
    assert share.corrected.value == pytest.approx(0.2)
    assert share.corrected.low < 0.2 < share.corrected.high


def test_without_rates_there_is_no_corrected_share():
    """Nothing is made up where the errors are not known."""
    assert shares([seen(3, 10)], None)[0][0].corrected is None


@pytest.mark.parametrize(
    "rates",
    [
        Rates((Rate(0.8, 9, 9),), (Rate(0.1, 500, 500),)),
        Rates((Rate(0.15, 500, 500),), (Rate(0.1, 500, 500),)),
    ],
)
def test_too_few_labelled_sentences_or_too_poor_a_label(rates):
    """Nine sentences say little of a sensitivity; a label hardly found says little of a share."""
    assert shares([seen(3, 10)], rates)[0][0].corrected is None


def test_what_people_labelled_is_not_corrected():
    """All sentences known: the corrected share is the counted one."""
    share = shares([seen(4, 10, n_known=10)], SURE)[0][0]
    assert share.corrected.value == share.raw.value == 0.4


def test_articles_full_of_one_label_widen_the_interval():
    """Forty sentences of four articles that agree within are worth far fewer."""
    alone = shares([seen(20, 40)], None)[0][0].raw
    together = shares([seen(20, 40, sentences_an_article=10)], None)[0][0].raw
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_differences_inside_the_error_cannot_be_told():
    """Thirty per cent and forty of thirty sentences are alike; of three thousand they are not."""
    small, large = ([seen(0.3 * n, n), seen(0.4 * n, n)] for n in (30, 3000))
    one, other = (row[0] for row in shares(small, SURE))
    assert difference(one, other).verdict == CANNOT_TELL
    one, other = (row[0] for row in shares(large, SURE))
    assert difference(one, other).verdict == LESS
    assert difference(other, one).verdict == MORE
    assert difference(other, one).is_corrected


def test_a_rate_counts_articles_and_not_sentences():
    """Two articles of fifty sentences each, all right or all wrong, are worth about two."""
    rate = rate_of(np.repeat([True, False], 50), np.repeat([0, 1], 50))
    assert (rate.value, rate.n) == (0.5, 100)
    assert rate.n_effective < 3
    assert rate_of(np.zeros(0, dtype=bool), np.zeros(0)).n == 0


@settings(max_examples=40)
@given(
    n=st.integers(1, 60),
    share=st.floats(0, 1),
    size=st.integers(1, 5),
    n_known=st.integers(0, 60),
)
def test_every_share_lies_in_its_interval_between_0_and_1(n, share, size, n_known):
    """Whatever was seen."""
    row = seen(round(share * n), n, size, min(n, n_known))
    found = shares([row], SURE)[0][0]
    for one in (found.raw, found.corrected):
        assert 0 <= one.low <= one.value <= one.high <= 1
