"""People sets of a scope, for many windows in one read.

Whole months and weeks are read as their unions and the rest as days, so a year needs
little more than twelve rows a channel.
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
from metrics.periods import Grain, Window, bins, cover
from metrics.reporting.scopes import Scope

GRAINS: Final = (Grain.MONTH, Grain.WEEK, Grain.DAY)

_ROWS: Final = """
    SELECT p.channel_id, p.grain, p.start, active, writers, ties, hours
    FROM unnest(%s::bigint[], %s::text[], %s::date[]) AS s (channel_id, grain, start)
    JOIN metrics_channelpeople p
        ON (p.channel_id, p.grain, p.start) = (s.channel_id, s.grain, s.start)
    WHERE p.population = %s
"""


class Piece(NamedTuple):
    """A day, a whole week or a whole month of one channel."""

    channel: int
    grain: Grain
    start: date


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
    """The days, weeks and months a window is made of, on covered days only."""
    if scope.extent is None:
        return
    known = window.clip(scope.extent)
    whole: dict[Window, list[tuple[Grain, date]]] = {}
    for span in scope.spans:
        part = known.clip(span.window)
        if part not in whole:
            whole[part] = [
                (grain, one.start)
                for grain, run in cover(part, GRAINS)
                for one in bins(run, grain)
            ]
        for grain, start in whole[part]:
            yield Piece(span.channel, grain, start)


def read_pieces(wanted: set[Piece], population: Population) -> dict[Piece, Packed]:
    """The stored sets of these pieces, in one query."""
    columns = [[piece[n] for piece in wanted] for n in range(len(Piece._fields))]
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [*columns, population.value])
        return {
            Piece(channel, Grain(grain), start): Packed(
                BitMap.deserialize(bytes(active)), *others
            )
            for channel, grain, start, active, *others in cursor.fetchall()
        }
