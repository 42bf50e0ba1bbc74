"""Imports that somebody stops, or starts again."""

from django.db import transaction
from django.db.models.functions import Now

from metrics.models import Import
from people.commands import audit
from people.commands.bell import ring
from people.models import User, Work


class CannotCancel(Exception):
    """The import has come to an end: what it brought in, it has brought in."""


class CannotRetry(Exception):
    """Only an import that was set aside is tried again."""


@transaction.atomic
def cancel(job: Import, *, by: User) -> Import:
    """Stop an import that waits, runs or was set aside; nothing of it is stored.

    A worker that is loading it finds its lease gone and undoes what it did. Raises
    CannotCancel.
    """
    held: Import = Import.objects.select_for_update().get(pk=job.pk)
    if held.status != Import.Status.QUEUED:
        raise CannotCancel
    before = {"state": held.state}
    held.state, held.status = Work.State.CANCELLED, Import.Status.CANCELLED
    held.lease_until, held.finished_at = None, Now()
    held.save(update_fields=["state", "status", "lease_until", "finished_at"])
    audit.record("cancel", held, by=by, before=before, after={"state": held.state})
    return held


@transaction.atomic
def retry(job: Import, *, by: User) -> Import:
    """Let an import that was set aside wait again, with all attempts before it.

    Raises CannotRetry.
    """
    held: Import = Import.objects.select_for_update().get(pk=job.pk)
    if held.state != Work.State.QUARANTINED:
        raise CannotRetry
    before = {"state": held.state, "error": held.error}
    held.wait_again()
    audit.record("retry", held, by=by, before=before, after={"state": held.state})
    ring("metrics.tasks.catch_up")
    return held
