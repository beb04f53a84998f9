"""Who holds each stance of each sentence of an article, and by which rule.

Every possible holder of a sentence is judged by rules that a reader can follow (`rules.py`). Each
rule has a weight (`defaults/attribution.toml`); a candidate whose weights add up to more than
nothing holds the stance. The weights were fitted by logistic regression on labelled sentences
(`benchmarks/attribution.py --fit`). Adversaries and Ukraine, by their camp, never hold a stance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import fsum

from stance.actors.candidates import Candidate, chains
from stance.actors.gazetteer import Gazetteer
from stance.actors.references import Reader
from stance.actors.rules import fired, sight
from stance.storage.project import default_text
from stance.storage.toml import parse_toml

NEAR = -1.5  # how far below nothing a lone fitting holder of one of two opposite labels may be


@dataclass(frozen=True)
class Holder:
    """Who holds a label of a sentence.

    `text` are the sentence's words for the holder, from `start` to `end` (code points, end
    exclusive); empty with None where the author or a speaker outside the sentence holds it.
    `actor` is the id in the gazetteer, None where nobody entered it, the name is ambiguous, or
    it is the author. `how` names the rule that decided: "subject", "reporting cue", "passive",
    "thanked", "possessive", "adjective", "pronoun", "speaker", "mentioned" or "author".
    """

    label: str
    actor: str | None
    text: str
    start: int | None
    end: int | None
    how: str


def attribute(
    sentences: Sequence[str],
    labels: Sequence[tuple[str, ...]],
    gazetteer: Gazetteer,
    *,
    date: str | None = None,
    speaker: str | None = None,
    against: frozenset[str] = frozenset(),
) -> list[tuple[Holder, ...]]:
    """The holders of every sentence of one article, in the order of its labels.

    `labels[i]` are those of `sentences[i]`; `date` (ISO 8601) and `speaker` (a name) are the
    article's, where known; `against` are the labels of the codebook with that polarity: they
    tell apart the holders of a sentence with labels of both kinds. A label has no holder at all
    where its only candidates are of a camp that holds no stance.
    """
    reader = Reader(sentences, gazetteer, date, speaker)
    return [
        _holders(reader, n, labels[n], against) if labels[n] else () for n in range(len(sentences))
    ]


def _holders(
    reader: Reader, n: int, labels: tuple[str, ...], against: frozenset[str]
) -> tuple[Holder, ...]:
    found = reader.candidates(n)
    joined = {i: chain for chain in chains(reader.sentences[n], found) for i in chain}
    resolved = [reader.resolve(n, one) for one in found]
    seen = sight(reader.sentences[n], found)
    rules = [fired(seen, i, joined[i]) for i in range(len(found))]
    is_mixed = len({label in against for label in labels}) == 2
    holders: list[Holder] = []
    for label in labels:
        polarity = "against" if label in against else "for"
        points = _shared([_points(one, polarity, is_mixed) for one in rules], joined, found)
        barred = [i for i in range(len(found)) if reader.is_barred(resolved[i])]
        kept = [i for i in range(len(found)) if found[i].kind != "place" and i not in barred]
        chosen = [i for i in kept if points[i] > 0]
        is_barred = any(points[i] > 0 for i in barred)
        if not chosen and kept and not is_barred:
            chosen = [max(kept, key=lambda i: points[i])]
        if is_mixed:
            chosen = _of_polarity(chosen, kept, points, rules, polarity)
        chosen = _once(chosen, found, resolved)
        holders += [_holder(label, found[i], resolved[i], rules[i]) for i in chosen]
        if not chosen and not is_barred:
            holders.append(reader.author(n, label, Holder))
    return tuple(holders)


def _of_polarity(
    chosen: list[int], kept: list[int], points: list[float], rules: list[set[str]], polarity: str
) -> list[int]:
    """Those who refuse for a label against, the others for a label for.

    Where none of the chosen fits, the best who does and misses the line by little; else all.
    """
    fitting = {i for i in kept if is_refusing(rules[i]) == (polarity == "against")}
    near = sorted((i for i in fitting if points[i] > NEAR), key=lambda i: -points[i])[:1]
    return [i for i in chosen if i in fitting] or near or chosen


def _once(chosen: list[int], found: list[Candidate], resolved: Sequence[str | None]) -> list[int]:
    """The chosen without pronouns that mean somebody who is chosen by name."""
    named = {resolved[i] for i in chosen if found[i].kind != "pronoun"} - {None}
    return [i for i in chosen if found[i].kind != "pronoun" or resolved[i] not in named]


def _shared(
    points: list[float], joined: dict[int, list[int]], found: list[Candidate]
) -> list[float]:
    """Points of names joined by "and" or commas: each has those of the best, as they act as one."""
    return [
        max(points[k] for k in joined[i] if k == i or found[k].kind == found[i].kind)
        for i in range(len(points))
    ]


def _points(rules: set[str], polarity: str, is_mixed: bool) -> float:
    # Exact, since a set has another order in each process, and points may be as good as equal.
    known = [weights().get(rule, 0.0) for rule in with_polarity(rules, polarity, is_mixed)]
    return fsum([weights()["always"], *known])


def with_polarity(rules: set[str], polarity: str, is_mixed: bool) -> set[str]:
    """The rules with those that tell the holders of two opposite labels apart."""
    if not is_mixed:
        return rules
    return rules | {f"{'refusal' if is_refusing(rules) else 'no refusal'}, label {polarity}"}


def is_refusing(rules: set[str]) -> bool:
    """Whether the words after the candidate refuse or doubt."""
    return "refusal after it" in rules or any("refusing" in rule for rule in rules)


def _holder(label: str, one: Candidate, actor: str | None, rules: set[str]) -> Holder:
    return Holder(label, actor, one.text, one.start, one.end, _how(one, rules))


_WORDS = (
    ("thanked", "thanked"),
    ("after by", "passive"),
    ("subject, saying verb", "reporting cue"),
    ("subject, saying verb (aux)", "reporting cue"),
    ("after a reporting cue", "reporting cue"),
    ("subject", "subject"),
    ("possessive of a stance", "possessive"),
    ("before a stance noun", "adjective"),
)


def _how(one: Candidate, rules: set[str]) -> str:
    """The rule to show: the first of the telling ones that fits."""
    if one.kind == "pronoun":
        return "pronoun"
    for rule, word in _WORDS:
        if any(found == rule or found.startswith(rule + ",") for found in rules):
            return word
    return "mentioned"


@cache
def weights() -> dict[str, float]:
    """The weight of every rule, from the packaged file."""
    tables = parse_toml(default_text("attribution.toml"), "attribution.toml")
    return {str(name): float(value) for name, value in tables["weights"].items()}
