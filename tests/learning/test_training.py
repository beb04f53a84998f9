"""Training: nothing is judged by rows that it was fitted on, and small data is no crash."""

import random
import warnings

import numpy as np
import pytest

from stance.learning.config import read_config
from stance.learning.dataset import training_data
from stance.learning.groups import folds
from stance.learning.thresholds import assign, choose_thresholds
from stance.learning.training import train
from stance.storage.errors import StanceError

FAST = ("features.char.enabled=false", "thresholds.folds=3")


def trained(small, rows, codebook=None, overrides=()):
    codebook = codebook or small.codebook()
    return train(training_data(rows, codebook), read_config(None, [*FAST, *overrides]))


def test_cue_words_are_learnt_and_counts_told(small):
    """A model of small data knows its cue words, and says what it was made of."""
    found = trained(small, small.examples(60))
    answers = found.pipeline.predict_proba(["generous pledge", "wasteful, refuse", "undecided"])
    assert np.asarray(answers).argmax(axis=1).tolist() == [0, 1, 2]
    assert (found.n_sentences, found.n_articles, found.n_groups) == (60, 20, 20)
    assert found.config.training.C == 10.0
    assert len(found.sentence_hashes) == 60
    assert found.scores.macro_average_precision > 0.5


def test_progress_is_told_step_by_step(small):
    """Each fold and the last fit are announced."""
    steps = []
    data = training_data(small.examples(30), small.codebook())
    train(data, read_config(None, FAST), steps.append)
    assert steps == [
        "counting n-grams in 30 sentences",
        "fitting on all 30 sentences",
        "fold 1 of 3",
        "fold 2 of 3",
        "fold 3 of 3",
    ]


def test_scores_come_from_rows_that_were_held_out(small):
    """A word that only its own article has cannot help: out-of-fold scores do not see it."""
    draw = random.Random(5)
    rows = [
        small.example(
            f"r{number}",
            f"Codeword{number // 2} {small.unlike_text(draw)}",
            ["for_aid"] if number // 2 % 2 else [],
            article_id=f"article{number // 2}",
        )
        for number in range(60)
    ]
    found = trained(small, rows, small.codebook(("for_aid",)))
    fitted = np.asarray(found.pipeline.predict_proba([one.text for one in rows]))[:, -1]
    target = np.array([bool(one.labels) for one in rows])
    assert ((fitted > 0.5) == target).all()
    assert found.scores.average_precision["for_aid"] < 0.8


def test_thresholds_are_chosen_on_the_held_out_predictions(small):
    """Thresholds and F1 are those of predictions for rows of other groups, done by hand here."""
    from stance.learning.pipeline import build_pipeline

    data = training_data(small.examples(60), small.codebook())
    config = read_config(None, (*FAST, "calibration.method=none")).resolved(exclusive=False)
    held_out = folds(data.groups, data.targets, 3, seed=0)
    texts = np.array(data.texts, dtype=object)
    out_of_fold = np.zeros(data.targets.shape)
    for fold in range(3):
        pipeline = build_pipeline(config, exclusive=False).set_params(
            classifier__estimator__tol=1e-10
        )
        pipeline.fit(texts[held_out != fold], data.targets[held_out != fold])
        out_of_fold[held_out == fold] = pipeline.predict_proba(texts[held_out == fold])
    expected = choose_thresholds(config.thresholds, data.targets, out_of_fold)
    found = train(data, config)
    assert found.thresholds == pytest.approx(expected, abs=1e-5)
    given = assign(out_of_fold, expected, none_allowed=True)
    for column, name in enumerate(small.NAMES):
        hits = (given[:, column] & (data.targets[:, column] > 0)).sum()
        f1 = 2 * hits / (given[:, column].sum() + data.targets[:, column].sum())
        assert found.scores.f1[name] == pytest.approx(f1)
    assert found.scores.macro_f1 == pytest.approx(np.mean(list(found.scores.f1.values())))


def test_exclusive_labels_have_no_thresholds(small):
    """Where labels exclude each other the likeliest is taken, and there is nothing to choose."""
    rows = small.examples(48, exclusive=True)
    found = trained(small, rows, small.codebook(exclusive=True))
    assert found.thresholds is None
    assert found.config.training.C == 1.0
    assert set(found.pipeline.classes_) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("exclusive", "label_sets", "majority"),
    [
        (False, [["for_aid"]] * 3 + [["unsure"]] * 2, ("for_aid",)),
        (False, [["for_aid"]] * 2 + [["unsure"]] * 2, ()),
        (False, [["for_aid", "unsure"]] * 4 + [[]] * 3, ("for_aid", "unsure")),
        (True, [["for_aid"]] * 2 + [["unsure"]] * 3, ("unsure",)),
        (True, [["for_aid"]] * 2 + [["unsure"]] * 2 + [[]] * 3, ()),
        (True, [["for_aid"]] * 3 + [["unsure"]] * 2 + [[]] * 3, ("for_aid",)),
    ],
)
def test_the_majority_is_the_most_frequent_answer(small, exclusive, label_sets, majority):
    """The baseline that reads nothing: labels on more than half the rows, or the commonest one."""
    draw = random.Random(2)
    rows = [
        small.example(f"r{number}", small.unlike_text(draw), labels)
        for number, labels in enumerate(label_sets)
    ]
    codebook = small.codebook(("for_aid", "unsure"), exclusive)
    assert trained(small, rows, codebook).majority == majority


def test_a_label_on_every_row_of_a_fold_gives_no_warning(small):
    """Where all rows but those of one article carry a label, no warning of scikit-learn shows."""
    draw = random.Random(2)
    rows = [
        small.example(f"r{number}", small.unlike_text(draw), labels)
        for number, labels in enumerate([["for_aid", "unsure"]] * 3 + [["for_aid"]] * 3 + [[]])
    ]
    found = trained(small, rows, small.codebook(("for_aid", "unsure")))
    assert found.counts == {"for_aid": 6, "unsure": 3}


def random_rows(small, draw, exclusive, none_allowed, names):
    n_articles = draw.randint(1, 12)
    rows = []
    for number in range(draw.randint(6, 20)):
        most = 1 if exclusive else len(names)
        n_labels = draw.randint(0 if none_allowed else 1, most)
        labels = sorted(draw.sample(names, n_labels), key=names.index)
        article = f"article{draw.randrange(n_articles)}"
        text = small.unlike_text(draw)
        rows.append(small.example(f"r{number}", text, labels, article_id=article))
    return rows


def train_at_random(small, seed):
    """Trains on rows drawn at random; None when the data was refused as it should be."""
    draw = random.Random(seed)
    exclusive, none_allowed = draw.random() < 0.4, draw.random() < 0.5
    names = list(small.NAMES)[: draw.randint(2 if exclusive else 1, 3)]
    rows = random_rows(small, draw, exclusive, none_allowed, names)
    try:
        return trained(small, rows, small.codebook(names, exclusive, none_allowed))
    except StanceError:
        return None


def test_small_data_gives_a_model_or_a_mistake_told(small):
    """Whatever few rows there are, the answer is a model with scores in range, or a StanceError."""
    n_models = 0
    for seed in range(120):
        with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Label .* is present in all training examples")
            found = train_at_random(small, seed)
        if found is None:
            continue
        n_models += 1
        scores = [*found.scores.f1.values(), *found.scores.average_precision.values()]
        assert all(0 <= score <= 1 for score in scores)
        assert found.thresholds is None or ((found.thresholds >= 0) & (found.thresholds <= 1)).all()
    assert n_models > 40


def test_folds_at_a_time_change_no_bit(small, monkeypatch):
    """One fold after the other, or two processes: thresholds and coefficients are the same."""
    from stance.learning import parallel as running
    from stance.learning.engine import parallel

    monkeypatch.setattr(running, "WORTH_A_PROCESS", 0)
    data = training_data(small.examples(60), small.codebook())
    found = []
    for jobs in (1, 2):
        with parallel(jobs=jobs):
            one = train(data, read_config(None, FAST))
        parts = one.pipeline["classifier"].estimators_
        found.append([one.thresholds.tolist(), *(part.coef_.tolist() for part in parts)])
    assert found[0] == found[1]
