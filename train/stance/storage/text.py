"""From bytes to characters without guessing.

A byte order mark decides; without one a file is UTF-8, unless the user names another encoding.
Nothing is ever replaced: a byte that does not fit is an error that names it.
"""

import codecs
import io
import os
import stat
from pathlib import Path
from typing import BinaryIO

from stance.storage.errors import InputError, printable

MAX_ARTICLE_BYTES = 20_000_000
# Longest first: the UTF-32 mark begins like the UTF-16 one.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


# Codecs that unescape or that name things of networks: none is how a file is written.
_NOT_FOR_FILES = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7")


def encoding_of(start: bytes, named: str | None = None) -> str:
    """The encoding that the first four bytes or the user name; "utf-8" otherwise.

    Raises InputError for UTF-32, which nothing in this field writes on purpose, and for a name
    that is no text encoding, or one that could bring in half characters.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if start.startswith(mark):
            if encoding == "utf-32":
                raise InputError("the file is UTF-32. Save it as UTF-8.")
            return encoding
    if not named:
        return "utf-8"
    try:
        found = codecs.lookup(named)
    except (LookupError, ValueError) as error:
        raise InputError(f'unknown encoding "{printable(named)}". Try utf-8.') from error
    if not found._is_text_encoding or found.name in _NOT_FOR_FILES:
        raise InputError(f'"{printable(named)}" is no encoding of text files. Try utf-8.')
    return found.name


def decode(content: bytes, named: str | None = None) -> str:
    """The text of the bytes.

    Raises InputError naming the byte and its offset when they do not fit the encoding.
    """
    encoding = encoding_of(content[:4], named)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        # A decoder that takes a byte order mark off counts from behind it.
        start = error.start + len(content) - len(error.object)
        raise InputError(
            f"byte 0x{content[start]:02X} at offset {start} is not "
            f"{encoding.removesuffix('-sig').upper()}. "
            "Name the encoding, for example --encoding cp1252."
        ) from error


def peekable(stream: BinaryIO) -> io.BufferedReader:
    """The stream with `peek`, itself where it has it."""
    if isinstance(stream, io.BufferedReader):
        return stream
    return io.BufferedReader(stream)  # type: ignore[arg-type]


def open_regular(path: Path) -> BinaryIO:
    """The file opened for reading bytes; only a regular file, never a pipe, folder or device.

    Raises InputError that says what is there instead.
    """
    name = printable(str(path))
    try:
        # O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise InputError(f"{name}: no such file. Check the path.") from error
    except PermissionError as error:
        raise InputError(f"{name}: may not be read. Change its permissions.") from error
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}.") from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise InputError(f"{name}: is {what}. Name a file.")
    return os.fdopen(descriptor, "rb")


def read_bytes(path: Path, limit: int = MAX_ARTICLE_BYTES) -> bytes:
    """The file's bytes. Raises InputError when it is no regular file or larger than `limit`."""
    with open_regular(path) as stream:
        is_larger = os.fstat(stream.fileno()).st_size > limit
        content = b"" if is_larger else stream.read(limit + 1)
    if is_larger or len(content) > limit:
        raise InputError(f"{printable(str(path))}: is larger than {limit:,} bytes. Split it.")
    return content


def encoded(text: str) -> bytes:
    """The text in UTF-8. Raises InputError when it holds half a character."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError("a text holds bytes that are not UTF-8. Correct it first.") from error
