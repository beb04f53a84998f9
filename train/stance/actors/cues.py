"""The English words by which a text says who speaks, acts, gives or refuses."""

import re
from functools import cache, lru_cache

from stance.storage.project import default_text
from stance.storage.toml import parse_toml


@cache
def lexicon(name: str) -> frozenset[str]:
    """The packaged word list of that name."""
    tables = parse_toml(default_text("attribution.toml"), "attribution.toml")
    return frozenset(str(tables["words"][name]).split())


SAYING = lexicon("saying")
ANNOUNCING = lexicon("announcing")
GIVING = lexicon("giving")
REFUSING = lexicon("refusing")
STANCE_NOUNS = lexicon("nouns")
AUXILIARIES = lexicon("auxiliaries")
NEGATIVE = re.compile(
    r"\b(?:not|no|never|none|nobody|without|neither|nor|cannot|refus\w+|rul(?:es?|ed|ing) out|"
    r"exclud\w+|reject\w*|oppos\w+|block\w*|veto\w*|halt\w*|suspend\w*|paus\w+|cut(?:s|ting)?|"
    r"stop\w*|end(?:s|ed|ing)?|doubt\w*|s[ck]eptic\w*|critici[sz]\w+|reluctan\w+|unwilling\w*|"
    r"withh\w+|delay\w*|stall\w*|against|hesita\w+|den(?:y|ies|ied)|wary|limit\w*|simplistic|"
    r"too early|boycott\w*|threaten\w*|condemn\w*|reservations?|restrict\w*|obstruct\w*|"
    r"abandon\w*|freez\w+|frozen|reduc\w+|blank check|hostage)\b|n[’']t\b",
    re.IGNORECASE,
)
THANKS = re.compile(
    r"\b(?:thank(?:s|ed|ing|ful)?|grateful|gratitude|appreciat\w+|indebted|praised?)\b"
    r"(?: (?:you|to|for|the|all|our|and|his|her|president|particularly|also|personally|"
    r"sincerely|words|of)\b)*\s*$",
    re.IGNORECASE,
)


def stem(word: str) -> frozenset[str]:
    """Forms under which a verb may stand in the lists: as it is, and without its ending.

    >>> sorted(stem("refuses")), "deny" in stem("denied"), "ban" in stem("banned")
    (['refus', 'refuse', 'refuses'], True, True)
    """
    low = word.lower()
    forms = {low}
    for ending, instead in (
        ("s", ("",)), ("es", ("",)), ("ed", ("", "e")), ("ing", ("", "e")), ("ies", ("y",)),
        ("ied", ("y",)),
    ):  # fmt: skip
        if low.endswith(ending) and len(low) > len(ending) + 1:
            root = low[: -len(ending)]
            forms |= {root + one for one in instead}
            if len(root) > 2 and root[-1] == root[-2]:
                forms.add(root[:-1])
    return frozenset(forms | _IRREGULAR.get(low, frozenset()))


_IRREGULAR = {
    "gave": frozenset({"give"}), "given": frozenset({"give"}), "sent": frozenset({"send"}),
    "stood": frozenset({"stand"}), "held": frozenset({"hold"}), "led": frozenset({"lead"}),
    "met": frozenset({"meet"}), "lent": frozenset({"lend"}), "withheld": frozenset({"withhold"}),
    "froze": frozenset({"freeze"}), "frozen": frozenset({"freeze"}),
}  # fmt: skip


@lru_cache(maxsize=16384)
def verb_kind(word: str) -> str:
    """Which list the verb is in: saying, announcing, giving or refusing; empty for none."""
    forms = stem(word)
    if forms & ANNOUNCING:
        return "announcing"
    if forms & SAYING:
        return "saying"
    if forms & REFUSING:
        return "refusing"
    return "giving" if forms & GIVING else ""
