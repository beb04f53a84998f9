"""A page of all versions: their scores, and a line of how the main one went."""

from dataclasses import dataclass

from stance.evaluation.render_html import page
from stance.models.info import Info

WIDTH, HEIGHT = 240, 48


@dataclass(frozen=True)
class Version:
    """One version as the page shows it; the scores are out of fold, in points."""

    name: str
    aliases: tuple[str, ...]
    n_sentences: int
    macro_f1: float
    macro_average_precision: float


def version_of(info: Info, aliases: tuple[str, ...]) -> Version:
    """The line of one version."""
    scores = info.out_of_fold
    return Version(
        info.version,
        aliases,
        info.data.n_sentences,
        100 * scores.macro_f1,
        100 * scores.macro_average_precision,
    )


def to_html(versions: list[Version]) -> str:
    """The page, versions in the order given, with a sparkline of the macro-F1."""
    return page(
        "gallery.html",
        versions=versions,
        points=sparkline([one.macro_f1 for one in versions]),
        size=(WIDTH, HEIGHT),
    )


def sparkline(values: list[float]) -> list[tuple[float, float]]:
    """The points of the line in pixels, left to right, the highest value at the top.

    >>> sparkline([50.0, 60.0])
    [(4.0, 44.0), (236.0, 4.0)]
    """
    low, high = min(values, default=0.0), max(values, default=0.0)
    step = (WIDTH - 8) / max(1, len(values) - 1)
    span = (high - low) or 1.0
    return [
        (round(4 + number * step, 1), round(4 + (high - value) / span * (HEIGHT - 8), 1))
        for number, value in enumerate(values)
    ]
