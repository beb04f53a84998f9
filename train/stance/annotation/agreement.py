"""How far annotators agree: percent agreement, Cohen's kappa, Krippendorff's alpha, Gwet's AC1.

Each is a `Measure`: numbers for every sentence whose sums are all that the coefficient needs. So
articles can be drawn again by weighing sums, and a thousand draws cost one multiplication.

Sources: Cohen 1960 (doi:10.1177/001316446002000104), the mean over pairs of annotators Light 1971
(doi:10.1037/h0031643); Krippendorff, Content Analysis (2018), chapter 12, whose point value the
package `krippendorff` gives; Gwet 2008 (doi:10.1348/000711006X126600), with answers missing as in
Gwet's Handbook of Inter-Rater Reliability (2014), chapter 2; MASI, the distance of two sets,
Passonneau 2006 (aclanthology.org/L06-1392).

Where all answers are the same there is nothing to agree about beyond chance: every coefficient
but percent agreement is undefined, and NaN here. That includes AC1, which its formula would call 1.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]  # (n_sentences, n_annotators): the number of the answer, or MISSING
Sums = NDArray[np.float64]
MISSING = -1
K = TypeVar("K", bound=tuple[str, ...])


@dataclass(frozen=True)
class Measure:
    """A coefficient as `parts` of shape (n_sentences, n_parts), and what their sums come to.

    `of_sums` takes sums of shape (n_draws, n_parts) to values of shape (n_draws,), NaN where
    undefined.
    """

    parts: Sums
    of_sums: Callable[[Sums], Sums]

    @property
    def value(self) -> float:
        """The coefficient of all sentences; NaN where it is undefined."""
        return float(self.of_sums(self.parts.sum(axis=0, keepdims=True))[0])


def to_codes(
    answers: Sequence[Mapping[str, K]], annotators: Sequence[str]
) -> tuple[Codes, list[K]]:
    """The answers to each sentence, by annotator, as numbers; and the distinct answers in order."""
    kinds = sorted({one[name] for one in answers for name in annotators if name in one})
    numbers = {kind: number for number, kind in enumerate(kinds)}
    codes = [
        [numbers[one[name]] if name in one else MISSING for name in annotators] for one in answers
    ]
    return np.array(codes, dtype=np.int64).reshape(len(answers), len(annotators)), kinds


def percent_agreement(codes: Codes) -> Measure:
    """The share of pairs of answers to one sentence that are the same, 0 to 1."""
    counts = _counts(codes)
    return Measure(
        np.column_stack([_agreeing(counts), counts.sum(axis=1) > 1]).astype(float),
        lambda sums: _ratio(sums[:, 0], sums[:, 1]),
    )


def cohen_kappa(codes: Codes) -> Measure:
    """Cohen's kappa of two annotators (columns), over the sentences that both answered.

    Of more annotators the mean over their pairs, pairs without a value left out.
    """
    pairs = [
        _kappa_of_two(codes[:, list(pair)])
        for pair in itertools.combinations(range(codes.shape[1]), 2)
    ]
    ends = np.cumsum([one.parts.shape[1] for one in pairs])

    def of_sums(sums: Sums) -> Sums:
        parts = np.split(sums, ends[:-1], axis=1)
        values = [one.of_sums(part) for one, part in zip(pairs, parts, strict=True)]
        is_defined = np.isfinite(values)
        return _ratio(np.where(is_defined, values, 0).sum(axis=0), is_defined.sum(axis=0))

    return Measure(np.hstack([one.parts for one in pairs]), of_sums)


def _kappa_of_two(codes: Codes) -> Measure:
    n_kinds = _n_kinds(codes)
    both = (codes != MISSING).all(axis=1, keepdims=True)
    first, second = (_one_hot(codes[:, column], n_kinds) * both for column in (0, 1))
    same = (first * second).sum(axis=1, keepdims=True)

    def of_sums(sums: Sums) -> Sums:
        of_first, of_second = sums[:, 1 : n_kinds + 1], sums[:, n_kinds + 1 :]
        n = of_first.sum(axis=1)
        chance = _ratio((of_first * of_second).sum(axis=1), n * n)
        return _ratio(_ratio(sums[:, 0], n) - chance, 1 - chance)

    return Measure(np.hstack([same, first, second]), of_sums)


def krippendorff_alpha(codes: Codes, distances: Sums | None = None) -> Measure:
    """Krippendorff's alpha; nominal, or with squared distances of shape (n_kinds, n_kinds)."""
    counts = _counts(codes)
    far = _distances(codes, distances)
    n = counts.sum(axis=1, keepdims=True)
    counts = counts * (n > 1)
    # Of one sentence, all ordered pairs of answers, weighed so that each answer counts once.
    observed = ((counts @ far) * counts).sum(axis=1, keepdims=True) / np.maximum(n - 1, 1)

    def of_sums(sums: Sums) -> Sums:
        given = sums[:, 1:]
        n_given = given.sum(axis=1)
        by_chance = _ratio(((given @ far) * given).sum(axis=1), n_given - 1)
        return 1 - _ratio(sums[:, 0], by_chance)

    return Measure(np.hstack([observed, counts]), of_sums)


def alpha_of_package(codes: Codes, distances: Sums | None = None) -> float:
    """The same from the package `krippendorff`; NaN where it is undefined."""
    import krippendorff

    counts = _counts(codes)
    counts = counts[counts.sum(axis=1) > 1]
    if (counts.sum(axis=0) > 0).sum() < 2:
        return float("nan")
    far = _distances(codes, distances)

    def metric(v1: object, v2: object, i1: Codes, i2: Codes, n_v: object, dtype: object) -> Sums:
        return far[i1, i2]

    return float(krippendorff.alpha(value_counts=counts, level_of_measurement=metric))


def gwet_ac1(codes: Codes) -> Measure:
    """Gwet's AC1, the categories being the answers that occur."""
    n_kinds = _n_kinds(codes)
    counts = _counts(codes)
    n = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(n, 1)
    fixed = np.column_stack([_agreeing(counts), n > 1, n > 0])

    def of_sums(sums: Sums) -> Sums:
        observed = _ratio(sums[:, 0], sums[:, 1])
        prevalence = sums[:, 3:] / np.maximum(sums[:, 2:3], 1)
        chance = (prevalence * (1 - prevalence)).sum(axis=1) / max(1, n_kinds - 1)
        values = _ratio(observed - chance, 1 - chance)
        return np.where((sums[:, 3:] > 0).sum(axis=1) > 1, values, np.nan)

    return Measure(np.hstack([fixed, shares]), of_sums)


def masi_distances(kinds: Sequence[Sequence[str]]) -> Sums:
    """The MASI distances of label sets, shape (n_kinds, n_kinds): 0 the same, 1 nothing shared.

    One minus Jaccard's share times how the sets lie: 1 equal, 2/3 one within the other, 1/3
    overlapping, 0 apart. No label and some label are apart.
    """
    sets = [frozenset(one) for one in kinds]
    return np.array([[_masi(first, second) for second in sets] for first in sets])


def _masi(first: frozenset[str], second: frozenset[str]) -> float:
    if first == second:
        return 0.0
    is_within = first <= second or second <= first
    return 1 - len(first & second) / len(first | second) * (2 / 3 if is_within else 1 / 3)


def _n_kinds(codes: Codes) -> int:
    return int(codes.max(initial=MISSING)) + 1


def _one_hot(column: Codes, n_kinds: int) -> Sums:
    found: Sums = (column[:, None] == np.arange(n_kinds)).astype(float)
    return found


def _counts(codes: Codes) -> Sums:
    """How many annotators gave each answer, shape (n_sentences, n_kinds)."""
    n_kinds = _n_kinds(codes)
    counts: Sums = (codes[:, :, None] == np.arange(n_kinds)).sum(axis=1).astype(float)
    return counts


def _agreeing(counts: Sums) -> Sums:
    """Of each sentence the share of pairs of answers that are the same; 0 without a pair."""
    n = counts.sum(axis=1)
    shares: Sums = (counts * (counts - 1)).sum(axis=1) / np.maximum(n * (n - 1), 1)
    return shares


def _distances(codes: Codes, distances: Sums | None) -> Sums:
    return 1 - np.eye(_n_kinds(codes)) if distances is None else distances


def _ratio(above: Sums, below: Sums) -> Sums:
    """The quotients, NaN where there is nothing to divide by."""
    found: Sums = np.full(np.shape(above), np.nan)
    return np.divide(above, below, out=found, where=below != 0)
