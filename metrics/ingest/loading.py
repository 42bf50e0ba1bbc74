"""Loading an import: all of it or nothing, in one transaction, and its receipt."""

import logging
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from metrics.ingest import receipts
from metrics.ingest.keeping import Keeper
from metrics.ingest.naming import Names
from metrics.ingest.storing import Stored, columns_of, store
from metrics.models import Channel, Import, marking
from metrics.models.sources import zone_of
from metrics.sources import detection
from metrics.sources.package import Package
from metrics.sources.reading import Options, Problem, Unreadable
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
        receipts.reject(job, [refusal.problem], receipts.Reader())
    except TooManyBadRows as refusal:
        receipts.reject(job, [refusal.problem, *refusal.reader.rejects], refusal.reader)
    except LeaseLost:
        log.info("Import %s was cancelled or taken over.", job.pk)
    except Exception as fault:  # whatever is wrong with one, the next must load
        log.exception("Import %s stopped.", job.pk)
        job.give_back(f"{type(fault).__name__}: {fault}")
    finally:
        keeper.close()
    job.refresh_from_db()


class TooManyBadRows(ValueError):
    """More bad rows than a file may have and still be trusted."""

    def __init__(self, message: str, reader: receipts.Reader) -> None:
        super().__init__(message)
        self.reader = reader
        self.problem = Problem(where="", line=None, value="", message=message)


@transaction.atomic
def _load(job: Import, keeper: Keeper) -> None:
    with Package(job.file.path, name=job.name) as package:
        adapter, _format = detection.choose(package, platform=job.platform)
        options = Options(namespace=job.source.slug, channel=job.channel_name)
        reading = adapter.read(package, options)
        names = Names(job)
        default = Organisation.current().timezone
        extent = receipts.Extent(ZoneInfo(job.source.timezone or default))
        stored = Stored()
        for batch in reading.batches():
            names.learn_accounts(reading.accounts)
            names.learn_channels(reading.channels)
            columns = columns_of(batch, names.channels, names.accounts, job)
            stored += store(columns, job, _zones(job, default))
            extent.add(batch, reading)
            keeper.renew(reading.progress)
    reader = receipts.reader_of(reading, adapter.KEY)
    _refuse_bad(reader, extent)
    names.learn_channels(reading.channels)
    names.learn_accounts(reading.accounts)
    names.relearn_accounts(reading.accounts)
    names.learn_members(reading.accounts)
    names.link_to_program()
    marking.mark_accounts(names.changed)
    receipts.write(job, reader, stored, extent)


def _zones(job: Import, default: str) -> dict[int, ZoneInfo]:
    channels = Channel.objects.filter(source=job.source).select_related("source")
    return {channel.pk: zone_of(channel, default) for channel in channels}


def _refuse_bad(reader: receipts.Reader, extent: receipts.Extent) -> None:
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
