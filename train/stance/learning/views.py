"""Views of a text: what the n-grams of a block are made of.

First the whole text is rewritten (`Rewriting`, the same for every block), then each block takes
its own view of the words: as they are, with the words behind a negation marked, each word replaced
by its class, each word once more for the target of the row, or only the words around the place
where the text names its target. Both are plain functions that a
`TfidfVectorizer` takes as `preprocessor` and `tokenizer`; the scorer reproduces them exactly.
"""

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stance.corpus.targets import target_key, target_of, targeted

# Words that turn what follows. What scikit-learn's pattern leaves of "don't" is "don".
_NEGATIONS = """
not no never none nobody nothing neither nor nowhere without cannot hardly barely scarcely
don doesn didn isn aren wasn weren couldn wouldn shouldn hasn hadn mustn needn
"""
NEGATIONS = frozenset(_NEGATIONS.split())
MARK = "not_"
# Stands between a target and a word; no word holds it.
CROSS = "¦"
UNKNOWN_CLASS = "other~"
# Stands where a text names its target; NewsMTSC has the same word there.
MENTION = "targetent"
BEFORE, AFTER = "before_", "after_"

WORD = re.compile(r"\b\w\w+\b")
CONTRACTED = ("n't", "n’t")
CONTRACTION = re.compile("|".join(CONTRACTED))
TAG = re.compile(r"(?<!\w)([#@])(\w+)")
# Where a word of a hashtag ends: StandWithUkraine, NATOSummit, Covid19Now.
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


Replace = Callable[[re.Match[str]], str]
Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class Rewriting:
    """What is done to a text before its words are found; the last step but one is lower case.

    `names` are pairs of a name and the word that masks it. `hashtags` makes one word of #StandUp,
    and its parts behind it, and one of @someone. `contractions` makes " not" of "n't", so that
    "won't" holds a negation. `mark_target` puts one and the same word where a text names its
    target, in upper or lower case, so that "criticised" stands beside the target, not beside a
    name.
    """

    contractions: bool = False
    hashtags: bool = False
    names: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    mark_target: bool = False

    def __reduce__(self) -> tuple[type["Rewriting"], tuple[Any, ...]]:
        # Without what is cached.
        return Rewriting, (self.contractions, self.hashtags, self.names, self.mark_target)

    @functools.cached_property
    def is_plain(self) -> bool:
        """Whether lower case is all there is."""
        return self == Rewriting()

    @property
    def has_patterns(self) -> bool:
        """Whether more is done than lower case and contractions, so that texts go one by one."""
        return bool(self.names or self.hashtags or self.mark_target)

    def _first(self, target: str) -> tuple[tuple[re.Pattern[str], Replace], ...]:
        """What is replaced while upper and lower case still stand, the target before all."""
        if self.mark_target and (words := target.split()):
            return ((_named(tuple(words)), lambda match: MENTION), *self._second)
        return self._second

    @functools.cached_property
    def _second(self) -> tuple[tuple[re.Pattern[str], Replace], ...]:
        """The same for every target."""
        masks = dict(self.names)
        steps: list[tuple[re.Pattern[str], Replace]] = []
        if masks:
            steps.append((_one_of(masks), lambda match: masks[match[0]]))
        if self.hashtags:
            steps.append((TAG, _tag_words))
        return tuple(steps)

    def __call__(self, text: str) -> str:
        """The text, rewritten; a targeted text keeps its target."""
        found = text
        for pattern, replace in self._first(target_of(text)):
            found = pattern.sub(replace, found)
        found = found.lower()
        if self.contractions:
            for form in CONTRACTED:
                found = found.replace(form, " not")
        return targeted(found, target_of(text))

    def traced(self, text: str) -> tuple[str, Spans]:
        """The rewritten text, and for each of its characters where its source starts and ends."""
        found = text
        spans = [(place, place + 1) for place in range(len(text))]
        for pattern, replace in self._first(target_of(text)):
            found, spans = _replaced(pattern, replace, found, spans)
        spans = [span for span, char in zip(spans, found, strict=True) for _ in char.lower()]
        found = found.lower()
        if self.contractions:
            found, spans = _replaced(CONTRACTION, lambda match: " not", found, spans)
        return found, spans


@functools.lru_cache(maxsize=1024)
def _named(words: tuple[str, ...]) -> re.Pattern[str]:
    """The words of a target, whole, with any white space between them."""
    named = r"\s+".join(map(re.escape, words))
    return re.compile(rf"(?<!\w){named}(?!\w)", re.IGNORECASE)


def _one_of(names: Iterable[str]) -> re.Pattern[str]:
    """Any of the names as a whole word, the longest that fits; sorted by their first letters."""
    by_first: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        by_first.setdefault(name[0], []).append(re.escape(name[1:]))
    groups = (f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items())
    return re.compile(rf"(?<!\w)(?:{'|'.join(groups)})(?!\w)")


def _tag_words(match: re.Match[str]) -> str:
    """`#StandWithUkraine` as "hashtag_standwithukraine Stand With Ukraine"."""
    kind, word = match[1], match[2]
    if kind == "@":
        return f" mention_{word} "
    return f" hashtag_{word} {CAMEL.sub(' ', word).replace('_', ' ')} "


def _replaced(
    pattern: re.Pattern[str], replace: Replace, text: str, spans: Spans
) -> tuple[str, Spans]:
    """The text with each match replaced; each new character comes from the whole match."""
    pieces: list[str] = []
    sources: Spans = []
    end = 0
    for match in pattern.finditer(text):
        new = replace(match)
        pieces += [text[end : match.start()], new]
        sources += spans[end : match.start()]
        sources += [(spans[match.start()][0], spans[match.end() - 1][1])] * len(new)
        end = match.end()
    return "".join([*pieces, text[end:]]), sources + spans[end:]


@dataclass(frozen=True)
class WordView:
    """The words of a text as a block sees them.

    With a `window` so many words behind a negation get the mark `not_`; a negation inside the
    window opens it anew, and is not marked itself. With `classes` the name of its class, or its
    stem, stands for each word; one without a class is left out, or, with `keep_others`, one class
    for all of those. `crossed` sets the target of the text before each word; a text without
    target then has no words. With a `reach` there are the mentions of the target and the words at
    most so many from one, each told by its side; a text that does not name its target then has no
    words.
    """

    window: int = 0
    classes: Mapping[str, str] | None = field(default=None, repr=False)
    keep_others: bool = False
    crossed: bool = False
    reach: int = 0

    def __call__(self, text: str) -> list[str]:
        """The words of a rewritten text."""
        words: Sequence[str] = WORD.findall(text)
        if self.reach:
            sides_of = sides([word == MENTION for word in words], self.reach)
            placed = [self.placed(*pair) for pair in zip(words, sides_of, strict=True)]
            return [unit for unit in placed if unit]
        if self.crossed:
            target = target_of(text)
            return [f"{target_key(target)}{CROSS}{word}" for word in words] if target else []
        seen = [
            self.unit(word, is_marked)
            for word, is_marked in zip(
                words, marks((word in NEGATIONS for word in words), self.window), strict=True
            )
        ]
        return [unit for unit in seen if unit]

    def unit(self, word: str, is_marked: bool) -> str:
        """What stands for the word; empty when nothing does."""
        unit = word
        if self.classes is not None:
            unit = self.classes.get(word, UNKNOWN_CLASS if self.keep_others else "")
        return MARK + unit if unit and is_marked else unit

    def placed(self, word: str, side: int) -> str:
        """What stands for a word on this side of a mention, see `sides`."""
        if not side:
            return MENTION if word == MENTION else ""
        unit = self.unit(word, False)
        return (BEFORE, AFTER)[side - 1] + unit if unit else ""


def marks(is_negation: Iterable[bool], window: int) -> Iterator[bool]:
    """For each word whether it stands behind a negation, at most `window` words away."""
    left = 0
    for negates in is_negation:
        yield left > 0 and not negates
        left = window if negates else max(0, left - 1)


def sides(is_mention: Sequence[bool], reach: int) -> list[int]:
    """For each word 1 where it stands before a mention, 2 behind one, at most `reach` words away.

    Between two mentions it stands behind the first, where both are near. 0 is for all others and
    for the mentions themselves.
    """
    before = list(marks(reversed(is_mention), reach))[::-1]
    behind = marks(is_mention, reach)
    return [2 if one else int(other) for one, other in zip(behind, before, strict=True)]
