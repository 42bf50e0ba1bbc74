"""The people sets of a question: of the period, of each bin, and of each channel."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, Final

from django.db import connection
from pyroaring import BitMap

from metrics.periods import DAY, Grain, Window
from metrics.reporting.dashboards.asking import Question
from metrics.reporting.sets import Packed, PeopleSets
from metrics.stats.formulas import STICKINESS_DAYS

NOBODY: Final = PeopleSets(())
BY_DAY: Final = {Grain.DAY, Grain.WEEK}

# Whole months within a channel's days in a window are read as their unions, all other
# days as themselves. A window may ask for its days alone.
_ROWS: Final = """
    WITH span AS (
        SELECT w.place, w.single, s.channel_id,
               greatest(w.a, s.a) AS a, least(w.z, s.z) AS z
        FROM unnest(%(starts)s::date[], %(ends)s::date[], %(single)s::bool[])
            WITH ORDINALITY AS w (a, z, single, place)
        CROSS JOIN unnest(%(channels)s::bigint[], %(from)s::date[], %(until)s::date[])
            AS s (channel_id, a, z)
        WHERE greatest(w.a, s.a) < least(w.z, s.z)),
    whole AS (
        SELECT *, (date_trunc('month', a - 1) + interval '1 month')::date AS first,
               date_trunc('month', z)::date AS last FROM span)
    SELECT w.place, d.channel_id, d.day, d.active, d.writers, d.ties, d.hours
    FROM whole w JOIN metrics_daypeople d ON d.channel_id = w.channel_id
        AND d.day >= w.a AND d.day < w.z AND d.population = %(population)s
        AND (w.single OR d.day < w.first OR d.day >= w.last)
    UNION ALL
    SELECT w.place, m.channel_id, m.month, m.active, m.writers, m.ties, m.hours
    FROM whole w JOIN metrics_monthpeople m ON m.channel_id = w.channel_id
        AND m.month >= w.first AND m.month < w.last AND m.population = %(population)s
    WHERE NOT w.single
"""


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
    earlier, between = _history(question)
    windows = [earlier, between, *question.bins, *question.twins]
    extra = [] if question.grain in BY_DAY else _last_days(question)
    read = _read(question, windows, extra)
    first_twin = 2 + len(question.bins)
    bins, twins = read[2:first_twin], read[first_twin : len(windows)]
    now, before = list(chain(*bins)), list(chain(*twins))
    by_day = defaultdict(list)
    for row in chain(*read[len(windows) :]) if extra else (*now, *before):
        by_day[row.day].append(row)

    def period(window: Window, rows: list[Stored], history: list[Stored]) -> Period:
        days = [window.end - n * DAY for n in range(1, STICKINESS_DAYS + 1)]
        last_days = [_together(by_day[day]) for day in days]
        return Period(_together(rows), _together(history), last_days)

    return People(
        now=period(question.window, now, [*read[0], *before, *read[1]]),
        before=period(question.before, before, read[0]) if question.before else None,
        bins=[_together(rows) for rows in bins],
        twins=[_together(rows) for rows in twins],
        channels=_by_channel(now),
        channel_bins=[_by_channel(rows) for rows in bins],
    )


def _history(question: Question) -> tuple[Window, Window]:
    """The days before both periods, and those between the two."""
    start, now, before = question.extent.start, question.window, question.before
    if before is None:
        return Window(start, now.start), Window(now.start, now.start)
    return Window(start, before.start), Window(before.end, now.start)


def _last_days(question: Question) -> list[Window]:
    length = STICKINESS_DAYS * DAY
    ends = [one.end for one in (question.window, question.before) if one]
    return [Window(end - length, end) for end in ends]


def _read(
    question: Question, windows: Sequence[Window], single: Sequence[Window]
) -> list[list[Stored]]:
    """What is stored of each window; of the `single` ones every day by itself."""
    every = [*windows, *single]
    spans = question.scope.spans
    with connection.cursor() as cursor:
        cursor.execute(
            _ROWS,
            {
                "starts": [window.start for window in every],
                "ends": [window.end for window in every],
                "single": [place >= len(windows) for place in range(len(every))],
                "channels": [span.channel for span in spans],
                "from": [span.window.start for span in spans],
                "until": [span.window.end for span in spans],
                "population": question.population.value,
            },
        )
        found: list[list[Stored]] = [[] for _window in every]
        for place, channel, day, active, *others in cursor.fetchall():
            people = BitMap.deserialize(bytes(active))
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
