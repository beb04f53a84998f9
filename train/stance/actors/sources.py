"""The articles that `stance who` reads: from files and rows anywhere, or the project's corpus."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from stance.corpus.articles import is_date
from stance.corpus.normalise import sha256
from stance.corpus.store import Corpus
from stance.prediction.inputs import NOTHING_FOUND, STDIN, check_argument, usable_rows
from stance.storage.errors import InputError, printable
from stance.storage.jsonl import Fields
from stance.storage.refusals import Refusal, summed_up
from stance.storage.rows import RefusedRow

_MAX_FIELD = 2000


@dataclass(slots=True)
class Source:
    """One article: what is known of it, and its sentences in order.

    `ids`, `texts`, `starts` and `answers` have one entry a sentence: id, text, offset in the
    article where that is known, and the labels that the row itself gave (None without any).
    `published_at` is ISO 8601, "" when unknown.
    """

    id: str
    title: str = ""
    outlet: str = ""
    url: str = ""
    published_at: str = ""
    speaker: str = ""
    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    starts: list[int | None] = field(default_factory=list)
    answers: list[tuple[str, ...] | None] = field(default_factory=list)

    @property
    def day(self) -> str:
        """The date, to the day where it is known so exactly."""
        return self.published_at[:10]

    def sentence_sha256(self, index: int) -> str:
        """The hash of the sentence's words, as annotations and corrections name it."""
        return sha256(self.texts[index])


@dataclass
class Sources:
    """Everything that was read, and what was not as it should be, to be told."""

    articles: dict[str, Source] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    n_twice: int = 0
    bad_dates: list[str] = field(default_factory=list)
    _order: dict[str, list[int]] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)

    @property
    def n_sentences(self) -> int:
        """The sentences of all articles."""
        return sum(len(one.texts) for one in self.articles.values())

    def notes(self) -> list[str]:
        """What a reader of the table must know of the input, a sentence each."""
        told = []
        for name, what in (("published_at", "date"), ("outlet", "outlet")):
            n = sum(1 for one in self.articles.values() if not getattr(one, name))
            if n:
                told.append(f"{n:,} of {len(self.articles):,} articles have no {what}.")
        if self.bad_dates:
            told.append(
                f"{len(self.bad_dates):,} articles have a date that is none, for example "
                f'"{printable(self.bad_dates[0], 40)}"; they count as undated. '
                "Write YYYY-MM-DD."
            )
        if self.n_twice:
            told.append(f"{self.n_twice:,} sentences came twice (same id and words); once counts.")
        return told

    def add(self, name: str, number: int, text: str, fields: Fields) -> None:
        """Adds one sentence. Raises ValueError that says why it cannot be used."""
        identifier = _short(fields, "id") or f"{name}#{number}"
        article = self.articles.get(_short(fields, "article_id") or identifier)
        if article is None:
            article = self._begin(_short(fields, "article_id") or identifier, fields)
        if identifier in self._known:
            if text in article.texts:
                self.n_twice += 1
                return
            raise ValueError(f'another sentence has the id "{printable(identifier, 60)}", too')
        self._known.add(identifier)
        article.ids.append(identifier)
        article.texts.append(text)
        article.starts.append(_number(fields, "start"))
        article.answers.append(_labels(fields))
        index = _number(fields, "sent_index")
        self._order[article.id].append(number if index is None else index)

    def _begin(self, name: str, fields: Fields) -> Source:
        date = _short(fields, "published_at")
        if date and not is_date(date):
            self.bad_dates.append(date)
            date = ""
        article = Source(
            name,
            _short(fields, "title"),
            _short(fields, "outlet"),
            _short(fields, "url"),
            date,
            _short(fields, "speaker"),
        )
        self.articles[name] = article
        self._order[name] = []
        return article

    def sort(self) -> None:
        """Puts the sentences of each article into their order: rows may come in any."""
        for name, order in self._order.items():
            if order == sorted(order):
                continue
            article = self.articles[name]
            places = sorted(range(len(order)), key=order.__getitem__)
            article.ids = [article.ids[place] for place in places]
            article.texts = [article.texts[place] for place in places]
            article.starts = [article.starts[place] for place in places]
            article.answers = [article.answers[place] for place in places]
        self._order.clear()
        self._known.clear()


def read_sources(
    arguments: Sequence[str],
    stdin: BinaryIO | None,
    text_key: str = "text",
    encoding: str | None = None,
) -> Sources:
    """The articles and rows that the arguments name.

    Rows of one `article_id` are one article; a row without one is an article of its own. Raises
    InputError when an argument cannot be read or nothing in all of them can be used.
    """
    for argument in arguments:
        check_argument(argument)
    found = Sources()
    for argument in arguments:
        name = Path(argument).stem if argument != "-" else "stdin"
        for number, text, fields in usable_rows(argument, stdin, found.refused, text_key, encoding):
            try:
                found.add(name, number, text, fields)
            except ValueError as error:
                row = RefusedRow(number, str(error), fields)
                found.refused.append(Refusal(STDIN if argument == "-" else argument, row))
    found.sort()
    if not found.articles:
        told = "\n".join([summed_up(found.refused, 5), NOTHING_FOUND]).strip()
        raise InputError(told, found.refused)
    return found


def corpus_sources(corpus: Corpus) -> Sources:
    """The project's own articles. Raises InputError when there is none."""
    found = Sources()
    for sentence in sorted(corpus.sentences.values(), key=lambda one: one.sent_index):
        article = corpus.articles[sentence.article_id]
        fields: Fields = {
            "id": sentence.id,
            "article_id": article.id,
            "sent_index": sentence.sent_index,
            "start": sentence.start,
            **{name: getattr(article, name) for name in ("title", "outlet", "url")},
            "published_at": article.published_at,
        }
        found.add(article.id, sentence.sent_index, sentence.text, fields)
    found.sort()
    if not found.articles:
        raise InputError("the project has no article. Name files, or add some: `stance ingest`.")
    return found


def _short(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return ""
    if hasattr(value, "isoformat"):
        value = value.isoformat()
    if not isinstance(value, str | int | float):
        raise ValueError(f'"{name}" is {type(value).__name__}, not a string')
    text = str(value).strip()
    if len(text) > _MAX_FIELD or "\0" in text:
        raise ValueError(f'"{name}" is too long or holds a NUL character')
    return text


def _number(fields: Fields, name: str) -> int | None:
    value: Any = fields.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _labels(fields: Fields) -> tuple[str, ...] | None:
    """The row's own labels, None where it has none or is no accepted answer."""
    value: Any = fields.get("labels", fields.get("label"))
    if value is None or fields.get("answer") not in (None, "", "accept"):
        return None
    values = value.split("|") if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        return None
    return tuple(one.strip() for one in values if one.strip())
