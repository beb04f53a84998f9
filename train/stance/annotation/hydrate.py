"""Stand-off annotations and a user's texts into sentences that can be learnt from."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from stance.annotation.library import Library, Passage
from stance.annotation.standoff import StandOff
from stance.annotation.store import Annotation
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import read_records
from stance.storage.atomic import locked, write_file
from stance.storage.errors import InputError
from stance.storage.project import Project
from stance.storage.toml import Record


@dataclass(frozen=True)
class Hydrated:
    """How many sentences were found in which way, and which articles lack which sentences."""

    n_sentences: int
    how: dict[str, int]
    alike: tuple[str, ...]
    missing: dict[str, tuple[str, ...]]
    told: tuple[str, ...]
    n_files: int

    @property
    def n_found(self) -> int:
        """The sentences whose text is here now."""
        return self.n_sentences - sum(map(len, self.missing.values()))


@dataclass
class _Store:
    """What is to be written: articles and sentences by id, answers."""

    articles: dict[str, Article] = field(default_factory=dict)
    sentences: dict[str, Sentence] = field(default_factory=dict)


def hydrate(project: Project, records: Sequence[StandOff], library: Library) -> Hydrated:
    """Finds the sentences in the library and writes them with their answers to the project.

    What an earlier run found stays. Raises InputError when there are no records.
    """
    if not records:
        raise InputError(f"{project.stand_off}: no stand-off annotations. Name a file with --from.")
    by_sentence: dict[str, list[StandOff]] = defaultdict(list)
    for record in records:
        by_sentence[record.sentence_id].append(record)
    place = project.hydrated
    with locked(project.data / ".corpus.lock"):
        store = _Store(
            {one.id: one for one in read_records(place.articles, Article)},
            {one.id: one for one in read_records(place.sentences, Sentence)},
        )
        own = {one.id for one in read_records(project.sentences, Sentence)}
        how: Counter[str] = Counter()
        alike: list[str] = []
        missing: dict[str, list[str]] = defaultdict(list)
        for name, answers in by_sentence.items():
            if name in own or name in store.sentences:
                how["here before"] += 1
                continue
            first = answers[0]
            found = library.find(first, _names(first))
            if found is None:
                missing[first.url or first.article_id].append(name)
                continue
            how[found[1]] += 1
            if found[1] == "alike":
                alike.append(f"{name}: {found[0].place}")
            _put(store, first, found[0])
        _write(place, store, records)
    return Hydrated(
        n_sentences=len(by_sentence),
        how=dict(how),
        alike=tuple(alike),
        missing={article: tuple(names) for article, names in missing.items()},
        told=tuple(library.told),
        n_files=library.n_files,
    )


def _names(record: StandOff) -> list[str]:
    return [name for name in (record.article_id, record.url) if name]


def _put(store: _Store, record: StandOff, passage: Passage) -> None:
    """Adds the sentence, and its article with the text where that is one whole article's."""
    known = store.articles.get(record.article_id)
    if known is None:
        known = _article(record, passage)
        store.articles[record.article_id] = known
    in_article = passage.article is not None and passage.article.text == known.text
    store.sentences[record.sentence_id] = Sentence(
        id=record.sentence_id,
        article_id=record.article_id,
        sent_index=record.sent_index,
        start=passage.start if in_article else None,
        end=passage.end if in_article else None,
        text=passage.text,
        sha256=sha256(passage.text),
    )


def _article(record: StandOff, passage: Passage) -> Article:
    found = passage.article
    return Article(
        id=record.article_id,
        source=found.source if found else passage.place.rsplit("/", 1)[-1].rsplit(":", 1)[0],
        title=found.title if found else "",
        outlet=record.outlet,
        url=record.url,
        published_at=record.published_at,
        event=record.event,
        sha256=found.sha256 if found else "",
        text=found.text if found else None,
    )


def _write(place: Project, store: _Store, records: Sequence[StandOff]) -> None:
    """Writes the hydrated store anew, sentences before articles as everywhere."""
    gold = [_answer(store, one) for one in records if one.is_gold and _has_text(store, one)]
    answers: dict[str, list[Annotation]] = defaultdict(list)
    for one in records:
        if not one.is_gold and _has_text(store, one):
            answers[one.annotator].append(_answer(store, one))
    for annotator, lines in answers.items():
        write_file(place.annotations / f"{annotator}.jsonl", _lines(lines))
    if gold:
        write_file(place.gold, _lines(gold))
    write_file(place.sentences, _lines(list(store.sentences.values())))
    write_file(place.articles, _lines(list(store.articles.values())))


def _has_text(store: _Store, record: StandOff) -> bool:
    return record.sentence_id in store.sentences


def _answer(store: _Store, record: StandOff) -> Annotation:
    """The answer, tied to the words as they were found: the anchor vouches for them."""
    return Annotation(
        sentence_id=record.sentence_id,
        sentence_sha256=store.sentences[record.sentence_id].sha256,
        labels=record.labels,
        annotator=record.annotator,
        annotated_at=record.annotated_at,
        answer=record.answer,
        shown="stand-off",
    )


def _lines(records: Sequence[Record]) -> str:
    return "".join(one.model_dump_json() + "\n" for one in records)
