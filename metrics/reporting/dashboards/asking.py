"""From what somebody typed to the windows that are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from metrics.models import Population
from metrics.periods import DAY, Grain, Window, bins, covered_days
from metrics.reporting.scopes import Scope

WEEKS: Final = {"": 13, "4w": 4, "26w": 26, "52w": 52}
YEAR: Final = 52 * 7 * DAY  # so that weekdays face weekdays
LONGEST: Final = 20 * 366 * DAY
MOST_BINS: Final = 400
# The widest period that a grain divides by itself, in days.
REACH: Final = {
    Grain.DAY: 35,
    Grain.WEEK: 250,
    Grain.MONTH: 4 * 366,
    Grain.QUARTER: 10 * 366,
    Grain.YEAR: LONGEST.days,
}
SHORTEST: Final = {
    Grain.DAY: 1,
    Grain.WEEK: 7,
    Grain.MONTH: 28,
    Grain.QUARTER: 90,
    Grain.YEAR: 365,
}


@dataclass(frozen=True)
class Question:
    """A scope, a period, what it is compared with, and whose activity counts.

    `extent` reaches from the first covered day of the scope to the last.
    `shortened` and `coarsened` say that the period or grain asked for was too much.
    """

    scope: Scope
    extent: Window
    window: Window
    before: Window | None
    grain: Grain
    population: Population
    floor: int
    shortened: bool = False
    coarsened: bool = False

    @cached_property
    def bins(self) -> Sequence[Window]:
        """The period cut by the grain."""
        return bins(self.window, self.grain)

    @cached_property
    def twins(self) -> Sequence[Window]:
        """For each bin the days it is compared with, as long as the bin itself."""
        if self.before is None:
            return ()
        shift = self.window.start - self.before.start
        return [Window(one.start - shift, one.end - shift) for one in self.bins]

    @cached_property
    def missing(self) -> Sequence[Window]:
        """The days of the period that no import covers."""
        gaps, day = [], self.window.start
        for part in self.scope.coverage:
            known = part.clip(self.window)
            if known.days:
                gaps.append(Window(day, known.start))
                day = known.end
        return [gap for gap in (*gaps, Window(day, self.window.end)) if gap.days]

    @cached_property
    def nothing_before(self) -> bool:
        """Whether a comparison was asked for and no import covers a day of it."""
        before, coverage = self.before, self.scope.coverage
        return before is not None and not covered_days(before, coverage)

    @cached_property
    def unevenly_covered(self) -> tuple[int, int] | None:
        """Covered days now and before, where the two differ and both have some."""
        if self.before is None:
            return None
        now = covered_days(self.window, self.scope.coverage)
        before = covered_days(self.before, self.scope.coverage)
        return (now, before) if before and now != before else None


@dataclass(frozen=True)
class Wish:
    """What somebody asks for; empty values stand for the defaults."""

    period: str = ""
    start: date | None = None
    end: date | None = None
    compare: str = ""
    grain: str = ""
    population: Population = Population.HUMAN


def ask(scope: Scope, wish: Wish, *, floor: int) -> Question | None:
    """The question meant, or None while nothing at all is covered."""
    if scope.extent is None:
        return None
    asked = _window(scope.extent, wish)
    window = Window(max(asked.start, asked.end - LONGEST), asked.end)
    wanted = Grain(wish.grain) if wish.grain else _automatic(window)
    grain = _bearable(wanted, window)
    return Question(
        scope=scope,
        extent=scope.extent,
        window=window,
        before=_before(window, wish.compare),
        grain=grain,
        population=wish.population,
        floor=floor,
        shortened=window != asked,
        coarsened=grain != wanted,
    )


def _window(extent: Window, wish: Wish) -> Window:
    """The period asked for; without dates it ends where the coverage ends.

    A number of weeks reaches back no further than the coverage does.
    """
    end = wish.end or max(extent.end, (wish.start or extent.start) + DAY)
    if wish.start:
        return Window(wish.start, end)
    if wish.period == "all":
        return Window(min(extent.start, end - DAY), end)
    start = end - timedelta(weeks=WEEKS[wish.period])
    return Window(start if end <= extent.start else max(extent.start, start), end)


def _before(window: Window, compare: str) -> Window | None:
    if compare == "none":
        return None
    if compare == "year":
        return Window(window.start - YEAR, window.end - YEAR)
    return window.before()


def _automatic(window: Window) -> Grain:
    return next(grain for grain, days in REACH.items() if window.days <= days)


def _bearable(grain: Grain, window: Window) -> Grain:
    """The grain, or the next coarser one that does not cut into too many bins."""
    coarser = list(SHORTEST)[list(SHORTEST).index(grain) :]
    return next(one for one in coarser if window.days <= MOST_BINS * SHORTEST[one])
