"""What the model looks at: its strongest n-grams, and the words that decided a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.prediction.explain import explain
from stance.prediction.scorer import Scorer

N_TERMS = 15
LEVELS = 3

# A piece of text and how strongly it speaks for (1 to 3) or against (-1 to -3) a label.
Shade = tuple[str, int]


@dataclass(frozen=True)
class Terms:
    """The n-grams that speak most for and against a label: term, weight, sentences with it."""

    label: str
    speaks_for: tuple[tuple[str, float, int], ...]
    speaks_against: tuple[tuple[str, float, int], ...]


def strongest_terms(scorer: Scorer, texts: Sequence[str]) -> tuple[Terms, ...]:
    """For each label its strongest word n-grams (n-grams of any kind where there are no words).

    The weight is idf times coefficient: what a sentence of this n-gram alone would add to the
    logit. The count is over the sentences evaluated.
    """
    packed = scorer.packed
    first = slice(0, int(packed.first[1]))
    weights = (packed.coefficients[first] * packed.idf[first, np.newaxis]).T
    names = scorer.names[0]
    counts = scorer.n_texts_with(texts)
    result = []
    for column, label in enumerate(scorer.info.labels):
        order = np.argsort(-weights[column], kind="stable")
        ends = [order[:N_TERMS], order[::-1][:N_TERMS]]
        shown = [
            tuple(
                (names[feature], float(weights[column, feature]), int(counts[feature]))
                for feature in features.tolist()
                if way * weights[column, feature] > 0
            )
            for way, features in zip((1, -1), ends, strict=True)
        ]
        result.append(Terms(label, *shown))
    return tuple(result)


def shaded(scorer: Scorer, text: str, column: int) -> tuple[tuple[Shade, ...], tuple[str, ...]]:
    """The text in pieces by what its words add to the label's logit, and the four n-grams that
    add most either way, as text.
    """
    found = explain(scorer, text)
    shares = found.by_word(column)
    strongest = max((abs(share) for _, share in shares), default=0.0) or 1.0
    pieces: list[Shade] = []
    end = 0
    for (start, stop), share in shares:
        level = round(share / strongest * LEVELS)
        pieces += [(text[end:start], 0), (text[start:stop], level)]
        end = stop
    pieces = [(piece, level) for piece, level in (*pieces, (text[end:], 0)) if piece]
    words = tuple(
        f"“{part.term.strip()}” {part.added[column]:+.2f}" for part in found.strongest(column, 4)
    )
    return tuple(pieces), words
