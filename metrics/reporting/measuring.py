"""Measures of a scope over windows, with the status that says how far to trust each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from metrics.models import Account, Population
from metrics.periods import DAY, Window, covered_days
from metrics.reporting.facts import Facts, FactTable, read_facts, read_responses
from metrics.reporting.scopes import Scope
from metrics.reporting.sets import PeopleSets, read_sets
from metrics.stats import Measure, Responses
from metrics.stats.formulas import STICKINESS_DAYS

Status = Literal["final", "provisional", "suppressed", "not_covered"]


@dataclass(frozen=True)
class Point:
    """A measure's figure for one window.

    All of it is None when suppressed; `value` alone is None when there is none.
    """

    start: date
    end: date
    value: float | None
    numerator: int | None
    denominator: int | None
    n: int | None
    people: int | None
    status: Status


@dataclass(frozen=True)
class WindowMaterial:
    """What the measures of one window are computed from; see `stats.Material`."""

    window: Window
    covered: int
    facts: Facts
    sets: PeopleSets
    responses: Responses
    history: PeopleSets
    last_days: Sequence[PeopleSets]
    last_days_covered: bool
    members: BitMap | None

    @property
    def posts(self) -> int:
        return self.facts.posts

    @property
    def replies(self) -> int:
        return self.facts.replies

    @property
    def reactions(self) -> int:
        return self.facts.reactions

    @property
    def shares(self) -> int:
        return self.facts.shares

    @property
    def answered(self) -> int:
        return self.facts.answered

    @property
    def dialogues(self) -> int:
        return self.facts.dialogues

    @property
    def contributions(self) -> int:
        """Posts, replies, reactions and shares."""
        return self.posts + self.replies + self.reactions + self.shares

    @cached_property
    def people(self) -> int:
        """Distinct contributors."""
        return len(self.active)

    @property
    def active(self) -> BitMap:
        return self.sets.active

    @property
    def writers(self) -> NDArray[Any]:
        return self.sets.writers

    @property
    def ties(self) -> NDArray[np.uint64]:
        return self.sets.ties

    @property
    def earlier(self) -> BitMap:
        return self.history.active

    @property
    def daily_active(self) -> list[BitMap] | None:
        if not self.last_days_covered:
            return None
        return [day.active for day in self.last_days]


@dataclass(frozen=True)
class Gathered:
    """The material of every window asked for, and the facts by channel."""

    windows: Sequence[WindowMaterial]
    table: FactTable


def gather(
    scope: Scope,
    windows: Sequence[Window],
    population: Population,
    measures: Iterable[Measure],
) -> Gathered:
    """Read what the measures need of these windows: a fixed number of queries."""
    measures = list(measures)
    needs = {measure.needs for measure in measures}
    table = read_facts(scope, windows, population)
    timed = any(measure.unit == "hours" for measure in measures)
    responses = read_responses(scope, windows, population) if timed else {}
    wanted = [
        part
        for window in windows
        for part in (
            window,
            _history(scope, window) if "history" in needs else _nothing(window),
            *(_last_days(window) if "last_days" in needs else ()),
        )
    ]
    sets = iter(read_sets(scope, wanted, population))
    members = _members(scope) if "members" in needs else None
    days = STICKINESS_DAYS if "last_days" in needs else 0
    return Gathered(
        [
            WindowMaterial(
                window=window,
                covered=covered_days(window, scope.coverage),
                facts=table.total[place],
                sets=next(sets),
                history=next(sets),
                last_days=[next(sets) for _day in range(days)],
                last_days_covered=_covered_to_the_end(scope, window),
                responses=responses.get(place, Responses()),
                members=members,
            )
            for place, window in enumerate(windows)
        ],
        table,
    )


def _history(scope: Scope, window: Window) -> Window:
    start = scope.extent.start if scope.extent else window.start
    return Window(min(start, window.start), window.start)


def _nothing(window: Window) -> Window:
    return Window(window.start, window.start)


def _last_days(window: Window) -> list[Window]:
    return [
        Window(window.end - (n + 1) * DAY, window.end - n * DAY)
        for n in range(STICKINESS_DAYS)
    ]


def _covered_to_the_end(scope: Scope, window: Window) -> bool:
    last = Window(window.end - STICKINESS_DAYS * DAY, window.end)
    return covered_days(last, scope.coverage) == STICKINESS_DAYS


def _members(scope: Scope) -> BitMap | None:
    """Humans on the newest member lists of the scope's sources, or None without one."""
    listed = Account.objects.filter(source__in=scope.sources, listed=True).human()
    numbers = BitMap(
        number or key for number, key in listed.values_list("number", "pk")
    )
    return numbers or None


def point(measure: Measure, material: WindowMaterial, *, floor: int) -> Point:
    """The measure's figure, unless nothing covers it or too few people are in it."""
    window, people = material.window, material.people
    if not material.covered:
        return _without_figure(window, "not_covered")
    if 0 < people < floor:
        return _without_figure(window, "suppressed")
    found = measure.compute(material)
    young = measure.by_response and material.facts.young > 0
    return Point(
        window.start,
        window.end,
        found.value,
        found.numerator,
        found.denominator,
        found.n,
        people,
        "provisional" if young else "final",
    )


def _without_figure(window: Window, status: Status) -> Point:
    return Point(
        window.start,
        window.end,
        value=None,
        numerator=None,
        denominator=None,
        n=None,
        people=None,
        status=status,
    )
