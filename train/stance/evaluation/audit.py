"""Does the model go by who is named instead of by what is said?

Three views: the scores with the names of countries, capitals and leaders masked; how many labels
change when they are exchanged for another country's; and which parts of the data are answered
significantly worse than the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from stance.annotation.examples import Example
from stance.corpus.names import exchanged, masked, mentions
from stance.corpus.targets import target_of, targeted
from stance.evaluation.metrics import average_precision, macro, precision_recall_f1
from stance.learning.arrays import Array
from stance.prediction.predict import Thresholds, decide
from stance.prediction.scorer import Scorer

STEPS = (1, 7, 15)  # exchanges with a neighbour in the list and with two far ones
MIN_SLICE = 10
LEVEL = 0.05
# Beyond this share of changed answers the report says in words that names decide.
MANY_CHANGES = 0.2


@dataclass(frozen=True)
class NameAudit:
    """`n_named` sentences hold a name; of these the share whose labels change."""

    n_named: int
    macro_f1_masked: float
    macro_average_precision_masked: float
    changed_when_masked: float
    changed_when_exchanged: float
    examples: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...]


@dataclass(frozen=True)
class Slice:
    """A part of the data: its size, the share answered wholly right, and the p-value (Fisher's
    exact test against the rest, Holm-corrected over all slices) of its being worse.
    """

    by: str
    value: str
    n_sentences: int
    accuracy: float
    p_value: float

    @property
    def is_worse(self) -> bool:
        """Whether it is significantly worse than the rest."""
        return self.p_value < LEVEL


def audit_names(
    scorer: Scorer,
    examples: Sequence[Example],
    thresholds: Thresholds,
    target: Array,
    given: Array,
) -> NameAudit | None:
    """The audit; None when no sentence names a country."""
    named = [row for row, one in enumerate(examples) if mentions(one.text)]
    if not named:
        return None
    masked_given, probabilities = _answers(
        scorer, [targeted(masked(one.text), target_of(one.text)) for one in examples], thresholds
    )
    ones = np.ones((1, len(examples)))
    columns = range(target.shape[1])
    f1 = [
        np.nan_to_num(precision_recall_f1(target[:, k], masked_given[:, k], ones)[2])
        for k in columns
    ]
    ap = [average_precision(target[:, k], probabilities[:, k], ones) for k in columns]
    changed, shown = _exchanges(scorer, examples, named, thresholds, given)
    return NameAudit(
        n_named=len(named),
        macro_f1_masked=float(macro(f1)[0]),
        macro_average_precision_masked=float(np.nan_to_num(macro(ap)[0])),
        changed_when_masked=float((masked_given != given)[named].any(axis=1).mean()),
        changed_when_exchanged=changed,
        examples=tuple(shown[:5]),
    )


def _answers(scorer: Scorer, texts: list[str], thresholds: Thresholds) -> tuple[Array, Array]:
    scored = scorer.score(texts)
    return decide(scorer, thresholds, scored)[0], scored.probabilities


def _exchanges(
    scorer: Scorer,
    examples: Sequence[Example],
    named: list[int],
    thresholds: Thresholds,
    given: Array,
) -> tuple[float, list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]]:
    """The share of (sentence, exchange) pairs whose labels change, and some of them."""
    names = scorer.info.labels
    n_changed, shown = 0, []
    for step in STEPS:
        originals = [examples[row].text for row in named]
        texts = [targeted(exchanged(text, step), target_of(text)) for text in originals]
        found, _ = _answers(scorer, texts, thresholds)
        for row, text, answer in zip(named, texts, found, strict=True):
            if (answer != given[row]).any():
                n_changed += 1
                before, after = (
                    tuple(name for name, is_given in zip(names, labels, strict=True) if is_given)
                    for labels in (given[row], answer)
                )
                shown.append((examples[row].text, text, before, after))
    return n_changed / (len(STEPS) * len(named)), shown


def slices(examples: Sequence[Example], is_right: Array) -> list[Slice]:
    """Parts by outlet, style, year, length and number of holders; the significantly worse first.

    Sentences of one article are not independent, so the p-values are a little too small.
    """
    from scipy.stats import fisher_exact

    found = []
    for by, values in _values(examples).items():
        rows = sorted((value, row) for row, value in enumerate(values) if value)
        for value, group in groupby(rows, key=lambda pair: pair[0]):
            inside = np.zeros(len(examples), dtype=bool)
            inside[[row for _, row in group]] = True
            # The rest are those of which it is known: no holder, say, means no stance.
            outside = ~inside & np.array([bool(value) for value in values])
            if inside.sum() < MIN_SLICE or outside.sum() < MIN_SLICE:
                continue
            table = [
                [int((is_right & side).sum()), int((~is_right & side).sum())]
                for side in (inside, outside)
            ]
            p_value = float(fisher_exact(table, alternative="less").pvalue)
            found.append(Slice(by, value, int(inside.sum()), table[0][0] / inside.sum(), p_value))
    return sorted(_holm(found), key=lambda one: (one.p_value, one.accuracy, one.by, one.value))


def _values(examples: Sequence[Example]) -> dict[str, list[str]]:
    return {
        "outlet": [_text(one, "outlet") for one in examples],
        "style": [_text(one, "style") for one in examples],
        "year": [year_of(one) for one in examples],
        "length": [_length(one.text) for one in examples],
        "holders": [_holders(one) for one in examples],
    }


def _text(example: Example, name: str) -> str:
    value = example.fields.get(name)
    return value if isinstance(value, str) else ""


def year_of(example: Example) -> str:
    """The year of the row, or nothing where its date does not begin with one."""
    found = _text(example, "published_at")[:4]
    return found if found.isascii() and found.isdecimal() and len(found) == 4 else ""


def _length(text: str) -> str:
    n_words = len(text.split())
    return (
        "up to 12 words" if n_words <= 12 else "13–25 words" if n_words <= 25 else "over 25 words"
    )


def _holders(example: Example) -> str:
    holders = example.fields.get("holders")
    if not isinstance(holders, dict):
        return ""
    n_holders = sum(len(names) for names in holders.values() if isinstance(names, list))
    return "" if not n_holders else str(n_holders) if n_holders < 3 else "3 or more"


def _holm(found: list[Slice]) -> list[Slice]:
    """The slices with p-values corrected for their number (Holm 1979)."""
    corrected, highest = [], 0.0
    for rank, one in enumerate(sorted(found, key=lambda one: one.p_value)):
        highest = max(highest, min(1.0, one.p_value * (len(found) - rank)))
        corrected.append(Slice(one.by, one.value, one.n_sentences, one.accuracy, highest))
    return corrected
