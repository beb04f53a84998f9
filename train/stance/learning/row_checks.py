"""Faults that a row shows by itself: its language, its dates, its offsets, its characters."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from stance.annotation.examples import Example
from stance.corpus.articles import is_date
from stance.corpus.language import looks_english
from stance.storage.errors import printable

# UTF-8 that was read as Windows-1252 (curly quotes, accented letters), and what replaces a byte
# that could not be read at all.
_DAMAGED = re.compile("[ÃÂâ][\u0080-\u00bf€‚„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|\ufffd")


def not_english(examples: Sequence[Example]) -> list[str]:
    """Sentences that are in another language by their words, or by their column `lang`."""
    return [
        f"{one.place}: “{printable(one.text, 80)}”"
        for one in examples
        if not _says_english(one) or looks_english(one.text) is False
    ]


def _says_english(example: Example) -> bool:
    value = example.fields.get("lang")
    return not isinstance(value, str) or not value or value.casefold().startswith("en")


def damaged_characters(examples: Sequence[Example]) -> list[str]:
    """Sentences whose characters were read in the wrong encoding before they came here."""
    return [
        f"{one.place}: “{printable(one.text[max(0, hit.start() - 20) :], 50)}”"
        for one in examples
        if not one.text.isascii() and (hit := _DAMAGED.search(one.text))
    ]


def future_dates(examples: Sequence[Example], today: str = "") -> list[str]:
    """Rows published or annotated after `today` (ISO 8601; a day is allowed for time zones)."""
    limit = today or (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    return [
        f"{one.place}: {name} {value}"
        for one in examples
        for name, value in _dates(one)
        # Dates of equal precision compare as text, a year or month with what it is cut to.
        if is_date(value) and value[:10] > limit[: len(value)]
    ]


def unreadable_dates(examples: Sequence[Example]) -> list[str]:
    """Rows with a date that is none, such as 2024-09-31."""
    return [
        f'{one.place}: {name} "{printable(value, 40)}"'
        for one in examples
        for name, value in _dates(one)
        if not is_date(value)
    ]


def _dates(example: Example) -> Iterator[tuple[str, str]]:
    for name in ("published_at", "annotated_at"):
        value = example.fields.get(name)
        if isinstance(value, date):  # of Parquet
            value = value.isoformat()
        if isinstance(value, str) and value.strip():
            yield name, value.strip()
    answers = example.fields.get("annotations")
    for one in answers if isinstance(answers, list) else ():
        moment = one.get("annotated_at") if isinstance(one, dict) else None
        if isinstance(moment, str) and moment:
            yield f"annotated_at of {printable(str(one.get('annotator')), 40)}", moment


def broken_spans(examples: Sequence[Example]) -> list[str]:
    """Actors whose `text` is not what the sentence has from `start` to `end`."""
    found = []
    for example in examples:
        actors = example.fields.get("actors")
        for one in actors if isinstance(actors, list) else ():
            if not isinstance(one, dict) or not {"text", "start", "end"} <= one.keys():
                continue
            start, end = one["start"], one["end"]
            is_span = isinstance(start, int) and isinstance(end, int) and 0 <= start < end
            held = example.text[start:end] if is_span else ""
            if held != one["text"]:
                found.append(
                    f"{example.place}: {start}–{end} is “{printable(held, 40)}”, "
                    f"not “{printable(str(one['text']), 40)}”"
                )
    return found
