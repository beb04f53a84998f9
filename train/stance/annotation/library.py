"""The texts a user has, indexed by what a stand-off annotation can know of them."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stance.corpus.anchors import ALIKE_BYTES, Anchor, find_window, key_hash, n_alike, sketch_of
from stance.corpus.articles import ARTICLE_SUFFIXES, Article, article_id, read_article
from stance.corpus.normalise import normalise, sentence_key, sha256
from stance.corpus.segment import segment
from stance.storage.errors import StanceError, printable
from stance.storage.row_files import ROW_SUFFIXES, read_rows
from stance.storage.rows import RefusedRow, text_of

log = logging.getLogger(__name__)

EXACT, LEVELLED, MOVED, ALIKE = "exact", "levelled", "moved", "alike"


@dataclass(frozen=True)
class Passage:
    """A sentence in a user's file, with its offsets in the text of `article` where there is one."""

    text: str
    place: str
    article_name: str
    article: Article | None = None
    start: int | None = None
    end: int | None = None


@dataclass
class Library:
    """Passages by the hash of their text, of their key, and by article."""

    by_text: dict[str, Passage] = field(default_factory=dict)
    by_key: dict[str, Passage] = field(default_factory=dict)
    by_article: dict[str, list[Passage]] = field(default_factory=lambda: defaultdict(list))
    articles: dict[str, Article] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    n_files: int = 0
    told: list[str] = field(default_factory=list)

    def add(self, passage: Passage) -> None:
        """Adds a passage; of two with the same words the first stays."""
        self.by_text.setdefault(sha256(passage.text), passage)
        self.by_key.setdefault(key_hash(sentence_key(passage.text)), passage)
        self.by_article[passage.article_name].append(passage)

    def find(self, anchor: Anchor, names: Sequence[str]) -> tuple[Passage, str] | None:
        """The passage of the anchor and how it was found; None where it is not there.

        As it was; else with white space, quotes, case and Unicode form levelled; else, within the
        articles of these names, split otherwise, or with a few words changed.
        """
        if passage := self.by_text.get(anchor.sentence_sha256):
            return passage, EXACT
        if passage := self.by_key.get(anchor.key_sha256):
            return passage, LEVELLED
        for name in names:
            for article_hash in self.names.get(name, ()):
                if passage := _window(self.articles[article_hash], anchor, name):
                    return passage, MOVED
        alike = [passage for name in names for passage in self.by_article.get(name, ())]
        return _most_alike(alike, anchor)


def _window(article: Article, anchor: Anchor, name: str) -> Passage | None:
    text = article.text or ""
    span = find_window(text, anchor)
    if span is None:
        return None
    return Passage(text[slice(*span)], article.source, name, article, *span)


def _most_alike(passages: Iterable[Passage], anchor: Anchor) -> tuple[Passage, str] | None:
    """The one passage that is clearly the most alike; None where none or two are."""
    wanted = bytes.fromhex(anchor.sketch)
    ranked = sorted(
        ((n_alike(sketch_of(sentence_key(one.text)), wanted), one) for one in passages),
        key=lambda pair: -pair[0],
    )
    if not ranked or ranked[0][0] < ALIKE_BYTES:
        return None
    if len(ranked) > 1 and ranked[1][0] == ranked[0][0] and ranked[1][1].text != ranked[0][1].text:
        return None
    return ranked[0][1], ALIKE


def read_library(folders: Sequence[Path]) -> Library:
    """All article and row files below the folders; what cannot be read is told, not fatal."""
    library = Library()
    for path in _files(folders):
        library.n_files += 1
        try:
            if path.suffix.lower() in ARTICLE_SUFFIXES:
                _add_article(library, path)
            else:
                _add_rows(library, path)
        except (StanceError, OSError) as error:
            library.told.append(f"{printable(str(path))}: not read ({_first_line(error)})")
    return library


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rsplit(": ", 1)[-1][:100]


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        found = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
        for path in found:
            is_known = path.suffix.lower() in ARTICLE_SUFFIXES + ROW_SUFFIXES
            if is_known and path.is_file() and (path == folder or not path.is_symlink()):
                yield path


def _add_article(library: Library, path: Path) -> None:
    article = read_article(path)
    other = library.articles.get(article.sha256)
    if other is not None:
        library.told.append(f"{printable(str(path))}: the same article as {other.source}")
        return
    library.articles[article.sha256] = article
    for name in {article.id, article.url} - {""}:
        library.names[name].append(article.sha256)
    for sentence in segment(article):
        library.add(
            Passage(
                sentence.text,
                printable(str(path)),
                article.id,
                article,
                sentence.start,
                sentence.end,
            )
        )


def _add_rows(library: Library, path: Path) -> None:
    for row in read_rows(path):
        text = row if isinstance(row, RefusedRow) else text_of(row)
        if isinstance(text, RefusedRow) or isinstance(row, RefusedRow) or not text.strip():
            continue
        name = row.fields.get("article_id")
        article = article_id(name) if isinstance(name, str) and name else ""
        library.add(Passage(normalise(text), f"{printable(str(path))}:{row.number}", article))
