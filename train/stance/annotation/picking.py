"""What to label next: how much each sentence is worth a look, from a model's probabilities.

The answer to a sentence is a set of labels. Where labels exclude each other the sets are the
labels, and "no label" where that is allowed; otherwise each label is there or not, independently
of the others, as the one-vs-rest model has it. All strategies look at the distribution over
these answers, so they mean the same in both cases:

- least confidence: 1 minus the probability of the likeliest answer (Lewis & Gale 1994,
  doi:10.1007/978-1-4471-2099-5_1);
- margin: how close the second likeliest answer comes to it (Scheffer, Decomain & Wrobel 2001,
  doi:10.1007/3-540-44816-0_31);
- entropy: the entropy of the answer (Settles 2009, "Active Learning Literature Survey", 3.1); of
  several labels the sum of theirs.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.codebook.codebook import Codebook
from stance.storage.errors import ConfigError, nearest, printable

Array = np.ndarray[Any, Any]

ORDER, RANDOM, DIVERSITY = "order", "random", "diversity"
LEAST_CONFIDENCE, MARGIN, ENTROPY = "least_confidence", "margin", "entropy"
PICKS = (ORDER, RANDOM, LEAST_CONFIDENCE, MARGIN, ENTROPY, DIVERSITY)
_CLASS = "class:"
_LEAST = 1e-12
_SAME = 1e-6
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Pick:
    """A strategy; `column` is that of the label for `class:LABEL`, else None."""

    name: str
    column: int | None = None

    @property
    def needs_model(self) -> bool:
        """Whether it means nothing without probabilities."""
        return self.column is not None or self.name in (LEAST_CONFIDENCE, MARGIN, ENTROPY)


def read_pick(written: str, codebook: Codebook) -> Pick:
    """The strategy as it is written on the command line.

    Raises ConfigError for one that is not known, or a label that the codebook does not have.
    """
    if written in PICKS:
        return Pick(written)
    if not written.startswith(_CLASS):
        raise ConfigError(
            f'--pick: unknown strategy "{printable(written, 60)}".{nearest(written, PICKS)} '
            f"Known: {', '.join(PICKS)}, class:LABEL."
        )
    label = written.removeprefix(_CLASS).strip()
    if label not in codebook.names:
        raise ConfigError(
            f'--pick: unknown label "{printable(label, 60)}".{nearest(label, codebook.names)} '
            f"Labels: {', '.join(codebook.names)}."
        )
    return Pick(_CLASS + label, codebook.names.index(label))


def worth(pick: Pick, probabilities: Array, codebook: Codebook) -> Array:
    """How much each row is worth a look by this strategy, higher first, shape (n_rows,).

    `probabilities` are those of the labels, shape (n_rows, n_labels). Diversity spreads the rows
    that entropy finds (see `spread`).
    """
    if pick.column is not None:
        return np.asarray(probabilities[:, pick.column])
    shares = answers_of(probabilities, codebook)
    if pick.name in (ENTROPY, DIVERSITY):
        safe = np.maximum(shares, _LEAST)
        return np.asarray(-(shares * np.log(safe)).sum(axis=(1, 2)))
    ordered = np.sort(shares, axis=2)
    best = ordered[:, :, -1].prod(axis=1)
    if pick.name == LEAST_CONFIDENCE:
        return np.asarray(1 - best)
    # The second likeliest answer differs in the one label that is least sure.
    ratio = (ordered[:, :, -2] / ordered[:, :, -1]).max(axis=1)
    return np.asarray(best * ratio - best)


def answers_of(probabilities: Array, codebook: Codebook) -> Array:
    """The distributions that an answer is drawn from, shape (n_rows, n_questions, n_choices).

    One question with the labels (and none of them, where allowed) as choices when labels exclude
    each other; otherwise a question for each label, whose choices are no and yes.
    """
    p = np.clip(np.asarray(probabilities, dtype=np.float64), 0, 1)
    if not codebook.exclusive:
        return np.stack([1 - p, p], axis=2)
    if codebook.none_allowed or p.shape[1] == 1:
        p = np.column_stack([p, np.clip(1 - p.sum(axis=1), 0, 1)])
    return np.asarray(p[:, None, :])


def word_vectors(texts: Sequence[str]) -> Array:
    """TF-IDF of the words of few texts, rows of length one (or zero), shape (n_texts, n_words).

    Without scikit-learn, which would take more memory than the queue itself.
    """
    counts = [Counter(_WORD.findall(text.casefold())) for text in texts]
    columns = {word: column for column, word in enumerate(sorted(set().union(*counts)))}
    found = np.zeros((len(texts), len(columns)), dtype=np.float32)
    for row, count in enumerate(counts):
        for word, n in count.items():
            found[row, columns[word]] = 1 + np.log(n)
    found *= np.log((1 + len(texts)) / (1 + (found > 0).sum(axis=0))) + 1
    lengths = np.sqrt((found**2).sum(axis=1, keepdims=True))
    return np.asarray(found / np.where(lengths > 0, lengths, 1))


def spread(vectors: Array, weights: Array, n: int, random: np.random.Generator) -> Array:
    """The positions of `n` rows that matter and lie far from each other, in the order picked.

    k-means++ seeding (Arthur & Vassilvitskii 2007) with weights, as BADGE uses it for batches of
    active learning (Ash et al. 2020, arXiv:1906.03671): the next row is drawn with a probability
    proportional to its weight and its squared distance from the nearest one picked. `vectors` have
    length one (or zero). Fewer than `n` where the others repeat them.
    """
    n = min(n, vectors.shape[0])
    weights = np.maximum(weights, 0) + _LEAST
    distance = np.ones(vectors.shape[0])
    picked = np.empty(n, dtype=np.int64)
    for step in range(n):
        chances = np.cumsum(weights * distance)
        if chances[-1] <= 0:  # the others are the same words as those picked
            return picked[:step]
        chosen = int(np.searchsorted(chances, random.random() * chances[-1], side="right"))
        picked[step] = min(chosen, len(chances) - 1)
        apart = 1 - vectors @ vectors[picked[step]]
        distance = np.minimum(distance, np.where(apart > _SAME, apart, 0))
        distance[picked[: step + 1]] = 0
    return picked
