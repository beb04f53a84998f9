"""Model folders that a stranger made to harm, with every hash put right: all refused, at once."""

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
from stance.models.hashing import MAX_PROBES
from stance.models.mapped import fields_of
from stance.prediction.scorer import load_scorer
from stance.prediction.single import Single
from stance.storage.errors import ModelError
from strategies import damaged

TEXTS = ("A generous pledge to the village", "They refuse the budget", "zzz", "")


def change(name, how):
    """A change of one array in place, or by what `how` gives."""

    def apply(arrays):
        found = how(arrays[name])
        if found is not None:
            arrays[name] = found

    return apply


def put(value, place=-1):
    def how(array):
        array.reshape(-1)[place] = value

    return how


def fill_slots(array):
    array[:] = 1


def crowd(array):
    """All entries in one run, as if every string had the same hash."""
    used = array[array > 0]
    array[:] = 0
    array[: len(used)] = used


ARRAYS = {
    "NaN in the intercept": change("intercept", put(np.nan)),
    "NaN in a coefficient": change("coefficients", put(np.nan)),
    "infinite coefficient": change("coefficients", put(np.inf)),
    "a coefficient that overflows": change("coefficients", put(1e300)),
    "NaN in an idf": change("idf", put(np.nan)),
    "an idf that overflows": change("idf", put(1e200)),
    "an idf of zero": change("idf", put(0)),
    "an idf below zero": change("idf", put(-1)),
    "a slot beyond": change("char.slots", put(2**32 - 1)),
    "no free slot": change("char.slots", fill_slots),
    "slots of one entry": change("words.slots", fill_slots),
    "a number beyond": change("word.numbers", put(2**31 - 1)),
    "a number below": change("word.numbers", put(-5)),
    "a unit beyond": change("word.unit_of", put(2**31 - 1)),
    "places that go back": change("char.starts", lambda array: array[::-1].copy()),
    "a place beyond": change("char.starts", put(2**32 - 1)),
    "halves of characters": change("char.text", put(0xC3, 0)),
    "lines within lines": change("words.text", put(10, 0)),
    "a class more": change("intercept", lambda array: np.append(array, [0.0, 0.0, 0.0])),
    "integers for weights": change("idf", lambda array: array.astype(np.int32)),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_made_to_harm_are_refused_by_both_ways_to_load(forge, name):
    """The whole scorer refuses the folder; the quick one what it touches, or answers in order."""
    folder = forge(arrays=ARRAYS[name])
    with pytest.raises(ModelError, match="cannot be used"):
        load_scorer(folder)
    try:
        quick = Single(folder)
        found = [quick.score(text).probabilities for text in TEXTS]
    except (ModelError, LookupError, ValueError, TypeError, ArithmeticError):
        return
    assert all(0 <= one <= 1 for row in found for one in row)


@pytest.mark.parametrize("form", ["as if all had one hash", "turned round the end"])
def test_a_table_to_be_searched_for_ever_is_refused(forge, form):
    """A long run of filled slots would make every unknown n-gram cost thousands of steps."""

    def change_slots(arrays):
        n = len(arrays["char.starts"]) - 1
        size = 1 << (4 * max(n, 2 * MAX_PROBES)).bit_length()
        texts = [f"x{number}" for number in range(2 * MAX_PROBES)]
        arrays["words.text"] = np.frombuffer(
            "".join(one + "\n" for one in texts).encode() + bytes(8), np.uint8
        ).copy()
        lengths = [len(one) + 1 for one in texts]
        arrays["words.starts"] = np.cumsum([0, *lengths]).astype(np.uint32)
        slots = np.zeros(size, np.uint32)
        shift = 0 if form.startswith("as") else size - MAX_PROBES
        slots[(np.arange(len(texts)) + shift) % size] = np.arange(1, len(texts) + 1)
        arrays["words.slots"] = slots
        arrays["words.negations"] = np.zeros(len(texts), np.uint8)
        arrays["word.unit_of"] = np.full((1, len(texts) + 1), -1, np.int32)

    folder = forge(arrays=change_slots)
    with pytest.raises(ModelError, match="without a free one"):
        load_scorer(folder)


def rewritten(content, change_header, more=b""):
    """The file with another header, and bytes behind it."""
    size = int.from_bytes(content[:8], "little")
    header = change_header(json.loads(content[8 : 8 + size]))
    encoded = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(encoded)) + encoded + content[8 + size :] + more


def first(header):
    return min(header, key=lambda name: header[name]["data_offsets"])


def overlap(header):
    one, other = sorted(header, key=lambda name: header[name]["data_offsets"])[:2]
    header[other] |= header[one]
    return header


def reshaped(*shape):
    def how(header):
        header[first(header)]["shape"] = list(shape)
        return header

    return how


def with_empty(shape):
    def how(header):
        end = max(told["data_offsets"][1] for told in header.values())
        return header | {"more": {"dtype": "F64", "shape": shape, "data_offsets": [end, end]}}

    return how


HEADERS = {
    "arrays that overlap": overlap,
    "a hole where an array was": lambda header: header.pop(first(header)) and header,
    "a hundred dimensions": reshaped(*[1] * 100),
    "no dimension": reshaped(),
    "no end of numbers": reshaped(2**62, 2**62),
    "a number of five thousand digits": lambda header: (
        json.dumps(header).replace('"shape": [', '"shape": [' + "9" * 5000 + ", ", 1).encode()
    ),
    "nothing times very much": with_empty([0, 2**70]),
    "nothing a hundred times": with_empty([0] * 100),
    "one array more": with_empty([0]),
    "a key twice": lambda header: (
        json.dumps(header)[:-1].encode() + b', "idf": ' + json.dumps(header["idf"]).encode() + b"}"
    ),
    "nesting without end": lambda header: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a list": lambda header: [header],
    "not UTF-8": lambda header: b'{"\xff": 1}',
    "half a character": lambda header: json.dumps(header | {"\ud800": 1}).encode(),
    "control bytes in a name": lambda header: {"\x1b[2J\n": [], **header},
    "lying offsets": lambda header: {
        name: told | {"data_offsets": [0, 2**63]} for name, told in header.items()
    },
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers_made_to_harm_are_refused_in_one_line(forge, name):
    """Both ways to load refuse it with ModelError, without control bytes, and within a second."""
    folder = forge()
    content = rewritten((folder / SCORER).read_bytes(), HEADERS[name])
    folder = forge(scorer=content)
    start = time.process_time()
    with pytest.raises(ModelError) as caught:
        load_scorer(folder)
    assert str(caught.value).isprintable()
    if name not in ("one array more", "no dimension"):  # it looks at no more than it needs
        with pytest.raises(ModelError):
            Single(folder)
    assert time.process_time() - start < 1


@pytest.mark.parametrize("more", [b"\0", b"PK\x05\x06" + bytes(18), bytes(4096)])
def test_nothing_can_hide_behind_the_arrays(forge, more):
    """A file that is a model and something else, say an archive, is refused."""
    folder = forge()
    content = (folder / SCORER).read_bytes() + more
    with pytest.raises(ModelError, match="the arrays take"):
        load_scorer(forge(scorer=content))
    with pytest.raises(ModelError):
        fields_of(memoryview(content))


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


def names_in(fields, *names):
    fields["files"] |= dict.fromkeys(names, "0" * 64)


RECORDS = {
    "a path out of the folder": lambda fields: names_in(fields, "../../secret"),
    "a path from the root": lambda fields: names_in(fields, "/etc/hostname"),
    "control bytes in a name": lambda fields: names_in(fields, "a\x1b[2J"),
    "a zero byte in a name": lambda fields: names_in(fields, "a\0b"),
    "half a character in a name": lambda fields: names_in(fields, "\ud800"),
    "a hidden file": lambda fields: names_in(fields, ".bashrc"),
    "files without end": lambda fields: names_in(fields, *(f"f{n}" for n in range(200))),
    "labels that differ in case": lambda fields: fields.update(
        json.loads(json.dumps(fields).replace('"unsure"', '"FOR_AID"'))
    ),
    "a label of control bytes": lambda fields: fields.update(
        json.loads(json.dumps(fields).replace('"unsure"', json.dumps("un\x1b[31m")))
    ),
    "no probes": lambda fields: fields.update(probes=[]),
    "one probe": lambda fields: fields.update(probes=fields["probes"][:1]),
    "thresholds of zero": lambda fields: fields.update(thresholds=[0.0, 0.5, 0.5]),
    "thresholds below zero": lambda fields: fields.update(thresholds=[-1.0, 0.5, 0.5]),
    "a threshold less": lambda fields: fields.update(thresholds=[0.5, 0.5]),
    "thresholds of a word": lambda fields: fields.update(thresholds="abc"),
    "exclusive with thresholds": lambda fields: fields.update(exclusive=True),
    "a true number": lambda fields: fields.update(seed=True),
    "a scale that overflows": lambda fields: fields["calibration"].update(
        method="sigmoid", scales=[1e308] * 3, shifts=[0.0] * 3
    ),
    "a block more of characters": lambda fields: fields["blocks"].append(
        fields["blocks"][-1] | {"name": "near"}
    ),
    "calibrated for other labels": lambda fields: fields["calibration"].update(
        method="sigmoid", scales=[1.0] * 2, shifts=[0.0] * 2
    ),
    "exclusive, calibrated one by one": lambda fields: fields.update(
        exclusive=True,
        thresholds=None,
        calibration=fields["calibration"]
        | {"method": "sigmoid", "scales": [1.0] * 3, "shifts": [0.0] * 3},
    ),
    "a probability less": lambda fields: fields["probes"][0].update(probabilities=[0.5, 0.5]),
    "n-grams of one character": lambda fields: fields["blocks"][-1].update(ngram_range=[1, 3]),
    "no blocks": lambda fields: fields.update(blocks=[]),
    "a field more": lambda fields: fields.update(more=1),
    "a field more in a block": lambda fields: fields["blocks"][0].update(more=1),
    "another format": lambda fields: fields.update(format=4),
    "a format of a word": lambda fields: fields.update(format="3"),
    "a format that is true": lambda fields: fields.update(format=True),
}


# What says nothing of an answer, and which one sentence is therefore answered without.
NO_ANSWER = {
    *("a path out of the folder", "a path from the root", "control bytes in a name"),
    *("a zero byte in a name", "half a character in a name", "a hidden file"),
    *("files without end", "a true number"),
    # What then scores differently is noticed where a probe has it.
    *("calibrated for other labels", "exclusive, calibrated one by one"),
    "n-grams of one character",
}


@pytest.mark.parametrize("name", RECORDS)
def test_records_made_to_harm_are_refused_by_both_ways_to_load(forge, name):
    """With the hash of the record put right; told in one line without control bytes."""
    folder = forge(info=RECORDS[name])
    with pytest.raises(ModelError) as caught:
        load_scorer(folder)
    assert str(caught.value).isprintable()
    if name not in NO_ANSWER:
        with pytest.raises((ModelError, LookupError, ValueError, TypeError, AttributeError)):
            Single(folder)


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
