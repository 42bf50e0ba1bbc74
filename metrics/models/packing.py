"""Sets of people as they are stored: roaring bitmaps, pairs and counts.

Unions of days give any window exactly; distinct people are never added up.
"""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

Blob = bytes | memoryview

WRITER: Final = np.dtype([("person", "<u4"), ("count", "<u4")])
TIE: Final = np.dtype("<u8")
HOURS: Final = 7 * 24


def pack_active(people: NDArray[Any]) -> bytes:
    """Distinct person numbers, from one entry an event."""
    return bytes(BitMap(people.astype(np.uint32)).serialize())


def pack_ties(repliers: NDArray[Any], authors: NDArray[Any]) -> bytes:
    """Distinct ordered pairs, replier × 2³² + author, from one entry a reply."""
    high = repliers.astype(np.uint64) << np.uint64(32)
    return _distinct(high | authors.astype(np.uint64)).astype(TIE).tobytes()


def pack_writers(people: NDArray[Any]) -> bytes:
    """How much each person wrote, from one entry a post or reply."""
    return _writers(*np.unique(people, return_counts=True)).tobytes()


def pack_hours(
    group: NDArray[np.int64], hours: NDArray[np.int64], groups: int
) -> list[bytes]:
    """For each group, counts by hour of the week, Monday 00:00 first."""
    counts = np.bincount(group * HOURS + hours, minlength=groups * HOURS)
    return [row.tobytes() for row in counts.astype("<u4").reshape(groups, HOURS)]


def union_active(blobs: Iterable[Blob]) -> BitMap:
    """Distinct people of all parts together."""
    return BitMap.union(BitMap(), *(BitMap.deserialize(bytes(b)) for b in blobs))


def distinct_ties(blobs: Iterable[Blob]) -> NDArray[np.uint64]:
    """Distinct ties of all parts together, in order."""
    return _distinct(np.frombuffer(b"".join(map(bytes, blobs)), TIE))


def add_writers(blobs: Iterable[Blob]) -> NDArray[Any]:
    """How much each person wrote in all parts: records of `person` and `count`."""
    together = np.frombuffer(b"".join(map(bytes, blobs)), WRITER)
    people, place = np.unique(together["person"], return_inverse=True)
    return _writers(people, np.bincount(place, together["count"], len(people)))


def add_hours(blobs: Iterable[Blob]) -> NDArray[np.int64]:
    """Counts by hour of the week of all parts."""
    together = np.frombuffer(b"".join(map(bytes, blobs)), "<u4").reshape(-1, HOURS)
    total: NDArray[np.int64] = together.sum(axis=0, dtype=np.int64)
    return total


def _distinct(ties: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each tie once, in order; `np.unique` hashes and takes five times as long."""
    together = np.sort(ties)
    distinct: NDArray[np.uint64] = together[
        np.diff(together, prepend=~together[:1]) != 0
    ]
    return distinct


def _writers(people: NDArray[Any], counts: NDArray[Any]) -> NDArray[Any]:
    packed = np.empty(len(people), WRITER)
    packed["person"], packed["count"] = people, counts
    return packed
