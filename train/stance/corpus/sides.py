"""Which side of the split each article lies on, as it is written down in `data/split.json`."""

from stance.storage.errors import InputError
from stance.storage.jsonl import BadJsonError, parse_object
from stance.storage.project import Project
from stance.storage.text import read_bytes

TRAIN, TEST, ASIDE = "train", "test", "aside"
MAX_SPLIT_BYTES = 100_000_000

Sides = dict[str, str]


def read_split(project: Project) -> Sides:
    """Article to side as it is written; empty where there is no file yet.

    Raises InputError when the file is damaged: guessing would leak test articles into training.
    """
    if not project.split.exists():
        return {}
    try:
        fields = parse_object(read_bytes(project.split, MAX_SPLIT_BYTES).decode("utf-8"))
    except (BadJsonError, UnicodeDecodeError) as error:
        raise InputError(f"{project.split}: {error}. Restore it from a backup.") from error
    sides = fields.get("articles")
    if (
        fields.get("format") != 1
        or not isinstance(sides, dict)
        or not all(side in (TRAIN, TEST, ASIDE) for side in sides.values())
    ):
        raise InputError(f"{project.split}: not a split of format 1. Restore it from a backup.")
    return sides
