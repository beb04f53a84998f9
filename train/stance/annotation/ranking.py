"""The order in which sentences are worth labelling, found in slices.

The first slice is scored at once, so that there is a first sentence without a wait; the others
follow when `finish` is called, on whatever thread. The slices are drawn at random: until all are
scored, the best so far are the best of a fair sample.
"""

import time
from collections.abc import Callable, Sequence

import numpy as np

from stance.annotation.picking import (
    DIVERSITY,
    ORDER,
    RANDOM,
    Array,
    Pick,
    spread,
    word_vectors,
    worth,
)
from stance.codebook.codebook import Codebook

Suggester = Callable[[Sequence[str]], Array]

FIRST_SLICE = 1000
SLICE = 100  # small: a model is asked by one thread at a time, and the annotator's has to wait
BATCH = 100  # so many are picked to lie apart,
SPREAD_AMONG = 3  # from so many times as many, the most doubtful that are left;
N_BATCHES = (
    10  # so often, and after them the rest comes by entropy (`benchmarks/active_learning.py`)
)


class Ranking:
    """`priority` has a number for each sentence, higher first, -inf where it is not known (yet).

    `texts` are those of all sentences; only `rows` of them may be ranked by what a model says.
    """

    def __init__(
        self,
        texts: Sequence[str],
        rows: Array,
        codebook: Codebook,
        pick: Pick,
        suggester: Suggester | None,
        seed: int,
    ) -> None:
        self._texts, self._codebook, self._pick = texts, codebook, pick
        self._suggester = suggester
        self._seed = seed
        self.priority = np.full(len(texts), -np.inf)
        rows = np.random.default_rng(seed).permutation(rows)
        if pick.name == ORDER:
            self.priority[rows] = -rows
        elif pick.name in (RANDOM, DIVERSITY):
            self.priority[rows] = -np.arange(len(rows))
        self._score(rows[:FIRST_SLICE])
        self._rest = rows[FIRST_SLICE:]

    def finish(self) -> None:
        """Ranks what is not ranked yet."""
        for start in range(0, len(self._rest), SLICE):
            self._score(self._rest[start : start + SLICE])
            time.sleep(0.001)  # whoever waits for the model goes first
        if self._pick.name == DIVERSITY:
            self._spread()

    def _score(self, rows: Array) -> None:
        is_scored = self._pick.needs_model or self._pick.name == DIVERSITY
        if self._suggester is None or not is_scored or not len(rows):
            return
        found = self._suggester([self._texts[row] for row in rows.tolist()])
        self.priority[rows] = worth(self._pick, found, self._codebook)

    def _spread(self) -> None:
        """Puts those first that are doubtful and unlike each other, a batch at a time."""
        random = np.random.default_rng(self._seed)
        known = np.flatnonzero(np.isfinite(self.priority))
        left = known[np.argsort(-self.priority[known], kind="stable")]
        weights = np.ones(len(self.priority)) if self._suggester is None else self.priority.copy()
        order: list[Array] = []
        for _ in range(N_BATCHES):
            among = left[: SPREAD_AMONG * BATCH]
            vectors = word_vectors([self._texts[row] for row in among.tolist()])
            order.append(among[spread(vectors, weights[among], BATCH, random)])
            left = left[~np.isin(left, order[-1])]
        picked = np.concatenate(order)
        top = self.priority[known].max(initial=0)
        self.priority[picked] = top + np.arange(len(picked), 0, -1)
