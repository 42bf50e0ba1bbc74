"""Reading the events of marked days, each at its place among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from metrics.models import Channel, Population
from metrics.models.copying import copy_out
from metrics.models.sources import zone_of
from metrics.periods import DAY, LocalTime, days_since_epoch, instant
from metrics.sources.reading import ItemKind
from people.models import Organisation

# Clocks differ from UTC by at most 14 hours; runs of days lie further apart than that.
MARGIN: Final = timedelta(hours=14)
GAP: Final = 3 * DAY
UTC: Final = ZoneInfo("UTC")
NOBODY_KNOWN: Final = 0

EVENT: Final = {
    "at": "timestamptz",
    "channel": "int8",
    "kind": "int2",
    "person": "int8",
    "bot": "bool",
    "official": "bool",
    "target": "int8",
    "target_bot": "bool",
    "timed": "bool",
}

# The account answered is the file's word, else the author of the thread. An official
# account counts as the organisation's own voice, not as a bot and not as a person.
_EVENTS: Final = """
    SELECT e.occurred_at, e.channel_id, e.kind, coalesce(a.number, a.id)::bigint,
           coalesce(a.is_bot_override, a.is_bot) AND NOT a.official, a.official,
           CASE WHEN t.official THEN 0 ELSE coalesce(t.number, t.id, 0) END::bigint,
           coalesce(coalesce(t.is_bot_override, t.is_bot) AND NOT t.official, false),
           e.flags & 2 = 0
    FROM metrics_event e
    JOIN metrics_account a ON a.id = e.account_id
    LEFT JOIN metrics_thread h
        ON e.kind = 2 AND e.target_id = 0 AND h.thread_key = e.thread_key
    LEFT JOIN metrics_account t ON t.id = coalesce(nullif(e.target_id, 0), h.author_id)
    WHERE e.channel_id = ANY(%s) AND e.occurred_at >= %s AND e.occurred_at < %s
"""


@dataclass(frozen=True)
class Events:
    """Events of marked days as columns; `group` is the day's place in the marks."""

    group: NDArray[np.int64]
    hour: NDArray[np.int64]
    rows: NDArray[Any]

    def of(self, population: Population) -> "Events":
        """Only what counts: among people no bot acts, is reacted to or is answered."""
        if population is Population.ALL:
            return self
        reaction = self.rows["kind"] == ItemKind.REACTION
        chosen = self.where(~self.rows["bot"] & ~(reaction & self.rows["target_bot"]))
        chosen.rows["target"][chosen.rows["target_bot"]] = NOBODY_KNOWN
        return chosen

    def where(self, chosen: NDArray[np.bool_]) -> "Events":
        """The chosen events."""
        return Events(self.group[chosen], self.hour[chosen], self.rows[chosen])

    def kind(self, *kinds: ItemKind) -> "Events":
        """The events of these kinds."""
        return self.where(np.isin(self.rows["kind"], kinds))


def read_days(marked: Sequence[tuple[int, date]]) -> Events:
    """The events of marked (channel, day) pairs, each on its channel's own clock."""
    zones = _zones({channel for channel, _day in marked})
    rows = np.concatenate(
        [
            copy_out(_EVENTS, EVENT, [list(zones), first, end])
            for first, end in _spans({day for _channel, day in marked})
        ]
    )
    local_day, hour = _local(rows, zones)
    places = np.array([_code(c, days_since_epoch(d)) for c, d in marked])
    codes = _code(rows["channel"], local_day)
    group = np.searchsorted(places, codes)
    found = places[np.minimum(group, len(places) - 1)] == codes
    return Events(group[found], hour[found], rows[found])


def _code(channel: Any, day: Any) -> Any:
    """One number for a channel's day, in the order of (channel, day)."""
    return channel * 1_000_000 + day


def _zones(channels: set[int]) -> dict[int, ZoneInfo]:
    default = Organisation.current().timezone
    found = Channel.objects.filter(pk__in=channels).select_related("source")
    return {channel.pk: zone_of(channel, default) for channel in found}


def _spans(days: set[date]) -> list[tuple[Any, Any]]:
    """The instants that days on any clock may span; days close together as one."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and day <= runs[-1][1] + GAP:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return [
        (instant(first, UTC) - MARGIN, instant(last + DAY, UTC) + MARGIN)
        for first, last in runs
    ]


def _local(
    rows: NDArray[Any], zones: dict[int, ZoneInfo]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    day = np.zeros(len(rows), np.int64)
    hour = np.zeros(len(rows), np.int64)
    for zone in set(zones.values()):
        channels = [key for key, own in zones.items() if own == zone]
        here = np.isin(rows["channel"], channels)
        local = LocalTime.of(rows["at"][here], zone)
        day[here], hour[here] = local.day, local.hour
    return day, hour
