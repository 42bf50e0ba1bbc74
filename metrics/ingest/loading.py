"""Loading an import: all of it or nothing, in one transaction, and its receipt."""

import logging
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from metrics.ingest import quarantine
from metrics.ingest.keeping import Keeper
from metrics.ingest.naming import Names
from metrics.ingest.storing import Stored, columns_of, store
from metrics.models import Channel, Import, marking
from metrics.models.sources import zone_of
from metrics.periods import LocalTime, day_of
from metrics.sources import detection
from metrics.sources.package import Package
from metrics.sources.reading import (
    PROBLEMS_SHOWN,
    Batch,
    Options,
    Problem,
    Reading,
    Unreadable,
)
from people.models import Organisation
from people.models.desk import LeaseLost

BAD_ROWS_ALLOWED: Final = 20
BAD_SHARE_ALLOWED: Final = 0.05

log = logging.getLogger(__name__)


def load_waiting() -> int:
    """Load imports until none is ripe; the number worked on."""
    worked = 0
    while load_next():
        worked += 1
    return worked


def load_next() -> bool:
    """Load the import that waits longest; whether there was one."""
    job = Import.objects.claim()
    if job is not None:
        work_on(job)
    return job is not None


def work_on(job: Import) -> None:
    """Load a claimed import, or write down why it could not be.

    A fault of ours or of the database gives the import back for another attempt; a
    fault of the file rejects it for good.
    """
    keeper = Keeper(job)
    try:
        _load(job, keeper)
    except Unreadable as refusal:
        _reject(job, [refusal.problem], Reader())
    except TooManyBadRows as refusal:
        _reject(job, [refusal.problem, *refusal.reader.rejects], refusal.reader)
    except LeaseLost:
        log.info("Import %s was cancelled or taken over.", job.pk)
    except Exception as fault:  # whatever is wrong with one, the next must load
        log.exception("Import %s stopped.", job.pk)
        job.give_back(f"{type(fault).__name__}: {fault}")
    finally:
        keeper.close()
    job.refresh_from_db()


@dataclass
class Reader:
    """What a receipt tells of a file that was read."""

    read: int = 0
    rejected: int = 0
    rejects: list[Problem] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)
    format: str = ""
    platform: str = ""
    unknown_columns: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class TooManyBadRows(ValueError):
    """More bad rows than a file may have and still be trusted."""

    def __init__(self, message: str, reader: Reader) -> None:
        super().__init__(message)
        self.reader = reader
        self.problem = Problem(where="", line=None, value="", message=message)


@dataclass
class Extent:
    """Which days, channels and people the file's items span."""

    zone: ZoneInfo
    days: set[int] = field(default_factory=set)
    channels: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)

    def add(self, batch: Batch, reading: Reading) -> None:
        """Take a batch into account; bots are not people."""
        self.days.update(np.unique(LocalTime.of(batch.at, self.zone).day).tolist())
        self.channels.update(np.unique(batch.channel).tolist())
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


@transaction.atomic
def _load(job: Import, keeper: Keeper) -> None:
    with Package(job.file.path, name=job.name) as package:
        adapter, _format = detection.choose(package, platform=job.platform)
        options = Options(namespace=job.source.slug, channel=job.channel_name)
        reading = adapter.read(package, options)
        names = Names(job)
        default = Organisation.current().timezone
        extent = Extent(ZoneInfo(job.source.timezone or default))
        stored = Stored()
        for batch in reading.batches():
            names.learn_accounts(reading.accounts)
            names.learn_channels(reading.channels)
            columns = columns_of(batch, names.channels, names.accounts, job)
            stored += store(columns, job, _zones(job, default))
            extent.add(batch, reading)
            keeper.renew(reading.progress)
    reader = _reader(reading, adapter.KEY)
    _refuse_bad(reader, extent)
    names.learn_accounts(reading.accounts)
    names.learn_members(reading.accounts)
    names.link_to_program()
    marking.mark_accounts(names.changed)
    _write_receipt(job, reader, stored, extent)


def _zones(job: Import, default: str) -> dict[int, ZoneInfo]:
    channels = Channel.objects.filter(source=job.source).select_related("source")
    return {channel.pk: zone_of(channel, default) for channel in channels}


def _reader(reading: Reading, platform: str) -> Reader:
    return Reader(
        read=reading.tally.read,
        rejected=reading.tally.rejected,
        rejects=reading.tally.rejects,
        ignored=dict(reading.tally.ignored.most_common()),
        format=reading.format,
        platform=platform,
        unknown_columns=reading.unknown_columns,
        notes=reading.tally.notes,
    )


def _refuse_bad(reader: Reader, extent: Extent) -> None:
    """A few bad rows are set aside; many make the whole file untrustworthy."""
    bad = reader.rejected
    allowed = max(BAD_ROWS_ALLOWED, int(BAD_SHARE_ALLOWED * reader.read))
    if bad and not extent.days:
        raise TooManyBadRows(_("No row of the file can be taken."), reader)
    if bad > allowed:
        message = _(
            "%(bad)s of %(read)s rows are bad, and %(allowed)s are allowed. Nothing was"
            " taken. Correct the rows named below and upload the file again."
        ) % {"bad": bad, "read": reader.read, "allowed": allowed}
        raise TooManyBadRows(message, reader)


def _write_receipt(job: Import, reader: Reader, stored: Stored, extent: Extent) -> None:
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
        channels=len(extent.channels),
        people=len(extent.people),
        first_day=extent.first,
        last_day=extent.last,
        finished_at=Now(),
        **_problems(job, reader, reader.rejects),
    )


def _reject(job: Import, problems: list[Problem], reader: Reader) -> None:
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
