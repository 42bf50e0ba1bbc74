"""Sets of people as they are stored: roaring bitmaps and packed counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap, BitMap64

WRITER: Final = np.dtype([("person", "<u4"), ("count", "<u4")])
HOURS: Final = 7 * 24


@dataclass(frozen=True)
class Sets:
    """Who was active, how much each wrote, who answered whom, and at which hours.

    `ties` are replier × 2³² + author; `hours` counts posts and replies, Monday 00:00
    first. Unions of days give any window exactly; distinct people are never added up.
    """

    active: BitMap
    writers: NDArray[Any]
    ties: BitMap64
    hours: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        *,
        active: NDArray[Any],
        writers: NDArray[Any],
        ties: NDArray[Any],
        hours: NDArray[Any],
    ) -> Self:
        """Sets from one entry an event."""
        people, counts = np.unique(writers, return_counts=True)
        return cls(
            active=BitMap(np.unique(active).astype(np.uint32)),
            writers=_writers(people, counts),
            ties=BitMap64(np.unique(ties)),
            hours=np.bincount(hours, minlength=HOURS).astype(np.int64),
        )

    @classmethod
    def union(cls, parts: Iterable["Sets"]) -> "Sets":
        """The sets of all parts together; the empty sets of none."""
        parts = list(parts)
        return Sets(
            active=BitMap.union(*(part.active for part in parts))
            if parts
            else BitMap(),
            writers=_added([part.writers for part in parts]),
            ties=BitMap64.union(*(part.ties for part in parts))
            if parts
            else BitMap64(),
            hours=sum((part.hours for part in parts), np.zeros(HOURS, np.int64)),
        )

    def packed(self) -> dict[str, bytes]:
        """The columns as they are stored."""
        return {
            "active": self.active.serialize(),
            "writers": self.writers.tobytes(),
            "ties": self.ties.serialize(),
            "hours": self.hours.astype("<u4").tobytes(),
        }

    @classmethod
    def unpack(cls, active: Any, writers: Any, ties: Any, hours: Any) -> Self:
        """Sets from stored columns."""
        return cls(
            active=BitMap.deserialize(bytes(active)),
            writers=np.frombuffer(bytes(writers), WRITER),
            ties=BitMap64.deserialize(bytes(ties)),
            hours=np.frombuffer(bytes(hours), "<u4").astype(np.int64),
        )


def _writers(people: NDArray[Any], counts: NDArray[Any]) -> NDArray[Any]:
    packed = np.empty(len(people), WRITER)
    packed["person"], packed["count"] = people, counts
    return packed


def _added(parts: list[NDArray[Any]]) -> NDArray[Any]:
    if not parts:
        return np.empty(0, WRITER)
    together = np.concatenate(parts)
    people, place = np.unique(together["person"], return_inverse=True)
    return _writers(people, np.bincount(place, together["count"], len(people)))
