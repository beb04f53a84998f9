"""The learning curve as rows, as a page with a picture, and as plain values."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from stance.evaluation.intervals import Estimate
from stance.evaluation.learning_curve import GAIN, SHARES, Forecast, LearningCurve
from stance.evaluation.plots import learning_curve_svg
from stance.evaluation.render_html import page

CANNOT_TELL = "cannot tell"


def columns() -> tuple[str, ...]:
    """The names of the columns of `rows`."""
    return (
        "label",
        "sentences",
        *(f"{100 * share:g} %" for share in SHARES),
        f"for +{100 * GAIN:.0f} points",
        "100 more add",
    )


def rows(curve: LearningCurve) -> list[Sequence[str]]:
    """For each label and the mean its scores in points, and what more sentences would bring."""
    return [
        (
            line.name,
            f"{line.sizes[-1]:,.0f}",
            *(_points(one) for one in line.scores[:-1]),
            _with_interval(line.scores[-1]),
            told(line.forecast),
            f"{100 * line.forecast.slope:+.1f}",
        )
        for line in curve.lines
    ]


def _points(estimate: Estimate) -> str:
    return f"{100 * estimate.value:.1f}"


def _with_interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return _points(estimate)
    return f"{_points(estimate)} [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"


def told(forecast: Forecast) -> str:
    """How many more sentences, with the interval, to two figures.

    >>> told(Forecast(1234.0, 801.0, 2345.0, 0.01))
    '1,200 more [800, 2,300]'
    >>> told(Forecast(None, None, None, 0.01))
    'cannot tell'
    """
    if forecast.n_more is None or forecast.low is None or forecast.high is None:
        return CANNOT_TELL
    middle, low, high = map(_rounded, (forecast.n_more, forecast.low, forecast.high))
    return f"{middle} more [{low}, {high}]"


def _rounded(number: float) -> str:
    return f"{float(f'{number:.2g}'):,.0f}"


def advice(curve: LearningCurve) -> str:
    """Which label's sentences bring most, as far as the fit can say."""
    best = max(curve.lines[:-1], key=lambda line: line.forecast.slope)
    if len(curve.lines) < 3 or best.forecast.slope <= 0:
        return ""
    return f"Sentences with {best.name} bring most for each one labelled, by the fitted curve."


def to_html(curve: LearningCurve) -> str:
    """A page with the picture and the table."""
    from markupsafe import Markup

    return page(
        "learning_curve.html",
        curve=curve,
        picture=Markup(learning_curve_svg(curve)),  # noqa: S704  # matplotlib escapes its texts
        columns=columns(),
        rows=rows(curve),
        advice=advice(curve),
        gain=f"{100 * GAIN:.0f}",
    )


def to_dict(curve: LearningCurve) -> dict[str, Any]:
    """The curve as plain values; scores between 0 and 1."""
    return {**asdict(curve), "shares": list(SHARES), "gain": GAIN}
