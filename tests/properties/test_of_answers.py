"""Properties 3, 6 and 16: repeated rows, the answer of a probability, rows imported again."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.annotation.examples import Labelled
from stance.annotation.gold import project_examples
from stance.annotation.importing import import_examples
from stance.codebook.codebook import to_toml
from stance.learning.config import read_config
from stance.learning.dataset import training_data
from stance.learning.training import train
from stance.models.saving import made
from stance.prediction.predict import decide, thresholds_of
from stance.prediction.scorer import Scored, Scorer
from stance.storage.project import create_project
from strategies import any_strings

SMALL = (
    "features.word.min_df=2", "features.char.min_df=6", "thresholds.folds=2",
    "model.pipeline=false",
    *(f"features.{name}.enabled=false" for name in ("negated", "classes", "negated_classes")),
)  # fmt: skip


@pytest.fixture(scope="module")
def scorers(small):
    """A model of each kind of codebook."""
    found = []
    for exclusive, none_allowed in ((False, True), (False, False), (True, True), (True, False)):
        rows = small.examples(36, exclusive=exclusive, none_allowed=none_allowed)
        data = training_data(rows, small.codebook(small.NAMES, exclusive, none_allowed))
        info, packed, _ = made(train(data, read_config(None, SMALL)), "v1")
        found.append(Scorer(info, packed))
    return found


WORDS = ("welcome", "generous", "refuse", "wasteful", "perhaps", "mayor", "harbour", "zzz", "İ")
words = st.sampled_from(WORDS)
sentences = any_strings | st.lists(words, max_size=8).map(" ".join)


@given(st.integers(0, 3), st.lists(sentences, min_size=1, max_size=5), st.integers(1, 4))
def test_a_repeated_row_has_the_same_answer(scorers, kind, texts, times):
    """3: however often a row stands there, each time it gets the same probabilities."""
    scorer = scorers[kind]
    once, often = scorer.score(texts), scorer.score(texts * times)
    assert (often.probabilities == np.tile(once.probabilities, (times, 1))).all()


def answers(scorer, probabilities):
    n = len(probabilities)
    return decide(scorer, thresholds_of(scorer), Scored(probabilities, np.ones(n), np.ones(n)))[0]


@given(st.integers(0, 3), st.lists(sentences, min_size=1, max_size=5))
def test_probabilities_and_answers_belong_together(scorers, kind, texts):
    """6: finite, within 0 and 1, a distribution where labels exclude each other; the label is
    the likeliest one, or those at their thresholds.
    """
    scorer = scorers[kind]
    info, found = scorer.info, scorer.score(texts).probabilities
    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()
    given_labels = answers(scorer, found)
    if info.exclusive:
        total = found.sum(axis=1)
        assert (total <= 1 + 1e-12).all()
        assert info.none_allowed or (np.abs(total - 1) <= 1e-12).all()
        assert (given_labels.sum(axis=1) <= 1).all()
        for row, one in zip(found, given_labels, strict=True):
            is_none = info.none_allowed and 1 - row.sum() > row.max()
            assert one.any() != is_none
            assert is_none or one.argmax() == row.argmax()
    elif info.none_allowed:
        assert (given_labels == (found >= np.array(info.thresholds))).all()
    else:
        assert given_labels.any(axis=1).all()


tied = st.lists(st.integers(0, 10).map(lambda tenths: tenths / 30), min_size=3, max_size=3)


@given(st.integers(0, 3), tied)
def test_ties_go_by_the_order_of_labels(scorers, kind, shares):
    """6: of two that are equally likely the first is the answer, every time."""
    scorer = scorers[kind]
    if scorer.info.exclusive:
        row = np.array([shares])
        row = row if scorer.info.none_allowed else row + (1 - row.sum()) / 3
        found = answers(scorer, row)[0]
        assert not found.any() or found.argmax() == int(row[0].argmax())
        assert (found == answers(scorer, row)[0]).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 99), st.randoms(use_true_random=False), st.booleans())
def test_importing_again_changes_nothing(small, seed, draw, is_conflicting):
    """16: the second import adds nothing, and two files may come in either order; rows that
    contradict each other are refused by name, and by nothing else than by being in one file.
    """
    rows = small.examples(8, seed)
    if is_conflicting:
        twin = replace(rows[0], id="twin", place="rows.csv:twin", labels=("unsure", "for_aid"))
        rows = [*rows, twin]
    half = draw.sample(rows, len(rows))
    first, second = half[: len(half) // 2], half[len(half) // 2 :]
    with tempfile.TemporaryDirectory() as root:
        sets = []
        for name, order in (("a", (first, second)), ("b", (second, first))):
            project = create_project(Path(root) / name, to_toml(small.codebook()))
            for part in (*order, *order):
                found = import_examples(project, Labelled(tuple(part), (), False), "ana")
                assert found.n_taken + len(found.refused) == len(part)
            if not is_conflicting:
                assert found.n_same == found.n_taken
                assert found.n_sentences == 0
            labelled = project_examples(project, small.codebook()).examples
            sets.append({(one.article_id, one.text, one.labels) for one in labelled})
    assert is_conflicting or sets[0] == sets[1] == {
        (one.article_id, one.text, one.labels) for one in rows
    }
