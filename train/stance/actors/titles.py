"""Titles of office, and which of them are the same office under another name."""

import re
from functools import lru_cache

_SAME = {
    "president": ("president", "head of state"),
    "prime minister": ("prime minister", "premier", "pm", "head of government"),
    "chancellor": ("chancellor",),
    "vice president": ("vice president", "vice-president", "vp"),
    "foreign minister": (
        "foreign minister", "foreign secretary", "secretary of state", "top diplomat",
        "minister of foreign affairs", "minister for foreign affairs", "chief diplomat",
    ),
    "defence minister": (
        "defence minister", "defense minister", "defence secretary", "defense secretary",
        "secretary of defense", "secretary of state for defence", "minister of defence",
        "minister of defense", "pentagon chief", "secretary of war",
    ),
    "finance minister": ("finance minister", "treasury secretary", "secretary of the treasury"),
    "speaker": ("speaker", "house speaker", "speaker of the house"),
    "secretary general": ("secretary general", "secretary-general", "nato chief", "un chief"),
    "commission president": ("commission president", "president of the european commission"),
    "council president": ("council president", "president of the european council"),
    "high representative": ("high representative", "eu foreign policy chief"),
    "national security adviser": ("national security adviser", "national security advisor"),
    "press secretary": ("press secretary",),
    "envoy": ("envoy", "special envoy"),
    "ambassador": ("ambassador",),
    "senator": ("senator", "sen"),
    "representative": ("representative", "congressman", "congresswoman", "rep"),
    "leader": ("leader", "majority leader", "minority leader", "party leader"),
    "minister": ("minister",),
    "secretary": ("secretary",),
    "king": ("king",),
    "pope": ("pope", "pontiff"),
    "general": ("general", "gen", "chief of staff"),
    "mr": ("mr", "mrs", "ms", "sir", "dr", "lord", "madam"),
}  # fmt: skip
_OFFICE = {name: one for one, names in _SAME.items() for name in names}
_NAMES = sorted(_OFFICE, key=len, reverse=True)
TITLE = re.compile(rf"\b(?:{'|'.join(map(re.escape, _NAMES))})\b", re.IGNORECASE)

# Words that stand before a name without being one of these offices.
ROLE = re.compile(
    r"\b(?:whip|chair\w*|spokes\w+|director|commissioner|commander|representative|chief|head|"
    r"advis[eo]r|mayor|governor|mp|mep|taoiseach|author|analyst|professor|actor|boss)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def office(title: str) -> str:
    """The office that a title names, in one spelling; empty for a title not known.

    >>> office("Foreign Secretary"), office("Premier"), office("Teacher")
    ('foreign minister', 'prime minister', '')
    """
    plain = title.casefold().strip(" .")
    if plain in _OFFICE:
        return _OFFICE[plain]
    found = offices_in(plain)
    return found[-1] if found and plain.endswith(tuple(_SAME[found[-1]])) else ""


def offices_in(text: str) -> list[str]:
    """The offices that are named in the text, in order."""
    return [_OFFICE[one.group().casefold()] for one in TITLE.finditer(text)]
