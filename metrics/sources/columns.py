"""Rows gathered one by one, handed out as a batch of columns."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from metrics.sources import keys
from metrics.sources.reading import (
    BATCH,
    AccountSeen,
    Batch,
    ChannelSeen,
    Tally,
)

# kind, at, key, thread, account, target, channel, length, flags, version; the keys
# are digests.
Row = tuple[int, int, bytes, bytes, int, int, int, int, int, int]

Seen = TypeVar("Seen", AccountSeen, ChannelSeen)


@dataclass
class Rows:
    """Items of the adapters that read one item after the other."""

    tally: Tally
    waiting: list[Row] = field(default_factory=list)

    def full(self) -> Iterator[Batch]:
        """Hand out a batch when enough rows wait."""
        if len(self.waiting) >= BATCH:
            yield from self.rest()

    def rest(self) -> Iterator[Batch]:
        """Hand out what waits, counted as read."""
        if not self.waiting:
            return
        kind, at, key, thread, *others = zip(*self.waiting, strict=True)
        account, target, channel, length, flags, version = others
        self.tally.read += len(self.waiting)
        self.waiting.clear()
        yield Batch(
            kind=np.array(kind, np.int16),
            at=np.array(at, np.int64),
            key=keys.column(key),
            thread=keys.column(thread),
            account=np.array(account, np.int32),
            target=np.array(target, np.int32),
            channel=np.array(channel, np.int32),
            length=np.array(length, np.int32),
            flags=np.array(flags, np.int16),
            version=np.array(version, np.int64),
        )


@dataclass
class Places(Generic[Seen]):
    """Accounts or channels in the order they were met, and the place of each."""

    seen: list[Seen] = field(default_factory=list)
    by_id: dict[str, int] = field(default_factory=dict)

    def add(self, item: Seen) -> int:
        """The place of an account or channel; what was said of it first stands."""
        place = self.by_id.setdefault(item.external_id, len(self.seen))
        if place == len(self.seen):
            self.seen.append(item)
        return place
