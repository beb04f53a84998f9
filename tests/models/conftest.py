"""Fixtures for tests of models: small trained ones, and folders that a stranger forged."""

import hashlib
import importlib.util
import json
import shutil
from pathlib import Path

import pytest

# One block of words and one of characters, with few features: a folder of some ten kilobytes.
SETTINGS = (
    "features.word.ngram_range=[1, 2]",
    "features.word.min_df=4",
    "features.char.ngram_range=[2, 3]",
    "features.char.min_df=12",
    *(f"features.{name}.enabled=false" for name in ("negated", "classes", "negated_classes")),
    "thresholds.folds=3",
    "calibration.method=none",
)


@pytest.fixture(scope="session")
def small():
    """The makers of small data, as a module."""
    path = Path(__file__).parents[1] / "learning" / "small_data.py"
    spec = importlib.util.spec_from_file_location("small_data", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def train_small(small):
    """Trains on small data: labels that exclude each other or not, overrides of the config."""
    from stance.learning.config import read_config
    from stance.learning.dataset import training_data
    from stance.learning.training import train

    def make(exclusive=False, none_allowed=True, overrides=(), names=None):
        rows = small.examples(48, exclusive=exclusive, none_allowed=none_allowed)
        codebook = small.codebook(small.NAMES, exclusive, none_allowed)
        if names:
            rows = [one for one in rows if set(one.labels) <= set(names)]
            codebook = small.codebook(names, exclusive, none_allowed)
        return train(training_data(rows, codebook), read_config(None, [*SETTINGS, *overrides]))

    return make


@pytest.fixture(scope="session")
def trained(train_small):
    """A model of three labels that do not exclude each other."""
    return train_small()


@pytest.fixture(scope="session")
def saved(trained, tmp_path_factory):
    """The folder of that model; tests read it and never write there."""
    from stance.models.saving import save

    return save(trained, tmp_path_factory.mktemp("models"), "saved", "stance train")[0]


@pytest.fixture
def copied(saved, tmp_path):
    """A copy of the folder, to be damaged."""
    return Path(shutil.copytree(saved, tmp_path / "models" / "copied"))


@pytest.fixture
def forge(copied):
    """Changes arrays and info of the copy, and puts the hashes right: a stranger's model."""
    from safetensors.numpy import load, save

    from stance.models.folder import INFO, INFO_HASH, SCORER

    def change(arrays=None, info=None, scorer=None):
        tensors = {
            name: array.copy() for name, array in load((copied / SCORER).read_bytes()).items()
        }
        if arrays:
            arrays(tensors)
        content = save(tensors) if scorer is None else scorer
        (copied / SCORER).write_bytes(content)
        fields = json.loads((copied / INFO).read_text(encoding="utf-8"))
        fields["files"][SCORER] = hashlib.sha256(content).hexdigest()
        if info:
            info(fields)
        record = json.dumps(fields).encode()
        (copied / INFO).write_bytes(record)
        (copied / INFO_HASH).write_text(hashlib.sha256(record).hexdigest() + "\n", "ascii")
        return copied

    return change


@pytest.fixture
def registry(tmp_path):
    """A registry of a models folder that is not there yet."""
    from stance.models.registry import Registry

    return Registry(tmp_path / "models")


@pytest.fixture(scope="session")
def add():
    """Adds a version that is no more than a folder with an info.json."""
    from stance.models.folder import INFO

    def add_version(registry, name=None):
        with registry.adding(name) as version:
            (registry.root / version).mkdir()
            (registry.root / version / INFO).write_text("{}", encoding="utf-8")
            registry.record("train", version, "stance train", {"macro_f1": 0.5})
        return version

    return add_version
