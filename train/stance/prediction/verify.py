"""A model folder from a stranger, looked through file by file before it is used.

What `models.folder` checks whenever a model is loaded keeps a prediction from leading anywhere.
Here more is asked: that nothing else is in the folder, that its files agree with each other, and
that every n-gram is found. The pipeline for Python users is hashed and never opened.
"""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stance.models.folder import (
    INFO,
    INFO_HASH,
    PIPELINE,
    SCORER,
    TRAINING_HASHES,
    Model,
    fault_of_file,
    read_folder,
    read_info,
    read_training_hashes,
)
from stance.models.info import Info
from stance.models.origin import ORIGIN, read_origin
from stance.models.tables import Rows, Strings, eights
from stance.prediction.scorer import checked
from stance.storage.errors import StanceError, n_of, printable

CARD = "README.md"
CONFIG, CODEBOOK = "config.toml", "codebook.toml"
_EXPECTED = (SCORER, CONFIG, CODEBOOK, TRAINING_HASHES)


@dataclass(frozen=True)
class Check:
    """What was looked at in a file, and what is wrong with it: "" for nothing."""

    file: str
    told: str
    fault: str = ""


def verify(folder: Path) -> list[Check]:
    """Every check of the folder in turn. Never raises for what the folder holds."""
    checks = list(_kinds(folder))
    found: list[Info] = []
    checks.append(
        _check(INFO, "the record and its SHA-256", lambda: found.append(read_info(folder)))
    )
    if not found:
        return checks
    info = found[0]
    checks += [_hash_check(folder, info, file) for file in sorted({*info.files, *_EXPECTED})]
    checks += _weights(folder)
    checks.append(_check(TRAINING_HASHES, "sorted, each once", lambda: _hashes(folder, info)))
    checks.append(_check(CONFIG, "every value is one a config may have", lambda: _config(folder)))
    checks.append(_check(CODEBOOK, "the record's labels in order", lambda: _labels(folder, info)))
    if os.path.lexists(folder / ORIGIN):
        checks.append(_check(ORIGIN, "who made it, when, how", lambda: read_origin(folder)))
    return checks


def _check(file: str, told: str, look: Callable[[], object]) -> Check:
    try:
        look()
    except StanceError as error:
        return Check(file, told, printable(str(error), 500))
    return Check(file, told)


def _kinds(folder: Path) -> Iterator[Check]:
    """Whether there is anything but plain files of a model."""
    try:
        entries = sorted(os.scandir(folder), key=lambda one: one.name)
    except OSError as error:
        yield Check(".", "a folder", f"{printable(str(folder))}: {error.strerror}")
        return
    try:
        known = {*read_info(folder).files}
    except StanceError:
        known = {*_EXPECTED, PIPELINE}
    known |= {INFO, INFO_HASH, ORIGIN, CARD}
    faults = []
    for entry in entries:
        name = printable(entry.name)
        if not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            faults.append(f"{name} is a link, a folder or a device")
        elif entry.name not in known:
            faults.append(f"{name} belongs to no model")
    yield Check(".", f"{n_of(len(entries), 'plain file')}, no other", "; ".join(faults[:8]))


def _hash_check(folder: Path, info: Info, file: str) -> Check:
    told = "SHA-256 as recorded" + ("; never opened" if file == PIPELINE else "")
    expected = info.files.get(file)
    if expected is None:
        return Check(file, told, f"is not in {INFO}, so nobody knows whether it was changed")
    return Check(file, told, fault_of_file(folder, file, expected))


def _weights(folder: Path) -> list[Check]:
    models: list[Model] = []
    arrays = "arrays fill the file; shapes, ranges, finite weights"
    checks = [_check(SCORER, arrays, lambda: models.append(read_folder(folder)))]
    if models:
        checks.append(_check(SCORER, "every n-gram is found", lambda: _find_all(models[0])))
        n_probes = len(models[0].info.probes)
        checks.append(
            _check(
                SCORER, f"{n_probes} probe sentences score as recorded", lambda: checked(models[0])
            )
        )
    return checks


def _find_all(model: Model) -> None:
    tables = {"words": model.packed.words}
    for block, one in zip(model.info.blocks, model.packed.vocabularies, strict=True):
        if isinstance(one, Strings):
            tables[block.name] = one
        elif not _finds_rows(one.ngrams):
            raise StanceError(f"{block.name}: an n-gram is not found, or stands there twice")
    for name, table in tables.items():
        if not _finds_strings(table):
            raise StanceError(f"{name}: a string is not found, or stands there twice")


def _finds_strings(table: Strings) -> bool:
    starts = table.starts.astype(np.int64)
    found = table.find(eights(table.text), starts[:-1], np.diff(starts) - 1)
    return bool((found == np.arange(len(table))).all())


def _finds_rows(rows: Rows) -> bool:
    lengths = (rows.numbers >= 0).sum(axis=1)
    if not lengths.all():
        return False
    for length in np.unique(lengths):
        which = np.flatnonzero(lengths == length)
        found = rows.find([rows.numbers[which, column] for column in range(length)])
        if not (found == which).all():
            return False
    return True


def _hashes(folder: Path, info: Info) -> None:
    found = read_training_hashes(folder, info)
    content = (folder / TRAINING_HASHES).read_bytes()
    if len(content) != 8 * len(found) or content != b"".join(sorted(found)):
        raise StanceError("is no sorted list of hashes of eight bytes")
    if len(found) > info.data.n_sentences:
        raise StanceError(f"{len(found):,} hashes of {n_of(info.data.n_sentences, 'sentence')}")


def _config(folder: Path) -> None:
    from stance.learning.config import read_config

    read_config(folder / CONFIG)


def _labels(folder: Path, info: Info) -> None:
    from stance.codebook.codebook import read_codebook

    found = read_codebook(folder / CODEBOOK)
    told = info.as_codebook()
    if (found.names, found.exclusive, found.none_allowed) != (
        told.names,
        told.exclusive,
        told.none_allowed,
    ):
        raise StanceError(f"has other labels than {INFO}, or others' order or rule")
