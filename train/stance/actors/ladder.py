"""How far a statement goes: the rungs from opposing to providing, and their CAMEO codes.

A label's polarity in the codebook says which side of the ladder it is on; cues in the sentence
say which rung. CAMEO: Conflict and Mediation Event Observations, Schrodt (2012), codebook 1.1b3.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stance.actors.actor_files import read_ladder_records
from stance.codebook.codebook import Codebook

RungName = Literal[
    "opposes", "sceptical", "verbal support", "calls on others", "considers", "conditional",
    "pledges", "provides", "withdraws",
]  # fmt: skip
Aid = Literal["protection", "military", "humanitarian", "economic", ""]


@dataclass(frozen=True)
class Rung:
    """One rung: its name, the CAMEO code, the words that decided (empty: the label alone)."""

    name: RungName
    cameo: str
    cue: str = ""


@dataclass(frozen=True)
class Ladder:
    """What a label stands for without a cue: its rung, and the kind of aid it is about."""

    rung: RungName | None = None
    aid: Aid = ""


_I = re.IGNORECASE
_WITHDRAWS = re.compile(
    r"\b(?:withdr[ae]w\w*|pull(?:s|ed|ing)? out|suspen\w+|paus(?:e|es|ed|ing)|halt(?:s|ed|ing)?|"
    r"cessation|stop(?:s|ped|ping)? (?:all |its |the |military |sending |providing )*\w*|"
    r"end(?:s|ed|ing) (?:all |its |their |military |the )*(?:support|aid|assistance|deliveries)|"
    r"cut(?:s|ting)? (?:off|all|its|their|aid|support|funding|military)|freez\w+|froze|"
    r"halv(?:e|es|ed|ing)|scal(?:e|ed|ing) (?:back|down)|reduc(?:e|es|ed|ing))\b",
    _I,
)
_OPPOSES = re.compile(
    r"\b(?:oppos\w+|reject\w*|refus\w+|rul(?:es?|ed|ing) out|ruled? (?:it|that|this) out|"
    r"exclud\w+|block\w*|veto\w*|den(?:y|ies|ied|ying)|declin\w+|against|never|no plans?|"
    r"no intention|no scenario|not? (?:\w+ ){0,3}(?:send|sending|put|putting|fight|deploy|"
    r"deploying|support|back|provide|finance|join|take part|participate|allow|give|be)|"
    r"won[’']t|will not|cannot|off (?:the )?table|no (?:\w+ ){0,3}(?:troops|soldiers|boots|"
    r"forces)|withh[eo]ld\w*|boycott\w*|vot(?:e|es|ed|ing) (?:down|against))\b",
    _I,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|provided that|on condition|in the event|in case of|subject to|conditional|"
    r"as long as there|once (?:a|the|there)|after (?:a|any|the) (?:\w+ )?(?:cease-?fire|truce|"
    r"peace|settlement|agreement|deal|war)|following (?:a|any) (?:\w+ )?(?:cease-?fire|truce|"
    r"peace|settlement|agreement|deal)|depend(?:s|ing) on|when the (?:war|fighting) ends)\b",
    _I,
)
_CONSIDERS = re.compile(
    r"\b(?:consider\w*|mull\w*|weigh\w*|discuss\w*|may|might|could|float\w*|stud(?:y|ies|ying)|"
    r"explor\w+|examin\w+|looking (?:at|into|for)|open to|open(?:ness)?|propos\w+|possibl\w+|"
    r"possibility|potential|prospect|idea|(?:not|n[’']t|without|never) (?:\w+ ){0,2}"
    r"(?:rul\w+ out|ruling out|exclud\w+)|suggest\w*)\b",
    _I,
)
_CALLS = re.compile(
    r"\b(?:call(?:s|ed|ing)? (?:on|for|upon)|urg(?:e|es|ed|ing)|appeal\w*|demand\w*|press(?:es|ed|"
    r"ing)|ask(?:s|ed|ing)? (?!about|whether|if)(?:\w+ ){0,3}(?:to|for)|should|must|ha(?:s|ve) to|"
    r"need(?:s|ed)? (?:\w+ ){0,3}to|invit(?:e|es|ed)|encourag\w+|advocat\w+|lobb(?:y|ied|ying))\b",
    _I,
)
_PLEDGES = re.compile(
    r"\b(?:will|shall|[’'](?:ll)|pledg\w+|commit\w*|promis\w+|announc\w+|approv\w+|agree[sd]?|"
    r"plan(?:s|ned|ning)?|ready|prepared|willing\w*|intend\w*|is to|are to|vow\w*|offer\w*|"
    r"guarantee\w*|going to|^\S+(?: \S+){0,3} to \w+|decid\w+|greenlight\w*|authoriz\w+|"
    r"authoris\w+|earmark\w*|allocat\w+|sign(?:s|ed|ing)?)\b",
    _I,
)
_PROVIDES = re.compile(
    r"\b(?:(?:ha(?:s|ve|d)|[’']ve|already) (?:\w+ ){0,2}(?:provided|sent|given|delivered|donated|"
    r"supplied|deployed|trained|transferred|contributed|spent|helped|allocated)|(?:is|are|was|"
    r"were|been|continues? to|continued to) (?:\w+ ){0,2}(?:provid\w+|send\w*|giv\w+|deliver\w*|"
    r"donat\w+|suppl\w+|train\w*|help\w*|support\w*|assist\w*|deploy\w*|stationed|present)|"
    r"provid(?:es|ed)|sent|gave|deliver(?:s|ed)|donat(?:es|ed)|suppl(?:ies|ied)|deploys|"
    r"transferred|sends|trains|delivery of|for (?:the|your|his|her|their) (?:\w+ ){0,2}"
    r"(?:help|assistance|aid|support)|help delivered|arrived)\b",
    _I,
)
_NOT_EXCLUDED = re.compile(
    r"(?:\bnot|n[’']t|without|never) (?:\w+ ){0,2}(?:rul\w+ out|exclud\w+)", _I
)
_FOR: tuple[tuple[RungName, re.Pattern[str]], ...] = (
    ("considers", _NOT_EXCLUDED),
    ("conditional", _CONDITION),
    ("provides", _PROVIDES),
    ("calls on others", _CALLS),
    ("considers", _CONSIDERS),
    ("pledges", _PLEDGES),
)  # fmt: skip
_AGAINST: tuple[tuple[RungName, re.Pattern[str]], ...] = (
    ("withdraws", _WITHDRAWS),
    ("opposes", _OPPOSES),
)
_AID: tuple[tuple[Aid, re.Pattern[str]], ...] = (
    ("protection", re.compile(
        r"\b(?:peace-?keep\w+|troops?|soldiers?|boots|reassurance|contingent|ground forces|"
        r"trainers|advisers|advisors|stabili[sz]ation force|security guarantees?)\b", _I)),
    ("military", re.compile(
        r"\b(?:military|weapons?|weaponry|arms|missiles?|tanks?|ammunition|jets?|howitzers?|"
        r"artillery|air[- ]defen[cs]e|drones?|defen[cs]e|patriots?|f-16s?|armou?red|shells)\b",
        _I)),
    ("humanitarian", re.compile(
        r"\b(?:humanitarian|medic\w+|relief|refugees?|food|shelter)\b", _I)),
    ("economic", re.compile(
        r"\b(?:economic|financ\w+|loans?|budget\w*|money|fund\w*|billion|million|grants?)\b", _I)),
)  # fmt: skip
_CAMEO: dict[RungName, tuple[str, bool]] = {  # the code, and whether the kind of aid is added
    "opposes": ("122", True),
    "sceptical": ("111", False),
    "verbal support": ("051", False),
    "calls on others": ("023", True),
    "considers": ("014", False),
    "conditional": ("033", True),
    "pledges": ("033", True),
    "provides": ("07", True),
    "withdraws": ("162", True),
}
_KIND = {"economic": "1", "military": "2", "humanitarian": "3", "protection": "4"}
RUNGS: tuple[RungName, ...] = tuple(_CAMEO)


def rung(
    text: str,
    labels: Sequence[str],
    label: str,
    codebook: Codebook,
    ladders: Mapping[str, Ladder] | None = None,
) -> Rung | None:
    """The rung of the label in the sentence; None for a label whose polarity is neutral.

    `labels` are all labels of the sentence: where it carries some for and some against, cues of
    refusal decide on the against side only. `ladders` (see `read_ladders`) say what a label
    stands for without a cue.
    """
    polarity = next((one.polarity for one in codebook.labels if one.name == label), "neutral")
    if polarity == "neutral" or label not in labels:
        return None
    ladder = (ladders or {}).get(label, Ladder())
    aid = ladder.aid or next((kind for kind, cue in _AID if cue.search(text)), "")
    for name, cue in _FOR if polarity == "for" else _AGAINST:
        found = cue.search(text)
        if found:
            return Rung(name, cameo(name, aid), found.group())
    name = ladder.rung or ("verbal support" if polarity == "for" else "sceptical")
    return Rung(name, cameo(name, aid))


def cameo(name: RungName, aid: Aid = "") -> str:
    """The CAMEO code of a rung, with the kind of aid where the code has one.

    >>> cameo("pledges", "military"), cameo("provides", "protection"), cameo("considers")
    ('0332', '074', '014')
    """
    code, has_kind = _CAMEO[name]
    if name == "withdraws" and aid == "protection":
        return "1661"  # withdraw peacekeepers: 162 has no fourth kind
    if has_kind and aid:
        return code + _KIND[aid]
    return "070" if code == "07" else code


def read_ladders(project_file: Path | None = None) -> dict[str, Ladder]:
    """What labels stand for without a cue, from the `[ladder]` tables of the actors files.

    Raises ConfigError as `read_gazetteer` does.
    """
    return {
        label: Ladder(record.rung, record.aid)
        for label, record in read_ladder_records(project_file).items()
    }
