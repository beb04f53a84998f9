"""What can be predicted: a sentence, article files, row files, and lines from standard input.

Everything comes as batches of rows, so that memory does not grow with the input.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar

from stance.corpus.articles import ARTICLE_SUFFIXES
from stance.storage.errors import InputError, printable
from stance.storage.row_files import ROW_SUFFIXES, read_rows
from stance.storage.rows import MAX_LINE, RefusedRow, Row, json_row

BATCH_ROWS = 1024
Rows = list[Row | RefusedRow]
T = TypeVar("T")

_PATH_LIKE = re.compile(r"\S*|.*/.*|.*\.\w{1,8}")


def check_argument(argument: str) -> None:
    """Raises InputError when the argument looks like a path and there is nothing there.

    A sentence has a space and does not look like a path. What looks like one and does not exist
    is a typing error, and must not be answered as if it were a text.
    """
    if not argument.strip():
        raise InputError("an argument is empty: no such file. Is a shell variable unset?")
    if argument == "-" or _exists(argument):
        return
    if _PATH_LIKE.fullmatch(argument):
        raise InputError(
            f"{printable(argument)}: no such file. Check the path; for a sentence use --text."
        )


def _exists(argument: str) -> bool:
    try:
        return Path(argument).exists() or Path(argument).is_symlink()
    except (OSError, ValueError):  # a sentence may be longer than a name may be
        return False


def input_batches(
    arguments: Sequence[str],
    texts: Sequence[str],
    stdin: BinaryIO | None,
    text_key: str = "text",
    encoding: str | None = None,
) -> Iterator[Rows]:
    """The rows of all arguments in order, then the texts. `stdin` is read for the argument -.

    Raises InputError at the first argument that cannot be read.
    """
    for argument in arguments:
        check_argument(argument)
    for argument in arguments:
        if argument == "-":
            if stdin is None:
                raise InputError("standard input is closed. Name a file instead of -.")
            yield from stdin_batches(stdin, text_key)
        elif _exists(argument):
            yield from batched(_file_rows(Path(argument), text_key, encoding))
        else:
            yield [Row(1, {text_key: argument})]
    if texts:
        yield [Row(number, {text_key: text}) for number, text in enumerate(texts, 1)]


def batched(rows: Iterable[T], size: int = BATCH_ROWS) -> Iterator[list[T]]:
    """Lists of `size` items, the last one shorter."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def _file_rows(path: Path, text_key: str, encoding: str | None) -> Iterator[Row | RefusedRow]:
    if path.suffix.lower() in ROW_SUFFIXES and not path.is_dir():
        yield from read_rows(path, encoding, text_key)
        return
    from stance.corpus.store import article_files

    if not path.is_dir() and path.suffix.lower() not in ARTICLE_SUFFIXES:
        raise InputError(
            f"{printable(str(path))}: neither an article ({', '.join(ARTICLE_SUFFIXES)}) nor a row "
            f"file ({', '.join(ROW_SUFFIXES)})."
        )
    refused: list[str] = []
    for file in article_files([path], refused):
        yield from _article_rows(file, text_key, encoding)
    yield from (RefusedRow(0, reason) for reason in refused)


def _article_rows(path: Path, text_key: str, encoding: str | None) -> Iterator[Row]:
    from stance.corpus.articles import read_article
    from stance.corpus.segment import segment

    article = read_article(path, encoding)
    try:
        sentences = segment(article)
    except InputError as error:
        raise InputError(f"{printable(str(path))}: {error}") from error
    known = {
        name: value
        for name in ("title", "url", "outlet", "published_at", "event", "lang")
        if (value := getattr(article, name))
    }
    for sentence in sentences:
        fields = {
            "id": sentence.id,
            text_key: sentence.text,
            "article_id": article.id,
            "sent_index": sentence.sent_index,
            "start": sentence.start,
            "end": sentence.end,
            **known,
        }
        yield Row(sentence.sent_index + 1, fields)


def stdin_batches(stream: BinaryIO, text_key: str = "text") -> Iterator[Rows]:
    """Rows as they arrive: a slow writer gets each line answered, a fast one fills batches.

    Lines are JSON objects when the first one that is not blank begins with {, else sentences.
    """
    read = getattr(stream, "read1", stream.read)
    lines = _Lines(text_key)
    pending, number = b"", 0
    while content := read(1 << 16):
        *whole, pending = (pending + content).split(b"\n")
        if len(pending) > 4 * MAX_LINE:
            raise InputError(f"standard input: line {number + len(whole) + 1} is too long.")
        yield from batched(lines.rows(whole, number))
        number += len(whole)
    if pending:
        yield from batched(lines.rows([pending], number))
    yield from batched(lines.held)


class _Lines:
    """Turns lines into rows; remembers of which kind they are."""

    def __init__(self, text_key: str) -> None:
        self._text_key = text_key
        self._is_jsonl: bool | None = None  # None until a line that is not blank has come
        self.held: Rows = []  # blank lines before it: rows of text, or nothing in JSON lines

    def rows(self, lines: Sequence[bytes], n_before: int) -> Iterator[Row | RefusedRow]:
        """The rows of the lines, the first of which has the number `n_before` + 1."""
        for number, line in enumerate(lines, start=n_before + 1):
            content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if self._is_jsonl is None and content.strip():
                self._is_jsonl = content.lstrip().startswith(b"{")
                yield from () if self._is_jsonl else self.held
                self.held = []
            try:
                text = content.decode("utf-8").removesuffix("\r")
            except UnicodeDecodeError as error:
                reason = f"byte 0x{content[error.start]:02X} at offset {error.start} is not UTF-8"
                yield RefusedRow(number, reason)
                continue
            if self._is_jsonl is None:
                self.held.append(Row(number, {self._text_key: text}))
            elif not self._is_jsonl:
                yield Row(number, {self._text_key: text})
            elif text.strip():
                yield json_row(number, text)
