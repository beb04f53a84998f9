"""A small model folder to be damaged, and what its loaders say of it."""

import contextlib
import hashlib
import io
import json
import struct
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
from verify_desk import rows, run, write

from stance.models.folder import INFO, INFO_HASH, SCORER, verify_files
from stance.models.origin import ORIGIN, read_origin
from stance.prediction.scorer import load_scorer
from stance.prediction.single import Single
from stance.storage.errors import StanceError

# Small enough to be loaded hundreds of times a second, with a block of each kind.
SMALL = (
    "features.word.ngram_range=[1, 2]",
    "features.word.min_df=3",
    "features.char.ngram_range=[2, 3]",
    "features.char.min_df=9",
    "features.negated.enabled=false",
    "features.classes.min_df=2",
    "features.negated_classes.enabled=false",
    "thresholds.folds=2",
)
TEXTS = ("They welcome the pledge.", "We refuse the wasteful ferry, hm.", "zzz qqq", "")
# What the quick way leaves to the whole program, see `cli/quick.py`.
LEFT = (
    StanceError, OSError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError,
    RecursionError, MemoryError, struct.error,
)  # fmt: skip

Files = dict[str, bytes]


def small_model(root: Path) -> Path:
    """Trains a small model; returns its folder."""
    settings = [part for one in SMALL for part in ("-S", one)]
    data = write(root / "rows.jsonl", rows(24, 1))
    command = ["--quiet", "train", "--data", data, "--codebook", "auto", "--name", "small"]
    with contextlib.redirect_stdout(io.StringIO()):
        code = run([*command, "--models", str(root / "models"), *settings])
    if code:
        raise RuntimeError(f"training ended with {code}, and nothing had been done to it")
    return root / "models" / "small"


def files_of(folder: Path) -> Files:
    """Name and content of every file."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def put_right(files: Files) -> Files:
    """The files with the hashes that a forger would put right: of the weights and the record."""
    fields = json.loads(files[INFO])
    fields["files"][SCORER] = hashlib.sha256(files[SCORER]).hexdigest()
    return with_record(files, json.dumps(fields).encode())


def with_record(files: Files, record: bytes) -> Files:
    """The files with this record and its hash."""
    digest = f"{hashlib.sha256(record).hexdigest()}\n".encode()
    return {**files, INFO: record, INFO_HASH: digest}


class Place:
    """A folder whose files are exchanged one for the other, and what is said of it."""

    def __init__(self, files: Files) -> None:
        self._held = tempfile.TemporaryDirectory()
        self.folder = Path(self._held.name) / "small"
        self.folder.mkdir()
        self._there: Files = {}
        self.put(files)

    def put(self, files: Files) -> None:
        """Makes the folder hold these files and no other."""
        for name in self._there.keys() - files.keys():
            (self.folder / name).unlink()
        for name, content in files.items():
            if self._there.get(name) != content:
                # A new file: the old one may be mapped into memory.
                (self.folder / name).unlink(missing_ok=True)
                (self.folder / name).write_bytes(content)
        self._there = dict(files)

    def told(self) -> tuple[str, str]:
        """What the whole loader says: "refused", "taken" or "traceback", and the message."""
        return _tried(lambda: _whole(self.folder))

    def told_quickly(self) -> tuple[str, str]:
        """What the quick loader says; the same words, but "left" where the other is asked."""
        try:
            model = Single(self.folder)
            for text in TEXTS:
                model.score(text)
        except LEFT as error:
            return "left", type(error).__name__
        except BaseException:  # noqa: BLE001 - what a user would see as a traceback
            return "traceback", traceback.format_exc()[-300:]
        return "taken", ""

    def is_quick_right(self) -> bool:
        """Whether both loaders, which have taken the folder, give the same probabilities."""
        whole = load_scorer(self.folder).score(TEXTS).probabilities
        quick = [Single(self.folder).score(text).probabilities for text in TEXTS]
        return bool(np.abs(whole - np.array(quick)).max() <= 1e-9)


def _whole(folder: Path) -> None:
    scorer = load_scorer(folder)
    if faults := verify_files(folder, scorer.info):
        raise StanceError(faults[0])
    if (folder / ORIGIN).exists():
        read_origin(folder)
    found = scorer.score(TEXTS).probabilities
    if not ((found >= 0) & (found <= 1)).all():
        raise AssertionError("probabilities beyond 0 and 1")


def _tried(work: Callable[[], None]) -> tuple[str, str]:
    try:
        work()
    except StanceError as error:
        if not str(error).replace("\n", " ").isprintable():
            return "traceback", f"control bytes in {str(error)!r}"
        return "refused", str(error)
    except BaseException:  # noqa: BLE001 - what a user would see as a traceback
        return "traceback", traceback.format_exc()[-300:]
    return "taken", ""
