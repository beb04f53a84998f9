"""Where results go, looked at before the work: an hour's training must not end at a closed door."""

import os
from collections.abc import Sequence
from pathlib import Path

from stance.storage.errors import InputError, printable


def check_folder(folder: Path, force: bool, files: Sequence[str]) -> None:
    """Raises InputError when the folder holds one of the files already (without `force`), or when
    it cannot be made or written in.
    """
    found = [file for file in files if (folder / file).exists()]
    if found and not force:
        raise InputError(
            f"{printable(str(folder))}: holds {found[0]} already. Write over it with --force."
        )
    check_writable(folder)


def check_writable(folder: Path) -> None:
    """Raises InputError when no file can be written into the folder, were it made."""
    name = printable(str(folder))
    there = folder
    while not os.path.lexists(there) and there != there.parent:
        there = there.parent
    if not there.is_dir():
        what = name if there == folder else printable(str(there))
        raise InputError(f"{what}: is a file. Name a folder.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(
            f"{printable(str(there))}: may not be written in. Change its permissions, or name "
            "another folder."
        )
