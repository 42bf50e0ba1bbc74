"""The people sets of a question: of the period, of each bin, and of each channel."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, Final, NamedTuple

from django.db import connection
from pyroaring import BitMap

from metrics.periods import DAY, Grain, Window
from metrics.reporting.dashboards.asking import Question
from metrics.reporting.sets import Packed, PeopleSets
from metrics.stats.formulas import STICKINESS_DAYS

NOBODY: Final = PeopleSets(())
BY_DAY: Final = {Grain.DAY, Grain.WEEK}

# Whole months within a channel's days in a window are read as their unions, all other
# days as themselves. A window may ask for its days alone, and it says which sets it
# needs, for unpacking them is what a dashboard spends its time on.
_ROWS: Final = """
    WITH span AS (
        SELECT w.*, s.channel_id, greatest(w.a, s.a) AS first_day,
               least(w.z, s.z) AS end_day
        FROM unnest(%(starts)s::date[], %(ends)s::date[], %(single)s::bool[],
                    %(active)s::bool[], %(writers)s::bool[], %(ties)s::bool[],
                    %(hours)s::bool[])
            WITH ORDINALITY AS w (a, z, single, active, writers, ties, hours, place)
        CROSS JOIN unnest(%(channels)s::bigint[], %(from)s::date[], %(until)s::date[])
            AS s (channel_id, a, z)
        WHERE greatest(w.a, s.a) < least(w.z, s.z)),
    whole AS (
        SELECT *, date_trunc('month', end_day)::date AS last,
               (date_trunc('month', first_day - 1) + interval '1 month')::date AS first
        FROM span),
    piece AS (
        SELECT w.*, d.day, d.active AS a1, d.writers AS w1, d.ties AS t1, d.hours AS h1
        FROM whole w JOIN metrics_daypeople d ON d.channel_id = w.channel_id
            AND d.day >= w.first_day AND d.day < w.end_day
            AND d.population = %(population)s
            AND (w.single OR d.day < w.first OR d.day >= w.last)
        UNION ALL
        SELECT w.*, m.month, m.active, m.writers, m.ties, m.hours
        FROM whole w JOIN metrics_monthpeople m ON m.channel_id = w.channel_id
            AND m.month >= w.first AND m.month < w.last
            AND m.population = %(population)s
        WHERE NOT w.single)
    SELECT place, channel_id, day,
           CASE WHEN active THEN a1 END, CASE WHEN writers THEN w1 END,
           CASE WHEN ties THEN t1 END, CASE WHEN hours THEN h1 END
    FROM piece
"""


_CHOICES: Final = ("single", "active", "writers", "ties", "hours")


class Wanted(NamedTuple):
    """A window to be read, and which of its sets; `single` reads no whole months."""

    window: Window
    active: bool = False
    writers: bool = False
    ties: bool = False
    hours: bool = False
    single: bool = False


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


@dataclass(frozen=True)
class Stored:
    """The sets of one channel on one day, or in one month."""

    channel: int
    day: date
    sets: Packed


def read_people(question: Question) -> People:
    """All the sets in one query."""
    wanted = _wanted(question)
    read = dict(zip(wanted, _read(question, list(wanted.values())), strict=True))
    bins = [read["bin", place] for place in range(len(question.bins))]
    twins = [read["twin", place] for place in range(len(question.twins))]
    now, before = list(chain(*bins)), list(chain(*twins))
    single = chain(now, before, read.get(("last", 0), ()), read.get(("last", 1), ()))
    by_day = defaultdict(list)
    for row in single:
        by_day[row.day].append(row)

    def period(window: Window, rows: list[Stored], history: list[Stored]) -> Period:
        days = [window.end - n * DAY for n in range(1, STICKINESS_DAYS + 1)]
        last_days = [_together(by_day[day]) for day in days]
        return Period(_together(rows), _together(history), last_days)

    earlier, between = read["history", 0], read["history", 1]
    return People(
        now=period(
            question.window, now + read["whole", 0], [*earlier, *before, *between]
        ),
        before=period(question.before, before + read["whole", 1], earlier)
        if question.before
        else None,
        bins=[_together(rows) for rows in bins],
        twins=[_together(rows) for rows in twins],
        channels=_by_channel(now),
        channel_bins=[_by_channel(rows) for rows in bins],
    )


def _wanted(question: Question) -> dict[tuple[str, int], Wanted]:
    """What is read, by what it is for.

    Ties, writers and hours are read of whole periods, in whole months; people of each
    bin, since channels, newcomers and last days need them there.
    """
    earlier, between = _history(question)
    periods = [one for one in (question.window, question.before) if one]
    wanted = {
        ("history", 0): Wanted(earlier, active=True),
        ("history", 1): Wanted(between, active=True),
    }
    for place, window in enumerate(periods):
        wanted["whole", place] = Wanted(
            window, writers=True, ties=True, hours=place == 0
        )
    for place, window in enumerate(question.bins):
        wanted["bin", place] = Wanted(window, active=True)
    for place, window in enumerate(question.twins):
        wanted["twin", place] = Wanted(window, active=True)
    if question.grain not in BY_DAY:
        for place, window in enumerate(periods):
            last = Window(window.end - STICKINESS_DAYS * DAY, window.end)
            wanted["last", place] = Wanted(last, active=True, single=True)
    return wanted


def _history(question: Question) -> tuple[Window, Window]:
    """The days before both periods, and those between the two."""
    start, now, before = question.extent.start, question.window, question.before
    if before is None:
        return Window(start, now.start), Window(now.start, now.start)
    return Window(start, before.start), Window(before.end, now.start)


def _read(question: Question, wanted: Sequence[Wanted]) -> list[list[Stored]]:
    """What is stored of each window, in the order asked."""
    spans = question.scope.spans
    with connection.cursor() as cursor:
        cursor.execute(
            _ROWS,
            {
                "starts": [one.window.start for one in wanted],
                "ends": [one.window.end for one in wanted],
                **{name: [getattr(one, name) for one in wanted] for name in _CHOICES},
                "channels": [span.channel for span in spans],
                "from": [span.window.start for span in spans],
                "until": [span.window.end for span in spans],
                "population": question.population.value,
            },
        )
        found: list[list[Stored]] = [[] for _window in wanted]
        for place, channel, day, active, *others in cursor.fetchall():
            people = None if active is None else BitMap.deserialize(bytes(active))
            found[place - 1].append(Stored(channel, day, Packed(people, *others)))
    return found


def _together(rows: Iterable[Stored]) -> PeopleSets:
    return PeopleSets([row.sets for row in rows])


def _by_channel(rows: Iterable[Stored]) -> Mapping[int, int]:
    """Distinct people of each channel; 0 for a channel that nobody used."""
    people: dict[int, Any] = defaultdict(BitMap)
    for row in rows:
        people[row.channel] |= row.sets.active
    counts = {channel: len(active) for channel, active in people.items()}
    return defaultdict(int, counts)
