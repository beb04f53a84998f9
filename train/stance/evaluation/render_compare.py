"""A comparison of two models as words, table rows, JSON and one HTML page."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from stance.evaluation.compare import Comparison
from stance.evaluation.intervals import Estimate
from stance.evaluation.render_html import page
from stance.evaluation.report import percent
from stance.storage.errors import n_of

# 1: first form.
COMPARISON_FORMAT = 1
COLUMNS = ("label", "F1 before", "F1 now", "F1 difference", "average precision", "p-value")
SHARE_COLUMNS = ("label", "before", "now", "change", "sentences changed")


def verdict(comparison: Comparison) -> str:
    """One sentence: better, worse, or not to be told apart."""
    one = comparison.macro_f1
    points = f"{abs(100 * one.value):.1f} points of macro-F1"
    way = f"{points} better than" if one.value > 0 else f"{points} worse than"
    if one.value == 0:
        way = "as good in macro-F1 as"
    if one.low is None or one.high is None:
        sure = "one article gives no interval, so this may be chance"
    else:
        within = ", so it may be chance" if one.low <= 0 <= one.high else ""
        sure = f"95 % interval of the difference {signed(one.low)} to {signed(one.high)}{within}"
    return (
        f"On {n_of(comparison.n_sentences, 'sentence')} from "
        f"{n_of(comparison.n_articles, 'article')} "
        f"{comparison.new_version} is {way} {comparison.old_version} ({sure}); it fixes "
        f"{n_of(comparison.n_fixed, 'sentence')} and breaks {comparison.n_broken:,}."
    )


def signed(value: float | None) -> str:
    """A difference of shares in points, with its sign.

    >>> signed(0.0412), signed(-0.01)
    ('+4.1', '-1.0')
    """
    if value is None:
        return "–"
    return ("+" if value >= 0 else "-") + percent(abs(value))


def difference(estimate: Estimate) -> str:
    """A difference with its interval, in points."""
    if estimate.low is None:
        return signed(estimate.value)
    return f"{signed(estimate.value)} [{signed(estimate.low)}, {signed(estimate.high)}]"


def rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """One row a label, then the mean over labels and the whole answers."""
    found: list[tuple[str, ...]] = [
        (
            one.label,
            percent(one.old_f1),
            percent(one.new_f1),
            difference(one.f1),
            difference(one.average_precision),
            p_value(one.mcnemar_p),
        )
        for one in comparison.labels
    ]
    macro = ("macro avg", "", "", difference(comparison.macro_f1))
    found.append((*macro, difference(comparison.macro_average_precision), ""))
    whole = ("whole answers right", "", "", difference(comparison.subset_accuracy))
    found.append((*whole, "", p_value(comparison.mcnemar_p)))
    return found


def share_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """How an archive's counts change."""
    return [
        (
            one.label,
            f"{one.n_old:,}",
            f"{one.n_new:,}",
            f"{one.n_new - one.n_old:+,}",
            f"{one.n_changed:,} of {one.n_sentences:,}",
        )
        for one in comparison.shares
    ]


def p_value(value: float) -> str:
    """The p-value with three decimals.

    >>> p_value(0.0002), p_value(0.5)
    ('< 0.001', '0.500')
    """
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def to_json(comparison: Comparison) -> str:
    """The comparison as JSON."""
    fields = {"format": COMPARISON_FORMAT, "verdict": verdict(comparison), **asdict(comparison)}
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"


def to_html(comparison: Comparison, paragraphs: Sequence[str] = ()) -> str:
    """The comparison as a page that stands alone; `paragraphs` stand in place of the verdict."""
    return page(
        "compare.html",
        one=comparison,
        paragraphs=paragraphs or [verdict(comparison)],
        columns=COLUMNS,
        rows=rows(comparison),
        share_columns=SHARE_COLUMNS,
        share_rows=share_rows(comparison),
    )
