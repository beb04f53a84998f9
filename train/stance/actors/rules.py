"""What speaks for and against a candidate's being the holder: named rules, one line each."""

import re
from dataclasses import dataclass

from stance.actors.candidates import Candidate
from stance.actors.cues import AUXILIARIES, NEGATIVE, STANCE_NOUNS, THANKS, verb_kind

_TOKEN = re.compile(r"[’'](?:s|re|ve|ll|d|m)\b|[^\W_]+(?:[’'][^\W_]+)?|[,;:.!?“”\"–—-]")
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")
_PREPOSITION = re.compile(
    r"\b(of|with|to|for|in|on|against|between|including|about|at|into|than|towards?|like|among|"
    r"through|via|under|over|after|before|within|inside|near|without|outside|behind)"
    r"(?: (?:the|a|an|its|our|their|his|her|both|all|other))?\s*$",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:ask|urg|press|tell|told|join|call(?:ed|s|ing)? (?:on|for)|need|want|let|push|met|meet|"
    r"visit|lead|warn|see|have|criticiz|criticis|accus|blam|keep|make|made|allow|help)\w*"
    r"(?: (?:the|a|that))?\s*$",
    re.IGNORECASE,
)
_SAID_BEFORE = re.compile(
    r"\b(?:said|says|according to|told by|added|announced)(?: (?:the|a))?\s*$", re.IGNORECASE
)
_OPENERS = re.compile(
    r"\b(that|what|which|who|because|if|as|after|while|when|so|whether|where|until|unless|since|"
    r"but|and|although|though|for|to)\b[^,;]{0,12}$",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"\b(?:aid|assistance|support|weapons?|arms|tanks?|missiles?|funding|funds|money|package|"
    r"packages|packages?|equipment|resources|troops|help|everything|remarks|comments)"
    r"(?: (?:that|which))?\s*$",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"[;:.!?]|[—–] |, (?:but|while|as|although|however|yet|though|and|which|who)\b|"
    r"\b(?:but|while)\b"
)


@dataclass(frozen=True)
class Sight:
    """A sentence with its candidates: what the rules look at."""

    text: str
    found: list[Candidate]
    verbs: list[tuple[str, str, str]]

    def clause(self, n: int, chain: list[int]) -> str:
        """What follows the candidate, to the next subject or the end of the clause."""
        at = self.found[chain[-1]].right
        stop = len(self.text)
        end = _CLAUSE_END.search(self.text, at + 1)
        if end:
            stop = end.start()
        for k in range(chain[-1] + 1, len(self.found)):
            if self.verbs[k][1] and self.found[k].left >= at:
                stop = min(stop, self.found[k].left)
                break
        return self.text[at:stop]


def sight(text: str, found: list[Candidate]) -> Sight:
    """The sentence with the verb after each candidate, looked up once."""
    verbs = []
    for one in found:
        word, how = after(text, one.right)
        verbs.append((word, verb_kind(word) if word else "", how))
    return Sight(text, found, verbs)


def after(text: str, at: int) -> tuple[str, str]:
    """The first verb-like word after `at` beyond auxiliaries and adverbs, and how it stands there.

    The second is "s" after a possessive mark, "aux" when an auxiliary came before the word,
    "to" for a headline's infinitive, else empty.
    """
    how = ""
    for one in list(_TOKEN.finditer(text[at : at + 90]))[:9]:
        word = one.group()
        low = word.lower()
        if low in ("’s", "'s") and one.start() == 0 and not how:
            how = "s"
            continue
        if word == "," and one.start() == 0:  # after an apposition: "her envoy, Jan Aas, said"
            following = _WORD.match(text, at + 2)
            if following and verb_kind(following.group()):
                return following.group(), how
        if word in ',“”"–—-.;:!?':
            if word == "," or one.start() > 1 or word in ".;:!?":
                return "", how
            continue
        if low in AUXILIARIES or low.endswith("ly"):
            how = how if how == "s" else ("to" if low == "to" and not how else how or "aux")
            continue
        return word, how
    return "", how


def fired(seen: Sight, n: int, chain: list[int]) -> set[str]:
    """The names of the rules that fit candidate `n` of the sentence, by its words and its chain."""
    one = seen.found[n]
    kind = _kind(one)
    right = _by_right(seen, n, chain, one)
    left = _by_left(seen.text, seen.found[chain[0]])
    place, clause = _by_place(seen, n, chain), _by_clause(seen, n, chain)
    rules = {f"is {kind}"} | right | left | place | clause
    rules |= {f"{kind}: {rule}" for rule in right}
    rules |= {f"{kind}: {rule}" for rule in place if rule.startswith("speaks of")}
    if "after a preposition" in left:
        rules |= {f"{rule}, after a preposition" for rule in right}
    return rules


def _kind(one: Candidate) -> str:
    if one.kind == "pronoun":
        return {"our": "we", "my": "I", "them": "they"}.get(one.text.lower(), one.text.lower())
    return one.kind


def _by_right(seen: Sight, n: int, chain: list[int], one: Candidate) -> set[str]:
    tail = seen.found[chain[-1]]
    word, kind, how = seen.verbs[chain[-1]]
    window = [w.lower() for w in _WORD.findall(seen.text[tail.right : tail.right + 50])[:4]]
    near = [w for w in window if w != "s"][:3]
    has_noun = bool(set(near) & STANCE_NOUNS)
    if one.kind == "pronoun" and one.text.lower() in ("our", "my"):
        return {"possessive of a stance" if has_noun else "possessive"}
    if how == "s" and (has_noun or not kind) and tail.kind != "pronoun":
        return {"possessive of a stance" if has_noun else "possessive"}
    is_verb = kind and (how or (one.kind != "adjective" and word.endswith("s")))
    if near and near[0] in STANCE_NOUNS and not is_verb and one.kind != "pronoun":
        return {"before a stance noun"}
    if kind:
        return {f"subject, {kind} verb", f"subject{', ' + how if how in ('aux', 'to') else ''}"}
    if how in ("aux", "to", "s"):
        return {"subject, other verb"}
    if word and re.search(r"(?:s|ed)$", word) and one.kind != "adjective":
        return {"subject, perhaps"}
    return {"no verb after"}


def _by_left(text: str, head: Candidate) -> set[str]:
    left = text[max(0, head.left - 80) : head.left]
    rules = set()
    if not text[: head.left].strip(" “\"‘'.…-"):
        rules.add("at the start")
    for name, cue in (
        ("thanked", THANKS),
        ("after by", re.compile(r"\bby(?: the)?\s*$")),
        ("passive", re.compile(r"\b\w+(?:ed|en|wn|ld|nt|de) by(?: the)?\s*$")),
        ("after from", re.compile(r"\bfrom(?: the)?\s*$")),
        ("after with", re.compile(r"\bwith(?: the)?\s*$")),
        ("after of", re.compile(r"\bof(?: the)?\s*$")),
        ("after a dash", re.compile(r"[–—:-]\s*$")),
        ("after a reporting cue", _SAID_BEFORE),
        ("what it gave", _GIVEN),
        ("after a preposition", _PREPOSITION),
        ("object", _OBJECT),
        ("after a comma", re.compile(r",\s*$")),
        ("after a quotation", re.compile(r"[”\"’]\s*$")),
    ):
        if cue.search(left):
            rules.add(name)
    match = _OPENERS.search(left)
    if match:
        rules.add(f"after {match.group(1).lower()}, clause")
    return rules


def _by_place(seen: Sight, n: int, chain: list[int]) -> set[str]:
    one, found = seen.found[n], seen.found
    earlier = [k for k in range(chain[0]) if found[k].kind != "place"]
    acting = [k for k in earlier if seen.verbs[k][1] or seen.verbs[k][2] in ("aux", "to")]
    rules = {f"{min(len(earlier), 3)} before it", f"{min(len(acting), 2)} subjects before it"}
    speaking = [k for k in acting[-2:] if seen.verbs[k][1] in ("saying", "announcing")]
    if speaking:
        rules.add("a speaker before it")
        same = one.country and any(found[k].country == one.country for k in speaking)
        rules.add("its own speaker before it" if same else "another speaker before it")
    is_frame = one.text == "I" or seen.verbs[chain[-1]][1] in ("saying", "announcing")
    if is_frame or _ends_as_speaker(seen, chain):
        rules |= _by_content(seen, one, chain)
    if any(found[k].kind == "barred" and seen.verbs[k][1] for k in earlier):
        rules.add("one who holds nothing before it")
    low = one.text.lower()
    kinds = {found[k].kind for k in acting}
    if low in ("he", "she") and kinds & {"person", "office"}:
        rules.add("he, named before")
    if one.kind == "pronoun" and any(_kind(found[k]) == _kind(one) for k in acting):
        rules.add("the same pronoun before it")
    if low in ("we", "our") and kinds & {"person", "office", "name"}:
        rules.add("we, others before")
    if low == "they" and kinds & {"group", "name"}:
        rules.add("they, others before")
    if len(chain) > 1:
        rules.add("joined")
    if not acting and not any(seen.verbs[k][1] for k in range(n + 1, len(found))):
        rules.add("the only subject")
    if re.search(r"\b(?:thank|grateful|gratitude)", seen.text, re.IGNORECASE):
        rules |= {"thanks in the sentence", f"{_kind(one)}: thanks in the sentence"}
    if any(_owns_stance(seen, k) for k in range(len(found)) if k not in chain):
        rules.add("another's stance is named")
    return rules


def _owns_stance(seen: Sight, k: int) -> bool:
    other = seen.found[k]
    if other.kind in ("barred", "pronoun") or seen.verbs[k][2] != "s":
        return False
    words = _WORD.findall(seen.text[other.right : other.right + 40])[1:3]
    return any(word.lower() in STANCE_NOUNS for word in words)


def _ends_as_speaker(seen: Sight, chain: list[int]) -> bool:
    """Whether the candidate stands at the end, after a dash or a comma, as a speaker does."""
    tail = seen.found[chain[-1]]
    at_end = not seen.text[tail.right :].strip(" .”\"'’")
    return at_end and bool(re.search(r"[–—,-]\s*$", seen.text[: seen.found[chain[0]].left]))


def _by_content(seen: Sight, one: Candidate, chain: list[int]) -> set[str]:
    """Of whom a speaker speaks: of itself, of its country, of another, or of nobody."""
    rules = set()
    for k, other in enumerate(seen.found):
        acts = seen.verbs[k][1] in ("giving", "refusing") or seen.verbs[k][2] in ("aux", "to")
        if k in chain or not acts or other.kind in ("place", "barred"):
            continue
        if other.kind == "pronoun":
            rules.add(f"speaks of {_kind(other)}")
        elif other.country and other.country == one.country:
            rules.add("speaks of its country")
        else:
            rules.add("speaks of another")
    return rules or {"speaks of nobody"}


def _by_clause(seen: Sight, n: int, chain: list[int]) -> set[str]:
    clause = seen.clause(n, chain)
    words = [word.lower() for word in _WORD.findall(clause)[:25]]
    kinds = {verb_kind(word) for word in words[:12]}
    rules = {f"clause with a {kind} verb" for kind in kinds if kind in ("giving", "refusing")}
    if set(words) & STANCE_NOUNS:
        rules.add("clause with a stance noun")
    if NEGATIVE.search(clause[:80]) or NEGATIVE.match(seen.found[n].text):
        rules.add("refusal after it")
    at = seen.found[chain[-1]].right
    if any(c.kind == "barred" and at <= c.start < at + len(clause) for c in seen.found):
        rules.add("clause names one who holds nothing")
    return rules
