"""Round numbers for the value axis and calendar marks for the time axis."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, log10

from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _

from people.screens.charts.points import Window
from people.screens.figures import number
from people.screens.wording import NO_BREAK, short_day

GRID_LINES = 3
MOST_MARKS = 7
ROUND = (1, 2, 2.5, 5, 10)
DAY_STEPS = (1, 2, 7, 14)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True)
class Scale:
    """An axis from 0 to `top` with grid lines at `lines`, all in the values' unit."""

    lines: tuple[float, ...]
    labels: tuple[str, ...]

    @property
    def top(self) -> float:
        return self.lines[-1]


def scale(highest: float, unit: str) -> Scale:
    """The smallest round axis from zero that holds the highest value."""
    factor, symbol = _shown_in(highest, unit)
    step = _round_step(highest * factor / GRID_LINES, whole=unit == "count")
    count = max(ceil(highest * factor / step - 1e-9), 1)
    marks = [step * place for place in range(1, count + 1)]
    places = 0 if step >= 1 and step == int(step) else 1
    labels = [f"{number(mark, places)}{symbol}" for mark in marks]
    return Scale(tuple(mark / factor for mark in marks), tuple(labels))


def _shown_in(highest: float, unit: str) -> tuple[float, str]:
    if unit == "share":
        return 100, f"{NO_BREAK}%"
    if unit == "hours":
        return (1, NO_BREAK + _("h")) if highest >= 1 else (60, NO_BREAK + _("min"))
    return 1, ""


def _round_step(least: float, *, whole: bool) -> float:
    if least <= 0:
        return 1
    power = 10.0 ** floor(log10(least))
    steps = [step * power for step in ROUND if step * power >= least * (1 - 1e-9)]
    if whole:
        steps = [max(1, step) for step in steps if step <= 1 or step == int(step)]
    return steps[0] if steps else 10 * power


def marks(window: Window) -> list[tuple[date, str]]:
    """At most seven days to name below the axis, at even steps of the calendar."""
    days = (window.end - window.start).days
    for step in DAY_STEPS:
        if days / step <= MOST_MARKS:
            offsets = range(0, days, step)
            named = [window.start + timedelta(days=offset) for offset in offsets]
            return [(day, short_day(day)) for day in named]
    months = list(_first_days(window))
    step = next(step for step in MONTH_STEPS if len(months) / step <= MOST_MARKS)
    return [
        (day, month(day))
        for day in months
        if (12 * day.year + day.month - 1) % step == 0
    ]


def _first_days(window: Window) -> Iterator[date]:
    month = 12 * window.start.year + window.start.month - 1
    month += window.start.day > 1
    while (day := date(month // 12, month % 12 + 1, 1)) < window.end:
        yield day
        month += 1


def month(day: date) -> str:
    """The month's short name, or the year where it begins."""
    return str(day.year) if day.month == 1 else str(MONTHS_3[day.month]).capitalize()
