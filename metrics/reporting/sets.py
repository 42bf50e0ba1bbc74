"""People sets of a scope, for many windows in one read.

Whole months are read as their unions and the rest as days, so a year needs no more
than twelve rows a channel besides its edges.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from pyroaring import BitMap

from metrics.models import Population, packing
from metrics.periods import DAY, Grain, Window, floor, following
from metrics.reporting.scopes import Scope

_ROWS: Final = """
    SELECT d.channel_id, d.day, false, active, writers, ties, hours
    FROM unnest(%(channels)s::bigint[], %(days)s::date[]) AS s (channel_id, day)
    JOIN metrics_daypeople d ON (d.channel_id, d.day) = (s.channel_id, s.day)
    WHERE d.population = %(population)s
    UNION ALL
    SELECT m.channel_id, m.month, true, active, writers, ties, hours
    FROM unnest(%(month_channels)s::bigint[], %(months)s::date[])
        AS s (channel_id, month)
    JOIN metrics_monthpeople m ON (m.channel_id, m.month) = (s.channel_id, s.month)
    WHERE m.population = %(population)s
"""


class Piece(NamedTuple):
    """A day, or a whole month, of one channel."""

    channel: int
    start: date
    whole_month: bool


class Packed(NamedTuple):
    """A piece's sets as stored, its people unpacked once since windows share days.

    None stands for a set that was not read.
    """

    active: BitMap | None
    writers: Any
    ties: Any
    hours: Any


@dataclass(frozen=True)
class PeopleSets:
    """The sets of one window, unpacked only when a measure asks for them."""

    rows: Sequence[Packed]

    @cached_property
    def active(self) -> BitMap:
        """Distinct people behind contributions."""
        return BitMap.union(BitMap(), *self._read("active"))

    @cached_property
    def writers(self) -> NDArray[Any]:
        """How much each person wrote."""
        return packing.add_writers(self._read("writers"))

    @cached_property
    def ties(self) -> NDArray[np.uint64]:
        """Who answered whom: distinct pairs in order, replier × 2³² + author."""
        return packing.distinct_ties(self._read("ties"))

    @cached_property
    def hours(self) -> NDArray[np.int64]:
        """Posts and replies by hour of the week, Monday 00:00 first."""
        return packing.add_hours(self._read("hours"))

    def _read(self, name: str) -> Iterator[Any]:
        sets = (getattr(row, name) for row in self.rows)
        return (one for one in sets if one is not None)


def read_sets(
    scope: Scope, windows: Sequence[Window], population: Population
) -> list[PeopleSets]:
    """The people sets of each window, in the order of the windows."""
    wanted = [list(pieces(scope, window)) for window in windows]
    stored = read_pieces({piece for every in wanted for piece in every}, population)
    return [together(every, stored) for every in wanted]


def together(wanted: Iterable[Piece], stored: Mapping[Piece, Packed]) -> PeopleSets:
    """The sets of all these pieces as one; a piece that is not stored held nobody."""
    return PeopleSets([stored[piece] for piece in wanted if piece in stored])


def pieces(scope: Scope, window: Window) -> Iterator[Piece]:
    """The days and whole months a window is made of, on covered days only."""
    if scope.extent is None:
        return
    known = window.clip(scope.extent)
    whole: dict[Window, list[tuple[date, bool]]] = {}
    for span in scope.spans:
        part = known.clip(span.window)
        if part not in whole:
            whole[part] = list(_steps(part))
        for start, whole_month in whole[part]:
            yield Piece(span.channel, start, whole_month)


def _steps(window: Window) -> Iterator[tuple[date, bool]]:
    day = window.start
    while day < window.end:
        month_end = following(floor(day, Grain.MONTH), Grain.MONTH)
        if day.day == 1 and month_end <= window.end:
            yield day, True
            day = month_end
        else:
            yield day, False
            day += DAY


def read_pieces(wanted: set[Piece], population: Population) -> dict[Piece, Packed]:
    """The stored sets of these pieces, in one query."""
    days = [piece for piece in wanted if not piece.whole_month]
    months = [piece for piece in wanted if piece.whole_month]
    with connection.cursor() as cursor:
        cursor.execute(
            _ROWS,
            {
                "channels": [piece.channel for piece in days],
                "days": [piece.start for piece in days],
                "month_channels": [piece.channel for piece in months],
                "months": [piece.start for piece in months],
                "population": population.value,
            },
        )
        return {
            Piece(*row[:3]): Packed(BitMap.deserialize(bytes(row[3])), *row[4:])
            for row in cursor.fetchall()
        }
