"""How a version came about: `origin.json` in its folder.

It stands apart from `info.json`, which the same data and config make the same whoever trains.
"""

from pathlib import Path

from pydantic import ValidationError

from stance.storage.errors import InputError, ModelError, printable
from stance.storage.text import read_bytes
from stance.storage.toml import Record

ORIGIN = "origin.json"
MAX_ORIGIN_BYTES = 100_000


class Origin(Record):
    """Who made the version when and with which command, and which one was in use by then."""

    format: int = 1
    at: str = ""
    by: str = ""
    command: str = ""
    parent: str = ""
    note: str = ""


def read_origin(folder: Path) -> Origin:
    """The record; an empty one where the folder has none (formats before it, the default model).

    Raises ModelError when the file is damaged.
    """
    path = folder / ORIGIN
    if not path.exists():
        return Origin()
    try:
        return Origin.model_validate_json(read_bytes(path, MAX_ORIGIN_BYTES))
    except (InputError, ValidationError) as error:
        raise ModelError(
            f"{printable(str(path))}: not the record that was written. Copy the model again."
        ) from error
