"""Unions kept beside the days of channels: weeks, months, and whole sources."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.db import connection

from metrics.models import Channel, ChannelPeople, SourcePeople, packing
from metrics.periods import Grain, floor, following

Holders = type[ChannelPeople] | type[SourcePeople]
Span = tuple[int, Grain, date]

HOLDER: Final = {ChannelPeople: "channel", SourcePeople: "source"}

_DELETE: Final = """
    DELETE FROM metrics_{holder}people p
    USING unnest(%s::bigint[], %s::text[], %s::date[]) AS span (holder, grain, start)
    WHERE (p.{holder}_id, p.grain, p.start) = (span.holder, span.grain, span.start)
"""
# What a span is united from: a channel's from its days, a source's from its channels.
_DAYS: Final = """
    SELECT holder, span.grain, span.start, population, active, writers, ties, hours
    FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::date[])
        AS span (holder, grain, start, until)
    JOIN metrics_channelpeople d ON d.channel_id = holder AND d.grain = 'day'
        AND d.start >= span.start AND d.start < until
    ORDER BY holder, grain, start, population
"""
_CHANNELS: Final = """
    SELECT holder, span.grain, span.start, population, active, writers, ties, hours
    FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::date[])
        AS span (holder, grain, start, until)
    JOIN metrics_channel c ON c.source_id = holder
    JOIN metrics_channelpeople p
        ON (p.channel_id, p.grain, p.start) = (c.id, span.grain, span.start)
    ORDER BY holder, grain, start, population
"""


def rewrite_unions(marked: Sequence[tuple[int, date]]) -> None:
    """Replace every union that holds a marked day, from the days as they are now."""
    channels = {channel for channel, _day in marked}
    found = Channel.objects.filter(pk__in=channels).values_list("pk", "source")
    sources = dict(found)
    _unite(ChannelPeople, _DAYS, _spans(marked, (Grain.WEEK, Grain.MONTH)))
    days = {(sources[channel], day) for channel, day in marked}
    _unite(SourcePeople, _CHANNELS, _spans(days, (Grain.DAY, Grain.WEEK, Grain.MONTH)))


def replace(model: Holders, spans: set[Span], rows: Iterable[Any]) -> None:
    """Put these rows in place of all that is stored of the spans."""
    with connection.cursor() as cursor:
        cursor.execute(_DELETE.format(holder=HOLDER[model]), _columns(spans))
    model.objects.bulk_create(rows, batch_size=1_000)


def _spans(days: Iterable[tuple[int, date]], grains: Sequence[Grain]) -> set[Span]:
    return {
        (holder, grain, floor(day, grain)) for holder, day in days for grain in grains
    }


def _unite(model: Holders, parts: str, spans: set[Span]) -> None:
    ends = [following(start, grain) for _holder, grain, start in sorted(spans)]
    with connection.cursor() as cursor:
        cursor.execute(parts, [*_columns(spans), ends])
        rows = cursor.fetchall()
    united = []
    for (holder, grain, start, population), same in groupby(rows, lambda row: row[:4]):
        key = {f"{HOLDER[model]}_id": holder, "grain": grain, "start": start}
        united.append(model(**key, population=population, **_union(same)))
    replace(model, spans, united)


def _columns(spans: set[Span]) -> list[list[Any]]:
    return [list(column) for column in zip(*sorted(spans), strict=True)]


def _union(rows: Iterable[tuple[Any, ...]]) -> dict[str, bytes]:
    *_key, active, writers, ties, hours = zip(*rows, strict=True)
    return {
        "active": packing.union_active(active).serialize(),
        "writers": packing.add_writers(writers).tobytes(),
        "ties": packing.distinct_ties(ties).tobytes(),
        "hours": packing.add_hours(hours).astype("<u4").tobytes(),
    }
