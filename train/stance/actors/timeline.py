"""When a row's statements were made: points on a line of time, one lane a label."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from stance.actors.reprints import day_of
from stance.actors.table import Line, Print

MAX_TICKS = 6
_DAYS, _WEEKS = 45, 400  # up to so many days a point is a day, a week; beyond, a month


@dataclass(frozen=True)
class Span:
    """The first and last day of all statements of a table, which every lane shares."""

    first: date
    last: date

    def place(self, day: date) -> float:
        """Where the day lies, 0 to 100."""
        days = max(1, (self.last - self.first).days)
        return round(100 * (day - self.first).days / days, 2)

    def step(self, day: date) -> date:
        """The first day of the step (day, week or month) that the day belongs to."""
        length = (self.last - self.first).days
        if length <= _DAYS:
            return day
        if length <= _WEEKS:
            return max(self.first, day - timedelta(days=day.weekday()))
        return max(self.first, day.replace(day=1))

    def name(self, step: date) -> str:
        """The step in words."""
        length = (self.last - self.first).days
        if length <= _DAYS:
            return step.isoformat()
        return f"week of {step}" if length <= _WEEKS else f"{step:%Y-%m}"

    def ticks(self) -> list[tuple[float, str]]:
        """Places and names of a few days along the line."""
        n_years = self.last.year - self.first.year
        if n_years >= 2:
            every = 1 + n_years // MAX_TICKS
            years = range(self.first.year + 1, self.last.year + 1, every)
            return [(self.place(date(year, 1, 1)), str(year)) for year in years]
        if self.first == self.last:
            return [(0.0, self.first.isoformat())]
        return [(0.0, self.first.isoformat()), (100.0, self.last.isoformat())]


@dataclass(frozen=True)
class Point:
    """Statements of one step: where it lies (0 to 100), how many, and the first to read."""

    place: float
    n: int
    when: str
    first: Print


def span_of(lines: Sequence[Line]) -> Span | None:
    """The span of all statements with a day; None where there is none."""
    days = [
        day
        for line in lines
        for cell in line.cells.values()
        for one in cell.prints
        if (day := day_of(one.first))
    ]
    return Span(min(days), max(days)) if days else None


def lane(prints: Sequence[Print], span: Span) -> list[Point]:
    """The statements' points in the order of time."""
    steps: dict[date, list[Print]] = {}
    for one in prints:
        if day := day_of(one.first):
            steps.setdefault(span.step(day), []).append(one)
    return [
        Point(span.place(step), len(found), span.name(step), found[0])
        for step, found in sorted(steps.items())
    ]
