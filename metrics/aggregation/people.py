"""Sets of marked days: who was active, who wrote, who answered whom, and when."""

from collections.abc import Iterable, Iterator, Sequence
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
    rows = [
        DayPeople(
            channel_id=marked[place][0],
            day=marked[place][1],
            population=population,
            **_packed(part, marked[place][1]),
        )
        for population in Population
        for place, part in _by_group(events.of(population))
    ]
    delete_days("metrics_daypeople", marked)
    DayPeople.objects.bulk_create(rows, batch_size=1_000)


def _by_group(events: Events) -> Iterator[tuple[int, Events]]:
    """Each marked day's events, for the days that have any."""
    order = np.argsort(events.group, kind="stable")
    ordered = Events(events.group[order], events.hour[order], events.rows[order])
    groups, starts = np.unique(ordered.group, return_index=True)
    ends = [*starts[1:], len(ordered.group)]
    for group, start, end in zip(groups.tolist(), starts, ends, strict=True):
        part = slice(start, end)
        yield (
            group,
            Events(ordered.group[part], ordered.hour[part], ordered.rows[part]),
        )


def _packed(events: Events, day: date) -> dict[str, bytes]:
    people = events.where(~events.rows["official"])
    talk = events.kind(*TALK)
    return {
        "active": packing.pack_active(people.rows["person"]),
        "writers": packing.pack_writers(people.kind(*TALK).rows["person"]),
        "ties": packing.pack_ties(_ties(people)),
        "hours": packing.pack_hours(
            talk.where(talk.rows["timed"]).hour + 24 * day.weekday()
        ),
    }


def _ties(people: Events) -> NDArray[np.uint64]:
    """Ordered pairs (replier, author replied to), both people and not the same."""
    rows = people.kind(ItemKind.REPLY).rows
    known = (rows["target"] > 0) & (rows["target"] != rows["person"])
    pairs = rows[known & ~rows["target_bot"]]
    return (pairs["person"].astype(np.uint64) << np.uint64(32)) | pairs[
        "target"
    ].astype(np.uint64)


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
