"""A batch of items becomes stored events, and leaves marks for the recount."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from metrics.models import Import
from metrics.models.copying import copy_in, copy_out
from metrics.periods import LocalTime, day_of
from metrics.sources.reading import NOBODY, Batch, ItemKind

EVENT: Final = {
    "occurred_at": "timestamptz",
    "event_key": "int8",
    "thread_key": "int8",
    "channel_id": "int8",
    "account_id": "int8",
    "target_id": "int8",
    "import_id": "int8",
    "version": "int8",
    "text_length": "int4",
    "kind": "int2",
    "flags": "int2",
}
IDENTITY: Final = {"occurred_at": "timestamptz", "event_key": "int8"}
CONTENT: Final = [
    "thread_key",
    "channel_id",
    "account_id",
    "target_id",
    "version",
    "text_length",
    "kind",
    "flags",
]
CONTENT_TYPES: Final = {name: EVENT[name] for name in CONTENT}

Columns = dict[str, NDArray[Any]]


class RowsLost(RuntimeError):
    """PostgreSQL stored another number of rows than were sent."""


@dataclass(frozen=True)
class Stored:
    """What became of a batch's items."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0

    def __add__(self, other: Self) -> "Stored":
        return Stored(
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.duplicates + other.duplicates,
        )


def columns_of(
    batch: Batch, channels: NDArray[np.int64], accounts: NDArray[np.int64], job: Import
) -> Columns:
    """The batch as columns of the event table."""
    known = batch.target != NOBODY
    return {
        "occurred_at": batch.at,
        "event_key": batch.key,
        "thread_key": batch.thread,
        "channel_id": channels[batch.channel],
        "account_id": accounts[batch.account],
        "target_id": np.where(known, accounts[np.where(known, batch.target, 0)], 0),
        "import_id": np.full(len(batch), job.pk, np.int64),
        "version": batch.version,
        "text_length": batch.length,
        "kind": batch.kind,
        "flags": batch.flags,
    }


def store(columns: Columns, job: Import, zones: Mapping[int, ZoneInfo]) -> Stored:
    """Insert what is new, update what changed, leave the rest; mark what it touches.

    `zones` tells for each channel on whose clock a day begins.
    """
    newest = _newest_of_each(columns)
    repeated = len(columns["event_key"]) - len(newest)
    columns = _take(columns, newest)
    known = _already_stored(columns)
    new = np.ones(len(newest), bool)
    new[known["place"]] = False
    again = known["import_id"] == job.pk
    changed = _changed(columns, known)
    _insert(_take(columns, new))
    _update(_take(columns, known["place"][changed]), known[changed])
    new[known["place"][changed]] = True
    _mark_days(_take(columns, new), zones)
    duplicates = int(again.sum())
    updated = int((changed & ~again).sum())
    return Stored(
        inserted=len(newest) - len(known),
        updated=updated,
        unchanged=len(known) - duplicates - updated,
        duplicates=repeated + duplicates,
    )


def _newest_of_each(columns: Columns) -> NDArray[np.int64]:
    """The places of the items to keep: of one key, the greatest version."""
    order = np.lexsort((-columns["version"], columns["event_key"]))
    keys = columns["event_key"][order]
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    return np.sort(order[first])


def _take(columns: Columns, places: NDArray[Any]) -> Columns:
    return {name: values[places] for name, values in columns.items()}


def _already_stored(columns: Columns) -> NDArray[Any]:
    """Stored events with the batch's keys, each with its place in the batch."""
    types = {"place": "int4", "import_id": "int8", **CONTENT_TYPES}
    if not len(columns["event_key"]) or not _anything_between(columns["occurred_at"]):
        return copy_out(f"SELECT {_nulls(types)} WHERE false", types)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS incoming"
            " (occurred_at timestamptz, event_key bigint, place int) ON COMMIT DROP"
        )
        cursor.execute("TRUNCATE incoming")
    places = np.arange(len(columns["event_key"]), dtype=np.int32)
    identity = {name: columns[name] for name in IDENTITY}
    copy_in("incoming", {**IDENTITY, "place": "int4"}, {**identity, "place": places})
    content = ", ".join(f"e.{name}" for name in CONTENT)
    return copy_out(
        f"SELECT i.place, e.import_id, {content} FROM incoming i"  # noqa: S608
        " JOIN metrics_event e USING (occurred_at, event_key) WHERE"
        " e.occurred_at BETWEEN (SELECT min(occurred_at) FROM incoming)"
        " AND (SELECT max(occurred_at) FROM incoming)",
        types,
    )


def _nulls(types: dict[str, str]) -> str:
    return ", ".join(f"0::{kind}" for kind in types.values())


def _anything_between(at: NDArray[np.int64]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM metrics_event WHERE occurred_at BETWEEN"
            " to_timestamp(%s / 1e6) AND to_timestamp(%s / 1e6))",
            [int(at.min()) - 1, int(at.max()) + 1],
        )
        return bool(cursor.fetchone()[0])


def _changed(columns: Columns, known: NDArray[Any]) -> NDArray[np.bool_]:
    """Which stored events the batch corrects: never by an older version."""
    incoming = _take(columns, known["place"])
    differs = np.zeros(len(known), bool)
    for name in CONTENT:
        differs |= incoming[name] != known[name]
    return differs & (incoming["version"] >= known["version"])


def _insert(columns: Columns) -> None:
    if not len(columns["event_key"]):
        return
    _make_partitions(columns["occurred_at"])
    stored = copy_in("metrics_event", EVENT, columns)
    if stored != len(columns["event_key"]):
        raise RowsLost(f"{len(columns['event_key'])} sent, {stored} stored")
    _mark_threads(columns)


def _make_partitions(at: NDArray[np.int64]) -> None:
    days = np.unique(at // 86_400_000_000)
    months = sorted({day_of(int(day)).replace(day=1) for day in days})
    with connection.cursor() as cursor:
        cursor.execute("SELECT metrics_event_partition(m) FROM unnest(%s) m", [months])


def _update(columns: Columns, known: NDArray[Any]) -> None:
    """Correct stored events; their old channel and thread are marked too."""
    if not len(known):
        return
    _mark_threads({"thread_key": known["thread_key"], "kind": known["kind"]})
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE correction (LIKE metrics_event) ON COMMIT DROP"
        )
        copy_in("correction", EVENT, columns)
        sets = ", ".join(f"{name} = c.{name}" for name in (*CONTENT, "import_id"))
        cursor.execute(
            f"UPDATE metrics_event e SET {sets} FROM correction c WHERE"  # noqa: S608
            " (e.occurred_at, e.event_key) = (c.occurred_at, c.event_key)"
        )
        cursor.execute("DROP TABLE correction")
    _mark_threads(columns)


def _mark_threads(columns: Columns) -> None:
    talk = columns["kind"] <= ItemKind.REPLY
    keys = np.unique(columns["thread_key"][talk])
    copy_in("metrics_dirtythread", {"thread_key": "int8"}, {"thread_key": keys})


def _mark_days(columns: Columns, zones: Mapping[int, ZoneInfo]) -> None:
    for zone in set(zones.values()):
        channels = [key for key, own in zones.items() if own == zone]
        here = np.isin(columns["channel_id"], channels)
        day = LocalTime.of(columns["occurred_at"][here], zone).day
        pairs = np.unique(np.stack([columns["channel_id"][here], day]), axis=1)
        copy_in(
            "metrics_dirtyday",
            {"channel_id": "int8", "day": "date"},
            {"channel_id": pairs[0], "day": pairs[1]},
        )
