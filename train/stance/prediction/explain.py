"""Why a sentence gets its probabilities: what each n-gram adds to each label's logit, exactly.

The model is linear: a logit is the intercept plus, for every n-gram of the sentence, its tf-idf
times its coefficient. Nothing is approximated and nothing is sampled.
"""

import re
from dataclasses import dataclass

import numpy as np

from stance.learning.arrays import Array
from stance.prediction.plain import values
from stance.prediction.scorer import Scorer

Span = tuple[int, int]


@dataclass(frozen=True)
class Part:
    """One n-gram: where it stands in the text (code points, end exclusive), and what it adds.

    `added` has one number a class; positive ones speak for it.
    """

    term: str
    block: str
    spans: tuple[Span, ...]
    added: Array


@dataclass(frozen=True)
class Explanation:
    """`intercept` plus the sum of what all parts add is the logit of each class."""

    text: str
    intercept: Array
    parts: tuple[Part, ...]

    @property
    def logits(self) -> Array:
        """The logits, shape (n_classes,)."""
        total = self.intercept.copy()
        for part in self.parts:
            total += part.added
        return total

    def strongest(self, column: int, n: int) -> list[Part]:
        """The n parts that move this class's logit most, either way, the strongest first."""
        return sorted(self.parts, key=lambda part: (-abs(part.added[column]), part.term))[:n]

    def by_character(self, column: int) -> Array:
        """What each character of the text adds to the class's logit.

        A part's share is spread evenly over the characters it covers; the sum is the logit
        without the intercept.
        """
        shares = np.zeros(len(self.text))
        for part in self.parts:
            n_covered = sum(end - start for start, end in part.spans)
            for start, end in part.spans:
                shares[start:end] += part.added[column] / n_covered
        return shares

    def by_word(self, column: int) -> list[tuple[Span, float]]:
        """What each stretch without white space adds to the class's logit, in order.

        The share of the space within an n-gram of several words goes to the word before it.
        """
        shares = self.by_character(column)
        spans = [match.span() for match in re.finditer(r"\S+", self.text)]
        ends = [*(start for start, _ in spans[1:]), len(self.text)][: len(spans)]
        return [
            (span, float(shares[span[0] : end].sum()))
            for span, end in zip(spans, ends, strict=True)
        ]


def explain(scorer: Scorer, text: str) -> Explanation:
    """The explanation of the text's logits."""
    packed, blocks = scorer.packed, scorer.info.blocks
    _, sources = scorer.rewriting.traced(text)
    rewritten = scorer.rewriting(text)
    # The columns of the shared coefficients, and of the target's own.
    tables = sorted({0, scorer.table_of(text)})
    parts = []
    for one in values(packed.arrays, blocks, rewritten):
        name = scorer.names[one.block][one.feature - int(packed.first[one.block])]
        spans = {(sources[start][0], sources[end - 1][1]) for start, end in one.spans}
        weights = packed.coefficients[one.feature].reshape(-1, packed.n_classes)
        added = weights[tables].sum(axis=0) * one.value
        parts.append(Part(name, blocks[one.block].name, tuple(sorted(spans)), added))
    return Explanation(text, packed.intercept, tuple(parts))
