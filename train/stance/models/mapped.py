"""A file of named arrays, mapped into memory: the safetensors layout, read with what Python has.

Eight bytes with the length of a JSON header, the header, and the arrays one behind the other.
Nothing in it can run. It is read here rather than by the library because a mapped file is there
at once whatever its size, and because one sentence can then be scored without NumPy.
"""

import math
import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from stance.storage.errors import InputError, ModelError, printable
from stance.storage.jsonl import parse_object
from stance.storage.text import open_regular

if TYPE_CHECKING:
    from stance.learning.arrays import Array

MAX_BYTES = 2_000_000_000
# Kinds of numbers as NumPy names them; the last digit is the bytes each takes.
_KINDS = {"U8": "<u1", "U32": "<u4", "I32": "<i4", "F16": "<f2", "F32": "<f4", "F64": "<f8"}
_MAX_HEADER = 1_000_000


@dataclass(frozen=True)
class Field:
    """One array: the kind of its numbers, its shape, and its bytes in the file."""

    kind: str
    shape: tuple[int, ...]
    content: memoryview


def map_file(path: Path) -> memoryview:
    """The bytes of the file, read when they are looked at. Raises InputError if it has none."""
    with open_regular(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        if not 0 < size <= MAX_BYTES:
            raise InputError(
                f"{printable(str(path))}: is empty or larger than {MAX_BYTES:,} bytes."
            )
        return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))


def to_bytes(arrays: "dict[str, Array]") -> bytes:
    """The arrays as such a file."""
    from safetensors.numpy import save

    return bytes(save(arrays))


def arrays_of(content: memoryview) -> "dict[str, Array]":
    """The arrays of the file for NumPy, which lie where they are. Raises ModelError, as above."""
    import numpy as np

    return {
        name: np.frombuffer(one.content, np.dtype(_KINDS[one.kind])).reshape(one.shape)
        for name, one in fields_of(content).items()
    }


def fields_of(content: memoryview) -> dict[str, Field]:
    """The arrays of the file. Raises ModelError when it is no such file, or one leads out of it.

    The arrays fill the file to its end and share no byte: nothing can hide between them.
    """
    try:
        size = int.from_bytes(content[:8], "little")
        if not 2 <= size <= min(_MAX_HEADER, len(content) - 8):
            raise ModelError("not a safetensors file (no header)")
        header = parse_object(bytes(content[8 : 8 + size]).decode("utf-8"))
        header.pop("__metadata__", None)  # where a file has one, nothing of it is used
        places = {name: _place(name, told) for name, told in header.items()}
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"not a safetensors file ({printable(str(error), 100)})") from error
    _check_places(places, len(content) - 8 - size)
    data = content[8 + size :]
    return {name: Field(one.kind, one.shape, data[one.slice]) for name, one in places.items()}


@dataclass(frozen=True)
class _Place:
    kind: str
    shape: tuple[int, ...]
    slice: slice


def _place(name: str, told: dict[str, object]) -> _Place:
    kind, shape, offsets = told["dtype"], told["shape"], told["data_offsets"]
    name = printable(name, 100)
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ModelError(f"{name} holds {printable(str(kind), 20)}, which no model holds")
    if not (_are_sizes(shape) and _are_sizes(offsets)):
        raise ModelError(f"{name} has no shape or no place")
    start, end = offsets
    if len(shape) not in (1, 2) or end - start != int(_KINDS[kind][-1]) * math.prod(shape):
        raise ModelError(f"{name} is not as long as its shape says")
    return _Place(kind, tuple(shape), slice(start, end))


def _are_sizes(numbers: object) -> TypeGuard[list[int]]:
    return isinstance(numbers, list) and all(
        type(n) is int and 0 <= n <= MAX_BYTES for n in numbers
    )


def _check_places(places: dict[str, _Place], size: int) -> None:
    reached = 0
    for name, one in sorted(
        places.items(), key=lambda pair: (pair[1].slice.start, pair[1].slice.stop)
    ):
        if one.slice.start != reached:
            raise ModelError(
                f"{printable(name, 100)} does not begin where the array before it ends"
            )
        reached = one.slice.stop
    if reached != size:
        raise ModelError(f"the arrays take {reached:,} bytes, and the file has {size:,} for them")
