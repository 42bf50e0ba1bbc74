"""Work that has not come to its end, whatever it is about."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from people.models import Mail, Work


@dataclass(frozen=True)
class Job:
    """A piece of work that waits, runs or was set aside.

    `progress` is 0 to 1. `retry_url` takes a POST; it is empty unless the work was set
    aside.
    """

    kind: str
    label: str
    url: str
    state: Work.State
    attempts: int
    due: datetime
    progress: float
    error: str
    retry_url: str


def job_of(work: Work, *, kind: str, url: str, retry_url: str) -> Job:
    """A piece of work as the operations page lists it."""
    state = Work.State(work.state)
    return Job(
        kind=kind,
        label=str(work),
        url=url,
        state=state,
        attempts=work.attempts,
        due=work.due,
        progress=work.progress,
        error=work.error,
        retry_url=retry_url if state is Work.State.QUARANTINED else "",
    )


def pending_mail() -> "QuerySet[Mail]":
    """Mail that waits, is being sent, or was set aside."""
    pending: QuerySet[Mail] = Mail.objects.pending().order_by("due", "pk")
    return pending
