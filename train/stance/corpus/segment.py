"""From an article to its sentences: splitting, without the boilerplate, with stable ids."""

import logging
from typing import Annotated

from pydantic import Field, model_validator

from stance.corpus.articles import Article
from stance.corpus.boilerplate import MAX_LINE, is_boilerplate
from stance.corpus.normalise import sha256
from stance.corpus.sentences import split_sentences
from stance.storage.errors import InputError
from stance.storage.toml import Record

log = logging.getLogger(__name__)

LONG_SENTENCE = 1000  # characters; beyond it the text probably has no punctuation
Offset = Annotated[int, Field(ge=0)]


class Sentence(Record):
    """One sentence: `article.text[start:end] == text`, offsets in code points, end exclusive.

    The offsets are None where the article's text is not known. `context_before` and
    `context_after` are given only then.
    """

    id: str
    article_id: str
    sent_index: Offset
    start: Offset | None = None
    end: Offset | None = None
    text: str
    sha256: str
    context_before: str = ""
    context_after: str = ""

    @model_validator(mode="after")
    def _has_both_offsets_or_none(self) -> "Sentence":
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end belong together")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError("start must lie before end")
        return self


def sentence_id(article_id: str, index: int) -> str:
    """The id of the article's sentence number `index`, counted from 0."""
    return f"{article_id}#{index}"


def segment(article: Article) -> list[Sentence]:
    """The article's sentences in order.

    Raises InputError when there is none, for example in a list of links.
    """
    text = article.text or ""
    spans = [span for span in split_sentences(text) if not _is_left_out(text, span)]
    if not spans:
        raise InputError("no sentences found. Is this an article?")
    longest = max(end - start for start, end in spans)
    if longest > LONG_SENTENCE:
        log.warning(
            "%s: a sentence has %s characters. Does the text lack punctuation?",
            article.id,
            f"{longest:,}",
        )
    return [
        Sentence(
            id=sentence_id(article.id, index),
            article_id=article.id,
            sent_index=index,
            start=start,
            end=end,
            text=text[start:end],
            sha256=sha256(text[start:end]),
        )
        for index, (start, end) in enumerate(spans)
    ]


def _is_left_out(text: str, span: tuple[int, int]) -> bool:
    """Whether the span is boilerplate: itself, or within a line that is boilerplate as a whole."""
    start, end = span
    if is_boilerplate(text[start:end]):
        return True
    # A longer line is no boilerplate; looking no further keeps this linear in the text.
    before, after = text[max(0, start - MAX_LINE) : start], text[end : end + MAX_LINE]
    line = before.rpartition("\n")[2] + text[start:end] + after.partition("\n")[0]
    return "\n" not in line and is_boilerplate(line)
