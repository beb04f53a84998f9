"""Annotations without the text: what may be shared when the articles may not.

One line an answer: which article, where in it, by which hashes the sentence is known again, and
what was answered. `hydrate` finds the texts in the reader's own files.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from stance.annotation.store import Annotation, read_annotations, read_gold
from stance.codebook.codebook import Codebook
from stance.corpus.anchors import Anchor, anchor_of
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import Corpus, read_corpus, read_records
from stance.storage.errors import DataError
from stance.storage.project import Project

_MAX_PLAIN_ID = 300


class StandOff(Anchor):
    """One answer about one sentence whose text is elsewhere.

    `start` and `end` are code points in the article's normalised text, null where only the
    sentence was known. `is_gold` marks adjudicated answers.
    """

    format: Literal[1] = 1
    article_id: Annotated[str, Field(min_length=1, max_length=_MAX_PLAIN_ID)]
    sentence_id: str
    sent_index: Annotated[int, Field(ge=0)]
    url: str = ""
    outlet: str = ""
    published_at: str = ""
    event: str = ""
    article_sha256: str = ""
    start: int | None = None
    end: int | None = None
    normalisation: Literal["NFC+LF"] = "NFC+LF"
    codebook: str = ""
    labels: tuple[str, ...]
    annotator: str
    annotated_at: str = ""
    answer: Literal["accept", "reject", "ignore"] = "accept"
    is_gold: bool = False

    @field_validator("labels", mode="before")
    @classmethod
    def _from_json(cls, labels: object) -> object:
        return tuple(labels) if isinstance(labels, list) else labels


def export_stand_off(
    project: Project, codebook: Codebook, articles: Sequence[str]
) -> list[StandOff]:
    """The stand-off form of all answers about the articles (of all, when none is named).

    Raises DataError when there is no answer.
    """
    corpus = read_corpus(project)
    wanted = set(articles or corpus.articles)
    records = [
        _stand_off(corpus, corpus.sentences[one.sentence_id], one, codebook, is_gold)
        for answers, is_gold in ((read_annotations(project), False), (read_gold(project), True))
        for one in answers
        if one.sentence_id in corpus.sentences
        and corpus.sentences[one.sentence_id].article_id in wanted
    ]
    if not records:
        raise DataError("no annotation to export. Check the article ids.")
    return records


def _stand_off(
    corpus: Corpus, sentence: Sentence, answer: Annotation, codebook: Codebook, is_gold: bool
) -> StandOff:
    article = corpus.articles[sentence.article_id]
    name = shareable_id(article.id)
    return StandOff(
        **anchor_of(sentence.text).model_dump(),
        article_id=name,
        sentence_id=f"{name}#{sentence.sent_index}",
        sent_index=sentence.sent_index,
        url=article.url,
        outlet=article.outlet,
        published_at=article.published_at,
        event=article.event,
        article_sha256=article.sha256,
        start=sentence.start,
        end=sentence.end,
        codebook=f"{codebook.name} {codebook.version}",
        labels=answer.labels,
        annotator=answer.annotator,
        annotated_at=answer.annotated_at,
        answer=answer.answer,
        is_gold=is_gold,
    )


def shareable_id(article_id: str) -> str:
    """The id, or its hash when it reads like a headline: a title is text of the article, too."""
    if "_" in article_id and "/" not in article_id and article_id.count("_") >= 3:
        return f"sha256-{sha256(article_id)[:20]}"
    return article_id


def read_stand_off(paths: Iterable[Path]) -> list[StandOff]:
    """The records of the files. Raises InputError with file and line at the first bad one."""
    return [record for path in paths for record in read_records(path, StandOff, is_ours=False)]


def to_web_annotation(record: StandOff) -> dict[str, Any]:
    """The record as a W3C Web Annotation (JSON-LD, https://www.w3.org/TR/annotation-model/).

    The target has a position and no quoted text; the hashes are in our own namespace.
    """
    selector = (
        {"type": "TextPositionSelector", "start": record.start, "end": record.end}
        if record.start is not None
        else {"type": "FragmentSelector", "value": f"sentence={record.sent_index}"}
    )
    return {
        "@context": [
            "http://www.w3.org/ns/anno.jsonld",
            {"stance": "https://stancedesk.org/ns#"},
        ],
        "type": "Annotation",
        "id": f"urn:stance:{record.sentence_id}:{record.annotator}",
        "motivation": "classifying",
        "body": [
            {"type": "TextualBody", "value": label, "purpose": "classifying"}
            for label in record.labels
        ],
        "target": {
            "source": record.url or f"urn:stance:{record.article_id}",
            "selector": selector,
        },
        "creator": {"type": "Person", "nickname": record.annotator},
        "created": record.annotated_at,
        "stance:articleSha256": record.article_sha256,
        "stance:sentenceSha256": record.sentence_sha256,
        "stance:normalization": record.normalisation,
        "stance:codebook": record.codebook,
    }
