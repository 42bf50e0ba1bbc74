"""What a time chart is given, and what can be asked of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal, Protocol

Status = Literal["final", "provisional", "suppressed", "not_covered"]


class Point(Protocol):
    """One value of a half-open period; None where there is none to show."""

    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...
    @property
    def value(self) -> float | None: ...
    @property
    def status(self) -> Status: ...


@dataclass(frozen=True)
class Series:
    """One line, and its dashed twin of the period before, paired point by point."""

    label: str
    points: Sequence[Point]
    before: Sequence[Point] = ()


@dataclass(frozen=True)
class Pin:
    """Something that happened, marked on the time axis by a letter."""

    on: date
    label: str


@dataclass(frozen=True)
class Window:
    """The days that a chart spans, from its left edge to its right."""

    start: date
    end: date

    @classmethod
    def of(cls, points: Sequence[Point]) -> "Window":
        """From the first point's start to the last one's end."""
        return cls(points[0].start, points[-1].end)

    def at(self, day: date) -> float:
        """Where a day begins, in per cent of the width."""
        return 100 * (day - self.start).days / max((self.end - self.start).days, 1)

    def middle(self, point: Point) -> float:
        """Where a period has its middle, in per cent of the width."""
        return (self.at(point.start) + self.at(point.end)) / 2

    def holds(self, day: date) -> bool:
        """Whether the day is on the chart."""
        return self.start <= day < self.end


def shown(point: Point) -> float | None:
    """The value, if it may be drawn."""
    return point.value if point.status in {"final", "provisional"} else None


def values(points: Sequence[Point]) -> list[float]:
    """All values that may be drawn, in order."""
    return [value for point in points if (value := shown(point)) is not None]


def spans(points: Sequence[Point], status: Status) -> Iterator[tuple[date, date]]:
    """The unbroken periods in which every point has the status."""
    for there, run in groupby(points, key=lambda point: point.status == status):
        if there:
            members = list(run)
            yield members[0].start, members[-1].end
