"""A model folder: every damage is refused, and nothing in it can run."""

import io
import json
import pickle
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.models.folder import (
    INFO,
    INFO_HASH,
    PIPELINE,
    SCORER,
    TRAINING_HASHES,
    dumped,
    fault_of_file,
    hash_of,
    read_folder,
    read_info,
    read_training_hashes,
    verify_files,
    write_folder,
)
from stance.models.origin import ORIGIN
from stance.prediction.scorer import load_scorer
from stance.storage.errors import ModelError, ProjectError, StanceError

N_FLIPS = 300


def flips(content, n, seed):
    """Copies of the content with one bit turned over, and which bit that was."""
    draw = random.Random(seed)
    for bit in draw.sample(range(8 * len(content)), n):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(damaged)


def cuts(content, n, seed):
    """The content cut off at n places, and with a byte more at its end."""
    draw = random.Random(seed)
    yield from (content[:place] for place in draw.sample(range(len(content)), n))
    yield from (b"", content[:-1], content + b"\0")


def test_every_flipped_bit_of_the_weights_is_refused(copied):
    """One bit in the weights that is not as written makes the model unusable, and this is told."""
    good = (copied / SCORER).read_bytes()
    for _, damaged in flips(good, N_FLIPS, seed=1):
        (copied / SCORER).write_bytes(damaged)
        with pytest.raises(ModelError, match=r"scorer\.safetensors is not the file"):
            read_folder(copied)
    (copied / SCORER).write_bytes(good)
    assert read_folder(copied).info.version == "saved"


def test_weights_cut_off_are_refused(copied):
    """A file that lacks its end, or has a byte too many, is refused."""
    for damaged in cuts((copied / SCORER).read_bytes(), 60, seed=2):
        (copied / SCORER).write_bytes(damaged)
        with pytest.raises(ModelError):
            read_folder(copied)


def test_every_flipped_bit_of_the_info_is_refused(copied):
    """One bit in the record that is not as written, say in a threshold, is noticed."""
    for _, damaged in flips((copied / INFO).read_bytes(), N_FLIPS, seed=3):
        (copied / INFO).write_bytes(damaged)
        with pytest.raises(ModelError):
            load_scorer(copied)


def test_a_flipped_bit_of_the_info_is_refused_or_leaves_a_whole_record(copied):
    """A damaged record gives ModelError or a record of the right form, never another exception."""
    n_refused = 0
    for _, damaged in flips((copied / INFO).read_bytes(), N_FLIPS, seed=4):
        (copied / INFO).write_bytes(damaged)
        (copied / INFO_HASH).write_text(hash_of(damaged) + "\n", encoding="ascii")  # put right, too
        try:
            info = load_scorer(copied).info
        except ModelError:
            n_refused += 1
            continue
        assert len(info.thresholds) == len(info.labels) == 3
    assert n_refused > N_FLIPS / 4


def test_an_info_cut_off_is_refused(copied):
    """A record that lacks its end is refused wherever it was cut."""
    good = (copied / INFO).read_bytes()
    for damaged in cuts(good.rstrip(), 60, seed=5):
        (copied / INFO).write_bytes(damaged)
        with pytest.raises(ModelError, match=r"info\.json"):
            read_info(copied)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80) | st.text(max_size=40).map(lambda text: json.dumps(text).encode()))
def test_any_bytes_as_info_are_refused(tmp_path_factory, content):
    """Whatever bytes stand for the record, the answer is ModelError."""
    folder = tmp_path_factory.getbasetemp() / "any-info"
    folder.mkdir(exist_ok=True)
    (folder / INFO).write_bytes(content)
    (folder / INFO_HASH).write_text(hash_of(content) + "\n", encoding="ascii")
    with pytest.raises(ModelError):
        read_folder(folder)


@pytest.mark.parametrize("name", [SCORER, INFO])
def test_a_missing_file_is_named(copied, name):
    """An incomplete folder is refused with the name of what is missing."""
    (copied / name).unlink()
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        read_folder(copied)


def test_a_damaged_file_of_hashes_is_refused(copied):
    """The hashes of training sentences are those that were written, or none are given."""
    info = read_info(copied)
    assert len(read_training_hashes(copied, info)) == info.data.n_sentences
    good = (copied / TRAINING_HASHES).read_bytes()
    for _, damaged in flips(good, 40, seed=6):
        (copied / TRAINING_HASHES).write_bytes(damaged)
        with pytest.raises(ModelError, match="was changed"):
            read_training_hashes(copied, info)
    (copied / TRAINING_HASHES).unlink()
    with pytest.raises(ModelError, match="incomplete"):
        read_training_hashes(copied, info)


def test_changed_and_missing_files_are_listed(copied):
    """Verifying a folder names each file that is not as it was written."""
    info = read_info(copied)
    assert verify_files(copied, info) == []
    assert set(info.files) == {path.name for path in copied.iterdir()} - {INFO, INFO_HASH, ORIGIN}
    (copied / PIPELINE).write_bytes(b"other")
    (copied / "config.toml").unlink()
    found = verify_files(copied, info)
    assert len(found) == 2
    assert f"{PIPELINE}: differs from what was written" in found
    assert "config.toml: is missing" in found


def test_a_name_that_leads_out_of_the_folder_is_not_read(copied):
    """A record that names a file elsewhere is told, and that file is left alone."""
    info = read_info(copied)
    files = {"../secret": "0" * 64, "/etc/hostname": "0" * 64}
    found = verify_files(copied, info.model_copy(update={"files": files}))
    assert len(found) == 2
    assert all("leads out of the folder" in one for one in found)


class Trap:
    """An object that, when it is unpickled, makes the file whose path it has."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


@pytest.fixture
def marker(tmp_path):
    """A path at which a file appears when something was run."""
    path = tmp_path / "was-run"
    pickle.loads(pickle.dumps(Trap(path)))
    assert path.exists()
    path.unlink()
    return path


def joblib_bytes(thing):
    import joblib

    stream = io.BytesIO()
    joblib.dump(thing, stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["model.pkl", "model.joblib", "scorer.safetensors"])
@pytest.mark.parametrize("dump", [pickle.dumps, joblib_bytes])
def test_a_pickle_named_as_model_is_refused_and_never_run(tmp_path, marker, name, dump):
    """A file in place of a folder is refused unread."""
    path = tmp_path / name
    path.write_bytes(dump(Trap(marker)))
    with pytest.raises(ModelError, match="not a model folder"):
        load_scorer(path)
    assert not marker.exists()


@pytest.mark.parametrize("dump", [pickle.dumps, joblib_bytes])
def test_pickles_within_a_folder_are_never_run(forge, marker, dump):
    """Neither a pickle in place of the weights nor one as pipeline.joblib is ever loaded."""
    bad = dump(Trap(marker))
    folder = forge()
    (folder / PIPELINE).write_bytes(bad)
    assert load_scorer(folder).info.version == "saved"
    forge(scorer=bad)
    with pytest.raises(ModelError, match="not a safetensors file"):
        load_scorer(folder)
    assert not marker.exists()


def test_a_folder_is_never_written_over(saved, tmp_path):
    """A finished folder stays as it is, and nothing half made is left beside it."""
    info = read_info(saved)
    write_folder(tmp_path / "v1", info, {"a": b"1"})
    with pytest.raises(ProjectError, match="exists already"):
        write_folder(tmp_path / "v1", info, {"a": b"2"})
    assert (tmp_path / "v1" / "a").read_bytes() == b"1"
    assert [path.name for path in tmp_path.iterdir()] == ["v1"]


def test_the_labels_of_a_model_make_its_codebook(saved, small):
    """The codebook of a record has its labels in order and its rules."""
    codebook = read_info(saved).as_codebook()
    assert codebook.names == small.NAMES
    assert (codebook.exclusive, codebook.none_allowed) == (False, True)


@pytest.mark.parametrize("name", ["a|b", "\x1b[2Jlabel", "FOR_AID", "9lives"])
def test_a_label_that_is_no_name_is_refused(forge, name):
    """A stranger's record has labels such as a codebook may have, or is refused."""

    def rename(fields):
        text = json.dumps(fields).replace('"unsure"', json.dumps(name))
        fields.update(json.loads(text))

    with pytest.raises(StanceError):
        read_info(forge(info=rename))


def test_a_file_of_the_record_is_told_by_what_is_wrong(tmp_path, monkeypatch):
    """Missing, larger than any model, no file, elsewhere, changed; or as it was written."""
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").mkdir()
    right = hash_of(b"12345")
    assert fault_of_file(tmp_path, "a", right) == ""
    assert fault_of_file(tmp_path, "a", "0" * 64) == "differs from what was written"
    assert fault_of_file(tmp_path, "b", right) == "is no regular file"
    assert fault_of_file(tmp_path, "c", right) == "is missing"
    assert fault_of_file(tmp_path / "b", "../a", right) == "leads out of the folder"
    monkeypatch.setattr("stance.models.folder.MAX_BYTES", 5)
    assert fault_of_file(tmp_path, "a", right) == ""
    monkeypatch.setattr("stance.models.folder.MAX_BYTES", 4)
    assert fault_of_file(tmp_path, "a", right) == "is larger than 4 bytes"


def test_the_record_is_json_that_people_read(saved):
    """Two spaces a level; its hash is a line beside it."""
    written = (saved / INFO).read_text("utf-8")
    assert written == json.dumps(json.loads(written), indent=2, ensure_ascii=False) + "\n"
    assert (saved / INFO_HASH).read_text("ascii") == hash_of(written.encode()) + "\n"


@pytest.mark.parametrize(("found", "told"), [(0, "does not know"), (1, "older"), (2, "older")])
def test_an_older_format_is_told_as_such(forge, found, told):
    """What was never one is unknown; with either, where it stood."""
    with pytest.raises(ModelError, match=f"copied: .*{told}"):
        read_info(forge(info=lambda fields: fields.update(format=found)))


def test_a_wrong_field_is_told_with_its_path(forge):
    """What is wrong with the whole has none."""
    with pytest.raises(ModelError, match=r"copied: info\.json: data\.n_sentences: "):
        read_info(forge(info=lambda fields: fields["data"].update(n_sentences=-1)))


def test_what_is_wrong_with_the_whole_has_no_path(forge):
    """It is told as the file's."""
    with pytest.raises(ModelError, match=r"copied: info\.json: file: Value error, thresholds belo"):
        read_info(forge(info=lambda fields: fields.update(thresholds=None)))


def test_a_pipeline_is_the_same_bytes_in_every_process(trained):
    """Addresses that scikit-learn keeps are taken out, and a new one changes nothing."""
    first = dumped(trained.pipeline)
    for _, vectorizer in trained.pipeline.named_steps["features"].transformer_list:
        vectorizer._stop_words_id = id(object())
    assert dumped(trained.pipeline) == first
    assert first[:2] == b"\x78\x5e"  # zlib, as joblib's level 3 has it
