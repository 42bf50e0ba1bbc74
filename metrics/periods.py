"""Days, windows and bins. A window is half-open: its end is the first day after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

DAY: Final = timedelta(days=1)
DAY_US: Final = 86_400_000_000
HOUR_US: Final = 3_600_000_000
QUARTER_US: Final = 900_000_000  # offsets from UTC change on quarters of an hour
EPOCH: Final = date(1970, 1, 1)


class Grain(StrEnum):
    """How wide a bin is. Weeks start on Monday; quarters and years are calendar."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


@dataclass(frozen=True, order=True)
class Window:
    """The days from `start` up to, not including, `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days lie in the window; 0 for an empty one."""
        return max((self.end - self.start).days, 0)

    def clip(self, other: "Window") -> "Window":
        """The days in both windows; an empty window where there are none."""
        start = max(self.start, other.start)
        return Window(start, max(start, min(self.end, other.end)))

    def before(self) -> "Window":
        """The window of the same length that ends where this one starts."""
        return Window(self.start - (self.end - self.start), self.start)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


def floor(day: date, grain: Grain) -> date:
    """The first day of the bin of this grain that holds the day."""
    match grain:
        case Grain.WEEK:
            return day - timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
        case Grain.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case Grain.YEAR:
            return day.replace(month=1, day=1)
        case _:
            return day


def ceiling(day: date, grain: Grain) -> date:
    """The first day of the first bin of this grain that starts on the day or later."""
    start = floor(day, grain)
    return start if start == day else following(start, grain)


def following(day: date, grain: Grain) -> date:
    """The first day of the bin after the one that starts on this day."""
    if grain is Grain.DAY:
        return day + DAY
    if grain is Grain.WEEK:
        return day + 7 * DAY
    months = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}[grain]
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def bins(window: Window, grain: Grain) -> list[Window]:
    """The window cut at the grain's boundaries; first and last bin may be partial."""
    if grain is Grain.ALL or not window.days:
        return [window] if window.days else []
    found, start = [], floor(window.start, grain)
    while start < window.end:
        end = following(start, grain)
        found.append(Window(start, end).clip(window))
        start = end
    return found


def cover(window: Window, grains: Sequence[Grain]) -> Iterator[tuple[Grain, Window]]:
    """The window as runs of whole bins, in order: as coarse as the grains allow.

    The grains go from coarse to fine and end with days.
    """
    grain, *finer = grains
    first, last = ceiling(window.start, grain), floor(window.end, grain)
    if first < last:
        yield from cover(Window(window.start, first), finer) if finer else ()
        yield grain, Window(first, last)
        yield from cover(Window(last, window.end), finer) if finer else ()
    elif finer and window.days:
        yield from cover(window, finer)


def union(windows: Sequence[Window]) -> list[Window]:
    """The same days as windows that neither touch nor overlap, in order."""
    merged: list[Window] = []
    for window in sorted(windows):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
        elif window.days:
            merged.append(window)
    return merged


def covered_days(window: Window, coverage: Sequence[Window]) -> int:
    """How many days of the window some import covers; coverage is a union."""
    return sum(window.clip(part).days for part in coverage)


@dataclass(frozen=True)
class LocalTime:
    """Instants as they stand on the clock of a zone: days since 1970, hour 0 to 23."""

    day: NDArray[np.int64]
    hour: NDArray[np.int64]

    @classmethod
    def of(cls, at: NDArray[np.int64], zone: ZoneInfo) -> Self:
        """Convert instants in µs since 1970; daylight saving is the zone's."""
        quarters, place = np.unique(at // QUARTER_US, return_inverse=True)
        offsets = np.array([_offset(int(q), zone) for q in quarters], np.int64)
        local = at + offsets[place] if len(at) else at
        return cls(day=local // DAY_US, hour=local % DAY_US // HOUR_US)


def _offset(quarter: int, zone: ZoneInfo) -> int:
    instant = datetime.fromtimestamp(quarter * QUARTER_US // 1_000_000, UTC)
    shift: Any = instant.astimezone(zone).utcoffset()
    return int(shift.total_seconds()) * 1_000_000


def instant(day: date, zone: ZoneInfo) -> datetime:
    """The moment a day begins in a zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def days_since_epoch(day: date) -> int:
    """Days since 1 January 1970."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The day this many days after 1 January 1970."""
    return EPOCH + timedelta(days=number)
