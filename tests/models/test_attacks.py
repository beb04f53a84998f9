"""Model folders that a stranger made to harm: files that are none, pickles, and any bytes."""

import json
import os
import shutil
import struct
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.cli.quick import _UNUSUAL as LEFT
from stance.models.folder import (
    INFO,
    INFO_HASH,
    PIPELINE,
    SCORER,
    TRAINING_HASHES,
    hash_of,
    read_folder,
)
from stance.prediction.scorer import load_scorer
from stance.prediction.single import Single
from stance.storage.errors import ModelError
from strategies import damaged

TEXTS = ("A generous pledge to the village", "They refuse the budget", "zzz", "")


def replace_by_fifo(path):
    path.unlink()
    os.mkfifo(path)


def replace_by_device(path):
    path.unlink()
    path.symlink_to("/dev/zero")


def replace_by_folder(path):
    path.unlink()
    path.mkdir()


def replace_by_loop(path):
    path.unlink()
    path.symlink_to(path.name)


def make_sparse(path):
    with path.open("r+b") as stream:
        stream.truncate(10_000_000_000)


@pytest.mark.parametrize("file", [SCORER, "info.json", "info.sha256", TRAINING_HASHES])
@pytest.mark.parametrize(
    "how", [replace_by_fifo, replace_by_device, replace_by_folder, replace_by_loop, make_sparse]
)
def test_what_is_no_plain_file_is_refused_at_once(copied, file, how):
    """A pipe that nobody writes to, a device without end, a file of ten gigabytes of nothing."""
    from stance.models.folder import read_info, read_training_hashes

    info = read_info(copied)
    how(copied / file)
    start = time.process_time()
    with pytest.raises(ModelError):
        if file == TRAINING_HASHES:
            read_training_hashes(copied, info)
        else:
            read_folder(copied)
    assert time.process_time() - start < 1


def test_the_pipeline_of_a_stranger_is_never_opened(copied, monkeypatch):
    """Whatever joblib would do with it: no way to load so much as opens the file."""
    shutil.rmtree(copied / PIPELINE, ignore_errors=True)
    (copied / PIPELINE).unlink()
    os.mkfifo(copied / PIPELINE)  # opening it would wait for ever
    assert load_scorer(copied).score(TEXTS).probabilities.shape == (4, 3)
    Single(copied)


@pytest.fixture(scope="module")
def place(saved, tmp_path_factory):
    """A folder of this module's own, to be written over, and the files that it began with."""
    folder = tmp_path_factory.mktemp("any") / "any"
    shutil.copytree(saved, folder)
    return folder, (folder / SCORER).read_bytes(), (folder / INFO).read_bytes()


def loaded(folder):
    """What both ways to load make of the folder: probabilities, or None where it is refused."""
    try:
        found = load_scorer(folder).score(TEXTS).probabilities
        assert ((found >= 0) & (found <= 1)).all()
    except ModelError:
        found = None
    try:
        quick = Single(folder)
        scores = [quick.score(text).probabilities for text in TEXTS]
    except LEFT:
        return found
    if found is not None:
        assert np.abs(found - np.array(scores)).max() <= 1e-9
    return found


@given(st.sampled_from(["header", "file", "record"]), st.data())
def test_any_bytes_are_a_model_or_refused(place, what, data):
    """22: any bytes for a part of the folder, hashes put right: no exception but ModelError."""
    folder, scorer, record = place
    size = int.from_bytes(scorer[:8], "little")
    whole = {"header": scorer[8 : 8 + size], "file": scorer, "record": record}[what]
    content = data.draw(st.binary(max_size=200) | damaged(whole))
    if what == "header":
        content = struct.pack("<Q", len(content)) + content + scorer[8 + size :]
    if what != "record":
        (folder / SCORER).unlink()  # mapped by whoever loaded it before
        (folder / SCORER).write_bytes(content)
        fields = json.loads(record)
        fields["files"][SCORER] = hash_of(content)
        content = json.dumps(fields).encode()
    (folder / INFO).write_bytes(content)
    (folder / INFO_HASH).write_text(hash_of(content) + "\n", encoding="ascii")
    found = loaded(folder)
    assert found is None or ((found >= 0) & (found <= 1)).all()
    (folder / SCORER).unlink()
    (folder / SCORER).write_bytes(scorer)
