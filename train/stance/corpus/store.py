"""The corpus of a project: articles and their sentences, added to and never changed."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from stance.corpus.articles import ARTICLE_SUFFIXES, Article, read_article
from stance.corpus.segment import Sentence, segment
from stance.storage.atomic import append_lines, locked, repair_tail
from stance.storage.errors import InputError, StanceError, printable
from stance.storage.jsonl import read_jsonl
from stance.storage.project import Project
from stance.storage.toml import Record

log = logging.getLogger(__name__)

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Corpus:
    """Articles and sentences by id, in the order in which they came."""

    articles: dict[str, Article] = field(default_factory=dict)
    sentences: dict[str, Sentence] = field(default_factory=dict)

    def of_article(self, article_id: str) -> list[Sentence]:
        """The article's sentences in their order."""
        found = [one for one in self.sentences.values() if one.article_id == article_id]
        return sorted(found, key=lambda sentence: sentence.sent_index)


def read_records(path: Path, kind: type[R], is_ours: bool = True) -> list[R]:
    """The records of a JSONL file (see `read_jsonl`); empty where there is no file.

    Raises InputError with file and line at the first that is not as it should be.
    """
    if not path.exists():
        return []
    records = []
    for number, fields in read_jsonl(path, is_ours):
        try:
            records.append(kind.model_validate(fields))
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(str(step) for step in fault["loc"])
            raise InputError(f"{path}:{number}: {where}: {fault['msg']}.") from error
    return records


def read_corpus(project: Project) -> Corpus:
    """The project's corpus, with the texts that were found again for stand-off annotations.

    Sentences whose article was never finished (a crash between the two) are passed over, and so
    are those that such a crash left of another text under the same name.
    """
    articles: dict[str, Article] = {}
    sentences: dict[str, Sentence] = {}
    for place in (project.hydrated, project):  # what the project has itself goes first
        articles |= {article.id: article for article in read_records(place.articles, Article)}
        sentences |= {one.id: one for one in read_records(place.sentences, Sentence)}
    return Corpus(articles, {name: one for name, one in sentences.items() if _holds(articles, one)})


def article_ids(project: Project) -> set[str]:
    """The ids of all articles."""
    places = (project.hydrated, project)
    return {one.id for place in places for one in read_records(place.articles, Article)}


def broken_sentences(project: Project) -> list[str]:
    """The ids of sentences that are not what their article has at their offsets."""
    found: list[str] = []
    for place in (project.hydrated, project):
        articles = {one.id: one for one in read_records(place.articles, Article)}
        found += [
            one.id
            for one in read_records(place.sentences, Sentence)
            if one.article_id in articles and not _holds(articles, one)
        ]
    return found


def _holds(articles: dict[str, Article], sentence: Sentence) -> bool:
    article = articles.get(sentence.article_id)
    if article is None or article.text is None or sentence.start is None:
        return article is not None
    return article.text[sentence.start : sentence.end] == sentence.text


def add_to_corpus(
    project: Project, articles: Iterable[Article], sentences: Iterable[Sentence]
) -> None:
    """Appends sentences, then articles: an article on the disk has all its sentences there."""
    append_lines(project.sentences, [one.model_dump_json() for one in sentences])
    append_lines(project.articles, [one.model_dump_json() for one in articles])


@dataclass(frozen=True)
class Ingested:
    """What came of each file: counts, and for refused ones the reason."""

    n_articles: int
    n_sentences: int
    known: tuple[str, ...]
    refused: tuple[str, ...]


def ingest(project: Project, paths: Sequence[Path], encoding: str | None = None) -> Ingested:
    """Reads the files (and those below folders) and adds the new articles to the project.

    A file that was ingested before is passed over. One that cannot be read, or that has the name
    of another article, is refused with a reason, and the others go on.
    """
    articles: list[Article] = []
    sentences: list[Sentence] = []
    known: list[str] = []
    refused: list[str] = []
    with locked(project.articles.parent / ".corpus.lock"):
        for path in (project.sentences, project.articles):
            repair_tail(path)  # what a killed append left must not stop this and every later run
        corpus = read_corpus(project)
        seen = dict(corpus.articles)
        by_hash = {one.sha256: one.id for one in seen.values() if one.sha256}
        for path in article_files(paths, refused):
            try:
                article = read_article(path, encoding)
                other = by_hash.get(article.sha256)
                if other is not None:
                    known.append(f"{printable(str(path))}: known as {other}")
                    continue
                _refuse_taken_name(path, article, seen)
                new = segment(article)
            except StanceError as error:
                name = printable(str(path))
                refused.append(str(error) if name in str(error) else f"{name}: {error}")
                continue
            seen[article.id] = article
            by_hash[article.sha256] = article.id
            articles.append(article)
            sentences += new
        add_to_corpus(project, articles, sentences)
    return Ingested(len(articles), len(sentences), tuple(known), tuple(refused))


def _refuse_taken_name(path: Path, article: Article, seen: dict[str, Article]) -> None:
    if article.id in seen:
        raise InputError(
            f"{printable(str(path))}: another article is called {article.id}, with other text. "
            "Rename the file; articles never change."
        )


def article_files(paths: Sequence[Path], refused: list[str]) -> Iterable[Path]:
    """The files named and, of folders, the article files below them, in order of name.

    Links in folders are passed over with a note in `refused`: they may lead anywhere.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = [file for file in sorted(path.rglob("*")) if _is_article_name(file)]
        if not found:
            known = ", ".join(ARTICLE_SUFFIXES)
            refused.append(f"{printable(str(path))}: a folder without articles ({known}).")
        for file in found:
            if file.is_symlink():
                refused.append(f"{printable(str(file))}: is a link. Name it to read it.")
            else:
                yield file


def _is_article_name(path: Path) -> bool:
    return path.suffix.lower() in ARTICLE_SUFFIXES and (path.is_symlink() or not path.is_dir())
