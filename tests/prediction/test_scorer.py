"""The scorer against scikit-learn, on any text and for every setting."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stance.learning.solver import probabilities_of
from stance.models import tables
from stance.models.packing import pack
from stance.models.unpacking import unpack
from stance.models.weights import weights_of
from stance.prediction import scorer as scorer_module
from stance.prediction import seen
from stance.prediction.scorer import load_scorer
from stance.storage.errors import ModelError

KINDS = {
    "1 of several": (1, False, True),
    "2 of several": (2, False, True),
    "4 of several": (4, False, True),
    "2 exclusive": (2, True, False),
    "3 exclusive": (3, True, False),
    "2 exclusive or none": (2, True, True),
    "3 exclusive or none": (3, True, True),
}
WORD = ((1, 1), (1, 2), (2, 3), (1, 3))
CHAR = ((2, 5), (3, 3), (2, 2), (4, 6))
BLOCKS = [pair for pair in itertools.product((None, *WORD), (None, *CHAR)) if any(pair)]

# What lower-casing, word characters and white space have gone wrong on elsewhere.
ODD = (
    "İ", "I", "ı", "Σ", "ΟΔΟΣ", "ς", "ß", "ẞ", "Ǆ", "ﬁ", "_", "__", "a_b", "\x00", "\x1b[31m",
    "\x85", "\x1c", "\u200b", "\u200d", "\u00a0", "\u3000", "\u2028", "\r", "\n", "\t", "  ",
    "٣٤", "𝟘𝟙", "१२", "½", "²", "☂", "👩‍🚒", "🇺🇦", "e\u0301", "\ud800", "\udfff", "\U0010ffff",
    "\ufeff", ".", "don't", "2nd", "-", "’",
)  # fmt: skip
KNOWN = (
    "The mayor", "tram", "TRAM", "welcomes the tram along the quay", "İpek", "ΟΔΟΣ weekly",
    "wants", "the tram plan", "dropped.", "forty million", "July", "2nd school", "Øystein",
)  # fmt: skip
any_text = st.lists(
    st.one_of(
        st.sampled_from(KNOWN),
        st.sampled_from(ODD),
        st.sampled_from((" ", " ", ", ")),
        st.text(st.characters(), max_size=8),
    ),
    max_size=14,
).map("".join)
TEXTS = [
    "",
    " ",
    "a",
    *KNOWN,
    *ODD,
    " ".join(KNOWN),
    "".join(ODD),
    "the tram " * 9,
    "tram" * 9,
    *(f"The{odd}mayor{odd} wants the tram plan{odd}" for odd in ODD),
]


def expected(pipeline, texts, n_labels, exclusive):
    """What scikit-learn gives: the labels' columns, without that of "no label"."""
    found = pipeline.predict_proba(texts)
    return found[:, :n_labels] if exclusive else found[:, -n_labels:]


@pytest.mark.parametrize("kind", KINDS)
def test_equals_scikit_learn_for_every_setting(fitted, kind):
    """Every mix of features, n-gram ranges and weighting gives scikit-learn's probabilities."""
    n_labels, exclusive, _ = KINDS[kind]
    for (word, char), sublinear in itertools.product(BLOCKS, (True, False)):
        pipeline, scorer = fitted(KINDS[kind], word, char, sublinear)
        found = scorer.score(TEXTS).probabilities
        right = expected(pipeline, TEXTS, n_labels, exclusive)
        assert np.abs(found - right).max() <= 1e-9, (word, char, sublinear)
        assert found.shape == (len(TEXTS), n_labels)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(BLOCKS),
    st.booleans(),
    st.lists(any_text, min_size=1, max_size=5),
)
@example("1 of several", ((2, 3), (4, 6)), False, ["İİ Σ\ud800 ΟΔΟΣ", "", "tram\x00tram"])
def test_equals_scikit_learn_on_any_text(fitted, kind, blocks, sublinear, texts):
    """Whatever characters a text holds, the probabilities are scikit-learn's."""
    n_labels, exclusive, _ = KINDS[kind]
    pipeline, scorer = fitted(KINDS[kind], *blocks, sublinear)
    right = expected(pipeline, texts, n_labels, exclusive)
    assert np.abs(scorer.score(texts).probabilities - right).max() <= 1e-9


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.lists(any_text, min_size=1, max_size=6))
def test_probabilities_are_probabilities(fitted, kind, texts):
    """All are finite and within 0 and 1; exclusive ones without "no label" add up to 1."""
    _, exclusive, has_none = KINDS[kind]
    _, scorer = fitted(KINDS[kind], (1, 2), (2, 5), True)
    found = scorer.score(texts).probabilities
    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()
    if exclusive and not has_none:
        assert np.abs(found.sum(axis=1) - 1).max() <= 1e-12
    if exclusive and has_none:
        assert (found.sum(axis=1) < 1).all()


@settings(max_examples=150, deadline=None)
@given(st.lists(any_text, min_size=1, max_size=12), st.data())
def test_a_text_scores_the_same_in_any_company(several, texts, data):
    """Alone, repeated, in any order and any batch: bit for bit the same probabilities."""
    alone = {text: several.score([text]) for text in texts}
    order = data.draw(st.lists(st.sampled_from(texts), min_size=1, max_size=30))
    limit = data.draw(st.integers(1, 60))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scorer_module, "BATCH_CHARACTERS", limit)
        together = several.score(order)
    for row, text in enumerate(order):
        assert (together.probabilities[row] == alone[text].probabilities[0]).all()
        assert together.n_words[row] == alone[text].n_words[0]
        assert together.n_known[row] == alone[text].n_known[0]


@pytest.mark.parametrize("constant", [0, 1, 2**64 - 1])
def test_hash_collisions_change_no_probability(fitted, constant):
    """Even when all terms have one hash, the probabilities are scikit-learn's."""
    kind = KINDS["2 of several"]
    pipeline, scorer = fitted(kind, (1, 2), (2, 3), True)
    weights, blocks = weights_of(pipeline, False, 2)
    texts = TEXTS[::6]
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (tables, "hash_strings"),
            (tables, "hash_numbers"),
            (seen, "hash_ends"),
        ):
            patch.setattr(
                module, name, lambda first, *rest: constant_hash(first, *rest, value=constant)
            )
        packed = unpack(pack(weights, blocks), blocks, 2)
        found = scorer_module.Scorer(scorer.info, packed).score(texts).probabilities
    assert np.abs(found - expected(pipeline, texts, 2, False)).max() <= 1e-9


def constant_hash(first, *rest, value):
    """One hash for all strings (bytes, starts, lengths; or ends) or rows (as columns)."""
    return np.full(len(rest[-1] if rest else first[0]), value, dtype=np.uint64)


def test_counts_of_words_and_known_words(several):
    """Words are runs of two word characters; known ones occur in the training sentences."""
    scored = several.score(["The mayor zzyzx a", "", "qq ww", "§ !"])
    assert scored.n_words.tolist() == [3, 0, 2, 0]
    assert scored.n_known.tolist() == [2, 0, 0, 0]
    assert scored.out_of_vocabulary.tolist() == pytest.approx([1 / 3, 1, 1, 1])


def test_no_text_gives_empty_arrays(several):
    """Nothing in, nothing out, in the shape that follows on."""
    assert several.score([]).probabilities.shape == (0, 4)


@pytest.mark.parametrize(
    ("logit", "right"), [(0, 0.5), (np.log(3), 0.75), (-np.log(3), 0.25), (1e4, 1), (-1e4, 0)]
)
def test_logistic(logit, right):
    """The logistic function, without overflow however large the logit."""
    assert probabilities_of(np.array([[logit]]), joint=False) == pytest.approx(right, abs=1e-15)


def test_loading_gives_the_scores_of_the_saved_pipeline(folders):
    """What was trained and what is loaded agree, here to the tolerance of the probes."""
    import joblib

    pipeline = joblib.load(folders["several"] / "pipeline.joblib")
    found = load_scorer(folders["several"]).score(TEXTS).probabilities
    assert np.abs(found - pipeline.predict_proba(TEXTS)).max() <= 1e-9


def test_a_probe_that_scores_differently_is_refused(folders, tmp_path):
    """A model whose stored answers are not reproduced is not used."""
    import hashlib
    import shutil

    folder = shutil.copytree(folders["several"], tmp_path / "changed")
    info = json.loads((folder / "info.json").read_text())
    info["probes"][3]["probabilities"][1] += 1e-6
    record = json.dumps(info).encode()
    (folder / "info.json").write_bytes(record)
    (folder / "info.sha256").write_text(hashlib.sha256(record).hexdigest() + "\n")
    with pytest.raises(ModelError, match="probe sentences score differently"):
        load_scorer(folder)
