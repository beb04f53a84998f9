"""Writing so that a crash leaves the old state or the new one, never half of either.

A file is written beside its target under a temporary name, flushed to the disk, and renamed over
the target; a folder likewise. Lines are appended under a lock and flushed before the call returns.
Temporary names do not extend the target's name (which may already be 255 bytes long). They carry
the process id and are locked while they are written, so that leftovers of a killed process can be
told from work under way: whoever is next to write in a folder, or to hold a lock in it, clears
them away.
"""

import contextlib
import fcntl
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from stance.storage.errors import ProjectError, printable
from stance.storage.leftovers import claim, claiming, clean_leftovers, remove, temporary_beside

log = logging.getLogger(__name__)


def write_file(path: Path, content: str | bytes) -> None:
    """Writes the whole content, or leaves the file as it was."""
    with replacing(path) as stream:
        stream.write(content.encode("utf-8") if isinstance(content, str) else content)


def write_files(folder: Path, contents: Mapping[str, str | Iterable[bytes]]) -> None:
    """Writes files that belong together, whole or in parts, by name; the last one appears last.

    All are on the disk before the first takes its name: a full disk leaves those that were there.
    """
    with contextlib.ExitStack() as renaming:  # which ends the last block first
        for name, content in reversed(list(contents.items())):
            stream = renaming.enter_context(replacing(folder / name))
            stream.writelines([content.encode("utf-8")] if isinstance(content, str) else content)
            _flush(stream)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A binary stream that becomes `path` when the block ends without an exception."""
    temporary = temporary_beside(path)
    # 0o644: the umask may narrow it, nothing may make it writable for others.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            claim(descriptor)
            yield stream
            _flush(stream)
            # While it is still locked, so that nobody takes it for a leftover.
            temporary.replace(path)
    except BaseException:
        remove(temporary)
        raise
    sync_folder(path.parent)


@contextlib.contextmanager
def creating_folder(path: Path) -> Iterator[Path]:
    """A temporary folder that becomes `path` when the block ends without an exception.

    Raises ProjectError when `path` exists by then: a finished folder is never written over.
    """
    temporary = temporary_beside(path)
    temporary.mkdir(mode=0o755)
    try:
        with claiming(temporary):
            yield temporary
            for path_inside in sorted(temporary.rglob("*")):
                (sync_folder if path_inside.is_dir() else _sync_file)(path_inside)
            sync_folder(temporary)
            if path.exists():
                raise ProjectError(f"{path}: exists already. Choose another name.")
            temporary.rename(path)
    except BaseException:
        remove(temporary)
        raise
    sync_folder(path.parent)


def append_lines(path: Path, lines: Sequence[str]) -> None:
    """Appends whole lines and returns when they are on the disk.

    When that fails, the file is as long as before. What a crash left of an unfinished append is
    moved aside first (see `repair_tail`), so that a new line never joins a torn one.
    """
    if not lines:
        return
    with locked(path.parent / ".lock"):
        repair_tail(path)
        existed = path.exists()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            n_bytes = os.fstat(descriptor).st_size
            try:
                _write_all(descriptor, "".join(line + "\n" for line in lines).encode("utf-8"))
                os.fsync(descriptor)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.ftruncate(descriptor, n_bytes)
                raise
        finally:
            os.close(descriptor)
        if not existed:
            sync_folder(path.parent)


def repair_tail(path: Path) -> None:
    """Moves a torn last line to `<name>.torn` and tells it; a whole one gets its newline."""
    if not path.exists():
        return
    with path.open("r+b") as stream:
        end_of_last_line = _end_of_last_line(stream)
        stream.seek(end_of_last_line)
        tail = stream.read()
        if not tail:
            return
        if _is_json(tail):
            stream.write(b"\n")
        else:
            _keep_aside(path.with_name(path.name + ".torn"), tail)
            stream.truncate(end_of_last_line)
            log.warning("%s: a torn last line was moved to %s.torn", path, path.name)
        _flush(stream)


def _end_of_last_line(stream: BinaryIO) -> int:
    position = stream.seek(0, os.SEEK_END)
    while position > 0:
        step = min(position, 65536)
        position -= step
        stream.seek(position)
        newline = stream.read(step).rfind(b"\n")
        if newline >= 0:
            return position + newline + 1
    return 0


def _keep_aside(path: Path, content: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(content + b"\n")
        _flush(stream)


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


@contextlib.contextmanager
def locked(lock: Path, wait: bool = True) -> Iterator[None]:
    """Holds the lock file; the lock goes with its process, however that ends.

    Raises ProjectError when another process holds it and `wait` is false.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    clean_leftovers(lock.parent)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise ProjectError(
                f"{printable(str(lock.parent))}: another process is writing here. Try again."
            ) from error
        yield
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Flushes the folder's own entry, without which a rename may not survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_file(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _flush(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _write_all(descriptor: int, content: bytes) -> None:
    """Not through a buffer, which would try once more when it is closed after a failure."""
    while content:
        content = content[os.write(descriptor, content) :]
