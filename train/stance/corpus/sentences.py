"""Sentence boundaries of English news text, as exact offsets.

The decision within a paragraph comes from nupunkt (ALEA Institute, MIT licence,
https://github.com/alea-institute/nupunkt), a Punkt tokenizer with a model trained on English
that returns exact spans. It scored best on the gold file of the tests; see
``benchmarks/splitters.py``. This module adds what the library does not decide:

Line breaks. A blank line, a form feed or a paragraph separator always ends a sentence. A single
line break ends one only when it looks deliberate: the line is complete, a heading or a list
item. It is deliberate when the first word of the next line would still have fitted on the line,
so that nobody had to break there. Every other line break counts as a space.

Moved ends. Closing quotes, closing brackets, note marks such as ``[3]`` and emoji that follow a
stop stay with the sentence they close.

Added ends. A stop without a space after it (``done.Nobody``); an abbreviation before a word that
opens sentences and is no part of a name (``D.C. Her``); an ordinary word before a capital, as
the library has learnt many of those as abbreviations (``the wall. Winds``).

Dropped ends. Before a lower-case word after ``?`` or ``!`` or after a short abbreviation; before
the attribution of a quoted question; before punctuation that goes on; after a rank, title or vs.;
after a list number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

Span = tuple[int, int]

# Lines. No running text is wrapped wider than this, so a longer line is a whole paragraph.
_WRAP_WIDTH = 120
# A look at the text around a place is bounded, which keeps the whole linear in its length.
_LOOK = 80
_BREAKS = r"\n\r\x0b\x0c\x85\u2028\u2029"
_BREAK = re.compile(rf"\r\n|[{_BREAKS}]")
_LINE = re.compile(rf"[^{_BREAKS}]+")
_PAGE = re.compile(r"[\x0c\u2029]")
_WORD = re.compile(r"\S+")
_MARKER = re.compile(r"(?:[•◦▪‣●*–—-]|\(?(?:\d{1,3}|[a-z])[.)]|\([A-Z]\))[^\S\n\r]+\S")
_COMPLETE = re.compile(r"[.!?…:;][\"'”’»)\]}]*$")
_DANGLING = re.compile(
    r"(?:[,–—-]|\b(?:an?|the|of|to|in|on|at|for|from|by|with|and|or|but|as|that))$"
)

# Within a block.
_TITLE_WORDS = (
    "Mr|Mrs|Ms|Mx|Messrs|Dr|Prof|Rev|Hon|Gen|Brig|Col|Lt|Maj|Capt|Cmdr|Adm|Sgt|Cpl|Pvt|Sen|Rep"
    "|Gov|Pres|Supt|Amb|Det|Insp|Msgr"
)
_TITLE = re.compile(rf"\b(?:{_TITLE_WORDS}|vs|e\.g|i\.e)\.$")
_BOUND = re.compile(rf"(?:\b(?:{_TITLE_WORDS}|St|Mt|Ft|vs?|e\.g|i\.e|cf)|(?<![\w.])[A-HJ-Z])\.$")
_TAIL = re.compile(
    r"[\"'”’»)\]}]*(?:\s*[”»)\]])*(?:\[\w{1,3}\])*"
    r"(?:\s*[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d]+)*"
)
_OPENERS = (
    "The|This|That|These|Those|There|It|Its|He|His|She|Her|They|Their|We|Our|You|Nobody|Nothing"
    "|But|And|Yet|Then|When|While|After|Before|If|Although|However|Meanwhile|What|Who|Why|How"
)
_OPENED = re.compile(rf"(?<=[A-Za-z]\.)[\"'”’)\]]*(?=\s+(?:{_OPENERS})\b)")
# Abbreviations with three letters or more that may stand before a capital; on these, on words
# without a vowel and on shorter or dotted ones the library decides.
_ABBREVIATION = re.compile(
    r"approx|assn|dept|esp|est|figs?|incl|max|nos|para|sec|viz|vols?", re.IGNORECASE
)
# These are ordinary words, or nothing, without their capital.
_CAPITALISED = re.compile(
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Inc|Corp|Bros|Cos|Comm|Intl|Natl|Govt|Hosp"
    "|Univ|Inst|Dir|Dist|Div|Ave|Blvd|Bldg|Hwy|Art|Chap|Ctr|Ext|Int|Asst|Atty|Lieut|Pub|Ser|Supp"
    "|Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ill|Ind|Kan|Mass|Mich|Minn|Miss|Mont|Neb|Nev|Okla|Ont"
    "|Ore|Penn|Que|Tenn|Tex|Wash|Wis|Wyo|Chas|Geo|Jas|Jos|Thos"
)
_PLAIN = re.compile(r"(?<![.\w])([^\W\d_]{3,})\.(?=[”’\"')\]]*\s+[“‘\"'(\[]*[A-Z])")
_VOWEL = re.compile(r"[aeiouy]|[^\x00-\x7f]", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[a-z]{2})[.!?][”’)\]]*(?=[“(]?[A-Z][a-z]+[\s,])")
_ADDRESS = re.compile(r"[/@]|www\.|\.\w+\.")
_QUOTED = re.compile(r"[!?…][’']?[”\"’']$")
_VERBS = (
    "said|says|asked|asks|added|replied|answered|wrote|told|shouted|cried|yelled|screamed"
    "|wondered|tweeted|posted|stated|mentioned|requested"
)
_ATTRIBUTION = re.compile(
    rf"\s+(?!(?:{_OPENERS}|An?|In|On|At)\b)"
    rf"(?:(?:[A-Z][\w.'’-]*|of|the|de|van|von)\s+){{1,5}}(?:{_VERBS})\b"
)
_GOES_ON = re.compile(r"\s+(?:[,;:]|[–—-]+\s+[a-z])")
_LOWER = re.compile(r"\s+[a-z]+(?:['’-][a-z]+)*(?![\w@/]|\.\w)")
_ASKING = re.compile(r"[!?][\"'”’»)\]}]*$")
_SHORT = re.compile(r"(?:(?<!\w)[A-Za-z]{1,3}|\w\.\w)\.$")
_NUMBER = re.compile(r"(?:^|:\s+)\(?\d{1,3}[.)]$")

# nupunkt looks ahead over a whole chunk from every stop in it, which is quadratic on chunks
# that no prose holds; stops inside those are hidden from it.
_CHUNK = re.compile(r"\S{200,}")
_STOP = re.compile(r"[.!?…]")
_SPACE = re.compile(r"\s")


def split_sentences(text: str) -> list[Span]:
    """Return the (start, end) code-point offsets of the sentences of ``text``, end exclusive.

    The spans are in order, do not overlap and are not empty, none starts or ends with white
    space, and every other character lies in exactly one of them. A text that is empty or all
    white space gives an empty list. Any string is accepted, lone surrogates and control
    characters included, and the time is linear in its length. Boundaries come from nupunkt and
    the rules in the docstring of this module.
    """
    spans: list[Span] = []
    for start, end in blocks(text):
        for cut in _cuts(text[start:end]):
            spans.append(_tight(text, spans[-1][1] if spans else 0, start + cut))
        spans.append(_tight(text, spans[-1][1] if spans else 0, end))
    return spans


def blocks(text: str) -> list[Span]:
    """Return the spans between the line breaks of ``text`` that end a sentence for certain.

    A block is a paragraph, a heading or a list item, without white space at its ends; its own
    line breaks are those of hard-wrapped text. A text without a visible character has none.
    """
    found: list[Span] = []
    for lines in _paragraphs(text):
        start = lines[0][0]
        for i in _deliberate_breaks(text, lines):
            found.append((start, lines[i][1]))
            start = lines[i + 1][0]
        found.append((start, lines[-1][1]))
    return found


def _tight(text: str, start: int, end: int) -> Span:
    """Return the span without white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _paragraphs(text: str) -> Iterator[list[Span]]:
    """Yield the lines of each paragraph; blank lines stand between paragraphs."""
    lines: list[Span] = []
    for match in _LINE.finditer(text):
        start, end = _tight(text, *match.span())
        if start >= end:
            continue
        if lines and _is_blank(text[lines[-1][1] : start]):
            yield lines
            lines = []
        lines.append((start, end))
    if lines:
        yield lines


def _is_blank(gap: str) -> bool:
    """Return whether the white space between two lines holds a blank line."""
    return len(_BREAK.findall(gap)) > 1 or _PAGE.search(gap) is not None


def _deliberate_breaks(text: str, lines: list[Span]) -> list[int]:
    """Return the indexes of the lines of one paragraph that end a sentence."""
    width = min(_WRAP_WIDTH, max(end - start for start, end in lines))
    pairs = list(pairwise(lines))
    roomy = [_has_room(text, line, after, width) for line, after in pairs]
    lower = any(text[after[0]].islower() for _, after in pairs)
    # Ragged lines of which none goes on in lower case are not wrapped at all.
    ragged = any(roomy) and not lower
    return [
        i
        for i, (line, after) in enumerate(pairs)
        if _breaks_after(text, line, after, ragged or roomy[i])
    ]


def _has_room(text: str, line: Span, after: Span, width: int) -> bool:
    """Return whether the first word of the next line would have fitted on the line."""
    size = line[1] - line[0]
    word = _WORD.match(text, *after)
    taken = word.end() - word.start() if word else 0
    return size > _WRAP_WIDTH or size + 1 + taken <= width


def _breaks_after(text: str, line: Span, after: Span, deliberate: bool) -> bool:
    """Return whether the line break between two lines of a paragraph ends a sentence."""
    tail = text[max(line[0], line[1] - _LOOK) : line[1]]
    complete = _COMPLETE.search(tail) is not None
    item = _MARKER.match(text, *line) is not None
    if _MARKER.match(text, *after) and (complete or item or deliberate):
        return True
    if complete:
        return deliberate and _BOUND.search(tail) is None
    if text[after[0]].islower() or _DANGLING.search(tail):
        return False
    return deliberate or item or text[line[0] : line[1]].isupper()


@lru_cache(maxsize=1)
def _library() -> Callable[[str], list[Span]]:
    """Return nupunkt's span function; imported late because loading the model takes time."""
    import nupunkt

    tokenizer = nupunkt.load("default")
    return lambda text: [(int(start), int(end)) for start, end in tokenizer.spans(text)]


def _cuts(block: str) -> list[int]:
    """Return the offsets inside ``block`` at which a sentence ends, without its own end."""
    flat = _SPACE.sub(" ", block)
    seen = _CHUNK.sub(lambda match: _STOP.sub("x", match.group()[:-8]) + match.group()[-8:], flat)
    ends = {end for _, end in _library()(seen)}
    ends.update(_added(flat))
    cuts: list[int] = []
    for end in sorted(ends):
        match = _TAIL.match(flat, end)
        cut = match.end() if match else end
        start = cuts[-1] if cuts else 0
        if start < cut < len(flat) and not _goes_on(flat, start, cut):
            cuts.append(cut)
    return cuts


def _added(flat: str) -> Iterator[int]:
    """Yield sentence ends that the library does not look for."""
    for match in _GLUED.finditer(flat):
        left, right = max(0, match.start() - _LOOK), match.end() + _LOOK
        chunk = flat[left : match.start()].rpartition(" ")[2] + flat[match.start() : right]
        if not _ADDRESS.search(chunk.partition(" ")[0]):
            yield match.end()
    for match in _PLAIN.finditer(flat):
        if not _is_abbreviation(match.group(1)):
            yield match.end()
    for match in _OPENED.finditer(flat):
        if not _BOUND.search(flat[max(0, match.start() - _LOOK) : match.start()]):
            yield match.end()


def _is_abbreviation(word: str) -> bool:
    """Return whether ``word`` may stand with a stop before a capital."""
    if _ABBREVIATION.fullmatch(word) or not _VOWEL.search(word):
        return True
    return not word.islower() and _CAPITALISED.fullmatch(word.capitalize()) is not None


def _goes_on(flat: str, start: int, cut: int) -> bool:
    """Return whether the sentence from ``start`` goes on after ``cut``, against the library."""
    tail = flat[max(start, cut - _LOOK) : cut].lstrip()
    limit = cut + 2 * _LOOK
    if _TITLE.search(tail) or _GOES_ON.match(flat, cut, limit):
        return True
    if _QUOTED.search(tail) and _ATTRIBUTION.match(flat, cut, limit):
        return True
    if _LOWER.match(flat, cut, limit) and (_ASKING.search(tail) or _SHORT.search(tail)):
        return True
    return _NUMBER.search(tail) is not None
