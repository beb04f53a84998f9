"""Articles: text with what is known of where it comes from."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator

from stance.corpus.normalise import normalise, sha256
from stance.storage.errors import InputError, StanceError, nearest, printable
from stance.storage.text import decode, read_bytes
from stance.storage.toml import Record

ARTICLE_SUFFIXES = (".txt", ".md", ".html", ".htm")
MAX_ID = 300


def is_date(value: str) -> bool:
    """Whether the value is a year, month, day or moment as ISO 8601 writes them.

    >>> is_date("2024"), is_date("2024-09"), is_date("2024-09-31")
    (True, True, False)
    """
    try:
        datetime.fromisoformat(
            value + "-01-01"[len(value) - 4 :] if len(value) in (4, 7) else value
        )
    except ValueError:
        return False
    return True


class Article(Record):
    """One article. `text` is normalised; None where only its sentences were given, in rows."""

    id: Annotated[str, Field(min_length=1, max_length=MAX_ID)]
    source: str = ""
    title: str = ""
    outlet: str = ""
    url: str = ""
    published_at: str = ""
    event: str = ""
    lang: str = ""
    sha256: str = ""
    text: str | None = None

    @field_validator("published_at")
    @classmethod
    def _is_iso(cls, value: str) -> str:
        if value and not is_date(value):
            raise ValueError("a date is written YYYY-MM-DD, YYYY-MM or YYYY")
        return value


_OTHER_FILES = ("%PDF-", "{\\rtf", "PK\x03\x04")
_FRONT_MATTER = {
    "title": "title",
    "outlet": "outlet",
    "url": "url",
    "date": "published_at",
    "published_at": "published_at",
    "event": "event",
    "lang": "lang",
}


def read_article(path: Path, encoding: str | None = None) -> Article:
    """The article in a .txt, .md or .html file; its id is the file's name without the ending.

    Raises InputError that names the file when it cannot be decoded, is of another kind, or has
    no text.
    """
    name = printable(str(path))
    suffix = path.suffix.lower()
    if suffix not in ARTICLE_SUFFIXES:
        known = ", ".join(ARTICLE_SUFFIXES)
        raise InputError(f"{name}: not an article file. Known endings: {known}.")
    content = read_bytes(path)
    try:
        if suffix in (".html", ".htm"):
            from stance.corpus.html import extract_html

            fields = extract_html(content, encoding)
        else:
            fields = _from_plain(decode(content, encoding), is_markdown=suffix == ".md")
        return make_article(article_id(path.stem), path.name, fields)
    except StanceError as error:
        raise InputError(f"{name}: {error}") from error


def make_article(identifier: str, source: str, fields: dict[str, str]) -> Article:
    """The article record of the fields that a reader found.

    Raises InputError when there is no text or a field is not what it should be.
    """
    text = normalise(fields.pop("text", ""))
    if "\0" in text:
        raise InputError("holds a NUL character. Is this a text file?")
    if not text.strip():
        raise InputError("has no text.")
    try:
        return Article(
            id=identifier, source=printable(source), text=text, sha256=sha256(text), **fields
        )
    except ValidationError as error:
        raise InputError(_first_fault(error)) from error


def article_id(name: str) -> str:
    """The name as an id: printable, without the # that separates a sentence's number."""
    shown = printable(name, 10 * MAX_ID)
    safe = normalise("".join("_" if char.isspace() or char == "#" else char for char in shown))
    if len(safe) > MAX_ID:  # two long addresses may begin alike
        safe = f"{safe[: MAX_ID - 20]}-{sha256(name)[:16]}"
    return safe or "article"


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    return f"{fault['loc'][0]}: {fault['msg'].removeprefix('Value error, ')}."


def _from_plain(text: str, is_markdown: bool) -> dict[str, str]:
    if "\0" in text:
        raise InputError("holds a NUL character. Is this a text file?")
    if text.startswith(_OTHER_FILES):
        raise InputError("is no text file by its first characters. Save its text as .txt.")
    fields, body = _split_front_matter(normalise(text))
    if is_markdown:
        from stance.corpus.markdown import plain_text

        body = plain_text(body)
    return {**fields, "text": body}


def _split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The fields between two lines of --- at the very top, and the text below them."""
    if not text.startswith("---\n"):
        return {}, text
    head, closing, body = text[4:].partition("\n---\n")
    lines = [line for line in head.split("\n") if line.strip()]
    if not closing or not all(":" in line for line in lines):
        return {}, text  # a rule at the top of an ordinary text
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        field = _FRONT_MATTER.get(name.strip().lower())
        if field is None:
            raise InputError(
                f'unknown front matter "{printable(name.strip(), 40)}".'
                f"{nearest(name.strip(), list(_FRONT_MATTER))} "
                f"Known: {', '.join(_FRONT_MATTER)}."
            )
        if field in fields:
            raise InputError(f'the field "{field}" stands there twice. Keep one.')
        fields[field] = value.strip().strip('"')
    return fields, body.lstrip("\n")
