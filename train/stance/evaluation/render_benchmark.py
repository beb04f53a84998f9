"""A benchmark's result beside published ones, as rows of a table, as Markdown, and as values."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from stance.evaluation.benchmark import Result
from stance.evaluation.intervals import Estimate

COLUMNS = ("by", "cross-validation", "test", "source")


def title(result: Result) -> str:
    """What was scored, on how much, and how often its test rows have been looked at."""
    looks = "" if result.n_looks is None else f"; looks at the test rows: {result.n_looks:,}"
    return (
        f"{result.benchmark.folder}: {result.benchmark.metric}; {result.n_train:,} training and "
        f"{result.n_test:,} test rows{looks}"
    )


def rows(result: Result) -> list[Sequence[str]]:
    """Our line, that of the commonest answer, and the published ones; scores in points."""
    found: list[Sequence[str]] = [
        (
            f"this project ({result.config})",
            told(result.cross_validation),
            told(result.test) if result.test else "–",
            "",
        )
    ]
    if result.majority is not None:
        found.append(("always the commonest answer", "", f"{100 * result.majority:.1f}", ""))
    for one in sorted(result.benchmark.published, key=lambda one: one.value):
        points = f"{one.value:.1f}"
        scores = ("", points) if one.split == "test" else (points, "")
        found.append((one.system, *scores, one.source))
    return found


def told(estimate: Estimate) -> str:
    """The score in points with its interval.

    >>> told(Estimate(0.7, 0.65, 0.75))
    '70.0 [65.0, 75.0]'
    """
    points = f"{100 * estimate.value:.1f}"
    if estimate.low is None or estimate.high is None:
        return points
    return f"{points} [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"


def to_markdown(results: Sequence[Result]) -> str:
    """A table for each folder."""
    lines = []
    for result in results:
        lines += [f"**{title(result)}**", ""]
        lines += [f"| {' | '.join(COLUMNS)} |", "|---|---|---|---|"]
        lines += [f"| {' | '.join(row)} |" for row in rows(result)]
        lines.append("")
    return "\n".join(lines)


def to_dict(result: Result) -> dict[str, Any]:
    """The result as plain values; scores between 0 and 1, published ones in points."""
    return {**asdict(result), "benchmark": result.benchmark.model_dump()}
