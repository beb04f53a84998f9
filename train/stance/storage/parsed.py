"""The rows of a block, parsed: their texts, and their other fields in the form that is wanted.

A row keeps the form in which it came as long as it can: a JSON line is carried on as text, so that
no number and no escape is written anew, a CSV record as strings, a record batch as columns.
"""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Sequence
from json.encoder import encode_basestring
from typing import Any

from stance.storage.block_rows import arrow_rows, decoded, rows_of
from stance.storage.blocks import Block
from stance.storage.jsonl import Fields, dump, scan_object, scan_objects
from stance.storage.records import Record, cell, csv_record, quoted
from stance.storage.rows import (
    JSON_SPACE,
    MAX_LINE,
    MAX_TEXT,
    RefusedRow,
    Row,
    json_row,
    text_of,
    too_long,
)
from stance.storage.text import encoded


class Parsed:
    """Rows with a usable text, in order, and the rows that were refused.

    Made of rows that were read one by one; the classes below keep another form.
    """

    def __init__(self, rows: Iterable[Row | RefusedRow], key: str) -> None:
        self.texts: list[str] = []
        self.refused: list[RefusedRow] = []
        self._fields: list[Fields] = []
        for row in rows:
            if isinstance(row, RefusedRow):
                self.refused.append(row)
                continue
            text = text_of(row, key)
            if isinstance(text, RefusedRow):
                self.refused.append(text)
            else:
                self.texts.append(text)
                self._fields.append(row.fields)

    def __len__(self) -> int:
        return len(self.texts)

    def fields(self) -> list[Fields]:
        """Each row as a dictionary."""
        return self._fields

    def columns(self) -> list[str]:
        """The names of the fields, in the order in which they come up."""
        return list(dict.fromkeys(name for row in self.fields() for name in row))

    def json_heads(self, left_out: Collection[str]) -> list[bytes]:
        """Each row as a JSON object without its closing brace and without some fields.

        Raises InputError when a field holds half a character.
        """
        return [_head(row, left_out) for row in self.fields()]

    def values(self, name: str) -> list[Any]:
        """The field of this name, row by row; None where a row has no such field."""
        return [row.get(name) for row in self.fields()]

    def csv_heads(self, columns: Sequence[str]) -> list[str]:
        """Each row as a CSV record of these columns, without its line end."""
        return [csv_record([cell(row.get(name)) for name in columns]) for row in self.fields()]


# Escapes of NUL and of surrogates.
_UNCOMMON = (b"\\u0000", b"\\ud", b"\\uD")


class JsonLines(Parsed):
    """JSON lines, whose bytes are kept."""

    def __init__(self, block: Block, key: str) -> None:
        super().__init__((), key)
        self._heads: list[bytes] = []
        if not self._read_at_once(block.content, key):
            self._read_each(block, key)

    def _read_at_once(self, content: bytes, key: str) -> bool:
        """Takes all lines where none of them is out of the common; returns whether it did."""
        if len(content) > MAX_TEXT or b"\r" in content or b"\0" in content:
            return False
        if b"\\u" in content and any(one in content for one in _UNCOMMON):
            return False
        content = content.removesuffix(b"\n")
        fields = scan_objects(content) or []
        texts: list[Any] = [one.get(key) for one in fields]
        if set(map(type, texts)) != {str}:
            return False
        self.texts, self._fields = texts, fields
        self._heads = content[:-1].split(b"}\n")
        return True

    def _read_each(self, block: Block, key: str) -> None:
        text, is_clean = decoded(block.content)
        scan = _scanner(_doubtful(block.content)) if is_clean else lambda line: None
        lines = (text.replace("\r\n", "\n") if b"\r" in block.content else text).split("\n")
        is_escaped = b"\\u0000" in block.content
        for number, line in enumerate(lines, block.first):
            fields = scan(line)
            if fields is None:
                if not line.strip(JSON_SPACE):
                    continue
                row = json_row(number, line) if len(line) <= MAX_LINE else too_long(number)
                if isinstance(row, RefusedRow):
                    self.refused.append(row)
                    continue
                line, fields = line.strip(JSON_SPACE), row.fields
            found = fields.get(key)
            if type(found) is not str or len(found) > MAX_TEXT or (is_escaped and "\0" in found):
                self.refused.extend(Parsed([Row(number, fields)], key).refused)
                continue
            self.texts.append(found)
            self._fields.append(fields)
            self._heads.append(encoded(line[:-1]))

    def json_heads(self, left_out: Collection[str]) -> list[bytes]:
        """The lines as they stand, except where a field has to be left out."""
        names = frozenset(left_out)
        heads = self._heads
        for position, fields in enumerate(self._fields):
            if not names.isdisjoint(fields):
                heads[position] = _head(fields, names)
        return heads


def _head(row: Fields, left_out: Collection[str]) -> bytes:
    kept = {name: value for name, value in row.items() if name not in left_out}
    return encoded(dump(kept)[:-1])


def _scanner(doubtful: list[str]) -> Callable[[str], Fields | None]:
    if not doubtful:
        return scan_object
    return lambda line: None if any(part in line for part in doubtful) else scan_object(line)


def _doubtful(content: bytes) -> list[str]:
    """What the content has of that which may hide a key written twice (a space before a colon) or
    half a surrogate pair: lines with it are left to the careful reader.
    """
    import numpy as np

    codes = np.frombuffer(content, dtype=np.uint8)
    before = codes[np.flatnonzero(codes == ord(":")) - 1]
    found = [f"{space}:" for space in " \t\r" if (before == ord(space)).any()]
    return [*found, "\\ud", "\\uD"] if b"\\" in content else found


class Sentences(Parsed):
    """Plain lines, each a sentence."""

    def __init__(self, block: Block, key: str) -> None:
        text, is_clean = decoded(block.content)
        super().__init__(() if is_clean else rows_of(block, key), key)
        self._key = key
        if is_clean:
            self.texts = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]

    def fields(self) -> list[Fields]:
        """One field each."""
        return [{self._key: text} for text in self.texts]

    def json_heads(self, left_out: Collection[str]) -> list[bytes]:
        """The key and the sentence."""
        if self._key in left_out:
            return [b"{" for _ in self.texts]
        start = dump({self._key: ""})[:-3]
        return [encoded(start + encode_basestring(text)) for text in self.texts]

    def csv_heads(self, columns: Sequence[str]) -> list[str]:
        """The sentence, or nothing."""
        if list(columns) != [self._key]:
            return super().csv_heads(columns)
        return [quoted(text) or '""' for text in self.texts]


class Records(Parsed):
    """CSV records, kept as lists of strings when none of them has to be refused."""

    def __init__(self, block: Block, key: str) -> None:
        self._columns = list(block.columns)
        self._records = self._all_records(block, key)
        super().__init__(rows_of(block, key) if self._records is None else (), key)
        if self._records is not None:
            position = self._columns.index(key)
            self.texts = [record[position] for record in self._records]

    def _all_records(self, block: Block, key: str) -> list[Record] | None:
        self._text, is_clean = decoded(block.content)
        if not is_clean or key not in self._columns or len(self._text) > MAX_TEXT:
            return None
        csv.field_size_limit(MAX_LINE)
        try:
            records = list(csv.reader(io.StringIO(self._text, newline=""), strict=True))
        except csv.Error:  # in a block that `csv_blocks` did not cut
            return None
        return records if set(map(len, records)) == {len(self._columns)} else None

    def columns(self) -> list[str]:
        """The names in the header."""
        return [name for name in self._columns if name]

    def fields(self) -> list[Fields]:
        """All values are strings."""
        if self._records is None:
            return super().fields()
        names = self._columns
        rows = [dict(zip(names, record, strict=True)) for record in self._records]
        if "" in names:
            for row in rows:
                del row[""]
        return rows

    def json_heads(self, left_out: Collection[str]) -> list[bytes]:
        """The cells as strings; column by column, which is several times as fast as row by row."""
        if self._records is None:
            return super().json_heads(left_out)
        kept = [
            (position, name)
            for position, name in enumerate(self._columns)
            if name and name not in left_out
        ]
        names = [encode_basestring(name).replace("%", "%%") for _, name in kept]
        form = "{" + ", ".join(f"{name}: %s" for name in names)
        cells = [[encode_basestring(record[k]) for record in self._records] for k, _ in kept]
        if not kept:
            return [b"{"] * len(self)
        return [(form % row).encode("utf-8") for row in zip(*cells, strict=True)]

    def values(self, name: str) -> list[Any]:
        """The cells of a column."""
        if self._records is None or name not in self._columns:
            return super().values(name)
        position = self._columns.index(name)
        return [record[position] for record in self._records]

    def csv_heads(self, columns: Sequence[str]) -> list[str]:
        """The lines as they stand, when each holds a record and all columns are wanted."""
        if self._records is None:
            return super().csv_heads(columns)
        if list(columns) == self._columns and self._text.count("\r") == self._text.count("\r\n"):
            lines = self._text.replace("\r\n", "\n").removesuffix("\n").split("\n")
            if len(lines) == len(self._records):
                return lines
        at = {name: position for position, name in enumerate(self._columns)}
        wanted = [at.get(name) for name in columns]
        return [
            csv_record(["" if k is None else record[k] for k in wanted]) for record in self._records
        ]


class Columns(Parsed):
    """A record batch of Parquet."""

    def __init__(self, block: Block, key: str) -> None:
        import pyarrow as pa

        super().__init__((), key)
        self.batch = block.content
        names = self.batch.schema.names
        texts = self.batch.column(names.index(key)).to_pylist() if key in names else None
        if texts is None or not all(
            type(text) is str and len(text) <= MAX_TEXT and "\0" not in text for text in texts
        ):
            checked = Parsed(rows_of(block, key), key)
            bad = {row.number - block.first for row in checked.refused}
            self.refused, texts = checked.refused, checked.texts
            kept = [k for k in range(len(self.batch)) if k not in bad]
            self.batch = self.batch.take(pa.array(kept, pa.int64()))  # of none the type is unknown
        self.texts = texts

    def columns(self) -> list[str]:
        """The names in the schema."""
        return list(self.batch.schema.names)

    def fields(self) -> list[Fields]:
        """Values as Python objects."""
        return arrow_rows(self.batch)


def parse(block: Block, key: str = "text") -> Parsed:
    """The rows of the block; `key` names the field that holds the text."""
    if block.kind == "rows":
        return Parsed(block.content, key)
    kinds = {"jsonl": JsonLines, "csv": Records, "lines": Sentences, "arrow": Columns}
    return kinds[block.kind](block, key)
