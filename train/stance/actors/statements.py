"""Statements: one holder and one label of one sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from stance.actors.attribution import Holder, attribute
from stance.actors.decisions import CORRECTED, MODEL, Decided, Decisions
from stance.actors.gazetteer import Gazetteer
from stance.actors.ladder import Ladder, Rung, rung
from stance.actors.sources import Source
from stance.annotation.corrections import NOBODY
from stance.codebook.codebook import Codebook
from stance.learning.engine import n_processors

MANY = 20_000  # sentences that are worth a process of their own


@dataclass(frozen=True, slots=True)
class Statement:
    """Sentence number `index` of the article expresses the label, held by the actor.

    `actor` is an actor's id, None where the holder is nobody the gazetteer knows; `rung` is None
    for a label without polarity. `decided` says whose labels these are (model, gold, corrected),
    `person` who corrected them.
    """

    article: Source
    index: int
    label: str
    actor: str | None
    holder: Holder
    rung: Rung | None
    probability: float
    decided: str
    person: str

    @property
    def sentence_id(self) -> str:
        """The sentence's id."""
        return self.article.ids[self.index]

    @property
    def text(self) -> str:
        """The sentence."""
        return self.article.texts[self.index]

    @property
    def before(self) -> str:
        """The sentence before it in the article, "" for the first."""
        return self.article.texts[self.index - 1] if self.index else ""

    @property
    def after(self) -> str:
        """The sentence after it in the article, "" for the last."""
        texts = self.article.texts
        return texts[self.index + 1] if self.index + 1 < len(texts) else ""


@dataclass(slots=True)
class Found:
    """The statements, and where each actor is named: pairs of an article and a sentence in it.

    `known` are the sentences whose labels people gave; `faults` tell of answers that do not fit.
    """

    statements: list[Statement] = field(default_factory=list)
    named: dict[str, list[tuple[Source, int]]] = field(default_factory=dict)
    known: set[tuple[str, int]] = field(default_factory=set)
    n_sentences: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Rules:
    """What attribution and the ladder go by: the actors, and what the labels mean."""

    gazetteer: Gazetteer
    codebook: Codebook
    ladders: dict[str, Ladder] = field(default_factory=dict)

    @property
    def against(self) -> frozenset[str]:
        """The labels against what the codebook is about."""
        return frozenset(one.name for one in self.codebook.labels if one.polarity == "against")


def find_statements(articles: Sequence[Source], decisions: Decisions, rules: Rules) -> Found:
    """All statements of the articles, on all processors where there are many articles."""
    n_sentences = sum(len(one.texts) for one in articles)
    n_parts = min(n_processors(), n_sentences // MANY + 1)
    if n_parts == 1 or decisions.folder is None:
        return _find(articles, decisions, rules)
    from joblib import Parallel, delayed

    # Every n-th article: a long series of one outlet's does not end up in one part. Several parts
    # a process, so that no process holds much.
    n_parts = max(n_parts, n_sentences // MANY)
    parts = [articles[n::n_parts] for n in range(n_parts)]
    run = Parallel(n_jobs=n_processors(), return_as="generator")
    whole = Found()
    packed = run(delayed(_packed)(part, decisions, rules) for part in parts)
    for part, found in zip(parts, packed, strict=True):
        _add(whole, part, found)
    return whole


# What comes back from another process: articles by their number there instead of their texts.
_Packed = tuple[list[tuple[Any, ...]], dict[str, list[tuple[int, int]]], Found]


def _packed(articles: Sequence[Source], decisions: Decisions, rules: Rules) -> _Packed:
    found = _find(articles, decisions, rules)
    number = {one.id: n for n, one in enumerate(articles)}
    statements = [
        (number[one.article.id], *(getattr(one, name) for name in _BUT_ARTICLE))
        for one in found.statements
    ]
    named = {
        name: [(number[article.id], index) for article, index in places]
        for name, places in found.named.items()
    }
    return statements, named, replace(found, statements=[], named={})


_BUT_ARTICLE = tuple(field.name for field in fields(Statement))[1:]


def _add(whole: Found, articles: Sequence[Source], packed: _Packed) -> None:
    statements, named, rest = packed
    whole.statements += [Statement(articles[n], *values) for n, *values in statements]
    for name, places in named.items():
        own = whole.named.setdefault(name, [])
        own += [(articles[n], index) for n, index in places]
    whole.known |= rest.known
    whole.n_sentences += rest.n_sentences
    whole.faults += rest.faults


def _find(articles: Sequence[Source], decisions: Decisions, rules: Rules) -> Found:
    found = Found()
    for article, decided in decisions.of(articles):
        found.n_sentences += len(decided)
        _count_named(found, article, rules.gazetteer)
        for index, one in enumerate(decided):
            if one.by != MODEL:
                found.known.add((article.id, index))
        decided = [_of_stances(one, rules.codebook.stances) for one in decided]
        if any(one.labels for one in decided):
            found.statements += _of_article(article, decided, rules, decisions.labels)
    found.faults = decisions.faults
    return found


def _of_stances(decided: Decided, stances: tuple[str, ...]) -> Decided:
    if all(label in stances for label in decided.labels):
        return decided
    return replace(decided, labels=tuple(one for one in decided.labels if one in stances))


def _count_named(found: Found, article: Source, gazetteer: Gazetteer) -> None:
    context = "\n".join(article.texts)
    for index, text in enumerate(article.texts):
        mentions = gazetteer.find(text, article.published_at or None, context)
        # A capital as the place where something happened does not make it about the country.
        # In the order of mention, not of a set: intervals are drawn row by row.
        names = dict.fromkeys(one.actor for one in mentions if one.actor and one.form != "place")
        for name in names:
            found.named.setdefault(name, []).append((article, index))


def _of_article(
    article: Source, decided: list[Decided], rules: Rules, labels: tuple[str, ...]
) -> Iterator[Statement]:
    holders = attribute(
        article.texts,
        [one.labels for one in decided],
        rules.gazetteer,
        date=article.published_at or None,
        speaker=article.speaker or None,
        against=rules.against,
    )
    for index, (one, held) in enumerate(zip(decided, holders, strict=True)):
        text = article.texts[index]
        seen: set[tuple[str, str | None]] = set()
        for holder in _corrected(one, held):
            if (holder.label, holder.actor) in seen:
                continue
            seen.add((holder.label, holder.actor))
            probability = float(one.probabilities[labels.index(holder.label)])
            yield Statement(
                article,
                index,
                holder.label,
                holder.actor,
                holder,
                rung(text, one.labels, holder.label, rules.codebook, rules.ladders),
                round(probability, 4),
                one.by,
                one.person,
            )


def _corrected(decided: Decided, holders: tuple[Holder, ...]) -> tuple[Holder, ...]:
    """The holders, or the one whom an editor named in their place."""
    correction = decided.correction
    if decided.by != CORRECTED or correction is None or not correction.holder:
        return holders
    actor = None if correction.holder == NOBODY else correction.holder
    text = "" if actor is None else correction.holder
    return tuple(Holder(label, actor, text, None, None, "corrected") for label in decided.labels)
