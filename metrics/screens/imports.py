"""How imports look in tables."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.models import Import, Standing
from metrics.periods import DAY
from people.screens.cells import Absent
from people.screens.tables import Column, Table
from people.screens.wording import period

TONES = {
    Standing.WAITING: "open",
    Standing.RUNNING: "info",
    Standing.QUARANTINED: "bad",
    Standing.LOADED: "good",
    Standing.REJECTED: "bad",
    Standing.CANCELLED: "open",
    Standing.WITHDRAWN: "open",
}


def badge(standing: Standing) -> SafeString:
    """The standing as a badge."""
    return format_html(
        '<span class="badge {}">{}</span>', TONES[standing], standing.label
    )


def days(job: Import) -> str | None:
    """The days that the import spans, in words."""
    if job.first_day is None or job.last_day is None:
        return None
    return period(job.first_day, job.last_day + DAY)


def was_read(job: Import) -> bool:
    """Whether any item of the file was read, so that its counts say something."""
    return job.read > 0


def _unread(job: Import) -> Absent | None:
    """What stands where the counts would, while they say nothing."""
    if was_read(job):
        return None
    return Absent(_("Nothing stored") if job.has_ended else _("Nothing stored yet"))


IMPORTS = Table(
    name="imports",
    caption=gettext_lazy("Imports"),
    sort="-received_at",
    wide=True,
    columns=(
        Column(
            "name",
            gettext_lazy("File"),
            lambda job: job.name,
            sortable=True,
            url=lambda job: job.get_absolute_url(),
        ),
        Column(
            "source",
            gettext_lazy("Source"),
            lambda job: str(job.source),
            sortable=True,
            field="source__slug",
        ),
        Column(
            "standing",
            gettext_lazy("Status"),
            lambda job: job.standing.label,
            show=lambda job: badge(job.standing),
        ),
        Column(
            "received_at",
            gettext_lazy("Received"),
            lambda job: job.received_at,
            sortable=True,
        ),
        Column(
            "days",
            gettext_lazy("Days"),
            lambda job: _unread(job) or days(job) or Absent(gettext_lazy("None")),
        ),
        Column(
            "read",
            gettext_lazy("Read"),
            lambda job: _unread(job) or job.read,
            "count",
            sortable=True,
        ),
        Column(
            "inserted",
            gettext_lazy("New"),
            lambda job: _unread(job) or job.inserted,
            "count",
            sortable=True,
        ),
        Column(
            "rejected",
            gettext_lazy("Rejected"),
            lambda job: _unread(job) or job.rejected,
            "count",
            sortable=True,
        ),
        Column("by", gettext_lazy("By"), lambda job: str(job.by or "")),
    ),
)
