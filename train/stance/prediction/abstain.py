"""When a model says nothing rather than guess, and the reason it gives.

An answer withheld is not "no label": it is counted by its reason, each of which asks for something
else. A blank sentence and one of unknown words alone are always withheld; the other reasons are
switched on by the config (`[abstain]`) and lie with the model.
"""

import numpy as np

from stance.learning.arrays import Array
from stance.models.info import Info
from stance.prediction.scorer import Scored

BLANK = "blank"
UNKNOWN = "no_known_words"
FOREIGN = "not_english"
MOSTLY_UNKNOWN = "mostly_unknown_words"
LOW = "low_probability"
CLOSE = "two_labels_close"


def reasons_of(info: Info, scored: Scored, given: Array, least: float = 0.0) -> Array:
    """For each row why it gets no answer, "" where it gets one; the first reason that holds.

    `given` has the labels that the thresholds give; `least` is the user's least probability of the
    winner, for exclusive labels.
    """
    rules, p = info.abstain, scored.probabilities
    nothing = np.zeros(len(p), dtype=bool)
    is_low = given.any(axis=1) & (np.where(given, p, 0).max(axis=1) < rules.low_probability)
    is_close = nothing
    if info.exclusive:
        is_low |= p.max(axis=1) < least
        shares = np.sort(np.hstack([p, 1 - p.sum(axis=1, keepdims=True)]), axis=1)
        is_close = shares[:, -1] - shares[:, -2] < rules.two_labels_close
    is_strange = nothing
    if rules.mostly_unknown_words:
        is_strange = scored.out_of_vocabulary > rules.mostly_unknown_words
    is_foreign = nothing if scored.is_foreign is None else scored.is_foreign
    holds = {
        BLANK: scored.n_words == 0,
        UNKNOWN: scored.n_known == 0,
        FOREIGN: is_foreign,
        MOSTLY_UNKNOWN: is_strange,
        LOW: is_low,
        CLOSE: is_close,
    }
    return np.select(list(holds.values()), list(holds), default="")
