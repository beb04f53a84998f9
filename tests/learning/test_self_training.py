"""Texts without labels: learnt from where held-out sentences prove that it helps, else left."""

import json
import random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stance.learning.config import read_config
from stance.learning.dataset import training_data
from stance.learning.groups import folds
from stance.learning.self_training import MAX_ROUNDS, macro_average_precision, self_train
from stance.learning.training import train
from stance.models.folder import SCORER
from stance.models.saving import SELF_TRAINING, made
from stance.storage.errors import DataError

SETTINGS = ["features.char.enabled=false", "features.word.min_df=1"]
SIDES = ("for_aid", "against_aid")


def cues(side):
    return [f"{side[:3]}cue{chr(97 + number)}" for number in range(20)]


def told_apart(small, exclusive=True):
    """Articles of which two in three share five cue words of their side; others have their own.

    One of the others, held out, can be judged only by the texts, where both kinds go together.
    """
    draw = random.Random(0)
    rows = []
    for number in range(96):
        side = SIDES[number % 2]
        common, own = cues(side)[:5], cues(side)[5:]
        for place in range(3):
            words = common if number % 6 < 4 else [own[number // 6 % len(own)]] * 3
            text = small.unlike_text(draw, words)
            rows.append(small.example(f"a{number}#{place}", text, [side], article_id=f"a{number}"))
    texts = [
        small.unlike_text(draw, [*cues(side)[:5], *draw.sample(cues(side)[5:], 3)])
        for side in SIDES * 150
    ]
    codebook = small.codebook(SIDES, exclusive, none_allowed=False)
    return training_data(rows, codebook), texts


def config():
    return read_config(None, SETTINGS)


def held_out(data):
    return folds(data.groups, data.targets, 5, 0)


@pytest.mark.parametrize("exclusive", [True, False])
def test_what_texts_show_is_learnt_and_kept(small, exclusive):
    """Words that only the texts connect with a label are understood in held-out articles."""
    data, texts = told_apart(small, exclusive)
    settings = config().resolved(exclusive)
    found = self_train(data, settings, held_out(data), texts)
    assert found.record.is_kept
    assert found.record.low < found.record.gain < found.record.high
    first, *later = found.record.rounds
    assert first.n_taken == 0
    assert max(one.average_precision for one in later) > first.average_precision + 0.03
    assert set(found.taken) <= set(texts)
    trained = train(data, config(), unlabelled=texts)
    assert trained.scores.macro_average_precision > 0.9
    assert trained.self_training == found.record
    # An evaluation leaves out what was learnt from, with or without a label.
    assert len(trained.sentence_hashes) == len(set(data.texts)) + len(found.taken)


def test_what_does_not_help_leaves_the_model_as_it_is(small):
    """Texts of other words change nothing, to the last bit, and the record says so."""
    data = training_data(small.examples(60), small.codebook())
    draw = random.Random(1)
    texts = [small.unlike_text(draw) for _ in range(50)]
    alone, asked = train(data, config()), train(data, config(), unlabelled=texts)
    assert not asked.self_training.is_kept
    assert asked.sentence_hashes == alone.sentence_hashes
    assert asked.scores == alone.scores
    assert np.array_equal(asked.thresholds, alone.thresholds)
    files = made(asked, "v1")[2]
    assert files[SCORER] == made(alone, "v1")[2][SCORER]
    told = json.loads(files[SELF_TRAINING])
    assert (told["kept"], told["n_texts"]) == (False, 50)
    assert len(told["rounds"]) <= MAX_ROUNDS + 1


def test_no_answer_drowns_the_others(small):
    """Of each answer no more texts are taken than labelled rows have it."""
    data, _ = told_apart(small)
    draw = random.Random(2)
    texts = [small.unlike_text(draw, cues(SIDES[0])[:4]) for _ in range(300)]
    texts += [small.unlike_text(draw, cues(SIDES[1])[:4]) for _ in range(5)]
    found = self_train(data, config().resolved(True), held_out(data), texts)
    assert 0 < found.record.rounds[1].n_taken <= 144 + 5


def test_the_same_texts_give_the_same_model(small):
    """Nothing is drawn at random."""
    data, texts = told_apart(small)
    one, other = (train(data, config(), unlabelled=texts) for _ in range(2))
    assert made(one, "v1")[2][SCORER] == made(other, "v1")[2][SCORER]


@given(st.integers(0, 2**32 - 1))
def test_average_precision_is_scikit_learns(seed):
    """For whole numbers of repeats of each row, with labels that occur."""
    from sklearn.metrics import average_precision_score

    random = np.random.default_rng(seed)
    found, repeats = random.random((20, 3)), random.integers(0, 3, 20)
    targets = (random.random((20, 3)) < 0.4).astype(np.int8)
    hits = [k for k in range(3) if (targets[:, k] * repeats).any()]
    assume(hits)
    expected = [
        average_precision_score(targets[:, k], found[:, k], sample_weight=repeats) for k in hits
    ]
    got = macro_average_precision(targets, found, repeats[None].astype(float))
    assert got == pytest.approx([np.mean(expected)])


def test_one_article_can_prove_nothing(small):
    """Without an article to hold out nobody can say whether texts help."""
    rows = small.examples(12)
    rows = [small.example(one.id, one.text, one.labels, article_id="only") for one in rows]
    data = training_data(rows, small.codebook())
    with pytest.raises(DataError, match="--unlabelled needs labelled sentences of two articles"):
        train(data, config(), unlabelled=["Some text of no label."])
