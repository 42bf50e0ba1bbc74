"""Receipts: what became of a file, in numbers that add up."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models.functions import Now

from metrics.ingest import quarantine
from metrics.ingest.storing import Stored
from metrics.models import Import
from metrics.periods import LocalTime, day_of
from metrics.sources.reading import PROBLEMS_SHOWN, Batch, Problem, Reading


@dataclass
class Reader:
    """What a receipt tells of a file that was read."""

    read: int = 0
    rejected: int = 0
    rejects: list[Problem] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)
    channels: int = 0
    format: str = ""
    platform: str = ""
    unknown_columns: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class Extent:
    """Which days and people the file's items span."""

    zone: ZoneInfo
    days: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)

    def add(self, batch: Batch, reading: Reading) -> None:
        """Take a batch into account; bots are not people."""
        self.days.update(np.unique(LocalTime.of(batch.at, self.zone).day).tolist())
        self.people.update(
            place
            for place in np.unique(batch.account).tolist()
            if not reading.accounts[place].is_bot
        )

    @property
    def first(self) -> date | None:
        return day_of(min(self.days)) if self.days else None

    @property
    def last(self) -> date | None:
        return day_of(max(self.days)) if self.days else None


def reader_of(reading: Reading, platform: str) -> Reader:
    return Reader(
        read=reading.tally.read,
        rejected=reading.tally.rejected,
        rejects=reading.tally.rejects,
        ignored=dict(reading.tally.ignored.most_common()),
        format=reading.format,
        platform=platform,
        unknown_columns=reading.unknown_columns,
        notes=reading.tally.notes,
        channels=len(reading.channels),
    )


def write(job: Import, reader: Reader, stored: Stored, extent: Extent) -> None:
    job.finish(
        status=Import.Status.LOADED,
        platform=reader.platform,
        format=reader.format,
        read=reader.read,
        inserted=stored.inserted,
        updated=stored.updated,
        unchanged=stored.unchanged,
        duplicates=stored.duplicates,
        rejected=reader.rejected,
        ignored=sum(reader.ignored.values()),
        ignored_kinds=reader.ignored,
        channels=reader.channels,
        people=len(extent.people),
        first_day=extent.first,
        last_day=extent.last,
        finished_at=Now(),
        **_problems(job, reader, reader.rejects),
    )


def reject(job: Import, problems: list[Problem], reader: Reader) -> None:
    """Nothing of the file counts; the receipt says why. Every row was rejected."""
    job.finish(
        status=Import.Status.REJECTED,
        platform=job.platform or reader.platform,
        format=reader.format,
        read=reader.read,
        rejected=reader.read - sum(reader.ignored.values()),
        ignored=sum(reader.ignored.values()),
        ignored_kinds=reader.ignored,
        error=problems[0].message,
        finished_at=Now(),
        **_problems(job, reader, problems),
    )


def _problems(
    job: Import, reader: Reader, problems: list[Problem]
) -> dict[str, object]:
    return {
        "unknown_columns": reader.unknown_columns,
        "notes": reader.notes,
        "problems_total": max(len(problems), reader.rejected),
        "problems": [
            {"where": p.where, "line": p.line, "value": p.value, "message": p.message}
            for p in problems[:PROBLEMS_SHOWN]
        ],
        "rejected_rows": quarantine.write(job, problems),
    }
