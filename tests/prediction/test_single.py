"""One text without NumPy gives what the scorer gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.learning.thresholds import assign
from stance.prediction.predict import decide, thresholds_of
from stance.prediction.scorer import load_scorer
from stance.prediction.single import Single

KINDS = ("several", "exclusive", "one_or_none")
PIECES = (
    "The mayor", "tram", "TRAM", "welcomes the tram", "İpek", "ΟΔΟΣ", "\n", " ", ".", "☂", "wants",
    "not", "\ud800", "Quay Street 12", "a", "the tram plan dropped", "zzyzx",
)  # fmt: skip
any_text = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=12).map("".join)


@pytest.fixture(scope="module")
def both(folders):
    """Both scorers of each kind of model."""
    return {kind: (Single(folders[kind]), load_scorer(folders[kind])) for kind in KINDS}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(KINDS), any_text)
def test_one_text_scores_the_same(both, kind, text):
    """Probabilities within 1e-9, the same counts of words, the same labels and reasons."""
    single, scorer = both[kind]
    found, right = single.score(text), scorer.score([text])
    assert found.probabilities == pytest.approx(right.probabilities[0].tolist(), abs=1e-9)
    assert (found.n_words, found.n_known) == (right.n_words[0], right.n_known[0])
    given_labels, reasons = decide(scorer, thresholds_of(scorer), right)
    assert single.decide(found) == (given_labels[0].tolist(), reasons[0])


@given(st.lists(st.floats(0.01, 0.99), min_size=2, max_size=2))
def test_the_nearest_label_is_given_where_one_is_wanted(both, shares):
    """Where none is not allowed and no threshold is reached, as `assign` decides."""
    import numpy as np

    from stance.prediction.single import Answer

    single = both["several"][0]
    info = dict(single.info)
    try:
        single.info = info | {"none_allowed": False, "thresholds": [0.6, 0.9]}
        found = single.decide(Answer(shares, 1, 1))[0]
    finally:
        single.info = info
    assert found == assign(np.array([shares]), np.array([0.6, 0.9]), False)[0].tolist()
