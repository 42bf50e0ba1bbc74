"""What is stored of many windows of one scope, in one query.

Sources of which the scope holds every channel are read as a whole, one row a day, week
or month for all their channels, unless the channels are asked for one by one.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from django.db import connection
from pyroaring import BitMap

from metrics.models import Population
from metrics.periods import Grain, Window, cover
from metrics.reporting.scopes import ALWAYS, Scope
from metrics.reporting.sets import GRAINS, Packed

Holder = Literal["source", "channel"]
Sets = Literal["active", "writers", "ties", "hours"]

# A set that was not asked for stays in the database: unpacking is what costs.
_ROWS: Final = """
    SELECT run.place, p.{holder}_id, p.start,
           CASE WHEN 'active' = ANY (run.sets) THEN p.active END,
           CASE WHEN 'writers' = ANY (run.sets) THEN p.writers END,
           CASE WHEN 'ties' = ANY (run.sets) THEN p.ties END,
           CASE WHEN 'hours' = ANY (run.sets) THEN p.hours END
    FROM jsonb_to_recordset(%s) AS run (place int, grain text, start date, until date,
                                        sets text[], holders bigint[])
    CROSS JOIN LATERAL unnest(run.holders) AS holder (id)
    JOIN metrics_{holder}people p ON p.{holder}_id = holder.id
        AND p.grain = run.grain AND p.start >= run.start AND p.start < run.until
    WHERE p.population = %s
"""
_BOTH: Final = " UNION ALL ".join(
    _ROWS.format(holder=holder) for holder in ("source", "channel")
)


class Wanted(NamedTuple):
    """A window to be read, which of its sets, and how finely.

    `by_channel` reads each channel for itself, `by_day` each day.
    """

    window: Window
    sets: Sequence[Sets] = ("active",)
    by_channel: bool = False
    by_day: bool = False


class Stored(NamedTuple):
    """The sets of one channel, or of a whole source, from a day on."""

    holder: int
    start: date
    sets: Packed


def read_stored(
    scope: Scope, wanted: Sequence[Wanted], population: Population
) -> list[list[Stored]]:
    """What is stored of each window, in the order asked."""
    runs: dict[Holder, list[dict[str, Any]]] = {"source": [], "channel": []}
    for place, one in enumerate(wanted):
        for holder, run in _runs(scope, one):
            runs[holder].append({"place": place, **run})
    found: list[list[Stored]] = [[] for _window in wanted]
    with connection.cursor() as cursor:
        sources, channels = json.dumps(runs["source"]), json.dumps(runs["channel"])
        cursor.execute(_BOTH, [sources, population, channels, population])
        for place, holder_id, start, active, *others in cursor.fetchall():
            people = None if active is None else BitMap.deserialize(bytes(active))
            found[place].append(Stored(holder_id, start, Packed(people, *others)))
    return found


def _runs(scope: Scope, wanted: Wanted) -> Iterator[tuple[Holder, dict[str, Any]]]:
    grains = (Grain.DAY,) if wanted.by_day else GRAINS
    holders = _holders(scope, by_channel=wanted.by_channel)
    for (holder, days), numbers in holders.items():
        for grain, run in cover(wanted.window.clip(days), grains):
            yield (
                holder,
                {
                    "grain": grain,
                    "start": run.start.isoformat(),
                    "until": run.end.isoformat(),
                    "sets": wanted.sets,
                    "holders": numbers,
                },
            )


def _holders(
    scope: Scope, *, by_channel: bool
) -> Mapping[tuple[Holder, Window], list[int]]:
    """Whose rows make up the scope, by the days on which they belong to it."""
    whole = frozenset() if by_channel else scope.whole_sources
    holders: dict[tuple[Holder, Window], list[int]] = defaultdict(list)
    for span in scope.spans:
        if span.source not in whole:
            holders["channel", span.window].append(span.channel)
    if whole:
        holders["source", ALWAYS] = list(whole)
    return holders
