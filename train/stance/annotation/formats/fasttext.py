"""fastText: one line a row, labels first: `__label__a __label__b the text`.

https://fasttext.cc/docs/en/supervised-tutorial.html. fastText cuts at white space, so spaces in a
label become -, and white space in a text becomes one space; a word of the text that begins with
`__label__` loses those underscores. Nothing but labels and text has room.
"""

import re
from pathlib import Path

from stance.annotation.formats.format import Format, Reading, Rows, Start, Writing
from stance.storage.atomic import replacing
from stance.storage.errors import InputError, printable
from stance.storage.rows import RefusedRow, Row, fault_of, found_encoding, lines_of
from stance.storage.text import open_regular, peekable

PREFIX = "__label__"
_SPACE = re.compile("[ \t\n\v\f\r\0]+")  # what fastText cuts at
_LOOKS_LIKE_A_LABEL = re.compile(f"(^| )_*(?={PREFIX})_*")


def _matches(start: Start) -> bool:
    if start.kind == "csv":  # by its ending; a header begins otherwise
        return start.text.startswith(PREFIX)
    return start.kind == "text" and f"\n{PREFIX}" in f"\n{start.text}"


def _read(path: Path, reading: Reading) -> Rows:
    names = {as_label(name): name for name in reading.labels}
    with open_regular(path) as opened:
        stream = peekable(opened)
        for number, line in enumerate(
            lines_of(stream, found_encoding(stream, reading.encoding), newline="\n"), 1
        ):
            if line.strip():
                yield _row(number, line.rstrip("\r\n"), names)


def _row(number: int, line: str, names: dict[str, str]) -> Row | RefusedRow:
    if fault := fault_of(line):
        return RefusedRow(number, fault)
    words = line.split(" ")
    labels = [word.removeprefix(PREFIX) for word in words if word.startswith(PREFIX)]
    text = " ".join(word for word in words if not word.startswith(PREFIX))
    return Row(number, {"text": text, "labels": [names.get(one, one) for one in labels]})


def as_label(name: str) -> str:
    """The label as one word."""
    return name.replace(" ", "-")


def as_text(text: str) -> str:
    """The text in one line, with no word that reads as a label."""
    return _LOOKS_LIKE_A_LABEL.sub(r"\1", _SPACE.sub(" ", text).strip(" "))


def _write(path: Path, writing: Writing) -> None:
    names = writing.codebook.names
    if len({as_label(name) for name in names}) < len(names):
        raise InputError(
            f"{printable(str(path))}: two labels differ by space and hyphen only, and fastText has "
            "no spaces in labels. Rename one."
        )
    with replacing(path) as stream:
        for row in writing.rows:
            labels = [PREFIX + as_label(name) for name in row["labels"]]
            stream.write((" ".join([*labels, as_text(row["text"])]) + "\n").encode("utf-8"))


FASTTEXT = Format(
    name="fasttext",
    what="fastText, a line a row",
    matches=_matches,
    read=_read,
    write=_write,
    endings=(".txt", ".fasttext"),
    keeps=frozenset({"text", "labels"}),
)
