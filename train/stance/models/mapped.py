"""A file of named arrays, mapped into memory: the safetensors layout, read with what Python has.

Eight bytes with the length of a JSON header, the header, and the arrays one behind the other.
Nothing in it can run. It is read here rather than by the library because a mapped file is there
at once whatever its size, and because one sentence can then be scored without NumPy.
"""

import json
import math
import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stance.storage.errors import InputError, ModelError, printable
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
    """The arrays of the file. Raises ModelError when it is no such file, or one leads out of it."""
    try:
        size = int.from_bytes(content[:8], "little")
        if not 2 <= size <= min(_MAX_HEADER, len(content) - 8):
            raise ModelError("not a safetensors file (no header)")
        header = json.loads(bytes(content[8 : 8 + size]))
        return {
            name: _field(name, told, content[8 + size :])
            for name, told in header.items()
            if name != "__metadata__"
        }
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"not a safetensors file ({str(error)[:100]})") from error


def _field(name: str, told: dict[str, object], data: memoryview) -> Field:
    kind, shape, offsets = told["dtype"], told["shape"], told["data_offsets"]
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ModelError(f"{name[:100]} holds {str(kind)[:20]}, which no model holds")
    numbers = [shape, offsets]
    if not all(isinstance(one, list) and all(type(n) is int for n in one) for one in numbers):
        raise ModelError(f"{name[:100]} has no shape or no place")
    assert isinstance(shape, list)
    assert isinstance(offsets, list)
    start, end = offsets
    if not 0 <= start <= end <= len(data) or min(shape, default=0) < 0:
        raise ModelError(f"{name[:100]} leads out of the file")
    if end - start != int(_KINDS[kind][-1]) * math.prod(shape):
        raise ModelError(f"{name[:100]} is not as long as its shape says")
    return Field(kind, tuple(shape), data[start:end])
