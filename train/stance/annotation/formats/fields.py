"""The canonical row, into which every format is read and of which every format is written.

`text` and `labels`; what the sentence is and where it stands (`ABOUT`); who answered what (`SAID`);
`actors`, spans of the text with a role; and `meta`, whatever else a file has about it.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from stance.storage.errors import printable
from stance.storage.jsonl import BadJsonError, Fields, parse_object

ABOUT = (
    "article_id",
    "sent_index",
    "start",
    "end",
    "context_before",
    "context_after",
    "title",
    "url",
    "outlet",
    "published_at",
    "event",
    "lang",
    "target",
    "split",
)
SAID = ("annotator", "annotated_at", "answer", "note", "shown", "suggested")
CANONICAL = ("id", "text", "labels", *ABOUT, *SAID, "actors", "meta")
# What a format with room for any field of a sentence keeps.
SENTENCE = frozenset({"id", "text", "labels", "meta", *ABOUT})
_WHOLE_NUMBERS = ("sent_index", "start", "end")
_SAFE = re.compile(r"\w[\w.@+-]{0,59}")  # see `store.ANNOTATOR_PATTERN`
_UNSAFE = re.compile(r"[^\w.@+-]+")


def canonical(row: Mapping[str, Any]) -> Fields:
    """The row with its fields in order and without empty ones; fields of other names go to `meta`.

    Cells that hold lists or numbers as text, as CSV has them, are read. Raises ValueError when
    one of them holds something else.
    """
    typed = {name: _typed(name, row[name]) for name in CANONICAL if name in row}
    others = {name: row[name] for name in row if name not in CANONICAL and not is_empty(row[name])}
    if others:
        typed["meta"] = {**others, **(typed.get("meta") or {})}
    found = {name: typed[name] for name in CANONICAL if not is_empty(typed.get(name))}
    if found.get("answer") == "accept":
        del found["answer"]
    if not found.get("suggested"):
        found.pop("suggested", None)
    return {"text": row["text"], "labels": [], **found}


def is_empty(value: Any) -> bool:
    """Whether the value says nothing; 0 and false say something."""
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def _typed(name: str, value: Any) -> Any:
    if name in _WHOLE_NUMBERS and isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() else None
    if name == "suggested":
        return value in (True, "true", "True")
    if name == "labels":
        return list(value)
    if name == "actors" and isinstance(value, str) and value:
        return parse_object(f'{{"actors":{value}}}')["actors"]
    if name == "meta" and not is_empty(value):
        found = _parsed(value) if isinstance(value, str) else value
        return found if isinstance(found, dict) else {"meta": found}
    return value


def about(row: Mapping[str, Any], *more: str) -> Fields:
    """What the row says of its sentence, and its fields of the other names; empty ones aside."""
    names = (*ABOUT, *more)
    return {name: row[name] for name in names if name in row and not is_empty(row[name])}


def with_about(row: Fields, found: Mapping[str, Any], passed: Iterable[str] = ()) -> Fields:
    """The row with what a tool kept beside the text, of which the names in `passed` say nothing."""
    left = set(passed) | set(row)
    for name, value in found.items():
        if name in (*ABOUT, *SAID) and name not in left and not is_empty(value):
            row[name] = _typed(name, value)
    meta = found.get("meta")
    others = {
        name: value
        for name, value in found.items()
        if name not in left and name not in CANONICAL and not is_empty(value)
    }
    if isinstance(meta, str) and meta:
        meta = _parsed(meta)
    if isinstance(meta, dict):
        others |= meta
    if others:
        row["meta"] = {**row.get("meta", {}), **others}
    return row


def _parsed(text: str) -> Any:
    try:
        return parse_object(text)
    except BadJsonError:
        return {"meta": text}


def as_text(value: Any) -> str:
    """The value as JSON text that `_parsed` reads, for fields that hold nothing but text."""
    return json.dumps(value, ensure_ascii=False)


def said(row: Mapping[str, Any], *names: str) -> Fields:
    """What the row says of the answer; empty fields aside."""
    found = {name: _typed(name, row[name]) for name in names or SAID if row.get(name)}
    return {name: value for name, value in found.items() if value}


def sentence_name(row: Mapping[str, Any]) -> tuple[str, str]:
    """By what rows about one sentence are known: its id, or else its text."""
    identifier = str(row.get("id") or "")
    return identifier, "" if identifier else row["text"]


def by_sentence(rows: Sequence[Fields]) -> Iterator[list[Fields]]:
    """The rows about each sentence, sentences in the order in which they come up."""
    groups: dict[tuple[str, str], list[Fields]] = {}
    for row in rows:
        groups.setdefault(sentence_name(row), []).append(row)
    yield from groups.values()


def actor(text: str, start: Any, end: Any, role: str, quoted: Any = "") -> Fields:
    """The span as an actor with offsets in code points, end exclusive.

    Tools that run in a browser may count UTF-16 units, in which an emoji is two, and some name the
    last character instead of the one behind it: where the span is quoted, the words decide. Raises
    ValueError when the span is not in the text.
    """
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise ValueError(f"a span from {printable(str(start))} to {printable(str(end))}")
    quoted = quoted if isinstance(quoted, str) else ""
    for found in ((start, end), _from_utf16(text, start, end), (start, end + 1)):
        words = text[slice(*found)]
        if found[1] <= len(text) and words and words == (quoted or words):
            return {"text": words, "start": found[0], "end": found[1], "role": role}
    if quoted and text.count(quoted) == 1:
        start = text.index(quoted)
        return {"text": quoted, "start": start, "end": start + len(quoted), "role": role}
    raise ValueError(f"the span from {start} to {end} does not hold the words it quotes")


def _from_utf16(text: str, start: int, end: int) -> tuple[int, int]:
    units = text.encode("utf-16-le", "surrogatepass")
    before, span = units[: 2 * start], units[2 * start : 2 * end]
    if len(before) + len(span) < 2 * end:
        return 0, len(text) + 1
    first = len(before.decode("utf-16-le", "replace"))
    return first, first + len(span.decode("utf-16-le", "replace"))


def spans(row: Mapping[str, Any]) -> list[Fields]:
    """The row's actors that have a place in the text."""
    found = row.get("actors")
    return [
        one
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, dict) and type(one.get("start")) is int and type(one.get("end")) is int
    ]


def annotator_name(name: Any) -> str:
    """The name as that of a file: what is neither letter nor digit nor . _ @ + - becomes -.

    A number or an e-mail address stays what it is. Different names stay different: a changed one
    ends in four digits of the hash of what it was.
    """
    found = str(name).strip()
    if _SAFE.fullmatch(found) or not found:
        return found
    safe = _UNSAFE.sub("-", found).lstrip(".@+-")[:54]
    return f"{safe or 'annotator'}.{hashlib.sha256(found.encode('utf-8')).hexdigest()[:4]}"


def timestamp(moment: Any) -> int | None:
    """Seconds since 1970 of a time in ISO 8601; None where it is none."""
    try:
        found = datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        return None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def moment(seconds: Any) -> str:
    """The time in ISO 8601, in UTC; "" where there is none."""
    if type(seconds) not in (int, float) or not 0 < seconds < 1e11:
        return ""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
