"""Imports as pages and the command line tell of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from metrics.models import DirtyDay, Import, Standing
from people.models import User, Work
from people.queries.desk import Job, job_of

COUNTS = (
    "read",
    "inserted",
    "updated",
    "unchanged",
    "duplicates",
    "rejected",
    "ignored",
)


RECENT = 5


@dataclass(frozen=True)
class Recent:
    """An import as other pages mention it."""

    name: str
    url: str
    source: str
    standing: Standing
    received_at: datetime


@dataclass(frozen=True)
class Progress:
    """How far an import is; `share` is known while it loads, 0 to 1.

    `days_left` are days of its source that the recount has still to count.
    """

    standing: Standing
    share: float | None
    days_left: int


def recent(user: User) -> list[Recent]:
    """The newest imports that somebody may see."""
    imports = Import.objects.visible_to(user).select_related("source")
    return [
        Recent(
            job.name,
            job.get_absolute_url(),
            str(job.source),
            job.standing,
            job.received_at,
        )
        for job in imports.order_by("-received_at", "-pk")[:RECENT]
    ]


def pending(user: User) -> list[Job]:
    """Imports that wait, run or were set aside, the one that waits longest first."""
    imports = Import.objects.visible_to(user).pending().order_by("due", "pk")
    return [
        job_of(
            job,
            kind=_("Import"),
            url=job.get_absolute_url(),
            retry_url=reverse("metrics:retry_import", args=[job.pk]),
        )
        for job in imports
    ]


def progress(job: Import) -> Progress | None:
    """How far the import is, or None when it has ended and its days are counted."""
    standing = job.standing
    if not job.has_ended:
        share = job.progress if standing == Standing.RUNNING else None
        return Progress(standing, share, days_left=0)
    if standing != Standing.LOADED:
        return None
    marks = DirtyDay.objects.filter(channel__source=job.source_id)
    left = marks.values("channel", "day").distinct().count()
    return Progress(standing, None, left) if left else None


def receipt(job: Import, *, again: bool = False) -> dict[str, Any]:
    """The receipt in the form of the command line's contract.

    `again` says that the same bytes came once more: all that is stored is unchanged.
    """
    counts = {name: getattr(job, name) for name in COUNTS}
    if again:
        stored = counts["inserted"] + counts["updated"] + counts["unchanged"]
        counts |= {"inserted": 0, "updated": 0, "unchanged": stored}
    return {
        "import": job.pk,
        "source": job.source.slug,
        "platform": job.platform,
        "format": job.format,
        "status": _status(job, counts),
        **counts,
        "ignored_kinds": job.ignored_kinds,
        "channels": job.channels,
        "people": job.people,
        "first_day": job.first_day and job.first_day.isoformat(),
        "last_day": job.last_day and job.last_day.isoformat(),
        "unknown_columns": job.unknown_columns,
        "problems_total": job.problems_total,
        "problems": job.problems,
    }


def _status(job: Import, counts: dict[str, int]) -> str:
    if job.state == Work.State.QUARANTINED:
        return Import.Status.REJECTED.value
    nothing_new = counts["inserted"] + counts["updated"] == 0 and counts["unchanged"]
    if job.status == Import.Status.LOADED and nothing_new:
        return "unchanged"
    return job.status
