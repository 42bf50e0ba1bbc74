"""What every source adapter gives: batches of columns, problems and a description.

An adapter is plain Python: a package of files in, and out come batches of items. It
names file, line and value of every problem, and never touches the database.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

PROBLEMS_SHOWN: Final = 100
REJECTS_KEPT: Final = 100_000
SHOWN: Final = 200
BATCH: Final = 100_000
NOBODY: Final = -1

QUESTION: Final = 1
DAY_ONLY: Final = 2


def shown(value: object) -> str:
    """A value as it may be shown: printable, and cut when it is long."""
    text = str(value)
    cut = "…" if len(text) > SHOWN else ""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:SHOWN]) + cut


class ItemKind(IntEnum):
    """What an item is, after ActivityStreams 2.0."""

    POST = 1
    REPLY = 2
    REACTION = 3
    SHARE = 4


class Unreadable(ValueError):
    """The file as a whole cannot be taken: what is wrong, where, and what to do."""

    def __init__(
        self, message: str, *, where: str = "", line: int | None = None, value: str = ""
    ) -> None:
        super().__init__(message)
        self.problem = Problem(where=where, line=line, value=value, message=message)


@dataclass(frozen=True, slots=True)
class Problem:
    """One item that cannot be taken; `line` is a line, or an element's number."""

    where: str
    line: int | None
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """An account as the file describes it.

    `listed` is None when the file holds no member list; else whether the account is
    on it, human, and not deactivated.
    """

    external_id: str
    name: str = ""
    is_bot: bool = False
    listed: bool | None = None


@dataclass(frozen=True, slots=True)
class ChannelSeen:
    """A channel as the file describes it."""

    external_id: str
    name: str


@dataclass(frozen=True)
class Batch:
    """Items as columns of one length.

    `at` and `version` are microseconds since 1970 in UTC; `key` and `thread` are stable
    64-bit hashes; `account`, `target` and `channel` are places in the reading's lists
    (`target` may be NOBODY); `length` is the text's length in characters.
    """

    kind: NDArray[np.int16]
    at: NDArray[np.int64]
    key: NDArray[np.int64]
    thread: NDArray[np.int64]
    account: NDArray[np.int32]
    target: NDArray[np.int32]
    channel: NDArray[np.int32]
    length: NDArray[np.int32]
    flags: NDArray[np.int16]
    version: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.key)


@dataclass
class Tally:
    """What became of the items read so far; the rest of `read` stands in batches.

    `notes` say in words what the uploader should know of the file as a whole: files in
    it that hold no items, a member list that is missing.
    """

    read: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    rejects: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def ignore(self, kind: str, number: int = 1) -> None:
        """Count items that are recognised and not counted."""
        self.read += number
        self.ignored[kind] += number

    def reject(self, problem: Problem) -> None:
        """Count one bad item and keep it for the quarantine, if that is not full."""
        self.read += 1
        self.rejected += 1
        if len(self.rejects) < REJECTS_KEPT:
            self.rejects.append(problem)


@dataclass(frozen=True)
class Options:
    """What the uploader said: the source's short name, and the channel if need be."""

    namespace: str
    channel: str = ""


class Reading(Protocol):
    """A file being read. The lists and the tally grow while batches are taken.

    `batches` raises Unreadable when the file as a whole cannot be taken. Items in a
    batch are counted in `tally.read` when the batch is handed out. `progress` is the
    share of the file read so far, 0 to 1.
    """

    format: str
    accounts: list[AccountSeen]
    channels: list[ChannelSeen]
    tally: Tally
    unknown_columns: list[str]
    progress: float

    def batches(self) -> Iterator[Batch]: ...
