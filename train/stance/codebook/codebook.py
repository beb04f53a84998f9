"""The codebook: which labels there are, in which order, and what they mean.

The order of the labels is the order of every column, table and array of the project.
"""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from stance.storage.errors import ConfigError, nearest, printable
from stance.storage.toml import Record, read_toml, validated

# A letter first: 1, 1.0 and "1" would be three labels, and "-x" an option.
LABEL_PATTERN = re.compile(r"[^\W\d_]\w*(?:[ ./+-]\w+)*")
NAMES = "a label starts with a letter and has letters, digits, _, and single spaces . / + - inside"
MAX_LABELS = 50

LabelName = Annotated[str, Field(min_length=1, max_length=60)]


def _is_name(name: str) -> bool:
    return LABEL_PATTERN.fullmatch(name) is not None and name[0].isalpha()


class Label(Record):
    """One label with its rule; `key` is the key that gives it when annotating.

    A near miss is a sentence that looks as if it carried the label, and does not. The polarity
    "none" says that the label stands for no stance at all: `stance who` leaves it out.
    """

    name: LabelName
    key: str = Field(default="", max_length=1)
    polarity: Literal["for", "against", "neutral", "none"] = "neutral"
    definition: str = ""
    boundaries: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        if not _is_name(name):
            raise ValueError(f"{NAMES}. Rename it")
        return name


class Codebook(Record):
    """The labels in order, and whether a sentence carries exactly one of them."""

    format: Literal[1] = 1
    name: str = "codebook"
    version: str = "1"
    question: str = ""
    exclusive: bool = False
    none_allowed: bool = True
    rules: tuple[str, ...] = ()
    labels: Annotated[tuple[Label, ...], Field(min_length=1, max_length=MAX_LABELS)]

    @model_validator(mode="after")
    def _is_unambiguous(self) -> "Codebook":
        for what, values in (
            ("label", [label.name.casefold() for label in self.labels]),
            ("key", [label.key for label in self.labels if label.key]),
        ):
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f'the {what} "{twice[0]}" stands there twice (case aside)')
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The labels' names in order."""
        return tuple(label.name for label in self.labels)

    @property
    def stances(self) -> tuple[str, ...]:
        """The names of the labels that stand for a stance, in order."""
        return tuple(label.name for label in self.labels if label.polarity != "none")

    def checked(self, labels: Iterable[str], is_answer: bool = True) -> tuple[str, ...]:
        """The labels stripped and in the codebook's order, each once.

        Raises ValueError saying which one is unknown, or that there are too many or too few for
        an answer that is to count.
        """
        given = {label.strip() for label in labels} - {""}
        for label in sorted(given - set(self.names)):
            raise ValueError(
                f'unknown label "{printable(label, 60)}".{nearest(label, self.names)} '
                f"Labels: {', '.join(self.names)}"
            )
        if is_answer and self.exclusive and len(given) > 1:
            raise ValueError(f"{len(given)} labels where the codebook wants one")
        if is_answer and not given and not self.none_allowed:
            raise ValueError("no label, and the codebook wants one")
        return tuple(name for name in self.names if name in given)


def read_codebook(path: Path) -> Codebook:
    """The codebook in the file. Raises ConfigError that lists its faults."""
    _, tables = read_toml(path)
    return validated(Codebook, tables, str(path))


def codebook_from_labels(label_sets: Sequence[Sequence[str]], name: str, single: bool) -> Codebook:
    """A codebook made from labelled data, labels in alphabetical order.

    It is exclusive when every example carries exactly one label, or when `single` says that the
    data has one label a row; then an example without a label is a fault of the data.
    Raises ConfigError when there are no labels, too many, or such that are no names.
    """
    names = sorted({label for labels in label_sets for label in labels})
    if not names:
        raise ConfigError(f"{printable(name)}: no labels found. Check the label column.")
    if len(names) > MAX_LABELS:
        raise ConfigError(
            f"{printable(name)}: {len(names)} different labels, over {MAX_LABELS}, for example "
            f'"{printable(names[0], 40)}". Is this the label column?'
        )
    if odd := [f'"{printable(one, 40)}"' for one in names if not _is_name(one)]:
        raise ConfigError(f"{printable(name)}: {NAMES}. Rename in the data: {', '.join(odd[:8])}.")
    exclusive = single or all(len(labels) == 1 for labels in label_sets)
    tables = {
        "name": "from-data",
        "exclusive": exclusive,
        "none_allowed": not exclusive,
        "labels": [{"name": label} for label in names],
    }
    return validated(Codebook, tables, f"{name} (labels taken from the data)")


def to_toml(codebook: Codebook) -> str:
    """The codebook as TOML that `read_codebook` reads back to an equal one."""
    tables = codebook.model_dump(mode="json")
    labels = tables.pop("labels")
    lines = [f"{name} = {_toml_value(value)}" for name, value in tables.items()]
    for label in labels:
        lines += ["", "[[labels]]"]
        lines += [f"{name} = {_toml_value(value)}" for name, value in label.items() if value]
    return "\n".join(lines) + "\n"


def _toml_value(value: object) -> str:
    # JSON's strings, numbers, lists and truth values are TOML's, but for DEL, which TOML escapes.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
