"""JSON, one object a line, read strictly: what another program might read otherwise is refused."""

import json
import json.scanner
import logging
import math
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from stance.storage.errors import InputError, printable
from stance.storage.text import open_regular

log = logging.getLogger(__name__)

Fields = dict[str, Any]
MAX_OWN_LINE = 60_000_000  # bytes; an article has 20 million at most, and escapes make it longer


class BadJsonError(ValueError):
    """A line that is not one JSON object; the message says why."""


def parse_object(line: str) -> Fields:
    """The object in the line.

    Raises BadJsonError for anything else: duplicate keys, NaN and infinities, numbers too large,
    nesting too deep, half a surrogate pair (which could not be written again).
    """
    if line.startswith("\ufeff"):
        raise BadJsonError("not JSON: a byte order mark (BOM) stands within the file")
    try:
        value = _STRICT.decode(line)
        # Only an escape can bring half a pair in: the bytes themselves were decoded strictly.
        if "\\ud" in line.lower() and not is_encodable(dump(value)):
            raise BadJsonError("half of a surrogate pair is not a character")
    except BadJsonError:
        raise
    except RecursionError:
        raise BadJsonError("the nesting is too deep") from None
    except json.JSONDecodeError as error:
        raise BadJsonError(f"not JSON: {error.msg} (column {error.colno})") from None
    except ValueError as error:
        raise BadJsonError(str(error).split(";")[0]) from None
    if not isinstance(value, dict):
        raise BadJsonError('not an object. Write {"text": …}')
    return value


def dump(value: Any) -> str:
    """The value as one line of JSON, keys in their order, text as it is.

    What JSON does not know is written as near as it can: dates in ISO 8601, NaN as null.
    """
    try:
        return _ENCODER.encode(value)
    except ValueError:  # a number that is not finite
        return _ENCODER.encode(_finite_only(value))


def _as_text(value: Any) -> str:
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


# Made once: json.dumps makes one for every call.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_as_text)


def _finite_only(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite_only(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite_only(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_jsonl(path: Path, is_ours: bool = True) -> Iterator[tuple[int, Fields]]:
    """Each object of the file with its line number, from 1. Blank lines are passed over.

    A file of ours may end in half a line: a crash cut it off before it was told as saved, or it
    is being written in this moment. It is passed over, which is told, and the next append moves
    it aside. Raises InputError with file and line at the first other bad one.
    """
    with open_regular(path) as stream:
        lines = iter(lambda: stream.readline(MAX_OWN_LINE + 1), b"")
        for number, content in enumerate(lines, start=1):
            if len(content) > MAX_OWN_LINE:
                raise InputError(
                    f"{printable(str(path))}:{number}: the line is longer than "
                    f"{MAX_OWN_LINE:,} bytes."
                )
            if not content.strip():
                continue
            try:
                yield number, parse_object(content.decode("utf-8"))
            except (BadJsonError, UnicodeDecodeError) as error:
                if is_ours and not content.endswith(b"\n"):
                    log.warning("%s:%s: half a line, cut off by a crash, is left out", path, number)
                    return
                raise InputError(f"{printable(str(path))}:{number}: {error}.") from error


def to_jsonl(rows: Iterable[Fields]) -> str:
    """The rows as JSON lines, each ended by a newline."""
    return "".join(dump(row) + "\n" for row in rows)


def first_twice(names: Iterable[str]) -> str:
    """The first name that comes up for the second time; "" where none does."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""


def _unique(pairs: list[tuple[str, Any]]) -> Fields:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        twice = first_twice(name for name, _ in pairs)
        raise BadJsonError(f'the key "{printable(twice, 40)}" stands there twice')
    return fields


def _refuse_constant(name: str) -> Any:
    raise BadJsonError(f"{name} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise BadJsonError(f"the number {number[:20]} is too large")
    return value


# Made once: json.loads makes one for every call.
_STRICT = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_finite
)
_scan = json.scanner.make_scanner(
    json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)  # type: ignore[arg-type]
)


def scan_object(line: str) -> Fields | None:
    """The object that the line is, or None when `parse_object` has to look at it closely.

    The line must not have a space before a colon: then each key of the text stands before `":`,
    and as many of these as the object has keys mean that no key stands there twice, at any depth.
    It must not have escapes of surrogates either.
    """
    try:
        value, end = _scan(line, 0)
    except (ValueError, StopIteration, RecursionError):
        return None
    if end != len(line) or type(value) is not dict or line.count('":') != len(value):
        return None
    return value


def scan_objects(content: bytes) -> list[Fields] | None:
    """The objects in lines of one each, read in one go, or None when `scan_object` has to look at
    each line. Escapes of surrogates must not be there.

    The content is UTF-8, and its last line has no end. Between two lines a word is put that nobody
    can guess: it stands between two objects only where every line is a value by itself.
    """
    n_between = content.count(b"\n")
    if not (content[:1] == b"{" and content[-1:] == b"}"):
        return None
    word = secrets.token_hex(16)
    parted = content.replace(b"}\n{", f'}},"{word}",{{'.encode())
    if len(parted) != len(content) + n_between * (len(word) + 3):
        return None
    try:
        found, _ = _scan(f"[{parted.decode()}]", 0)
    except (ValueError, StopIteration, RecursionError):
        return None
    objects = found[::2]
    if found[1::2] != [word] * n_between or set(map(type, objects)) != {dict}:
        return None
    # No line has fewer ends than keys, so that the sums are equal only when each line's are.
    return list(objects) if _n_key_ends(content) == sum(map(len, objects)) else None


def _n_key_ends(content: bytes) -> int:
    """How often a quote that no backslash escapes stands before a colon; too many where two
    backslashes stand before it, and -1 where white space may stand between the two.
    """
    import numpy as np

    codes = np.frombuffer(content, dtype=np.uint8)
    colons = np.flatnonzero(codes == ord(":"))
    before, further, furthest = (codes[colons - back] for back in (1, 2, 3))
    if ((before <= ord(" ")) & ((further == ord('"')) | (further <= ord(" ")))).any():
        return -1
    is_escaped = (further == ord("\\")) & (furthest != ord("\\"))
    return int(np.count_nonzero((before == ord('"')) & ~is_escaped))


def is_encodable(text: str) -> bool:
    """Whether the text can be written as UTF-8, that is, has no lone surrogate."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
