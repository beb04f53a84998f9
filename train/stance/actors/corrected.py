"""Shares with intervals, raw and corrected for the errors that the classifier is known to make.

A share is: of the sentences that name an actor, those that express a label it holds. A classifier
that finds a share s of them (sensitivity) and gives the label to a share f of the others (false
alarms) shows p = s t + f (1 - t) where t is true, so t = (p - f) / (s - f) (Rogan & Gladen 1978,
doi:10.1093/oxfordjournals.aje.a112510). How sure p, s and f are is carried over by drawing all
three from their posteriors under Jeffreys' prior, as for binomial intervals (Brown, Cai & DasGupta
2001, doi:10.1214/ss/1009213286), with the numbers of sentences divided by the design effect of
articles, within which sentences resemble each other (Korn & Graubard 1998). The draws of s and f
are the same for all rows: an error of theirs moves two actors alike, and their difference less.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.evaluation.intervals import Estimate
from stance.learning.arrays import Array

N_DRAWS = 2000
LEVEL = 0.95
MIN_POSITIVES = 10  # sentences that carry the label, below which its sensitivity is anybody's guess
MIN_GAP = 0.1  # between sensitivity and false alarms; below it a label is hardly found at all


@dataclass(frozen=True)
class Seen:
    """The sentences of one row: `articles` numbers their articles, shape (n,); `given` says which
    labels the row holds in each, bool (n, n_labels); `known` where people gave them, bool (n,).
    """

    articles: Array
    given: Array
    known: Array


@dataclass(frozen=True)
class Rate:
    """A share of labelled sentences, and how many independent ones they are worth."""

    value: float
    n: int
    n_effective: float


@dataclass(frozen=True)
class Rates:
    """For each label how often the classifier gives it where it is right, and where it is not."""

    sensitivity: tuple[Rate, ...]
    false_alarm: tuple[Rate, ...]

    def usable(self, column: int) -> bool:
        """Whether enough is known of the label's errors to correct for them."""
        found, wrong = self.sensitivity[column], self.false_alarm[column]
        positives = found.n >= MIN_POSITIVES and wrong.n >= MIN_POSITIVES
        return positives and found.value - wrong.value >= MIN_GAP


@dataclass(frozen=True)
class Share:
    """One share: as counted, and corrected (None where that cannot be done).

    The draws have shape (n_draws,) and stand for how sure each is.
    """

    raw: Estimate
    corrected: Estimate | None
    raw_draws: Array
    corrected_draws: Array | None


def rate_of(hits: Array, articles: Array) -> Rate:
    """The share of true values in `hits`, bool (n,), of sentences in these articles."""
    n = len(hits)
    if not n:
        return Rate(0.0, 0, 0.0)
    share, sizes, residuals = _by_article(hits, articles)
    binomial = n * share * (1 - share)
    n_articles = len(sizes)
    effect = 1.0
    if binomial > 0 and n_articles > 1:
        effect = float((residuals**2).sum()) * n_articles / (n_articles - 1) / binomial
    return Rate(share, n, n / max(1.0, effect))


def shares(rows: Sequence[Seen], rates: Rates | None, seed: int = 0) -> list[list[Share]]:
    """For each row and label the share; rows in their order, labels in the order of columns."""
    n_labels = rows[0].given.shape[1] if rows else 0
    random = np.random.default_rng(seed)
    columns = []
    for k in range(n_labels):
        alike = _likeness([(row.given[:, k], row.articles) for row in rows])
        errors = None
        if rates is not None and rates.usable(k):
            errors = _draws(rates.sensitivity[k], random), _draws(rates.false_alarm[k], random)
        point = (rates.sensitivity[k].value, rates.false_alarm[k].value) if rates else None
        columns.append([_share(row, k, alike, errors, point, random) for row in rows])
    return [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in rows]


def _share(
    row: Seen,
    k: int,
    alike: float,
    errors: tuple[Array, Array] | None,
    point: tuple[float, float] | None,
    random: np.random.Generator,
) -> Share:
    given = row.given[:, k]
    raw = _posterior(given, row.articles, alike, random)
    told = _estimate(float(given.mean()) if len(given) else 0.0, raw)
    if errors is None or point is None:
        return Share(told, None, raw, None)
    # What people labelled is no guess of the classifier: there is nothing to correct in it.
    guessed, certain = given[~row.known], given[row.known]
    n, n_guessed, n_certain = len(given), len(guessed), len(certain)
    draws = _posterior(guessed, row.articles[~row.known], alike, random)
    sensitivity, false_alarm = errors
    true = np.clip((draws - false_alarm) / np.maximum(sensitivity - false_alarm, MIN_GAP / 2), 0, 1)
    shown = float(guessed.mean()) if n_guessed else 0.0
    value = min(1.0, max(0.0, (shown - point[1]) / (point[0] - point[1])))
    sure = _posterior(certain, row.articles[row.known], alike, random) if n_certain else 0.0
    corrected = (true * n_guessed + sure * n_certain) / max(1, n)
    estimate = _estimate((value * n_guessed + float(certain.sum())) / max(1, n), corrected)
    return Share(told, estimate, raw, corrected)


def _posterior(given: Array, articles: Array, alike: float, random: np.random.Generator) -> Array:
    """Draws of the share behind what was seen, shape (N_DRAWS,)."""
    n = len(given)
    if not n:
        return random.random(N_DRAWS)
    _, sizes = np.unique(articles, return_counts=True)
    effect = 1 + alike * ((sizes**2).sum() / n - 1)
    n_effective, share = n / effect, given.mean()
    return random.beta(n_effective * share + 0.5, n_effective * (1 - share) + 0.5, N_DRAWS)


def _draws(rate: Rate, random: np.random.Generator) -> Array:
    n = rate.n_effective
    return random.beta(n * rate.value + 0.5, n * (1 - rate.value) + 0.5, N_DRAWS)


def _estimate(value: float, draws: Array) -> Estimate:
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, min(float(low), value), max(float(high), value))


def _likeness(rows: Sequence[tuple[Array, Array]]) -> float:
    """How much alike sentences of one article are, 0 to 1, pooled over all rows.

    One row is too short to tell: of all of them, the excess of the variance between articles over
    the binomial one, as a share of what full likeness would make of it.
    """
    excess = possible = 0.0
    for given, articles in rows:
        if not len(given) or given.all() or not given.any():
            continue
        share, sizes, residuals = _by_article(given, articles)
        if len(sizes) < 2:
            continue
        spread = share * (1 - share)
        correction = len(sizes) / (len(sizes) - 1)
        excess += float((residuals**2).sum()) * correction - len(given) * spread
        possible += spread * float((sizes * (sizes - 1)).sum())
    return min(1.0, max(0.0, excess / possible)) if possible else 0.0


def _by_article(hits: Array, articles: Array) -> tuple[float, Array, Array]:
    """The share of hits, the number of sentences of each article, and its surplus of hits."""
    _, number, sizes = np.unique(articles, return_inverse=True, return_counts=True)
    share = float(hits.mean())
    return share, sizes, np.bincount(number, hits - share, minlength=len(sizes))


MORE, LESS, CANNOT_TELL = "more", "less", "cannot tell"


@dataclass(frozen=True)
class Difference:
    """How much larger the first share is than the second, and whether that is beyond the error."""

    estimate: Estimate
    verdict: str
    is_corrected: bool


def difference(one: Share, other: Share) -> Difference:
    """The first share minus the second, corrected where both are."""
    if one.corrected is not None and other.corrected is not None:
        assert one.corrected_draws is not None
        assert other.corrected_draws is not None
        value = one.corrected.value - other.corrected.value
        found = _estimate(value, one.corrected_draws - other.corrected_draws)
    else:
        found = _estimate(one.raw.value - other.raw.value, one.raw_draws - other.raw_draws)
    assert found.low is not None
    assert found.high is not None
    verdict = MORE if found.low > 0 else LESS if found.high < 0 else CANNOT_TELL
    return Difference(found, verdict, one.corrected is not None and other.corrected is not None)
