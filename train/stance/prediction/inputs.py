"""What can be predicted: a sentence, article files, row files, and lines from standard input.

Everything comes as blocks of rows, so that memory does not grow with the input.
"""

import dataclasses
import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from stance.corpus.articles import ARTICLE_SUFFIXES
from stance.corpus.normalise import is_blank
from stance.storage.block_rows import rows_of
from stance.storage.blocks import BLOCK_BYTES, Block, line_blocks
from stance.storage.errors import InputError, StanceError, UsageError, n_of, naming, printable
from stance.storage.jsonl import Fields
from stance.storage.refusals import Refusal
from stance.storage.row_files import ROW_SUFFIXES, read_blocks, row_kind
from stance.storage.rows import RefusedRow, Row, batched, text_of
from stance.storage.text import encoding_of

log = logging.getLogger(__name__)

_MARK = b"\xef\xbb\xbf"
_MAX_BLANK = 1 << 20

STDIN = "stdin"
NOTHING_FOUND = "no sentence found in the input."
_STREAM = re.compile(r"/dev/(stdin|fd/\d+)|/proc/self/fd/\d+")
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


def input_blocks(
    arguments: Sequence[str],
    texts: Sequence[str],
    stdin: BinaryIO | None,
    text_key: str = "text",
    encoding: str | None = None,
    live: bool = True,
) -> Iterator[Block]:
    """The rows of all arguments in order, then the texts. `stdin` is read for the argument -.

    `live` gives what has arrived on it without waiting for more. The bytes read, which a block
    tells, are counted over all files. Raises InputError at the first that cannot be read.
    """
    for argument in arguments:
        check_argument(argument)
    n_before = 0
    for argument in arguments:
        if argument == "-":
            if stdin is None:
                raise InputError("standard input is closed. Name a file instead of -.")
            yield from _stream_blocks(stdin, STDIN, encoding, live)
        elif _STREAM.fullmatch(argument) and _exists(argument):
            with open(argument, "rb") as stream:  # noqa: PTH123  # `<(…)` of a shell
                yield from _stream_blocks(stream, argument, encoding, live)
        elif _exists(argument):
            for block in _file_blocks(Path(argument), text_key, encoding):
                n_read = n_before + block.n_read
                source = block.source or argument
                yield dataclasses.replace(block, n_read=n_read, source=source)
            n_before += _size(argument)
        else:
            yield Block("rows", [Row(1, {text_key: argument})])
    if texts:
        rows = [Row(number, {text_key: text}) for number, text in enumerate(texts, 1)]
        yield Block("rows", rows, source="--text")


def _stream_blocks(
    stream: BinaryIO, name: str, encoding: str | None, live: bool
) -> Iterator[Block]:
    if encoding and encoding_of(b"", encoding) not in ("utf-8", "utf-8-sig"):
        raise UsageError(
            f"{name}: a stream is read as UTF-8. Convert it with iconv -f {printable(encoding)}."
        )
    for block in stdin_blocks(stream, live):
        yield dataclasses.replace(block, source=name)


def n_input_bytes(arguments: Sequence[str]) -> int | None:
    """How many bytes there are to read, or None where that is not known beforehand."""
    if not all(row_kind(Path(argument))[0] and _exists(argument) for argument in arguments):
        return None
    return sum(map(_size, arguments)) or None


def _size(argument: str) -> int:
    try:
        return Path(argument).stat().st_size
    except OSError:
        return 0


def usable_rows(
    argument: str,
    stdin: BinaryIO | None,
    refused: list[str],
    text_key: str = "text",
    encoding: str | None = None,
) -> Iterator[tuple[int, str, Fields]]:
    """Number, text and fields of the argument's rows that have a text that is not blank.

    Rows that cannot be used are added to `refused`; how many texts are blank is told in a note.
    """
    n_blank = 0
    for block in input_blocks([argument], (), stdin, text_key, encoding):
        with naming(block.source):
            rows = [*rows_of(block, text_key)]
        for row in rows:
            text = row if isinstance(row, RefusedRow) else text_of(row, text_key)
            if isinstance(text, RefusedRow):
                refused.append(Refusal(block.source, text))
            elif isinstance(row, Row) and not is_blank(text):
                yield row.number, text, row.fields
            else:
                n_blank += block.kind != "lines"  # a blank line ends a paragraph, and is no row
    if n_blank:
        log.warning("%s: %s passed over", printable(argument), n_of(n_blank, "blank text"))


def _file_blocks(path: Path, text_key: str, encoding: str | None) -> Iterator[Block]:
    if row_kind(path)[0] and not path.is_dir():
        yield from read_blocks(path, encoding, text_key)
        return
    if not path.is_dir() and path.suffix.lower() not in ARTICLE_SUFFIXES:
        raise InputError(
            f"{printable(str(path))}: neither an article ({', '.join(ARTICLE_SUFFIXES)}) nor a row "
            f"file ({', '.join(ROW_SUFFIXES)})."
        )
    if path.is_dir():
        yield from _folder_blocks(path, text_key, encoding)
    else:
        rows = _article_rows(path, text_key, encoding)
        yield from (Block("rows", batch) for batch in batched(rows))


def _folder_blocks(path: Path, text_key: str, encoding: str | None) -> Iterator[Block]:
    """The articles below the folder; one that cannot be read is refused, and the others go on."""
    from stance.corpus.store import article_files

    refused: list[str] = []
    for file in article_files([path], refused):
        try:
            found: list[Row | RefusedRow] = [*_article_rows(file, text_key, encoding)]
        except StanceError as error:
            refused.append(str(error))
            continue
        yield Block("rows", found, source=str(file))
    for reason in refused:
        yield Block("rows", [RefusedRow(0, reason)])


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


def stdin_blocks(stream: BinaryIO, live: bool = True) -> Iterator[Block]:
    """Lines as they arrive: a slow writer gets each line answered, a fast one fills blocks.

    They are JSON objects when the first one that is not blank begins with {, else sentences.
    """
    read = getattr(stream, "read1", stream.read) if live else stream.read
    start = b""
    while content := read(BLOCK_BYTES):
        start += content
        is_mark = len(start) < len(_MARK) and _MARK.startswith(start)
        if len(start) > _MAX_BLANK or (start.removeprefix(_MARK).strip() and not is_mark):
            break
    start = start.removeprefix(_MARK)
    kind = "jsonl" if start.lstrip().startswith(b"{") else "lines"

    def read_on(size: int) -> bytes:
        nonlocal start
        if not start:
            return bytes(read(size))
        taken, start = start, b""
        return taken

    yield from line_blocks(read_on, kind, waits=live)
