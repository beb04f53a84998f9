"""A JSON file that is one list (or one object), read strictly and item by item.

Exports of annotation tools are lists of any length; only one item is held at a time.
"""

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO

from stance.storage.errors import InputError
from stance.storage.jsonl import BadJsonError, parse_object
from stance.storage.rows import JSON_SPACE, RefusedRow, Row, found_encoding
from stance.storage.text import peekable

MAX_ITEM = 32_000_000  # characters; a task with its whole article and ten annotators has 100,000
_CHUNK = 1 << 18
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)  # finds ends, makes no numbers


def json_rows(stream: BinaryIO, encoding: str | None = None) -> Iterator[Row | RefusedRow]:
    """The objects of the list, numbered from 1; an object by itself is a list of one.

    An item that is no object, has a key twice, or a number that is none is refused. Raises
    InputError where the file is no JSON: nobody knows where the next item begins.
    """
    stream = peekable(stream)
    text = _Text(stream, found_encoding(stream, encoding))
    start = text.next_character()
    if start == "{":
        yield _row(1, text.item())
        if text.next_character():
            raise InputError("goes on behind the first object. A list of objects has [ ] round it.")
        return
    if start != "[":
        raise InputError("is no JSON list: it does not begin with [.")
    text.skip()
    number = 0
    while text.next_character() != "]":
        number += 1
        if number > 1:
            if text.next_character() != ",":
                raise InputError(f"item {number}: no comma before it. The file is damaged.")
            text.skip()
            text.next_character()
        yield _row(number, text.item(number))
    text.skip()
    if text.next_character():
        raise InputError("goes on behind the list. The file is damaged.")


def _row(number: int, item: str) -> Row | RefusedRow:
    try:
        return Row(number, parse_object(item))
    except BadJsonError as error:
        return RefusedRow(number, str(error))


class _Text:
    """The characters of a stream, of which only the rest of the current item is held."""

    def __init__(self, stream: BinaryIO, named: str) -> None:
        self._stream, self._named = stream, named
        self._decoder = codecs.getincrementaldecoder(named)("strict")
        self._held, self._at, self._ended = "", 0, False

    def next_character(self) -> str:
        """The next character that is no white space, which stays to be read; "" at the end."""
        while True:
            while self._at < len(self._held):
                if self._held[self._at] not in JSON_SPACE:
                    return self._held[self._at]
                self._at += 1
            if not self._more(_CHUNK):
                return ""

    def skip(self) -> None:
        """Passes over one character."""
        self._at += 1

    def item(self, number: int = 1) -> str:
        """The whole value that begins here. Raises InputError where it does not end."""
        while True:
            try:
                _, end = _DECODER.raw_decode(self._held, self._at)
                if end < len(self._held) or self._ended:  # a number may go on
                    item, self._at = self._held[self._at : end], end
                    return item
            except RecursionError:
                raise InputError(f"item {number}: the nesting is too deep.") from None
            except json.JSONDecodeError as error:
                # What is wrong far from the end stays wrong, however much is read.
                is_open = error.pos >= len(self._held) - _CHUNK or "Unterminated" in error.msg
                if self._ended or not is_open:
                    raise InputError(
                        f"item {number}: not JSON: {error.msg}. The file is damaged or cut off."
                    ) from None
            if len(self._held) - self._at > MAX_ITEM:
                raise InputError(f"item {number}: longer than {MAX_ITEM:,} characters.")
            self._more(max(_CHUNK, len(self._held) - self._at))

    def _more(self, size: int) -> bool:
        if self._ended:
            return False
        content = self._stream.read(size)
        self._ended = not content
        try:
            found = self._decoder.decode(content, final=self._ended)
        except UnicodeDecodeError as error:
            raise InputError(
                f"byte 0x{error.object[error.start]:02X} is not {self._named.upper()}. Name the "
                "right encoding, for example --encoding cp1252."
            ) from None
        self._held, self._at = self._held[self._at :] + found, 0
        return not self._ended
