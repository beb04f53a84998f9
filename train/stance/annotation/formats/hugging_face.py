"""Hugging Face data sets: a folder as `save_to_disk` makes it, one split for each kind of article.

https://huggingface.co/docs/datasets. Labels are written as ClassLabel, whose names come with the
data set; class numbers without names are refused. Rows without a split go to `train`.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from stance.annotation.formats.fields import ABOUT, CANONICAL, SAID, as_text
from stance.annotation.formats.folders import creating
from stance.annotation.formats.format import Format, Reading, Rows, Start, Writing
from stance.storage.errors import InputError, printable
from stance.storage.jsonl import Fields
from stance.storage.rows import Row

# What the library raises for folders that are none, or no longer.
_DAMAGED = (
    *(OSError, ValueError, KeyError, TypeError, ArithmeticError, AttributeError),
    *(IndexError, RecursionError),
)
_NUMBERS = ("sent_index", "start", "end")
_JSON = ("actors", "meta")
_STRINGS = tuple(
    name for name in ("id", *ABOUT, *SAID) if name not in (*_NUMBERS, "split", "suggested")
)


def _matches(start: Start) -> bool:
    names = {*start.names}
    return start.kind == "folder" and bool({"dataset_dict.json", "state.json"} & names)


def _read(path: Path, reading: Reading) -> Rows:
    name = printable(str(path))
    _refuse_paths(path)
    try:
        number = 0
        for split, whole in _parts(path):
            part = whole.select_columns([name for name in whole.features if _is_plain(whole, name)])
            names = {column: _names(feature) for column, feature in part.features.items()}
            for record in part:
                number += 1
                yield Row(number, _row(record, names, split, reading.text_key))
    except _DAMAGED as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"{name}: cannot be read as a data set ({printable(reason, 120)})."
        ) from error


def _refuse_paths(path: Path) -> None:
    """Raises InputError when the folder names files or folders that are not in it."""
    for name, named_in in _NAMED.items():
        for file in path.rglob(name):
            try:
                named = named_in(json.loads(file.read_bytes()))
            except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
                raise InputError(f"{printable(str(file))}: is damaged.") from error
            if not all(_is_inside(one, file.parent) for one in named):
                raise InputError(f"{printable(str(file))}: names a file that is elsewhere.")


# Where a data set names what is in it: its parts, and the files of a part.
_NAMED: dict[str, Callable[[Any], list[Any]]] = {
    "dataset_dict.json": lambda found: list(found["splits"]),
    "state.json": lambda found: [one["filename"] for one in found["_data_files"]],
}


def _is_inside(name: Any, folder: Path) -> bool:
    return (
        isinstance(name, str)
        and Path(name).name == name
        and name not in ("", "..")
        and not (folder / name).is_symlink()
    )


def _parts(path: Path) -> Iterator[tuple[str, Any]]:
    import datasets

    found = datasets.load_from_disk(str(path))
    if isinstance(found, datasets.DatasetDict):
        yield from ((str(split), part) for split, part in found.items())
    else:
        yield "", found


def _is_plain(part: Any, column: str) -> bool:
    """Whether the column has text, numbers or classes: an image or a sound may be an address, and
    to look at it is to fetch it.
    """
    import datasets

    plain = (datasets.Value, datasets.ClassLabel)

    def is_plain(feature: Any) -> bool:
        if isinstance(feature, dict):
            return all(map(is_plain, feature.values()))
        inner = getattr(feature, "feature", None)
        return isinstance(feature, plain) if inner is None else is_plain(inner)

    return is_plain(part.features[column])


def _names(feature: Any) -> list[str]:
    """The names of a class label or of a list of them; none where it is something else."""
    inner = getattr(feature, "feature", feature)
    return list(getattr(inner, "names", None) or ())


def _row(record: Fields, names: dict[str, list[str]], split: str, text_key: str) -> Fields:
    row = {name: value for name, value in record.items() if value is not None}
    if split and "split" not in row:
        row["split"] = split
    for column in {"label", "labels"} & names.keys():
        if names[column]:
            row[column] = _labels(record[column], names[column])
    if "labels" in row:
        row.pop("label", None)
    if text_key != "text" and text_key in row:
        row["text"] = row.pop(text_key)
    for name, value in row.items():
        if hasattr(value, "isoformat"):
            row[name] = value.isoformat()
    return row


def _labels(value: Any, names: list[str]) -> list[str]:
    """The names of the classes; -1 and null are the label that is missing."""
    found = value if isinstance(value, list) else [value]
    return [names[one] for one in found if one is not None and one >= 0]


def _write(path: Path, writing: Writing) -> None:
    import datasets

    datasets.disable_progress_bars()
    by_split: dict[str, list[Fields]] = {}
    for row in writing.rows:
        by_split.setdefault(_folder_name(row.get("split", "") or "train", path), []).append(row)
    is_single = writing.codebook.exclusive and all(len(row["labels"]) < 2 for row in writing.rows)
    features = _features(writing.codebook.names, is_single, _present(writing.rows))
    with creating(path, writing.force, _matches) as folder:
        parts = {
            split: datasets.Dataset.from_dict(_columns(rows, features, is_single), features)
            for split, rows in by_split.items()
        }
        datasets.DatasetDict(parts).save_to_disk(str(folder))


def _folder_name(split: str, path: Path) -> str:
    """The name of the split, which is that of a folder. Raises InputError when it is none."""
    if not re.fullmatch(r"\w+", split):
        raise InputError(
            f'{printable(str(path))}: "{printable(split, 60)}" cannot be the name of a split. '
            "Use letters, digits and _ only."
        )
    return split


def _present(rows: Any) -> set[str]:
    return {name for row in rows for name in row}


def _features(names: tuple[str, ...], is_single: bool, present: set[str]) -> Any:
    """The types of the columns that the rows have."""
    import datasets

    label = datasets.ClassLabel(names=list(names))
    found = {"text": datasets.Value("string")}
    found |= {"label": label} if is_single else {"labels": datasets.List(label)}
    found |= {name: datasets.Value("string") for name in (*_STRINGS, *_JSON) if name in present}
    found |= {name: datasets.Value("int64") for name in _NUMBERS if name in present}
    if "suggested" in present:
        found["suggested"] = datasets.Value("bool")
    return datasets.Features(found)


def _columns(rows: list[Fields], features: Any, is_single: bool) -> Fields:
    found = {
        name: [
            as_text(row[name]) if name in _JSON and name in row else row.get(name) for row in rows
        ]
        for name in features
        if name not in ("label", "labels")
    }
    if is_single:
        found["label"] = [(row["labels"] or [None])[0] for row in rows]
    else:
        found["labels"] = [list(row["labels"]) for row in rows]
    return found


HF = Format(
    name="hf",
    what="Hugging Face data set, a folder",
    matches=_matches,
    read=_read,
    write=_write,
    endings=("",),
    keeps=frozenset(CANONICAL),
    answers=("accept", "reject", "ignore"),
)
