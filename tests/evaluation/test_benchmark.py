"""Benchmark folders are found, trained on, and scored by their metric."""

import json
from pathlib import Path

import numpy as np
import pytest

from stance.codebook.codebook import Codebook, Label
from stance.evaluation.benchmark import (
    Benchmark,
    _metric,
    benchmark_folders,
    config_for,
    known_benchmarks,
    run,
)
from stance.evaluation.render_benchmark import rows, title, to_dict, to_markdown
from stance.learning.config import read_config
from stance.storage.errors import InputError

SAYS = {"for": "cheers", "against": "curses", "neutral": "sees"}
PEOPLE = ("A diver", "The cook", "Our vicar", "Mrs Adeyemi", "The crew", "Young Tomas")


def write(path, people):
    lines = [
        json.dumps({"text": f"{who} {verb} the {what}.", "labels": [label], "target": "the bridge"})
        for who in people
        for what in ("bridge", "quay", "mill", "inn")
        for label, verb in SAYS.items()
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def folder(tmp_path):
    """Rows whose label is in the verb."""
    made = tmp_path / "bridges"
    made.mkdir()
    write(made / "train.jsonl", PEOPLE[:4])
    write(made / "test.jsonl", PEOPLE[4:])
    return made


def test_a_folder_is_trained_and_scored(folder):
    """What the verb decides is learnt wholly; always the first class scores a third of a half."""
    found = run(folder, read_config(None), "default")
    assert (found.n_train, found.n_test) == (48, 24)
    assert found.test.value == 1
    assert found.cross_validation.value == 1
    assert found.majority == pytest.approx(1 / 6)
    assert rows(found)[0] == (
        "this project (default)",
        "100.0 [100.0, 100.0]",
        "100.0 [100.0, 100.0]",
        "",
    )
    assert title(found) == "bridges: macro-F1; 48 training and 24 test rows"
    assert "| always the commonest answer |  | 16.7 |  |" in to_markdown([found])
    assert to_dict(found)["test"]["value"] == 1


def test_without_test_its_rows_are_not_read(folder):
    """A search does not wear out the test set, whatever is in it."""
    (folder / "test.jsonl").write_text("broken", "utf-8")
    found = run(folder, read_config(None), "default", n_repeats=2, with_test=False)
    assert (found.test, found.n_test, found.majority) == (None, 0, None)


def test_the_metric_is_scikit_learns_f1_over_the_named_labels():
    """As with `average="macro", labels=…`, for all labels and for two of them."""
    from sklearn.metrics import f1_score

    random = np.random.default_rng(3)
    names = ("AGAINST", "FAVOR", "NONE")
    codebook = Codebook(exclusive=True, labels=tuple(Label(name=name) for name in names))
    right, given = random.integers(0, 3, (2, 90))
    targets, answers = np.eye(3, dtype=bool)[right], np.eye(3, dtype=bool)[given]
    for labels in ((), ("FAVOR", "AGAINST")):
        score = _metric(Benchmark(folder="x", labels=labels), codebook, targets, answers)
        columns = [names.index(name) for name in labels or names]
        expected = f1_score(right, given, labels=columns, average="macro")
        assert score(np.ones((1, 90)))[0] == pytest.approx(expected)


def test_folders_are_found_below_and_by_themselves(folder):
    """The folder named, or those in it that have training rows."""
    (folder.parent / "other").mkdir()
    assert benchmark_folders(folder.parent) == benchmark_folders(folder) == [folder]
    with pytest.raises(InputError, match="no benchmark"):
        benchmark_folders(folder.parent / "other")
    with pytest.raises(InputError, match="no such folder"):
        benchmark_folders(folder.parent / "nowhere")


def test_a_config_is_named_like_the_folder(folder, tmp_path):
    """From the folder of configs; another folder has the default."""
    (tmp_path / "bridges.toml").write_text("[training]\nC = 7.0\n", "utf-8")
    config, name = config_for(folder, tmp_path)
    assert (config.training.C, name) == (7.0, "bridges.toml")
    config, name = config_for(tmp_path, tmp_path, ["training.C=3"])
    assert (config.training.C, name) == (3.0, "default training.C=3")


def test_what_is_known_of_public_data_is_readable():
    """Every entry has a metric and published scores in points with a source."""
    known = known_benchmarks()
    assert {"gwsd", "semeval2016t6", "newsmtsc_rw"} <= set(known)
    for one in known.values():
        assert one.published
        assert all(20 < score.value < 100 and score.source for score in one.published)
        config_for_it, name = config_for(Path(one.folder), None)
        assert config_for_it.training.max_iter and name.endswith(("toml", "default"))
