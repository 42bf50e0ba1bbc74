"""Sets of marked days: who was active, who wrote, who answered whom, and when."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from metrics.aggregation.counting import delete_days
from metrics.aggregation.reading import Events
from metrics.models import DayPeople, MonthPeople, Population, packing
from metrics.sources.reading import ItemKind

TALK: Final = (ItemKind.POST, ItemKind.REPLY)


def rewrite_days(events: Events, marked: Sequence[tuple[int, date]]) -> None:
    """Replace the sets of the marked days."""
    rows = []
    for population in Population:
        chosen = events.of(population)
        sets = _packed(chosen, [day for _channel, day in marked])
        rows += [
            DayPeople(
                channel_id=marked[place][0],
                day=marked[place][1],
                population=population,
                **{name: column[place] for name, column in sets.items()},
            )
            for place in np.unique(chosen.group).tolist()
        ]
    delete_days("metrics_daypeople", marked)
    DayPeople.objects.bulk_create(rows, batch_size=1_000)


def _packed(events: Events, days: Sequence[date]) -> dict[str, list[bytes]]:
    """The packed sets of every marked day, in the order of the marks."""
    people = events.where(~events.rows["official"])
    wrote = people.kind(*TALK)
    replied = _replies_between_people(people)
    return {
        "active": [*map(packing.pack_active, _each(people, len(days), "person"))],
        "writers": [*map(packing.pack_writers, _each(wrote, len(days), "person"))],
        "ties": [
            packing.pack_ties(repliers, authors)
            for repliers, authors in zip(
                _each(replied, len(days), "person"),
                _each(replied, len(days), "target"),
                strict=True,
            )
        ],
        "hours": packing.pack_hours(*_hours(events, days)),
    }


def _each(events: Events, days: int, column: str) -> list[NDArray[Any]]:
    """A column cut into one part a marked day; empty where there are no events."""
    order = np.argsort(events.group, kind="stable")
    edges = np.searchsorted(events.group[order], np.arange(1, days))
    return np.split(events.rows[column][order], edges)


def _replies_between_people(people: Events) -> Events:
    """Replies to a person who is not the replier."""
    replies = people.kind(ItemKind.REPLY)
    target = replies.rows["target"]
    other = (target > 0) & (target != replies.rows["person"])
    return replies.where(other)


def _hours(
    events: Events, days: Sequence[date]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Each message's marked day and hour of the week, and how many days there are."""
    talk = events.kind(*TALK)
    timed = talk.where(talk.rows["timed"])
    weekday = np.array([day.weekday() for day in days], np.int64)
    return timed.group, timed.hour + 24 * weekday[timed.group], len(days)


def rewrite_months(months: set[tuple[int, date]]) -> None:
    """Replace the unions of these channels' months from the sets of their days."""
    channels, firsts = zip(*sorted(months), strict=True)
    parameters = [list(channels), list(firsts)]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM metrics_monthpeople t USING unnest(%s::bigint[], %s::date[])"
            " AS touched (channel_id, month) WHERE"
            " (t.channel_id, t.month) = (touched.channel_id, touched.month)",
            parameters,
        )
        cursor.execute(
            "SELECT d.channel_id, month, d.population, active, writers, ties, hours"
            " FROM unnest(%s::bigint[], %s::date[]) AS touched (channel_id, month)"
            " JOIN metrics_daypeople d ON d.channel_id = touched.channel_id"
            " AND d.day >= month AND d.day < month + interval '1 month'"
            " ORDER BY d.channel_id, month, d.population",
            parameters,
        )
        rows = cursor.fetchall()
    MonthPeople.objects.bulk_create(
        [
            MonthPeople(
                channel_id=channel,
                month=month,
                population=population,
                **_union(days),
            )
            for (channel, month, population), days in groupby(rows, lambda r: r[:3])
        ],
        batch_size=1_000,
    )


def _union(rows: Iterable[tuple[Any, ...]]) -> dict[str, bytes]:
    _channels, _months, _populations, active, writers, ties, hours = zip(
        *rows, strict=True
    )
    return {
        "active": packing.union_active(active).serialize(),
        "writers": packing.add_writers(writers).tobytes(),
        "ties": packing.union_ties(ties).serialize(),
        "hours": packing.add_hours(hours).astype("<u4").tobytes(),
    }
