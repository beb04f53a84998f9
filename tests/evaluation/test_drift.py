"""Drift is seen where there is some, and equal samples alarm hardly ever."""

import random
from dataclasses import replace

import numpy as np
import pytest

from stance.evaluation.drift import MIN_ROWS, Limits, Text, _shift, drift, limits_of
from stance.evaluation.render_drift import rows, to_dict, told
from stance.prediction.predict import thresholds_of
from stance.storage.errors import ConfigError, DataError

_WORDS = "ferry quay lamp baker violin chapel meadow engine ladder museum harbour orchard"
_OTHERS = "glacier carbon climate methane warming ozone drought forest ocean coral"
WORDS, OTHERS = _WORDS.split(), _OTHERS.split()


def sample(draw, words, n=60, per_article=3, prefix=""):
    return [
        Text(" ".join(draw.choices(words, k=9)), f"{prefix}{n_row // per_article}")
        for n_row in range(n)
    ]


@pytest.fixture(scope="session")
def several(models):
    """A model of several labels and its examples."""
    return models["several"]


def compare(model, one, other, **settings):
    scorer, _ = model
    return drift(scorer, one, other, thresholds_of(scorer), Limits(), **settings)


def test_other_words_alarm_with_those_words(several):
    """Two vocabularies are told apart wholly, and the words that do it are named."""
    draw = random.Random(1)
    found = compare(several, sample(draw, WORDS), sample(draw, OTHERS))
    assert found.is_alarm and found.auc_alarm
    assert found.auc.value > 0.99
    assert set(found.words_new) <= set(OTHERS)
    assert set(found.words_reference) <= set(WORDS)
    assert "alarm" in told(found)[0]
    assert to_dict(found)["is_alarm"]


def test_equal_samples_alarm_hardly_ever(several):
    """In 20 pairs of samples of one kind there is no alarm, at limits far below the default."""
    scorer, _ = several
    alarms = 0
    for seed in range(20):
        draw = random.Random(seed)
        one, other = (sample(draw, WORDS, prefix=side) for side in "ab")
        found = drift(scorer, one, other, thresholds_of(scorer), Limits(auc=0.5, share=0.0))
        alarms += found.is_alarm
    # Five intervals a pair: at 95 % each some lie off zero, and at most one end is past a limit.
    assert alarms <= 20 * 5 * 0.05 + 3
    calm = [
        drift(scorer, one, other, thresholds_of(scorer), Limits()).is_alarm
        for seed in range(6)
        for draw in [random.Random(seed)]
        for one, other in [(sample(draw, WORDS), sample(draw, WORDS))]
    ]
    assert not any(calm)


def test_a_shift_of_labels_is_seen_and_corrected():
    """With recall 0.8 and false positives 0.2 the true difference is the seen one over 0.6."""
    old, new = np.repeat([0.0, 1.0], [80, 20]), np.repeat([0.0, 1.0], [50, 50])
    draws = [
        (
            np.random.default_rng(k).multinomial(100, np.full(100, 0.01), 1000).astype(float),
            np.arange(100),
            0.025,
        )
        for k in (0, 1)
    ]
    found = _shift("for", [old, new], draws, 0.1, (0.8, 0.2))
    assert found.difference.value == pytest.approx(0.3)
    assert 0.1 < found.difference.low < 0.3 < found.difference.high < 0.5
    assert found.is_alarm
    assert found.corrected.value == pytest.approx(0.5)
    assert not _shift("for", [old, new], draws, 0.3).is_alarm
    # A model that hardly tells rows apart cannot be corrected for.
    assert _shift("for", [old, new], draws, 0.1, (0.5, 0.45)).corrected is None


def test_labelled_reference_rows_correct_the_shares(several):
    """Recall and false positives come from labelled rows that the model was not trained on."""
    scorer, examples = several
    draw = random.Random(2)
    texts = [Text(one.text, one.article_id) for one in examples[:60]]
    found = compare(several, texts, sample(draw, WORDS), labelled=examples)
    assert any(one.corrected is not None for one in found.labels)
    assert all(one.corrected is None for one in compare(several, texts, texts).labels)
    assert rows(found)[0][0] == scorer.info.labels[0]


def test_few_rows_are_refused(several):
    """Below twenty rows there is nothing to compare."""
    texts = sample(random.Random(3), WORDS, MIN_ROWS)
    with pytest.raises(DataError, match="the new data has 19 rows"):
        compare(several, texts, texts[:-1])


def test_one_article_gives_no_classifier(several):
    """Nothing can be held out of a single article; shares are compared all the same."""
    texts = sample(random.Random(4), WORDS)
    found = compare(several, texts, [replace(one, article_id="x") for one in texts])
    assert found.auc is None
    assert told(found) == ["too few articles to learn to tell the two samples apart"]


def test_limits_are_named():
    """Both can be set; anything else is told."""
    assert limits_of(["auc=0.8", "share=0.05"]) == Limits(0.8, 0.05)
    for wrong in ("acu=0.8", "auc", "auc=2", "auc=x", "0.5"):
        with pytest.raises(ConfigError, match=r"auc=0\.7 or share=0\.1"):
            limits_of([wrong])
