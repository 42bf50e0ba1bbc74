"""What the workers have before them, and what they could not do."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from metrics.reporting.freshness import Backlog, backlog
from metrics.reporting.imports import pending
from people.commands import desk
from people.models import User, Work
from people.queries.desk import Job, job_of, pending_mail
from people.queries.gate import holder
from people.rules.roles import ADMINISTRATOR, ANALYSTS
from people.screens.downloads import as_csv
from people.screens.figures import number
from people.screens.markup import NOTHING
from people.screens.tables import Column, Table
from people.screens.wording import duration

TONES = {
    Work.State.WAITING: "open",
    Work.State.RUNNING: "info",
    Work.State.QUARANTINED: "bad",
}


@dataclass(frozen=True)
class Delay:
    """One way in which the portal is behind, in words."""

    term: str
    value: str


@require_safe
def operations(request: HttpRequest) -> HttpResponseBase:
    """Every job that has not ended; mail is for administrators alone."""
    user = holder(request, *ANALYSTS)
    at = timezone.now()
    jobs = [*pending(user), *_mail(user)]
    if JOBS.wants_csv(request.GET):
        return as_csv(JOBS, jobs, request.GET, on=user.today)
    page = {
        "table": JOBS.shown(jobs, request.GET),
        "delays": _delays(jobs, backlog(), at=at),
    }
    return render(request, "operations.html", page)


@require_POST
def retry_mail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Let a mail that was set aside wait again."""
    user = holder(request, ADMINISTRATOR)
    mail = get_object_or_404(pending_mail(), pk=pk)
    try:
        desk.retry_mail(mail, by=user)
    except desk.CannotRetry:
        messages.error(request, _("Only mail that was set aside is tried again."))
    else:
        messages.success(request, _("The mail waits to be sent again."))
    return redirect("operations")


def _mail(user: User) -> list[Job]:
    if not user.is_administrator:
        return []
    return [
        job_of(
            mail,
            kind=_("Mail"),
            url=reverse("admin:people_mail_change", args=[mail.pk]),
            retry_url=reverse("retry_mail", args=[mail.pk]),
        )
        for mail in pending_mail()
    ]


def _delays(jobs: list[Job], left: Backlog, *, at: datetime) -> list[Delay]:
    waiting = [job.due for job in jobs if job.state == Work.State.WAITING]
    return [
        Delay(
            _("Longest wait"),
            _age(min(waiting, default=None), at) or _("Nothing waits"),
        ),
        Delay(_("Days to count again"), number(left.days)),
        Delay(_("Threads to look at again"), number(left.threads)),
        Delay(_("Numbers behind by"), _age(left.since, at) or _("Up to date")),
    ]


def _age(since: datetime | None, at: datetime) -> str:
    return duration(at - since) if since and since < at else ""


def _retry(job: Job) -> SafeString:
    if not job.retry_url:
        return NOTHING
    return format_html(
        '<button type="submit" class="link" form="retry" formaction="{}"'
        ' aria-label="{}">{}</button>',
        job.retry_url,
        _("Try again: %(job)s") % {"job": job.label},
        _("Try again"),
    )


def _state(job: Job) -> SafeString:
    return format_html(
        '<span class="badge {}">{}</span>', TONES[job.state], job.state.label
    )


JOBS = Table(
    name="jobs",
    caption=gettext_lazy("Jobs"),
    sort="due",
    wide=True,
    columns=(
        Column(
            "label",
            gettext_lazy("Job"),
            lambda job: job.label,
            url=lambda job: job.url,
            note=lambda job: job.kind,
        ),
        Column(
            "state", gettext_lazy("State"), lambda job: job.state.label, show=_state
        ),
        Column(
            "progress",
            gettext_lazy("Done"),
            lambda job: job.progress if job.state == Work.State.RUNNING else "",
            "share",
        ),
        Column("attempts", gettext_lazy("Attempts"), lambda job: job.attempts, "count"),
        Column("due", gettext_lazy("Due"), lambda job: job.due, sortable=True),
        Column("error", gettext_lazy("Error"), lambda job: job.error),
        Column(
            "retry", gettext_lazy("What to do"), lambda job: "", show=_retry, drawn=True
        ),
    ),
)
