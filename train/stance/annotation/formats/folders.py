"""Exports that are folders: made under another name, and moved to their own when they are whole."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from stance.annotation.formats.format import Start
from stance.annotation.formats.starts import start_of
from stance.storage.atomic import creating_folder, sync_folder
from stance.storage.errors import InputError, printable
from stance.storage.leftovers import remove, temporary_beside


@contextlib.contextmanager
def creating(path: Path, force: bool, is_ours: Callable[[Start], bool]) -> Iterator[Path]:
    """A temporary folder that becomes `path` when the block ends without an exception.

    With `force` it takes the place of an export of the same format, and of nothing else. Raises
    InputError when something is there that stays.
    """
    name = printable(str(path))
    if path.exists() and not force:
        raise InputError(f"{name}: exists already. Write over it with --force.")
    if path.exists() and not (path.is_dir() and is_ours(start_of(path))):
        raise InputError(f"{name}: is no export of this format. Name another folder.")
    whole = temporary_beside(path)
    with creating_folder(whole) as folder:
        yield folder
    # No temporary name: after a kill between the two renames the old export must be there still.
    aside = path.with_name(f".{path.name}.before")
    if path.exists():
        if aside.exists():
            remove(aside)
        path.rename(aside)
    whole.rename(path)
    sync_folder(path.parent)
    if aside.exists():
        remove(aside)
