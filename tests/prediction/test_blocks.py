"""Every combination of blocks gives what scikit-learn gives, on any text."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stance.corpus.targets import TargetedText
from stance.learning.config import Config
from stance.learning.pipeline import build_pipeline, class_numbers
from stance.models.packing import pack
from stance.models.unpacking import unpack
from stance.models.weights import weights_of
from stance.prediction.explain import explain
from stance.prediction.scorer import Scorer

KINDS = ((2, False, True), (2, True, True))
MORE = ("negated", "classes", "negated_classes", "crossed", "near", "near_classes")
REWRITING = ("contractions", "hashtags", "mask_names", "mark_target", "by_target")
PIECES = (
    "The mayor", "tram", "TRAM", "not", "never wants", "the tram plan", "don't", "CAN’T", "n't",
    "quay", "fears loud nights", "councillor", "class2", "not_tram", "not_", "tram¦tram", "bus",
    "targetent", "before_tram", "after_",
    "welcomes the tram along the quay", "France", "Macron",
    "#QuayTram", "@mayor", "#İ_Tram2", "U.S.", "İpek", "ΟΔΟΣ", "\ud800",
    "no one", "nor", " ", "\n", "\u3000", "_", "a", ".", "Not one",
)  # fmt: skip
any_text = st.lists(
    st.sampled_from(PIECES) | st.sampled_from((" ", " ", ", ")) | st.text(max_size=6), max_size=16
).map("".join)
any_row = st.builds(
    TargetedText, any_text, st.sampled_from(["", "the tram", "Quay", "other", " THE  tram"])
)


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.sampled_from([None, (1, 2), (2, 3)]),
    st.sampled_from([None, (2, 4)]),
    st.booleans(),
    st.sets(st.sampled_from(MORE), min_size=1),
    st.sampled_from(["left out", "one class"]),
    st.sets(st.sampled_from(REWRITING)),
    st.lists(any_row, min_size=1, max_size=4),
)
@example(
    KINDS[0], (1, 2), (2, 4), True, set(MORE), "left out", set(REWRITING),
    [TargetedText("The mayor does not want the tram, never: not_tram class2 don't İ", "the tram")],
)  # fmt: skip
def test_every_combination_equals_scikit_learn(
    fitted, kind, word, char, sublinear, more, others, rewriting, texts
):
    """Probabilities are equal, alone and together, and explanations add up to the logits."""
    pipeline, scorer = fitted(kind, word, char, sublinear, more, others, rewriting)
    found = scorer.score(texts).probabilities
    right = pipeline.predict_proba(texts)[:, : found.shape[1]]
    assert np.abs(found - right).max() <= 1e-9
    for row, text in enumerate(texts):
        assert (scorer.score([text]).probabilities[0] == found[row]).all()
    told = explain(scorer, texts[0])
    for part in told.parts:
        assert all(0 <= start < end <= len(texts[0]) for start, end in part.spans)
    model, vectors = pipeline[-1], pipeline[:-1].transform(texts[:1])
    if hasattr(model, "estimators_"):
        logits = np.array([one.decision_function(vectors)[0] for one in model.estimators_])
    else:
        logits = model.decision_function(vectors)[0]
    assert np.abs(told.logits - logits).max() <= 1e-9


@pytest.mark.parametrize("name", MORE)
def test_each_block_has_features_of_its_own(fitted, name):
    """A block alone tells sentences apart by what it is made for."""
    pipeline, scorer = fitted(KINDS[0], None, None, True, {name})
    texts = [
        TargetedText("the mayor does not want the tram", "the tram"),
        TargetedText("the mayor wants the tram", "quay"),
        TargetedText("the tram wants the mayor, not", "quay"),
    ]
    found = scorer.score(texts).probabilities
    assert np.abs(found - pipeline.predict_proba(texts)).max() <= 1e-9
    assert len(np.unique(found[:, 0])) > 1


@pytest.mark.parametrize("kind", KINDS)
def test_targets_have_coefficients_of_their_own(fitted, kind):
    """A text scores by its target; without one, or with one not known, by what all share."""
    pipeline, scorer = fitted(kind, (1, 2), None, True, rewriting=("by_target",))
    assert scorer.packed.targets == ("quay", "the_tram")
    targets = ("", "the tram", " The  TRAM", "quay", "a mill")
    texts = [TargetedText("The mayor wants the tram.", target) for target in targets]
    found = scorer.score([str(texts[0]), *texts]).probabilities
    assert np.abs(found[1:] - pipeline.predict_proba(texts)[:, :2]).max() <= 1e-9
    assert (found[[0, 0, 2]] == found[[1, 5, 3]]).all()
    assert len(np.unique(found[:, 0])) == 3


@pytest.mark.skipif("STANCE_SHARED" not in os.environ, reason="needs real sentences")
@pytest.mark.parametrize("exclusive", [False, True])
def test_real_sentences_score_as_scikit_learn_scores_them(fitted, exclusive):
    """Every block at once on real sentences: curly quotes, tweets, names, long and short."""
    shared = Path(os.environ["STANCE_SHARED"])
    texts = [
        TargetedText(row["text"], row.get("target") or "")
        for file in ("ukraine/pool.jsonl", "benchmarks/semeval2016t6/test.jsonl")
        for row in map(json.loads, (shared / file).read_text("utf-8").splitlines()[:600])
    ]
    blocks = ("word", "char", *MORE)
    features = {name: {"enabled": True} for name in blocks} | dict.fromkeys(REWRITING, True)
    config = Config.model_validate({"features": features, "training": {"C": 5.0, "tol": 1e-3}})
    classes = {
        word: f"class{n % 40}" for n, word in enumerate(sorted({*" ".join(texts).lower().split()}))
    }
    pipeline = build_pipeline(config, exclusive, lambda n: classes)
    some = texts[::4]
    targets = np.array([[n % 3 == k for k in range(2)] for n in range(len(some))], dtype=np.int8)
    pipeline.fit(some, class_numbers(targets) if exclusive else targets)
    weights, parts = weights_of(pipeline, exclusive, 2)
    packed = unpack(pack(weights, parts), parts, 2)
    _, other = fitted((2, exclusive, True), None, None, True, {"negated"}, rewriting=REWRITING)
    scorer = Scorer(other.info.model_copy(update={"blocks": parts}), packed)
    found = scorer.score(texts).probabilities
    assert np.abs(found - pipeline.predict_proba(texts)[:, :2]).max() <= 1e-9
    assert (scorer.score(texts).probabilities == found).all()
