"""A model is a folder: written whole or not at all, and checked before a number of it is used.

scorer.safetensors  vocabulary and weights as plain arrays: what `predict` loads
info.json           labels, thresholds, where it comes from, probes, hash of every file
    info.sha256         the hash of info.json
config.toml         the training config, every value
codebook.toml       the labels and their rules
training.hashes     eight bytes a training sentence, to know it again in test data
pipeline.joblib     the scikit-learn pipeline, for Python users; no command loads it
"""

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stance.models import names
from stance.models.info import FORMAT, Info
from stance.models.mapped import MAX_BYTES, arrays_of, map_file
from stance.models.packing import Packed
from stance.models.unpacking import unpack
from stance.storage.atomic import creating_folder
from stance.storage.errors import InputError, ModelError, printable
from stance.storage.jsonl import BadJsonError, dump, parse_object
from stance.storage.text import open_regular, peekable, read_bytes

SCORER, INFO, INFO_HASH = names.SCORER, names.INFO, names.INFO_HASH
PIPELINE = "pipeline.joblib"
TRAINING_HASHES = "training.hashes"
MAX_HASHES_BYTES = 400_000_000  # of fifty million sentences


@dataclass(frozen=True)
class Model:
    """What a folder holds, checked: hashes, shapes, ranges. The probes are checked by scoring."""

    folder: Path
    info: Info
    packed: Packed


def write_folder(folder: Path, info: Info, files: dict[str, bytes]) -> None:
    """Writes the files and the info that names their hashes. Raises ProjectError if it exists."""
    with creating_folder(folder) as temporary:
        for name, content in files.items():
            (temporary / name).write_bytes(content)
        record = info.model_dump_json(indent=2) + "\n"
        (temporary / INFO).write_text(record, encoding="utf-8")
        (temporary / INFO_HASH).write_text(hash_of(record.encode()) + "\n", encoding="ascii")


def hash_of(content: bytes | memoryview) -> str:
    """The hexadecimal SHA-256."""
    return hashlib.sha256(content).hexdigest()


def read_info(folder: Path) -> Info:
    """The record of the folder. Raises ModelError when there is none that this version knows."""
    name = printable(str(folder))
    if not folder.is_dir():
        raise ModelError(
            f"{name}: not a model folder of Stancedesk. Joblib, pickle, skops and other files are "
            "never loaded: they can run code. Name a folder made by `stance train`."
        )
    try:
        content = read_bytes(folder / INFO, names.MAX_INFO_BYTES)
        if read_bytes(folder / INFO_HASH, 100) != f"{hash_of(content)}\n".encode():
            raise ModelError(
                f"{name}: info.json is not what was written (see info.sha256). Copy or train the "
                "model again."
            )
        fields = parse_object(content.decode("utf-8"))
        _check_format(fields.get("format"), name)
        return Info.model_validate_json(dump(fields))
    except (InputError, BadJsonError, UnicodeDecodeError) as error:
        raise ModelError(f"{name}: no readable info.json ({error}). Train it again.") from error
    except ValidationError as error:
        fault = error.errors()[0]
        where = printable(".".join(str(step) for step in fault["loc"]) or "file")
        raise ModelError(
            f"{name}: info.json: {where}: {printable(fault['msg'])}. It was changed, or "
            "made by another version of Stancedesk; train it again."
        ) from error


def _check_format(found: object, name: str) -> None:
    if found == FORMAT and type(found) is int:
        return
    if type(found) is int and 0 < found < FORMAT:
        raise ModelError(
            f"{name}: made by an older Stancedesk (format {found}; this one reads {FORMAT}). "
            "Train it again."
        )
    raise ModelError(f"{name}: info.json has a format that this version does not know.")


def read_folder(folder: Path) -> Model:
    """The model in the folder.

    Raises ModelError when a file is missing or not the one that was written, or when an array
    has another shape or a number that cannot be.
    """
    info = read_info(folder)
    name = printable(str(folder))
    try:
        content = map_file(folder / SCORER)
    except InputError as error:
        raise ModelError(f"{error} The model is incomplete.") from error
    if hash_of(content) != info.files.get(SCORER):
        raise ModelError(
            f"{name}: {SCORER} is not the file that was written (its SHA-256 differs). "
            "Train the model again or copy it again."
        )
    try:
        packed = unpack(arrays_of(content), info.blocks, len(info.labels))
        if len(packed.intercept) > len(info.labels) and not (info.exclusive and info.none_allowed):
            raise ModelError("a class more than there are labels")
        return Model(folder, info, packed)
    except ModelError as error:
        raise ModelError(f"{name}: {SCORER}: {error}. The model cannot be used.") from error


def read_training_hashes(folder: Path, info: Info) -> frozenset[bytes]:
    """The hashes of the sentences the model was trained on. Raises ModelError if damaged."""
    try:
        content = read_bytes(folder / TRAINING_HASHES, MAX_HASHES_BYTES)
    except InputError as error:
        raise ModelError(f"{error} The model is incomplete.") from error
    if hash_of(content) != info.files.get(TRAINING_HASHES):
        raise ModelError(f"{printable(str(folder))}: {TRAINING_HASHES} was changed.")
    return frozenset(content[start : start + 8] for start in range(0, len(content), 8))


def verify_files(folder: Path, info: Info) -> list[str]:
    """The files that are missing or changed, as sentences; empty when all are as written."""
    faults = (
        (file, fault_of_file(folder, file, expected)) for file, expected in info.files.items()
    )
    return [f"{printable(file)}: {fault}" for file, fault in faults if fault]


def fault_of_file(folder: Path, file: str, expected: str) -> str:
    """What is wrong with a file of the record; "" when it is as it was written."""
    if Path(file).name != file:
        return "leads out of the folder"
    try:
        with open_regular(folder / file) as stream:
            if os.fstat(stream.fileno()).st_size > MAX_BYTES:
                return f"is larger than {MAX_BYTES:,} bytes"
            found = hashlib.file_digest(peekable(stream), "sha256").hexdigest()
    except InputError as error:
        return "is missing" if "no such file" in str(error) else "is no regular file"
    return "" if found == expected else "differs from what was written"


def dumped(pipeline: Any) -> bytes:
    """The pipeline as joblib writes it, always the same bytes for the same pipeline."""
    import joblib

    for _, vectorizer in pipeline.named_steps["features"].transformer_list:
        # scikit-learn keeps an address in memory here, which is another in every process.
        vars(vectorizer).pop("_stop_words_id", None)
    stream = io.BytesIO()
    joblib.dump(pipeline, stream, compress=("zlib", 3))
    return stream.getvalue()
