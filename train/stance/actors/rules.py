"""What speaks for and against a candidate's being the holder: named rules, one line each."""

import re

from stance.actors.candidates import Candidate
from stance.actors.cues import AUXILIARIES, NEGATIVE, STANCE_NOUNS, THANKS, verb_kind

_TOKEN = re.compile(r"[’'](?:s|re|ve|ll|d|m)\b|[^\W_]+(?:[’'][^\W_]+)?|[,;:.!?“”\"–—-]")
_PREPOSITION = re.compile(
    r"\b(of|with|to|for|in|on|against|between|including|about|at|into|than|toward|towards|"
    r"like|among|through|via|under|over|after|before|within|inside|near|without|outside)"
    r"(?: (?:the|a|an|its|our|their|his|her))?\s*$",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:ask|urg|press|tell|told|join|call(?:ed|s|ing)? (?:on|for)|need|want|let|push|met|meet|"
    r"visit|lead|warn|see|have|join|criticiz|criticis|accus|blam)\w*(?: (?:the|a|that))?\s*$",
    re.IGNORECASE,
)
_SAID_BEFORE = re.compile(
    r"(?:\b(?:said|says|according to|told by|added|announced|as)\b)(?: (?:the|a))?\s*$",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"\b(?:that|what|which|who|because|if|as|after|while|when|so|whether|where|until|unless|since|"
    r"but|and|although|though)\b[^,;]{0,12}$",
    re.IGNORECASE,
)


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
        if word in ',“”"–—-':
            if word == "," or one.start() > 1:
                return "", how
            continue
        if low in AUXILIARIES or low.endswith("ly"):
            how = how if how == "s" else ("to" if low == "to" and not how else how or "aux")
            continue
        return word, how
    return "", how


def fired(text: str, found: list[Candidate], n: int, chain: list[int]) -> set[str]:
    """The names of the rules that fit candidate `n` of the sentence, by its words and its chain."""
    one = found[n]
    head, tail = found[chain[0]], found[chain[-1]]
    rules = {f"is {one.kind}"}
    rules |= _by_right(text, tail, one)
    rules |= _by_left(text, head)
    rules |= _by_place(text, found, n, chain)
    if one.kind == "pronoun":
        rules.add(f"pronoun {one.text.lower()}")
    return rules


def _by_right(text: str, tail: Candidate, one: Candidate) -> set[str]:
    word, how = after(text, tail.right)
    kind = verb_kind(word) if word else ""
    noun = word.lower() in STANCE_NOUNS
    window = [w.lower() for w in re.findall(r"[^\W_]+", text[tail.right : tail.right + 45])[:4]]
    rules = set()
    if how == "s" and tail.kind != "pronoun":
        near = any(w in STANCE_NOUNS for w in window)
        rules.add("possessive of a stance" if near else "possessive")
        if kind and how == "s" and not near:
            rules.add(f"subject, {kind} verb")
    elif one.kind in ("adjective", "name", "group") and any(w in STANCE_NOUNS for w in window[:2]):
        rules.add("before a stance noun")
    elif one.kind == "pronoun" and one.text.lower() in ("our", "my"):
        rules.add("possessive of a stance" if set(window[:3]) & STANCE_NOUNS else "possessive")
    elif kind:
        rules.add(f"subject, {kind} verb" + (" (aux)" if how in ("aux", "to") else ""))
    elif how in ("aux", "to", "s"):
        rules.add("subject, other verb")
    elif noun:
        rules.add("before a stance noun")
    else:
        rules.add("no verb after")
    if re.match(r"\s*$|[.!?”\"]", text[tail.right :]):
        rules.add("at the end")
    return rules


def _by_left(text: str, head: Candidate) -> set[str]:
    left = text[: head.left]
    rules = set()
    if not left.strip(" “\"‘'."):
        rules.add("at the start")
    if THANKS.search(left):
        rules.add("thanked")
    if re.search(r"\bby(?: the)?\s*$", left):
        rules.add("after by")
    if re.search(r"\bfrom(?: the)?\s*$", left):
        rules.add("after from")
    if re.search(r"[–—:-]\s*$", left):
        rules.add("after a dash")
    if _SAID_BEFORE.search(left):
        rules.add("after a reporting cue")
    match = _PREPOSITION.search(left)
    if match:
        rules.add("after a preposition")
    if _OBJECT.search(left):
        rules.add("object")
    if _SUBORDINATE.search(left):
        rules.add("starts a clause")
    return rules


def _by_place(text: str, found: list[Candidate], n: int, chain: list[int]) -> set[str]:
    rules = set()
    earlier = [c for c in found[: chain[0]] if c.kind not in ("place",)]
    rules.add(f"{min(len(earlier), 3)} before it")
    if any(c.kind == "pronoun" for c in earlier):
        rules.add("pronoun before it")
    if any(verb_kind(after(text, c.right)[0]) == "saying" for c in earlier[-2:]):
        rules.add("a speaker before it")
    if len(chain) > 1:
        rules.add("joined")
    if NEGATIVE.search(text[found[chain[-1]].right :][:60]):
        rules.add("refusal after it")
    if THANKS.search(text[: found[n].left]) is None and re.search(
        r"\b(?:thank|grateful|gratitude)", text, re.IGNORECASE
    ):
        rules.add("thanks elsewhere")
    return rules
