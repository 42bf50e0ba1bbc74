"""Imports as pages and the command line tell of them."""

from typing import Any

from metrics.models import Import
from people.models import Work

COUNTS = (
    "read",
    "inserted",
    "updated",
    "unchanged",
    "duplicates",
    "rejected",
    "ignored",
)


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
