"""One text without NumPy gives what the scorer gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.annotation.examples import Example
from stance.codebook.codebook import Codebook, Label
from stance.corpus.targets import TargetedText
from stance.learning.config import read_config
from stance.learning.dataset import training_data
from stance.learning.thresholds import assign
from stance.learning.training import train
from stance.models.saving import save
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


def test_one_text_scores_by_its_target(tmp_path):
    """What all targets share, and what the text's own adds."""
    rows = [(n % 2, said) for n in range(48) for said in ("cheers", "curses")]
    examples = [
        Example(id=f"s{n}", text=TargetedText(f"Mill {n} {said}", ("tram", "bus")[kind]),
                labels=(("pro", "con")[kind ^ (said == "cheers")],), article_id=f"a{n}")
        for n, (kind, said) in enumerate(rows)
    ]  # fmt: skip
    config = read_config(None, ["features.by_target=true", "training.C=30"])
    codebook = Codebook(
        name="tram",
        exclusive=True,
        none_allowed=False,
        labels=(Label(name="con"), Label(name="pro")),
    )
    folder, _ = save(train(training_data(examples, codebook), config), tmp_path, "v1", "test")
    single, scorer = Single(folder), load_scorer(folder)
    texts = [TargetedText("Mill 7 cheers", one) for one in ("", "Tram", "bus", "ferry")]
    assert scorer.packed.targets == ("bus", "tram")
    found = [single.score(text).probabilities for text in texts]
    assert found == pytest.approx(scorer.score(texts).probabilities, abs=1e-9)
    assert found[0] == found[3]
    assert found[1][0] < 0.5 < found[2][0] or found[2][0] < 0.5 < found[1][0]


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
