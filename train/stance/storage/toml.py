"""TOML files into checked records: every fault of a file at once, with the nearest right key."""

import json
import tomllib
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from stance.storage.errors import ConfigError, InputError, listed, nearest, printable
from stance.storage.text import decode, read_bytes

MAX_CONFIG_BYTES = 1_000_000


class Record(BaseModel):
    """A record on disk: unknown fields are errors, values keep their types, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


R = TypeVar("R", bound=Record)


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """The file's text and its tables.

    Raises ConfigError when it is no TOML (or no file, or not UTF-8).
    """
    try:
        text = decode(read_bytes(path, MAX_CONFIG_BYTES))
    except InputError as error:
        message = str(error).partition(" Name the encoding")[0]
        if message != str(error):
            message += " Save it as UTF-8."
        raise ConfigError(message if str(path) in message else f"{path}: {message}") from error
    return text, parse_toml(text, str(path))


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The tables of TOML text. Raises ConfigError naming the line."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # an endless number is a plain ValueError
        raise ConfigError(
            f"{printable(name)}: not TOML: {error}. Configs are TOML files."
        ) from error


def validated(kind: type[R], tables: dict[str, Any], name: str) -> R:
    """The record. Raises ConfigError that lists every fault with its key path."""
    try:
        # Through JSON, where a list may fill a tuple and everything else stays strict.
        return kind.model_validate_json(_as_json(tables, name))
    except ValidationError as error:
        found = error.errors(include_url=False)
        # A list whose entries are faulty counts as too short: that is no fault of its own.
        inner = [fault["loc"][:-n] for fault in found for n in range(1, len(fault["loc"]))]
        faults = [_told(kind, fault) for fault in found if fault["loc"] not in inner]
        raise ConfigError(f"{printable(name)}: {listed(faults)}") from error


def _as_json(tables: dict[str, Any], name: str) -> str:
    try:
        return json.dumps(tables, default=str)
    except RecursionError as error:
        raise ConfigError(f"{printable(name)}: the nesting is too deep.") from error
    except ValueError as error:  # more digits than Python converts
        raise ConfigError(f"{printable(name)}: a number is too long.") from error


def _told(kind: type[BaseModel], fault: Any) -> str:
    path = ".".join(str(step) for step in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f'unknown key "{printable(path)}".{nearest(path, key_paths(kind))}'
    found = "" if fault["type"] == "missing" else f", found {printable(repr(fault['input']), 60)}"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{printable(path) or 'file'}: {message[:1].lower()}{message[1:]}{found}."


def key_paths(kind: type[BaseModel], prefix: str = "") -> list[str]:
    """Every dotted key that the record knows, groups included; a list's records count as one."""
    paths = []
    for name, field in kind.model_fields.items():
        paths.append(prefix + name)
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                paths += key_paths(inner, prefix + name + ".")
    return paths
