"""Views of a text: what the n-grams of a block are made of.

First the whole text is rewritten (`Rewriting`, the same for every block), then each block takes
its own view of the words: as they are, with the words behind a negation marked, each word replaced
by its class, or each word once more for the target of the row. Both are plain functions that a
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
UNKNOWN_CLASS = "class_of_others"

WORD = re.compile(r"\b\w\w+\b")
CONTRACTION = re.compile("n['’]t")
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
    "won't" holds a negation.
    """

    contractions: bool = False
    hashtags: bool = False
    names: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __reduce__(self) -> tuple[type["Rewriting"], tuple[Any, ...]]:
        return Rewriting, (self.contractions, self.hashtags, self.names)  # without what is cached

    @functools.cached_property
    def is_plain(self) -> bool:
        """Whether lower case is all there is."""
        return self == Rewriting()

    @functools.cached_property
    def _first(self) -> tuple[tuple[re.Pattern[str], Replace], ...]:
        """What is replaced while upper and lower case still stand."""
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
        for pattern, replace in self._first:
            found = pattern.sub(replace, found)
        found = found.lower()
        if self.contractions:
            found = found.replace("n't", " not").replace("n’t", " not")
        return targeted(found, target_of(text))

    def traced(self, text: str) -> tuple[str, Spans]:
        """The rewritten text, and for each of its characters where its source starts and ends."""
        found = text
        spans = [(place, place + 1) for place in range(len(text))]
        for pattern, replace in self._first:
            found, spans = _replaced(pattern, replace, found, spans)
        spans = [span for span, char in zip(spans, found, strict=True) for _ in char.lower()]
        found = found.lower()
        if self.contractions:
            found, spans = _replaced(CONTRACTION, lambda match: " not", found, spans)
        return found, spans


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
    window opens it anew, and is not marked itself. With `classes` each word becomes its class; one
    without a class is left out, or, with `keep_others`, one class for all of those. `crossed`
    sets the target of the text before each word; a text without target then has no words.
    """

    window: int = 0
    classes: Mapping[str, int] | None = field(default=None, repr=False)
    keep_others: bool = False
    crossed: bool = False

    def __call__(self, text: str) -> list[str]:
        """The words of a rewritten text."""
        words: Sequence[str] = WORD.findall(text)
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
            number = self.classes.get(word)
            others = UNKNOWN_CLASS if self.keep_others else ""
            unit = others if number is None else f"class{number}"
        return MARK + unit if unit and is_marked else unit


def marks(is_negation: Iterable[bool], window: int) -> Iterator[bool]:
    """For each word whether it stands behind a negation, at most `window` words away."""
    left = 0
    for negates in is_negation:
        yield left > 0 and not negates
        left = window if negates else max(0, left - 1)
