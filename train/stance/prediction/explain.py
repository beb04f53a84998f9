"""Why a sentence gets its probabilities: what each n-gram adds to each label's logit, exactly.

The model is linear: a logit is the intercept plus, for every n-gram of the sentence, its tf-idf
times its coefficient. Nothing is approximated and nothing is sampled.
"""

import re
from dataclasses import dataclass

import numpy as np

from stance.learning.arrays import Array
from stance.prediction.codes import Batch, make_batch
from stance.prediction.scorer import BlockScorer, Scorer

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
    sources = np.array(scorer.rewriting.traced(text)[1], dtype=np.int64).reshape(-1, 2)
    batch = make_batch([text], scorer.rewriting)
    parts = [part for block in scorer.blocks for part in _parts(block, batch, sources)]
    return Explanation(text, scorer.intercept, tuple(parts))


def _parts(scorer: BlockScorer, batch: Batch, sources: Array) -> list[Part]:
    """The parts of one block; `sources` (n_characters, 2) are places in the text as it was."""
    found = scorer.vocabulary.count(batch, locate=True)
    assert found.starts is not None
    assert found.ends is not None
    spans: dict[int, list[Span]] = {}
    starts, ends = sources[found.starts, 0], sources[found.ends - 1, 1]
    for feature, start, end in zip(
        found.features.tolist(), starts.tolist(), ends.tolist(), strict=True
    ):
        spans.setdefault(feature, []).append((start, end))
    _, features, values, norms = scorer.values(found, 1)
    added = scorer.weights.coefficients[:, features] * values / norms[0]
    terms = scorer.terms
    return [
        Part(terms[feature], scorer.block.name, tuple(sorted(spans[feature])), added[:, position])
        for position, feature in enumerate(features.tolist())
    ]
