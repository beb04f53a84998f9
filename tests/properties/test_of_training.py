"""Properties 7 to 13: training is a function of its rows and config, and of nothing else."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.codebook.codebook import Codebook, Label
from stance.learning.config import read_config
from stance.learning.dataset import training_data
from stance.learning.pipeline import probabilities
from stance.learning.training import train
from stance.models.folder import SCORER, read_folder, write_folder
from stance.models.mapped import arrays_of, to_bytes
from stance.models.packing import pack
from stance.models.saving import made
from stance.models.weights import weights_of
from stance.prediction.scorer import Scorer, load_scorer
from strategies import any_strings

# A model of some milliseconds: one block of words.
SETTINGS = (
    "features.word.ngram_range=[1, 1]",
    "features.word.min_df=1",
    "thresholds.folds=2",
    "calibration.method=none",
    "model.pipeline=false",
    *(f"features.{name}.enabled=false" for name in ("char", "negated", "classes")),
    "features.negated_classes.enabled=false",
)
FEW = settings(max_examples=10, deadline=None)
# Which rows, of which kind of codebook, and with which weight of the penalty.
kinds = st.sampled_from([(False, True), (False, False), (True, True), (True, False)])
datas = st.tuples(st.integers(12, 24), st.integers(0, 9999), kinds, st.sampled_from([0.5, 4.0]))


def rows_of(small, data):
    n, seed, (exclusive, none_allowed), _ = data
    return small.examples(n, seed, exclusive=exclusive, none_allowed=none_allowed)


def trained(rows, codebook, data, *more):
    config = read_config(None, [*SETTINGS, f"training.C={data[3]}", *more])
    return train(training_data(rows, codebook), config)


def codebook_of(small, data, names=None):
    return small.codebook(names or small.NAMES, *data[2])


def saved(small, data, rows=None):
    """The record, arrays and files of a version trained on the data."""
    rows = rows_of(small, data) if rows is None else rows
    return made(trained(rows, codebook_of(small, data), data), "v1")


def texts_of(small, data):
    return [one.text for one in rows_of(small, data)]


@FEW
@given(datas, st.lists(any_strings, max_size=5))
def test_save_and_load_changes_no_probability(small, data, texts):
    """7: bit by bit the same before the folder is written and after it was read."""
    info, packed, files = saved(small, data)
    texts = [*texts, *texts_of(small, data)]
    with tempfile.TemporaryDirectory() as root:
        write_folder(Path(root) / "v1", info, files)
        found = load_scorer(Path(root) / "v1").score(texts).probabilities
    assert (found == Scorer(info, packed).score(texts).probabilities).all()


@FEW
@given(datas)
def test_what_was_loaded_is_saved_as_the_same_bytes(small, data):
    """8: the arrays read from a folder make the file that they were read from."""
    info, _, files = saved(small, data)
    with tempfile.TemporaryDirectory() as root:
        write_folder(Path(root) / "v1", info, files)
        found = read_folder(Path(root) / "v1")
        assert to_bytes(found.packed.arrays) == files[SCORER]
        write_folder(Path(root) / "v2", found.info, files)
        first, second = (
            {path.name: path.read_bytes() for path in (Path(root) / name).iterdir()}
            for name in ("v1", "v2")
        )
    assert first == second


@FEW
@given(datas)
def test_training_twice_gives_the_same_files(small, data):
    """9: every file of the folder, byte by byte."""
    assert saved(small, data)[2] == saved(small, data)[2]


@FEW
@given(datas, st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(small, data, draw):
    """10: shuffled rows give the same files, byte by byte, for rows are sorted by id."""
    rows = rows_of(small, data)
    shuffled = draw.sample(rows, len(rows))
    assert saved(small, data, shuffled)[2] == saved(small, data, rows)[2]


@FEW
@given(datas, st.permutations(range(3)))
def test_the_order_of_labels_renames_nothing(small, data, order):
    """11: with the labels in another order each has the same probability under its name."""
    rows, names = rows_of(small, data), [small.NAMES[k] for k in order]
    other = trained(rows, codebook_of(small, data, tuple(names)), data)
    one = trained(rows, codebook_of(small, data), data)
    texts = texts_of(small, data)
    right = probabilities(one.pipeline, texts, one.codebook)
    found = probabilities(other.pipeline, texts, other.codebook)
    assert np.abs(found - right[:, order]).max() <= 1e-6
    for name in small.NAMES:
        assert one.counts[name] == other.counts[name]


@FEW
@given(datas, st.lists(st.sampled_from("abcdefgh"), min_size=3, max_size=3, unique=True))
def test_other_names_give_the_same_weights(small, data, names):
    """12: labels of other names have the same weights and probabilities, under these names."""
    rows, renamed = rows_of(small, data), dict(zip(small.NAMES, names, strict=True))
    others = [replace(one, labels=tuple(renamed[name] for name in one.labels)) for one in rows]
    one = trained(rows, codebook_of(small, data), data)
    codebook = Codebook(
        exclusive=data[2][0],
        none_allowed=data[2][1],
        labels=tuple(Label(name=name) for name in names),
    )
    other = trained(others, codebook, data)
    first, second = (made(each, "v1") for each in (one, other))
    assert first[2][SCORER] == second[2][SCORER]
    assert second[0].labels == tuple(names)
    assert first[0].thresholds == second[0].thresholds


@FEW
@given(datas, st.sampled_from(["float64", "float32", "float16"]))
def test_packing_is_a_function_of_the_weights(small, data, precision):
    """8, too: the pipeline in memory gives the same file whenever it is packed."""
    one = trained(rows_of(small, data), codebook_of(small, data), data)
    weights, blocks = weights_of(one.pipeline, data[2][0], 3)
    first, second = (to_bytes(pack(weights, blocks, precision)) for _ in range(2))
    assert first == second
    assert arrays_of(memoryview(first)).keys() == arrays_of(memoryview(second)).keys()


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 9999))
def test_retraining_without_new_rows_is_training(small, seed):
    """13: `retrain` on what is there gives the weights that `train` gives."""
    from stance.annotation.examples import Labelled
    from stance.annotation.importing import import_examples
    from stance.cli.app import app
    from stance.codebook.codebook import to_toml
    from stance.models.folder import read_info
    from stance.storage.project import create_project

    rows = small.examples(36, seed)
    codebook = small.codebook()
    options = [part for one in SETTINGS for part in ("-S", one)]
    with tempfile.TemporaryDirectory() as root:
        project = create_project(Path(root) / "desk", to_toml(codebook))
        import_examples(project, Labelled(tuple(rows), (), False), "ana")
        for command in ("train", "retrain", "retrain"):
            with pytest.raises(SystemExit) as ended:
                app(["--quiet", command, "--project", str(project.root), *options])
            assert ended.value.code == 0
        infos = [read_info(project.models / name) for name in ("v1", "v2", "v3")]
    assert len({one.files[SCORER] for one in infos}) == 1
    assert len({one.data.sha256 for one in infos}) == 1
    assert len({one.thresholds for one in infos}) == 1
