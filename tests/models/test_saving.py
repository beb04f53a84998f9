"""Saving: the same data gives the same files, and each form of a model predicts the same."""

import hashlib
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load

from stance.codebook.codebook import read_codebook
from stance.learning.config import read_config
from stance.models.folder import (
    INFO,
    INFO_HASH,
    PIPELINE,
    SCORER,
    TRAINING_HASHES,
    read_folder,
    read_info,
)
from stance.models.origin import ORIGIN
from stance.models.registry import Registry
from stance.models.saving import save
from stance.prediction.scorer import load_scorer
from stance.storage.errors import ProjectError

SMALL_DATA = Path(__file__).parents[1] / "learning"
TEXTS = [
    "A generous pledge to the village",
    "They refuse: wasteful, wasteful!",
    "PERHAPS the mayor will welcome it; the winter budget withdraws.",
    "ß İstanbul ﬁn Ǆ 東京 🇺🇦 e\u0301\u200b",
    "x",
    "",
    "\n\t \u00a0",
    "welcome " * 500,
]


def pipeline_of(folder):
    import joblib

    return joblib.load(folder / PIPELINE)


def answers_of(pipeline, texts, labels, exclusive):
    """Probabilities by scikit-learn alone, columns in the order of the labels."""
    found = np.asarray(pipeline.predict_proba(texts))
    if not exclusive:
        return found
    matrix = np.zeros((len(texts), len(labels)))
    for column, number in enumerate(pipeline.classes_):
        if number < len(labels):
            matrix[:, number] = found[:, column]
    return matrix


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize("none_allowed", [True, False])
def test_the_pipeline_predicts_what_the_scorer_does(train_small, tmp_path, exclusive, none_allowed):
    """pipeline.joblib, loaded with joblib, gives the probabilities of the plain arrays."""
    trained = train_small(exclusive, none_allowed)
    folder, info = save(trained, tmp_path, None, "stance train")
    found = load_scorer(folder).score(TEXTS).probabilities
    expected = answers_of(pipeline_of(folder), TEXTS, info.labels, exclusive)
    assert np.abs(found - expected).max() < 1e-12
    assert (np.abs(found[0] - found[1]) > 0.01).any()


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_both_forms_agree_at_lower_precision(train_small, tmp_path, exclusive, precision):
    """Rounded weights are rounded in both forms, and make a smaller file."""
    trained = train_small(exclusive, overrides=[f"model.weights={precision}"])
    folder, info = save(trained, tmp_path, None, "stance train")
    found = load_scorer(folder).score(TEXTS).probabilities
    expected = answers_of(pipeline_of(folder), TEXTS, info.labels, exclusive)
    assert np.abs(found - expected).max() < 1e-12
    arrays = load((folder / SCORER).read_bytes())
    kinds = {arrays["coefficients"].dtype.name}
    assert kinds == {precision}


def test_the_pipeline_is_left_out_on_demand(train_small, tmp_path):
    """Without pipeline.joblib the folder is complete and scores as usual."""
    folder, info = save(
        train_small(overrides=["model.pipeline=false"]), tmp_path, None, "stance train"
    )
    assert not (folder / PIPELINE).exists()
    assert PIPELINE not in info.files
    assert load_scorer(folder).score(["welcome"]).probabilities.shape == (1, 3)


@pytest.fixture(scope="module")
def two_forms(saved):
    """The scorer and the scikit-learn pipeline of one folder."""
    return load_scorer(saved), pipeline_of(saved)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_both_forms_agree_on_any_text(two_forms, texts):
    """For any Unicode text the arrays give what scikit-learn gives."""
    scorer, pipeline = two_forms
    expected = np.asarray(pipeline.predict_proba(texts))
    assert np.abs(scorer.score(texts).probabilities - expected).max() < 1e-12


TRAINING = """
    import random, sys
    from pathlib import Path
    sys.path.insert(0, sys.argv[1])
    import small_data
    from stance.learning.config import read_config
    from stance.learning.dataset import training_data
    from stance.learning.training import train
    from stance.models.saving import save

    folder, seed, exclusive = Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "True"
    rows = small_data.examples(36, exclusive=exclusive)
    random.Random(seed).shuffle(rows)
    data = training_data(rows, small_data.codebook(exclusive=exclusive))
    config = read_config(None, ["thresholds.folds=3", "features.char.ngram_range=[2, 3]"])
    save(train(data, config), folder, f"seed{seed}", "stance train")
"""


@pytest.fixture(scope="module", params=[True, False], ids=["exclusive", "several"])
def two_trainings(request, tmp_path_factory):
    """Files of two trainings by name, rows shuffled and hashes seeded otherwise each time."""
    root = tmp_path_factory.mktemp("trainings")
    for seed in (1, 2):
        arguments = map(str, (SMALL_DATA, root, seed, request.param))
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(TRAINING), *arguments],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            cwd=root,
            check=True,
            timeout=120,
        )
    return [
        {path.name: path.read_bytes() for path in (root / f"seed{seed}").iterdir()}
        for seed in (1, 2)
    ]


def sha256_of(files):
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def records_of(trainings, without=()):
    records = [json.loads(files[INFO]) for files in trainings]
    assert [record.pop("version") for record in records] == ["seed1", "seed2"]
    for record in records:
        for name in without:
            del record["files"][name]
    return records


def test_two_trainings_on_shuffled_rows_give_the_same_arrays(two_trainings):
    """In another process and another order the weights and the record come out the same."""
    first, second = (
        sha256_of(
            {name: files[name] for name in files if name not in (INFO, INFO_HASH, ORIGIN, PIPELINE)}
        )
        for files in two_trainings
    )
    assert len(first) == 4
    assert first == second
    one, other = records_of(two_trainings, without=[PIPELINE])
    assert one == other


def test_two_trainings_on_shuffled_rows_give_the_same_files(two_trainings):
    """Every file of the folder has the same SHA-256, and the record says so."""
    first, second = (
        sha256_of({name: files[name] for name in files if name not in (INFO, INFO_HASH, ORIGIN)})
        for files in two_trainings
    )
    assert PIPELINE in first
    assert first == second
    one, other = records_of(two_trainings)
    assert one == other


def test_the_same_model_saved_twice_has_the_same_files(trained, tmp_path):
    """Loading and saving change nothing: two versions of one model differ in their name only."""
    folders = [save(trained, tmp_path, None, "stance train")[0] for _ in range(2)]
    assert [folder.name for folder in folders] == ["v1", "v2"]
    first, second = ({one.name: one.read_bytes() for one in folder.iterdir()} for folder in folders)
    assert first.pop(INFO).replace(b'"v1"', b'"v2"', 1) == second.pop(INFO)
    for name in (INFO_HASH, ORIGIN):
        del first[name], second[name]
    assert first == second


def test_the_folder_tells_where_the_model_comes_from(trained, saved):
    """Config, codebook, counts, scores and labels stand in the folder as they were in training."""
    info = read_info(saved)
    assert read_config(saved / "config.toml") == trained.config
    assert read_codebook(saved / "codebook.toml") == trained.codebook
    assert info.labels == trained.codebook.names
    assert info.thresholds == tuple(trained.thresholds.tolist())
    assert info.data.sha256 == trained.data_sha256
    assert (info.data.n_sentences, info.data.n_articles, info.data.n_groups) == (48, 16, 16)
    assert info.out_of_fold.n_folds == 3
    assert info.keywords == trained.keywords
    hashes = (saved / TRAINING_HASHES).read_bytes()
    assert hashes == b"".join(sorted(trained.sentence_hashes))


def test_no_sentence_stands_in_the_record_or_among_the_probes(saved, small):
    """The probes are made of the vocabulary and show no sentence of the training data."""
    written = (saved / INFO).read_text(encoding="utf-8").casefold()
    assert not [one.text for one in small.examples(48) if one.text.casefold() in written]


def test_saving_is_written_down(trained, tmp_path):
    """A saved version is the latest, stands in the history with its command and scores."""
    folder, info = save(trained, tmp_path, "autumn", "stance train --name autumn")
    registry = Registry(tmp_path)
    assert registry.find(None) == folder
    (event,) = registry.history()
    assert (event["event"], event["version"]) == ("train", "autumn")
    assert event["command"] == "stance train --name autumn"
    assert event["macro_f1"] == pytest.approx(info.out_of_fold.macro_f1, abs=1e-4)
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".stance-tmp")]


@pytest.mark.parametrize("name", ["autumn", "../autumn", "a/b", ".hidden"])
def test_a_name_taken_or_leading_elsewhere_writes_nothing(trained, tmp_path, name):
    """A name that cannot be used leaves the models folder as it was."""
    root = tmp_path / "models"
    save(trained, root, "autumn", "stance train")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ProjectError):
        save(trained, root, name, "stance train")
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert after.keys() == before.keys()
    assert after == before


def test_a_loaded_folder_holds_what_was_saved(saved):
    """Reading gives the record and arrays that fit it."""
    model = read_folder(saved)
    assert model.folder == saved
    for block, vocabulary in zip(model.info.blocks, model.packed.vocabularies, strict=True):
        assert len(set(vocabulary.names())) == block.n_features
    assert model.packed.coefficients.shape == (len(model.packed.idf), 3)


@pytest.mark.parametrize(
    ("method", "exclusive"),
    [("sigmoid", False), ("isotonic", False), ("temperature", False), ("temperature", True)],
)
def test_a_calibrated_model_scores_what_its_numbers_say(train_small, tmp_path, method, exclusive):
    """The scorer gives the calibrated probabilities of scikit-learn's logits, exactly."""
    from dataclasses import replace

    from stance.learning.calibration import Calibration, Knots, calibrated
    from stance.learning.pipeline import logits

    knots = Knots(logits=(-1.5, -0.5, 2.0), probabilities=(0.1, 0.1, 0.7))
    numbers = {
        "sigmoid": {"scales": (0.5, 1.5, 2.0), "shifts": (-1.0, 0.0, 0.25)},
        "isotonic": {"knots": (knots,) * 3},
        "temperature": {"scales": (0.4,)},
    }
    calibration = Calibration.model_validate({"method": method, **numbers[method]})
    trained = replace(train_small(exclusive), calibration=calibration)
    folder, info = save(trained, tmp_path, None, "test")
    assert info.calibration == calibration
    found = load_scorer(folder).score(TEXTS).probabilities
    expected = logits(pipeline_of(folder), TEXTS, trained.codebook)
    assert np.abs(found - calibrated(expected, calibration, exclusive, 3)).max() < 1e-12
