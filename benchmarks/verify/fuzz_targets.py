"""The readers as functions of bytes, for the fuzzer: a result that holds, or the declared error.

Each is given what a file could hold. What it returns is not looked at; what it may raise is
StanceError, which a user sees as one line. A result that contradicts itself is an AssertionError.
"""

import contextlib
import io
import json
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from stance.actors.actor_files import ActorsFile
from stance.annotation.corrections import Correction
from stance.annotation.examples import codebook_of, read_labelled, with_codebook
from stance.annotation.standoff import StandOff
from stance.annotation.store import Annotation
from stance.codebook.codebook import Codebook, to_toml
from stance.corpus.articles import Article, make_article, read_article
from stance.corpus.html import extract_html
from stance.corpus.segment import Sentence, segment
from stance.corpus.store import read_records
from stance.learning.config import Config
from stance.prediction.inputs import stdin_blocks
from stance.storage.block_rows import rows_of
from stance.storage.blocks import Block, csv_blocks, jsonl_blocks
from stance.storage.compression import decompressed
from stance.storage.parquet import parquet_blocks
from stance.storage.parsed import parse
from stance.storage.records import csv_rows
from stance.storage.rows import RefusedRow, Row, jsonl_rows, text_of
from stance.storage.text import decode
from stance.storage.toml import Record, parse_toml, validated

Target = Callable[[bytes], None]
SCRATCH = Path(tempfile.gettempdir())


def _use(blocks: Iterable[Block]) -> list[str]:
    """Everything that a command does with blocks; the texts that were accepted."""
    texts: list[str] = []
    for block in blocks:
        parsed = parse(block)
        careful = [row if isinstance(row, RefusedRow) else text_of(row) for row in rows_of(block)]
        accepted = [text for text in careful if isinstance(text, str)]
        assert parsed.texts == accepted, "the quick and the careful reader differ"
        assert len(parsed.refused) == len(careful) - len(accepted), "a row is neither"
        assert len(parsed.fields()) == len(parsed), "fields without a text"
        heads = parsed.json_heads(())
        columns = parsed.columns()
        parsed.values("label")
        records = parsed.csv_heads(columns)
        assert len(heads) == len(records) == len(parsed), "rows were lost on the way out"
        for head in heads:
            json.loads(head + b"}")
        "".join([*records, *parsed.texts]).encode("utf-8")
        texts += parsed.texts
    return texts


def csv(content: bytes) -> None:
    """CSV in blocks, and record by record."""
    texts = _use(csv_blocks(io.BytesIO(content)))
    assert texts == _texts(csv_rows(io.BytesIO(content))), "blocks and records differ"


def jsonl(content: bytes) -> None:
    """JSON lines in blocks, and line by line."""
    texts = _use(jsonl_blocks(io.BytesIO(content)))
    assert texts == _texts(jsonl_rows(io.BytesIO(content))), "blocks and lines differ"


def _texts(rows: Iterable[Row | RefusedRow]) -> list[str]:
    found = (text_of(row) for row in rows if isinstance(row, Row))
    return [text for text in found if isinstance(text, str)]


def stdin(content: bytes) -> None:
    """Sentences or JSON lines from a pipe."""
    _use(stdin_blocks(io.BytesIO(content)))


def gzip(content: bytes) -> None:
    """JSON lines, compressed."""
    _use(jsonl_blocks(decompressed(io.BytesIO(content), ".gz")))


def zstd(content: bytes) -> None:
    """CSV, compressed."""
    _use(csv_blocks(decompressed(io.BytesIO(content), ".zst")))


def parquet(content: bytes) -> None:
    """Record batches."""
    _use(parquet_blocks(io.BytesIO(content)))


def labelled(content: bytes) -> None:
    """Labelled rows with a codebook taken from them."""
    path = SCRATCH / f"fuzz{'.csv' if content[:1] not in (b'{', b'[') else '.jsonl'}"
    path.write_bytes(content)
    rows = read_labelled([path])
    codebook, rows = codebook_of(rows, path.name)
    with_codebook(rows, codebook)
    again = validated(Codebook, parse_toml(to_toml(codebook), "codebook"), "codebook")
    assert again == codebook, "the codebook does not come back"


def _article(content: bytes, suffix: str) -> None:
    path = SCRATCH / f"fuzz{suffix}"
    path.write_bytes(content)
    article = read_article(path)
    assert article.text is not None
    for sentence in segment(article):
        assert article.text[sentence.start : sentence.end] == sentence.text, "a sentence is moved"
    article.model_dump_json().encode("utf-8")


def txt(content: bytes) -> None:
    """An article of plain text."""
    _article(content, ".txt")


def markdown(content: bytes) -> None:
    """An article in Markdown."""
    _article(content, ".md")


def html(content: bytes) -> None:
    """A web page."""
    make_article("fuzz", "fuzz.html", extract_html(content))


def _toml(kind: type[Record]) -> Target:
    def target(content: bytes) -> None:
        validated(kind, parse_toml(decode(content), "fuzz.toml"), "fuzz.toml")

    return target


def _records(*kinds: type[Record]) -> Target:
    """The first byte says which kind of record the lines are."""

    def target(content: bytes) -> None:
        path = SCRATCH / "fuzz.jsonl"
        path.write_bytes(content)
        for kind in kinds:
            with contextlib.suppress(StopIteration):
                read_records(path, kind)

    return target


# What one case in a thousand goes to; together a thousand.
TARGETS: dict[str, tuple[Target, int, tuple[str, ...]]] = {
    "csv": (csv, 200, (".csv",)),
    "jsonl": (jsonl, 230, (".jsonl",)),
    "stdin": (stdin, 120, (".jsonl", ".txt")),
    "gzip": (gzip, 40, (".gz",)),
    "zstd": (zstd, 40, (".zst",)),
    "parquet": (parquet, 50, (".parquet",)),
    "labelled": (labelled, 60, (".csv", ".jsonl")),
    "txt": (txt, 40, (".txt",)),
    "markdown": (markdown, 30, (".md", ".txt")),
    "html": (html, 10, (".html", ".xml")),
    "codebook": (_toml(Codebook), 50, (".toml",)),
    "config": (_toml(Config), 40, (".toml",)),
    "actors": (_toml(ActorsFile), 30, (".toml",)),
    "records": (_records(Article, Sentence, Annotation, Correction, StandOff), 60, (".jsonl",)),
}
