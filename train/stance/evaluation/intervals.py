"""How sure a score is: percentile intervals from resampling whole articles.

Sentences of one article resemble each other, so articles are drawn, not sentences (cluster
bootstrap; Field & Welsh 2007, doi:10.1111/j.1467-9868.2007.00593.x). Percentiles of few articles
are too close together, so they are expanded as Student's t is beside the normal distribution
(Hesterberg 2015, doi:10.1080/00031305.2015.1089789, section 5.3).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stance.learning.arrays import Array

N_DRAWS = 1000
LEVEL = 0.95
MIN_ARTICLES = 2
_CHUNK = 4_000_000  # weights held at once


@dataclass(frozen=True)
class Estimate:
    """A score on the data as it is, and its interval; None where there can be none."""

    value: float
    low: float | None = None
    high: float | None = None


Score = Callable[[Array], Array]


def estimates(
    scores: dict[str, Score], articles: Sequence[str], n_draws: int = N_DRAWS, seed: int = 0
) -> dict[str, Estimate]:
    """Each score with its 95 % interval.

    A score takes weights of shape (n_draws, n_rows). With fewer than two articles there is
    nothing to resample, and no interval. An undefined score counts as 0, as in scikit-learn; draws
    in which it is undefined are left out of its interval.
    """
    n_rows = len(articles)
    ones = np.ones((1, n_rows))
    points = {name: float(np.nan_to_num(score(ones)[0])) for name, score in scores.items()}
    _, number = np.unique(np.array(articles, dtype=object).astype(str), return_inverse=True)
    n_articles = int(number.max()) + 1 if n_rows else 0
    if n_articles < MIN_ARTICLES:
        return {name: Estimate(value) for name, value in points.items()}
    drawn: dict[str, list[Array]] = {name: [] for name in scores}
    random = np.random.default_rng(seed)
    step = max(1, _CHUNK // max(n_rows, n_articles))
    for start in range(0, n_draws, step):
        size = min(step, n_draws - start)
        times = random.multinomial(n_articles, np.full(n_articles, 1 / n_articles), size=size)
        weights = times[:, number].astype(np.float64)
        for name, score in scores.items():
            drawn[name].append(score(weights))
    tail = tail_of(n_articles)
    return {
        name: _with_interval(value, np.concatenate(drawn[name]), tail)
        for name, value in points.items()
    }


def tail_of(n_articles: int) -> float:
    """The share of draws to leave out at either end: 0.025 for many articles, less for few.

    >>> round(tail_of(10_000), 4), round(tail_of(20), 4)
    (0.025, 0.0159)
    """
    from scipy.stats import norm, t

    quantile = t.ppf((1 + LEVEL) / 2, n_articles - 1)
    return float(norm.cdf(-quantile * np.sqrt(n_articles / (n_articles - 1))))


def _with_interval(value: float, draws: Array, tail: float) -> Estimate:
    defined = draws[~np.isnan(draws)]
    if len(defined) < len(draws) / 2:  # an interval over the lucky draws would mislead
        return Estimate(value)
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Estimate(value, float(low), float(high))
