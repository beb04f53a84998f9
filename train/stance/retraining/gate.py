"""The rule by which a challenger takes the champion's place, and what is missing where it may not.

It does when both hold: the whole 95 % interval of the difference in macro-F1 lies above zero, and
no label that the test set can judge has an F1 lower by more than the margin. The second is asked
of the difference itself and not of its interval: a loss need not be proven to stop a promotion.
`benchmarks/promotion.py` measures how often the rule is wrong.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from stance.annotation.examples import Example
from stance.evaluation.compare import Comparison, LabelDifference
from stance.evaluation.intervals import LEVEL, Estimate

MARGIN = 0.03
POWER = 0.8
# With fewer test sentences, or fewer articles that have one, one answer can move F1 by the margin.
MIN_SENTENCES, MIN_ARTICLES = 10, 3
# Beyond this many times the present test set, a difference is not worth the labelling.
MAX_TIMES = 100


@dataclass(frozen=True)
class Judgement:
    """What the rule says of a challenger.

    `reasons` are sentences; `lost` are the labels that stop it; `unjudged` are labels that are
    too rare in the test set, with their sentences there; `n_articles_needed` is how many test
    articles would show a difference as large as this one, None where none would.
    """

    is_better: bool
    reasons: tuple[str, ...]
    lost: tuple[str, ...] = ()
    unjudged: tuple[tuple[str, int], ...] = ()
    n_articles_needed: int | None = None


def judge(comparison: Comparison, examples: Sequence[Example], margin: float) -> Judgement:
    """The rule applied to a comparison on these examples; `margin` is a share of F1, 0 to 1."""
    rare = too_rare([one.label for one in comparison.labels], examples)
    names = {name for name, _ in rare}
    judged = [one for one in comparison.labels if one.label not in names]
    lost = [one for one in judged if one.f1.value < -margin]
    difference = comparison.macro_f1
    is_above = difference.low is not None and difference.low > 0
    reasons = [_about(comparison), *(_loss(one, margin) for one in lost)]
    if is_above and not lost and (worse := _shown_worse(judged)):
        reasons.append(worse)
    return Judgement(
        is_better=is_above and not lost,
        reasons=tuple(reasons),
        lost=tuple(one.label for one in lost),
        unjudged=rare,
        n_articles_needed=articles_needed(difference, comparison.n_articles),
    )


def too_rare(names: Sequence[str], examples: Sequence[Example]) -> tuple[tuple[str, int], ...]:
    """The labels that too few test sentences or articles carry, with the number of sentences."""
    found = []
    for name in names:
        articles = [one.article_id for one in examples if name in one.labels]
        if len(articles) < MIN_SENTENCES or len(set(articles)) < MIN_ARTICLES:
            found.append((name, len(articles)))
    return tuple(found)


def articles_needed(difference: Estimate, n_articles: int) -> int | None:
    """How many test articles would put a difference as large as this above zero, four times in
    five; None where the challenger is not better, or the number is beyond reason.

    The standard error of the paired differences shrinks with the square root of the number of
    articles, so n' = n ((t + z) s / d)², with t for the interval and z for the power.
    """
    from scipy.stats import norm, t

    if difference.low is None or difference.high is None or difference.value <= 0:
        return None
    error = (difference.high - difference.low) / 2 / t.ppf((1 + LEVEL) / 2, n_articles - 1)

    def is_enough(needed: int) -> bool:
        wanted = t.ppf((1 + LEVEL) / 2, needed - 1) + norm.ppf(POWER)
        return bool(needed >= n_articles * (wanted * error / difference.value) ** 2)

    numbers = range(2, MAX_TIMES * n_articles + 1)
    found = bisect_left(numbers, True, key=is_enough)
    return numbers[found] if found < len(numbers) else None


def _about(comparison: Comparison) -> str:
    one = comparison.macro_f1
    if comparison.n_flips == 0:
        return "Both answer every test sentence alike."
    if one.low is None or one.high is None:
        return "All test sentences come from one article, which gives no interval."
    if one.low > 0:
        return "The whole interval of the difference in macro-F1 lies above zero."
    if one.high < 0:
        return "It is worse, and that is not chance."
    return "The difference in macro-F1 may be chance."


def _loss(one: LabelDifference, margin: float) -> str:
    return (
        f"{one.label} loses {-100 * one.f1.value:.1f} points of F1, more than the margin of "
        f"{100 * margin:g}."
    )


def _shown_worse(labels: Sequence[LabelDifference]) -> str:
    """What a promotion must not hide: labels that are worse for sure, if within the margin."""
    found = [one.label for one in labels if one.f1.high is not None and one.f1.high < 0]
    return f"Within the margin, but not by chance, worse: {', '.join(found)}." if found else ""
