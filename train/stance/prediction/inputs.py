"""What can be predicted: a sentence, article files, row files, and lines from standard input.

Everything comes as batches of rows, so that memory does not grow with the input.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar

from stance.corpus.articles import ARTICLE_SUFFIXES
from stance.storage.errors import InputError, printable
from stance.storage.rows import MAX_LINE, ROW_SUFFIXES, RefusedRow, Row, jsonl_rows, read_rows

BATCH_ROWS = 1024
Rows = list[Row | RefusedRow]
T = TypeVar("T")

_PATH_LIKE = re.compile(r"\S*|.*/.*|.*\.\w{1,8}")


def check_argument(argument: str) -> None:
    """Raises InputError when the argument looks like a path and there is nothing there.

    A sentence has a space and does not look like a path. What looks like one and does not exist
    is a typing error, and must not be answered as if it were a text.
    """
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
            yield from stdin_batches(stdin)
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


def stdin_batches(stream: BinaryIO) -> Iterator[Rows]:
    """Rows as they arrive: a slow writer gets each line answered, a fast one fills batches.

    Lines that begin with { are JSON objects, as the first line says; others are sentences.
    """
    read = getattr(stream, "read1", stream.read)
    pending, number, is_jsonl = b"", 0, None
    while content := read(1 << 16):
        *lines, pending = (pending + content).split(b"\n")
        if len(pending) > 4 * MAX_LINE:
            raise InputError(f"standard input: line {number + len(lines) + 1} is too long.")
        if lines:
            is_jsonl = _is_jsonl(lines) if is_jsonl is None else is_jsonl
            yield from batched(_line_rows(lines, number, is_jsonl))
            number += len(lines)
    if pending:
        is_jsonl = _is_jsonl([pending]) if is_jsonl is None else is_jsonl
        yield list(_line_rows([pending], number, is_jsonl))


def _is_jsonl(lines: Sequence[bytes]) -> bool | None:
    """Whether the first line that is not blank is an object; None when all are blank."""
    first = next((line for line in lines if line.strip()), None)
    return None if first is None else first.lstrip(b"\xef\xbb\xbf \t").startswith(b"{")


def _line_rows(
    lines: Sequence[bytes], number: int, is_jsonl: bool | None
) -> Iterator[Row | RefusedRow]:
    for position, line in enumerate(lines, start=number + 1):
        if is_jsonl:
            for row in jsonl_rows(io.BytesIO(line)):
                yield (
                    Row(position, row.fields)
                    if isinstance(row, Row)
                    else RefusedRow(position, row.reason)
                )
            continue
        if position == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        try:
            yield Row(position, {"text": line.decode("utf-8").removesuffix("\r")})
        except UnicodeDecodeError as error:
            reason = f"byte 0x{line[error.start]:02X} at offset {error.start} is not UTF-8"
            yield RefusedRow(position, reason)
