"""Pages that need several apps."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from metrics.reporting.imports import recent
from people.models import Organisation, User
from people.queries.accounts import others_can_sign_in
from people.queries.gate import login_of
from people.queries.obligations import owed_by
from people.screens import obligations
from people.screens.downloads import as_csv
from programs.models import Program
from programs.screens import PROGRAMS
from programs.views.portfolio import FOUNDERS


@dataclass(frozen=True)
class Step:
    """One step of setting up, done or still to do."""

    label: str | Promise
    url: str
    done: bool


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """What needs me, and what is mine."""
    user = login_of(request)
    at = timezone.now()
    mine = Program.objects.visible_to(user).of(user).select_related("lead")
    if PROGRAMS.wants_csv(request.GET):
        return as_csv(PROGRAMS, mine, request.GET, on=user.today)
    owed = owed_by(user.person)
    page = {
        "today": timezone.localtime(at),
        "owed": [obligations.row(obligation, at=at) for obligation in owed],
        "steps": _steps_left(user),
        "recent": recent(user),
        "programs": PROGRAMS.shown(mine, request.GET),
        "may_add": user.holds(*FOUNDERS),
    }
    return render(request, "home.html", page)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process can answer pages: it reaches its database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def _steps_left(user: User) -> list[Step]:
    """The whole set-up list for an administrator, or nothing once all is done."""
    if not user.is_administrator:
        return []
    steps = [
        Step(
            _("Say who your organisation is"),
            reverse("people:set_up_organisation"),
            Organisation.current().set_up_at is not None,
        ),
        Step(
            _("Enter the first program"),
            reverse("programs:add"),
            Program.objects.visible_to(user).exists(),
        ),
        Step(
            _("Invite a colleague"),
            reverse("admin:people_user_changelist"),
            others_can_sign_in(user),
        ),
    ]
    return [] if all(step.done for step in steps) else steps
