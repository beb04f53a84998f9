"""Temporary files and folders: their names, and how those of killed processes are cleared away.

The name of one carries the process id, and while it is written it is locked. A process id alone
does not tell whether somebody is still at work: another container may have its own process of that
number, and the same number comes again.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

TEMPORARY_PREFIX = ".stance-tmp-"
SECONDS_UNTIL_CLAIMED = 60  # after these a temporary file that nobody holds is a leftover
_cleared: set[tuple[int, Path]] = set()


def temporary_beside(path: Path) -> Path:
    """A new name in the folder of `path`, which is there and cleared of leftovers.

    It is cleared once a process: a command may write thousands of files into one folder.
    """
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    place = os.getpid(), folder
    if place not in _cleared:
        clean_leftovers(folder)
        _cleared.add(place)
    return folder / f"{TEMPORARY_PREFIX}{os.getpid()}-{secrets.token_hex(6)}"


def claim(descriptor: int) -> None:
    """Says that the temporary file or folder is being written."""
    with contextlib.suppress(OSError):  # a file system without locks: the process id has to do
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def claiming(folder: Path) -> Iterator[None]:
    """Says for the time of the block that the temporary folder is being written."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        claim(descriptor)
        yield
    finally:
        os.close(descriptor)


def clean_leftovers(folder: Path) -> int:
    """Removes temporary files and folders of processes that are gone; returns how many.

    What cannot be removed stays: in a folder that many may write in, it is somebody else's.
    """
    n_removed = 0
    try:
        with os.scandir(folder) as entries:
            found = [one.path for one in entries if one.name.startswith(TEMPORARY_PREFIX)]
    except OSError:
        return 0
    for path in map(Path, found):
        if _is_left(path):
            remove(path)
            n_removed += not os.path.lexists(path)
    return n_removed


def _is_left(path: Path) -> bool:
    """Whether nobody holds the file or folder, and nobody is about to."""
    owner = path.name.removeprefix(TEMPORARY_PREFIX).split("-")[0]
    if not (owner.isascii() and owner.isdigit() and len(owner) < 10):
        return False
    try:
        is_fresh = time.time() - path.lstat().st_mtime < SECONDS_UNTIL_CLAIMED
        if is_fresh and _is_running(int(owner)):
            return False
        # Neither followed nor waited for: anything may have such a name.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(descriptor)
    except OSError:  # held, or gone meanwhile, or not ours to look at
        return False
    return True


def remove(path: Path) -> None:
    """Takes the file or folder away, as far as that goes."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
