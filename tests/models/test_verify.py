"""A model folder looked through: what is whole passes, and each fault is named with its file."""

import json
import os

import numpy as np
import pytest

from stance.models.folder import INFO, PIPELINE, SCORER, TRAINING_HASHES
from stance.models.origin import ORIGIN
from stance.prediction.verify import CODEBOOK, CONFIG, verify


def faults(folder):
    """The files with a fault, each with what is told of it."""
    return {one.file: one.fault for one in verify(folder) if one.fault}


def test_a_whole_folder_has_no_fault(copied):
    """Everything that is there is named with what was looked at, the pipeline as never opened."""
    checks = verify(copied)
    assert [one.fault for one in checks if one.fault] == []
    named = {one.file for one in checks}
    assert named - {"."} == {path.name for path in copied.iterdir()} - {"info.sha256"}
    assert any(one.file == PIPELINE and "never opened" in one.told for one in checks)


@pytest.mark.parametrize(
    "file", [SCORER, CONFIG, CODEBOOK, TRAINING_HASHES, PIPELINE, INFO, "info.sha256", ORIGIN]
)
def test_damage_is_told_with_the_file(copied, file):
    """One byte more, one less, or none at all, in any file of the folder."""
    good = (copied / file).read_bytes()
    told = INFO if file == "info.sha256" else file
    for bad in (good + b"}", good[:-1], b""):
        (copied / file).write_bytes(bad)
        if file != ORIGIN or bad != good[:-1]:  # that file is JSON with a newline behind it
            assert told in faults(copied)
    (copied / file).unlink()
    assert (told in faults(copied)) is (file != ORIGIN)
    (copied / file).write_bytes(good)
    assert faults(copied) == {}


def test_what_does_not_belong_there_is_told(copied, tmp_path):
    """Links, folders, pipes and files of no model, with control bytes in their names escaped."""
    os.mkfifo(copied / "pipe")
    (copied / "link").symlink_to(tmp_path)
    (copied / "folder").mkdir()
    (copied / "a\x1b[2Jb.py").write_text("print()")
    (copied / CONFIG).rename(tmp_path / "moved")
    (copied / CONFIG).symlink_to(tmp_path / "moved")
    told = faults(copied)["."]
    for name in ("pipe", "link", "folder", CONFIG):
        assert f"{name} is a link, a folder or a device" in told
    assert "a\\x1b[2Jb.py belongs to no model" in told
    assert told.isprintable()


def test_a_folder_that_is_none_is_told(tmp_path):
    """A file, nothing at all, an empty folder: told, never raised."""
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    for name in ("file", "nowhere", "empty"):
        assert INFO in faults(tmp_path / name)
    assert "." in faults(tmp_path / "nowhere")


def test_a_file_without_a_hash_is_told(forge):
    """A record that leaves a file out says nothing about it."""
    folder = forge(info=lambda fields: fields["files"].pop(CONFIG))
    assert "nobody knows" in faults(folder)[CONFIG]


def test_files_that_disagree_are_told(copied, forge):
    """With right hashes: another codebook, a config of unknown keys, hashes in disorder."""
    texts = {
        CODEBOOK: (copied / CODEBOOK).read_bytes().replace(b'"unsure"', b'"undecided"'),
        CONFIG: b"[training]\nlearning_rate = 3\n",
        TRAINING_HASHES: (copied / TRAINING_HASHES).read_bytes()[::-1],
    }
    for file, content in texts.items():
        (copied / file).write_bytes(content)
    hashes = {file: __import__("hashlib").sha256(one).hexdigest() for file, one in texts.items()}
    folder = forge(info=lambda fields: fields["files"].update(hashes))
    found = faults(folder)
    assert "other labels" in found[CODEBOOK]
    assert "learning_rate" in found[CONFIG]
    assert "sorted" in found[TRAINING_HASHES]
    assert set(found) == set(texts)


def test_a_file_beyond_all_bounds_is_told_unread(copied, monkeypatch):
    """Its size is looked at before a byte of it is."""
    monkeypatch.setattr("stance.models.folder.MAX_BYTES", 1000)
    assert "larger than 1,000 bytes" in faults(copied)[PIPELINE]


def test_more_hashes_than_sentences_are_told(forge):
    """The record knows of how many sentences there are hashes."""
    folder = forge(info=lambda fields: fields["data"].update(n_sentences=1))
    assert "hashes of 1 sentence" in faults(folder)[TRAINING_HASHES]


@pytest.mark.parametrize("name", ["word", "char", "words"])
def test_ngrams_that_nobody_finds_are_told(forge, name):
    """Slots in disorder hide what is in the vocabulary: harmless, but not what was trained."""

    def shuffle(arrays):
        slots = arrays[f"{name}.slots"]
        arrays[f"{name}.slots"] = np.random.default_rng(0).permutation(slots)

    told = [one.fault for one in verify(forge(arrays=shuffle)) if one.fault]
    assert any("is not found" in one or "probe sentences" in one for one in told)
    assert any(f"{name}: a" in one for one in told)


def test_other_weights_are_told_by_the_probes(forge):
    """Weights with a right hash that score the probe sentences differently."""

    def double(arrays):
        arrays["coefficients"] *= 2

    assert "probe sentences" in faults(forge(arrays=double))[SCORER]


def test_an_ngram_of_nothing_is_told(forge):
    """A row without a unit stands for no n-gram."""

    def empty(arrays):
        arrays["word.numbers"][0] = -1

    told = [one.fault for one in verify(forge(arrays=empty)) if one.fault]
    assert "word: an n-gram is not found" in told[0]


def test_no_stranger_writes_on_the_terminal(forge):
    """What the checks tell of a record with control bytes in it has none itself."""
    folder = forge(info=lambda fields: fields.update({"\x1b]0;title\x07": 1}))
    told = json.dumps(faults(folder), ensure_ascii=False)
    assert told.isprintable() and "\\\\x1b" in told


def test_a_folder_in_place_of_a_file_is_told(copied):
    """What is there, but no file, is not called missing."""
    (copied / PIPELINE).unlink()
    (copied / PIPELINE).mkdir()
    assert faults(copied)[PIPELINE] == "is no regular file"
