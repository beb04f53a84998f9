"""An output that can be continued where it was cut off, with no row lost and none written twice.

Bytes go into a hidden file beside the target. Now and then they are flushed to the disk, and then
a small record says how far they are good: so many blocks of the input, so many bytes. A killed
process, a full disk or a power cut leaves both behind. Continuing reads the input's blocks once
more, checks that they and the model are the same, and goes on after the last good byte; whatever
came behind it is cut away. The target appears when everything is written.
"""

import contextlib
import fcntl
import hashlib
import math
import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from stance.storage.atomic import sync_folder, write_file
from stance.storage.block_rows import fingerprint
from stance.storage.blocks import Block
from stance.storage.errors import InputError, ProjectError, printable
from stance.storage.toml import Record

CHECKPOINT_SECONDS = 1.0
PARTIAL_PREFIX = ".stance-part-"


class State(Record):
    """How far an output is: the blocks that are in it, with their hash; its bytes, rows and
    columns; and the options that it was made with.
    """

    options: dict[str, str]
    n_blocks: int = 0
    input_hash: str = ""
    n_bytes: int = 0
    n_rows: int = 0
    n_abstained: int = 0
    n_refused: int = 0
    columns: tuple[str, ...] = ()


class Partial:
    """The hidden file under way."""

    def __init__(self, stream: BinaryIO, record: Path, state: State, at_once: bool) -> None:
        self._stream = stream
        self._record = record
        self._saved = -math.inf if at_once else time.monotonic()
        self.state = state

    def write(self, content: bytes) -> None:
        """Appends the bytes."""
        self._stream.write(content)

    def reached(self, state: State) -> None:
        """Notes that everything up to this state is written; now and then on the disk, too."""
        self.state = state.model_copy(update={"n_bytes": self._stream.tell()})
        if time.monotonic() - self._saved >= CHECKPOINT_SECONDS:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            write_file(self._record, self.state.model_dump_json())
            self._saved = time.monotonic()


def partial_paths(target: Path) -> tuple[Path, Path]:
    """Where the bytes and the record of an output are while it is under way."""
    name = PARTIAL_PREFIX + hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]
    return target.with_name(name), target.with_name(name + ".json")


@contextlib.contextmanager
def continuing(target: Path, options: dict[str, str], resume: bool) -> Iterator[Partial]:
    """The output that becomes `target` when the block ends well.

    With `resume` it starts where the last one ended, and stays for another time when the block
    fails; without, it starts anew, and nothing stays. Raises ProjectError when another process
    is writing it, and InputError when it was made with other options.
    """
    content, record = partial_paths(target)
    descriptor = os.open(content, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    with os.fdopen(descriptor, "r+b") as stream:
        _lock(descriptor, content, target)
        is_whole = False
        try:
            if not resume:  # before the file is emptied: the record would promise too much
                record.unlink(missing_ok=True)
            state = _state(record, options, target)
            if os.fstat(descriptor).st_size < state.n_bytes:
                raise InputError(
                    f"{printable(str(target))}: its beginning is gone. Start over without --resume."
                )
            stream.truncate(state.n_bytes)
            stream.seek(state.n_bytes)
            partial = Partial(stream, record, state, at_once=resume)
            yield partial
            stream.flush()
            os.fsync(descriptor)
            content.replace(target)
            is_whole = True
        finally:
            if is_whole or not resume:
                record.unlink(missing_ok=True)
            if not is_whole and not (resume and record.exists()):
                content.unlink(missing_ok=True)
    sync_folder(target.parent)


def _lock(descriptor: int, content: Path, target: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_ours = os.path.samestat(content.stat(), os.fstat(descriptor))
    except (BlockingIOError, FileNotFoundError):
        is_ours = False  # held by another, or renamed by it in this moment
    if not is_ours:
        raise ProjectError(
            f"{printable(str(target))}: another process is writing it. Let it finish."
        )


def _state(record: Path, options: dict[str, str], target: Path) -> State:
    """What the record says; a new start where there is none."""
    try:
        state = State.model_validate_json(record.read_bytes())
    except FileNotFoundError:
        return State(options=options)
    except ValueError as error:
        raise InputError(
            f"{printable(str(record))}: cannot be read. Start over without --resume."
        ) from error
    changed = [name for name, value in options.items() if state.options.get(name) != value]
    if changed:
        raise InputError(
            f"{printable(str(target))}: cannot be continued, for another {changed[0]} made its "
            "beginning. Start over without --resume."
        )
    return state


class Counted:
    """Blocks with the hash of all that came so far, from the first that is not done yet."""

    def __init__(self, blocks: Iterable[Block], state: State) -> None:
        self._blocks = iter(blocks)
        self._state = state
        self.hashes: deque[str] = deque()  # up to each block given; the reader takes them

    def __iter__(self) -> Iterator[Block]:
        """Raises InputError when the input is not the one that the state knows."""
        import xxhash

        found = xxhash.xxh3_128()
        for _ in range(self._state.n_blocks):
            block = next(self._blocks, None)
            if block is None:
                break
            found.update(fingerprint(block))
        if self._state.n_blocks and found.hexdigest() != self._state.input_hash:
            raise InputError(
                "the input is not the one that the output was begun with. Start over without "
                "--resume."
            )
        for block in self._blocks:
            found.update(fingerprint(block))
            self.hashes.append(found.hexdigest())
            yield block
