"""Who in a sentence could hold a stance: names, offices, groups, pronouns, names not known.

A title or a country before a person's name ("Polish Prime Minister Donald Tusk") belongs to the
person; so does an office in apposition ("Donald Tusk, the Polish prime minister,").
"""

import re
from dataclasses import dataclass, replace

from stance.actors.actor import Mention
from stance.actors.cues import lexicon
from stance.actors.gazetteer import Gazetteer
from stance.actors.titles import ROLE, TITLE, office

PEOPLE = lexicon("people")
_QUANTITY = (
    r"(?i:some|many|several|most|all|both|few|dozens|no|any|every|not all|more than|over|about|"
    r"around|(?:a|the) (?:small |large |growing |overwhelming |relative |slim )?(?:number|majority|"
    r"minority|group|coalition|handful))"
)
_DETERMINER = r"(?i:the|a|an|our|your|his|her|their|its|this|these|those)"
_MODIFIER = (
    r"(?:(?i:other|different|few|fewer|more|small|large|tiny|senior|top|former|new|current|extreme|"
    r"far-right|key|leading|foreign|member|world|house|senate|diverse|military|ruling|defen[cs]e|"
    r"prime|vice|economic|finance|interior|western|eastern|baltic|nordic|fellow|close|closest|"
    r"majority|minority|opposition|unnamed|anonymous|national|security)|"
    r"(?!(?:The|A|An|And|But|So|If|As|While|When|For|In|On|At|By|With)\b)"
    r"[A-Z][^\W\d_]*(?:[-.][^\W\d_]+)*\.?(?:[’']s?)?|\d[\d,]*(?:-\w+)?)"
)
_GROUP = re.compile(
    rf"(?<![\w’'-])(?P<mods>(?:{_QUANTITY} (?:of )?)?(?:{_DETERMINER} )?(?:{_MODIFIER} )*)"
    rf"(?P<head>(?i:{'|'.join(sorted(PEOPLE, reverse=True))}))(?![\w-])"
)
_BEFORE_NAME = re.compile(
    r"(?:(?:[A-Z][^\W_]*(?:[-.’'][^\W_]*)*|of|for|the|former|prime|foreign|defen[cs]e|economic|"
    r"minister|president|secretary|chancellor|leader|chief|special|representative|envoy|senator|"
    r"chair|whip|head|spokes\w+|national|security|advis[eo]r|interior|finance|deputy|"
    r"ex-\w+),? )+$"
)
_OWNER = re.compile(r"[’'](?:s)? (?:[\w-]+ ){0,4}(?P<role>[\w-]+),? $")
_DEFINITE = re.compile(
    r"(?i:the|this|that|their|its|his|her) (?:country|countries|nations?|state|bloc|alliance|"
    r"organi[sz]ation|head|side|group|people|general)"
)
_PRONOUN = re.compile(r"\b(?:I|[Ww]e|[Oo]ur|[Mm]y|[Yy]ou|[Hh]e|[Ss]he|[Tt]hey|them)\b")
_UNKNOWN = re.compile(r"(?<![\w’'-])[A-Z][^\W\d_’'-]+(?:(?: |-)(?:[A-Z]\. )?[A-Z][^\W\d_’']+)*")
_JOINED = re.compile(r"(?:,|,? and|,? or| &|/|, and the| and the|,? as well as|-)?\s?(?:the )?$")


@dataclass(frozen=True)
class Candidate:
    """A possible holder: its own words, and the whole phrase that belongs to it.

    `actors` are the ids that it may mean; `kind` is name, adjective, place, office, group,
    pronoun or unknown; `left` and `right` bound the phrase with titles and apposition.
    """

    start: int
    end: int
    text: str
    kind: str
    actors: tuple[str, ...] = ()
    left: int = 0
    right: int = 0
    country: str | None = None


def candidates(text: str, mentions: list[Mention], gazetteer: Gazetteer) -> list[Candidate]:
    """The sentence's candidates in order; those of the same words are one."""
    found = [_named(mention, gazetteer) for mention in mentions]
    found += _pronouns(text)
    found = _with_groups(text, _with_titles(text, found), gazetteer)
    found += _unknown(text, found)
    found = _with_titles(text, found)
    return sorted(_with_apposition(text, found), key=lambda one: one.start)


def _named(mention: Mention, gazetteer: Gazetteer) -> Candidate:
    kind = mention.form if mention.form != "role" else "name"
    if kind == "name" and mention.actors:
        is_person = gazetteer.actors[mention.actors[0]].kind == "person"
        kind = "person" if is_person else "name"  # type: ignore[assignment]
    return Candidate(
        mention.start, mention.end, mention.text, kind, mention.actors, mention.start, mention.end
    )


def _pronouns(text: str) -> list[Candidate]:
    return [
        Candidate(one.start(), one.end(), one.group(), "pronoun", (), one.start(), one.end())
        for one in _PRONOUN.finditer(text)
    ]


def _with_groups(text: str, found: list[Candidate], gazetteer: Gazetteer) -> list[Candidate]:
    """Offices and groups as candidates of their own, or as titles of the person that follows."""
    for one in _GROUP.finditer(text):
        start, end = one.start(), one.end()
        mods = one["mods"]
        if one["head"].lower() in ("some", "many") and mods:
            continue
        inner = [c for c in found if start <= c.start and c.end <= end and c.kind != "pronoun"]
        if any(c.end == end and c.kind == "name" for c in inner):
            continue  # "the United States" is no states, "the European Council" no council
        over = [c for c in found if c.start < end < c.end or c.start < start < c.end]
        if over or any(c.left < start < c.right for c in found):
            continue
        person = _person_after(text, end, found)
        if person and TITLE.search(text[start:end]):
            left = start
            merged = replace(person, left=min(left, person.left))
            found = [c for c in found if not start <= c.start <= person.start] + [merged]
            continue
        if any(c.kind == "person" for c in inner):
            continue
        inside = [c for c in found if start <= c.start and c.end <= end]
        found = [c for c in found if c not in inside]
        found.append(_group(text, start, end, inner, gazetteer))
    return found


def _person_after(text: str, end: int, found: list[Candidate]) -> Candidate | None:
    """The person whose name follows a title at once, or after "of" and a country."""
    for one in found:
        between = text[end : one.start]
        if (
            one.kind == "person"
            and one.start >= end
            and re.fullmatch(
                r",? (?:(?:of|for) (?:the )?[A-Z][\w. ]{1,30}? )?(?:Mr\.? |Mrs\.? |Ms\.? |Sir )?",
                between,
            )
        ):
            return one
    return None


def _group(
    text: str, start: int, end: int, inner: list[Candidate], gazetteer: Gazetteer
) -> Candidate:
    tail = re.match(r" (?:of|in|from) (?:the )?", text[end:])
    right = end
    actors: tuple[str, ...] = ()
    if tail:
        after = [m for m in gazetteer.find(text[end : end + 60]) if m.start <= tail.end() <= m.end]
        if after:
            right = end + after[0].end
            actors = after[0].actors
    if inner:
        actors = inner[-1].actors
    plain = text[start:end]
    kind = "office" if office(plain) and not plain.lower().endswith("s") else "group"
    if not actors and _DEFINITE.fullmatch(plain):
        kind = "definite"
    return Candidate(start, right, text[start:right], kind, actors, start, right)


def _unknown(text: str, found: list[Candidate]) -> list[Candidate]:
    """Capitalised names that nobody has entered; a lone first word of a sentence is none."""
    names = []
    for one in _UNKNOWN.finditer(text):
        start, end = one.span()
        if any(c.left < end and start < c.right for c in found):
            continue
        is_first = (
            start == 0 or text[start - 1] in "“\"‘'" or text[start - 2 : start] in (". ", ": ")
        )
        if is_first and " " not in one.group():
            continue
        names.append(Candidate(start, end, one.group(), "unknown", (), start, end))
    return names


def _with_titles(text: str, found: list[Candidate]) -> list[Candidate]:
    """Capitalised words and offices right before a name belong to it ("NATO Chair Rob Bauer")."""
    for one in sorted(found, key=lambda c: c.start):
        if one.kind not in ("person", "unknown") or one not in found:
            continue
        words = _title_before(text[max(0, one.left - 80) : one.left], found, one.left)
        left = one.left - len(words)
        gone = [c for c in found if left <= c.start and c.end <= one.left]
        left = min([c.left for c in gone], default=one.left)
        found = [c for c in found if c not in gone and c is not one] + [replace(one, left=left)]
    return found


def _title_before(before: str, found: list[Candidate], at: int) -> str:
    """The words before a name that are its title: "NATO Chair", "President Trump’s envoy,"."""
    owner = _OWNER.search(before)
    if owner and (TITLE.fullmatch(owner["role"]) or ROLE.fullmatch(owner["role"])):
        whose = [one for one in found if one.right == at - len(owner.group())]
        if whose:
            return before[len(before) - (at - whose[0].left) :]
    match = _BEFORE_NAME.search(before)
    if match and (TITLE.search(match.group()) or ROLE.search(match.group())):
        return match.group()
    return ""


def _with_apposition(text: str, found: list[Candidate]) -> list[Candidate]:
    """What follows a person and belongs to it: "of Norway", an office between commas."""
    gone: list[Candidate] = []
    kept = []
    for one in sorted(found, key=lambda c: c.start):
        if one.kind in ("person", "unknown"):
            of = re.match(r" of (?:the )?", text[one.end :])
            place = [c for c in found if of and c.kind == "name" and c.left == one.end + of.end()]
            if place and TITLE.search(text[one.left : one.start]):
                gone += place
                one = replace(one, right=place[0].right)
            after = re.match(r", (?:who[^,]{0,60}|[^,]{2,90}), ?", text[one.end :])
            if after and TITLE.search(after.group()):
                right = one.end + after.end() - (1 if after.group().endswith(" ") else 0)
                gone += [c for c in found if one.end < c.start and c.end <= right]
                one = replace(one, right=right)
        kept.append(one)
    return [one for one in kept if not any(one.start == c.start for c in gone)]


def chains(text: str, found: list[Candidate]) -> list[list[int]]:
    """Which candidates are joined by "and" or commas, as lists of their numbers."""
    groups: list[list[int]] = []
    for n, one in enumerate(found):
        if groups:
            last = found[groups[-1][-1]]
            if last.right <= one.left and _JOINED.fullmatch(text[last.right : one.left]):
                groups[-1].append(n)
                continue
        groups.append([n])
    return groups
