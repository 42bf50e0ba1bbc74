"""The people sets of a question: of the period, of each bin, and of each channel."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from pyroaring import BitMap

from metrics.periods import DAY, Window
from metrics.reporting.dashboards.asking import Question
from metrics.reporting.dashboards.stored import Stored, Wanted, read_stored
from metrics.reporting.sets import PeopleSets
from metrics.stats.formulas import STICKINESS_DAYS

NOBODY: Final = PeopleSets(())


@dataclass(frozen=True)
class Period:
    """The sets of a period, of all days before it, and of each of its last 28 days."""

    all_days: PeopleSets
    history: PeopleSets
    last_days: Sequence[PeopleSets]


@dataclass(frozen=True)
class People:
    """The sets behind a dashboard; `before` and `twins` only where it compares.

    `channels` and `channel_bins` count the distinct people of each channel, in the
    period and in each bin.
    """

    now: Period
    before: Period | None
    bins: Sequence[PeopleSets]
    twins: Sequence[PeopleSets]
    channels: Mapping[int, int]
    channel_bins: Sequence[Mapping[int, int]]


def read_people(question: Question) -> People:
    """All the sets in one query."""
    wanted = _wanted(question)
    stored = read_stored(question.scope, list(wanted.values()), question.population)
    read = dict(zip(wanted, stored, strict=True))
    bins = [read["bin", place] for place in range(len(question.bins))]
    twins = [read["twin", place] for place in range(len(question.twins))]
    now, before = list(chain(*bins)), list(chain(*twins))
    earlier, between = read["history", 0], read["history", 1]
    return People(
        now=Period(
            _together(now + read["whole", 0]),
            _together([*earlier, *before, *between]),
            _last_days(question.window, read["last", 0]),
        ),
        before=Period(
            _together(before + read["whole", 1]),
            _together(earlier),
            _last_days(question.before, read["last", 1]),
        )
        if question.before
        else None,
        bins=[_together(rows) for rows in bins],
        twins=[_together(rows) for rows in twins],
        channels=_by_channel(now),
        channel_bins=[_by_channel(rows) for rows in bins],
    )


def _wanted(question: Question) -> dict[tuple[str, int], Wanted]:
    """What is read, by what it is for.

    Ties, writers and hours are read of whole periods; people of each bin, since
    newcomers need them there, and in this period of each channel too.
    """
    earlier, between = _history(question)
    periods = [one for one in (question.window, question.before) if one]
    wanted = {
        ("history", 0): Wanted(earlier),
        ("history", 1): Wanted(between),
        ("whole", 0): Wanted(question.window, ("writers", "ties", "hours")),
    }
    if question.before:
        wanted["whole", 1] = Wanted(question.before, ("writers", "ties"))
    for place, window in enumerate(question.bins):
        wanted["bin", place] = Wanted(window, by_channel=True)
    for place, window in enumerate(question.twins):
        wanted["twin", place] = Wanted(window)
    for place, window in enumerate(periods):
        last = Window(window.end - STICKINESS_DAYS * DAY, window.end)
        wanted["last", place] = Wanted(last, by_day=True)
    return wanted


def _history(question: Question) -> tuple[Window, Window]:
    """The days before both periods, and those between the two."""
    start, now, before = question.extent.start, question.window, question.before
    if before is None:
        return Window(start, now.start), Window(now.start, now.start)
    return Window(start, before.start), Window(before.end, now.start)


def _last_days(window: Window, rows: Iterable[Stored]) -> list[PeopleSets]:
    by_day = defaultdict(list)
    for row in rows:
        by_day[row.start].append(row)
    days = [window.end - n * DAY for n in range(1, STICKINESS_DAYS + 1)]
    return [_together(by_day[day]) for day in days]


def _together(rows: Iterable[Stored]) -> PeopleSets:
    return PeopleSets([row.sets for row in rows])


def _by_channel(rows: Iterable[Stored]) -> Mapping[int, int]:
    """Distinct people of each channel; 0 for a channel that nobody used."""
    people: dict[int, Any] = defaultdict(BitMap)
    for row in rows:
        people[row.holder] |= row.sets.active
    counts = {channel: len(active) for channel, active in people.items()}
    return defaultdict(int, counts)
