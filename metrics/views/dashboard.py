"""The engagement dashboard of everything, an audience, a program, a channel."""

import hashlib
import secrets
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from metrics.models import Channel
from metrics.periods import DAY, instant
from metrics.reporting.dashboards import Dashboard, Question, fingerprint, kept_answer
from metrics.reporting.dashboards.facts import Breakdown
from metrics.screens.engagement import choices, frame, panels
from metrics.screens.engagement.tables import TILES, channels
from metrics.screens.engagement.tiles import tiles
from metrics.views.asking import Asking, asking
from people.models import Organisation
from people.rules.roles import ANALYSTS
from people.screens.downloads import as_csv
from programs.models import Program

OWN_PARAMETERS: Final = (
    "format",
    "channels-sort",
    "channels-page",
    "channels-format",
)
# A page drawn by an earlier release must not be taken for the same.
RELEASE: Final = secrets.token_hex(8)


@require_safe
def dashboard(request: HttpRequest) -> HttpResponseBase:
    """All figures of one scope and period; the address is the state."""
    if "" in request.GET.values():
        return redirect(_without_empty(request))
    asked = asking(request, *OWN_PARAMETERS)
    if asked.question is None:
        return render(request, "metrics/dashboard_empty.html", _nothing(asked))
    etag = _etag(request, asked, asked.question)
    unchanged = get_conditional_response(request, etag=etag) if etag else None
    if unchanged is not None:
        return unchanged
    response = _answer(request, asked, asked.question)
    if etag:
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _answer(
    request: HttpRequest, asked: Asking, question: Question
) -> HttpResponseBase:
    found = kept_answer(question)
    today, subject = asked.user.today, asked.heading
    if TILES.wants_csv(request.GET):
        return as_csv(TILES, found.tiles, request.GET, on=today, subject=subject)
    table = channels(asked.links, floor=question.floor)
    if table.wants_csv(request.GET):
        return as_csv(table, found.channels, request.GET, on=today, subject=subject)
    page = _frame(asked, question, found) | _panels(asked, question, found)
    page["channels"] = table.shown(found.channels, request.GET, total=found)
    return render(request, "metrics/dashboard.html", page)


def _frame(asked: Asking, question: Question, found: Dashboard) -> dict[str, Any]:
    """What stands around the figures."""
    links = asked.links
    return {
        "heading": asked.heading,
        "what": frame.what(asked.scope),
        "when": frame.when(question),
        "form": asked.form,
        "note": frame.completeness(asked.scope),
        "banners": list(frame.banners(question, asked.form.ignored, found)),
        "on_paper": frame.whole_state(question, at=timezone.now()),
        "reset_url": links.unfiltered("metrics:dashboard"),
        "scopes_url": links.to("metrics:scopes"),
        "csv_url": links.to("metrics:dashboard", format="csv"),
        "widen_url": links.unfiltered("metrics:dashboard", period="all"),
    }


def _panels(asked: Asking, question: Question, found: Dashboard) -> dict[str, Any]:
    """The figures themselves; a breakdown that may not be shown stays away."""
    page: dict[str, Any] = {
        "found": found,
        "tiles": list(tiles(found, asked.links, floor=question.floor)),
        "talk": panels.talk(found, question),
        "contributors": panels.contributors(found, question),
        "grain": frame.GRAINS[question.grain],
        "zone": asked.scope.timezone,
    }
    if found.breakdown is None:
        return page
    before = frame.compared(question)
    return page | {
        "endings": panels.endings(found.breakdown, before=before),
        "responders": panels.responders(found.breakdown, floor=question.floor),
        "writers": panels.writers(found.breakdown, floor=question.floor),
        "waits": panels.waits(found.breakdown),
        "hours": panels.hours(found.breakdown, zone=asked.scope.timezone),
        "unanswered": _unanswered(asked, question, found.breakdown),
    }


def _unanswered(
    asked: Asking, question: Question, breakdown: Breakdown
) -> dict[str, Any] | None:
    """The posts that wait, for those who may see single records."""
    if not asked.may_open_records:
        return None
    end = min(question.window.end, question.extent.end)
    at = instant(end, ZoneInfo(asked.scope.timezone))
    return {
        "rows": list(panels.open_posts(breakdown, asked.scope, asked.links, at=at)),
        "count": breakdown.unanswered,
        "until": end - DAY,
        "url": asked.links.to("metrics:evidence", "unanswered_share", answered="no"),
    }


def _etag(request: HttpRequest, asked: Asking, question: Question) -> str:
    """Stands for the very page, or is empty while a message waits to be shown once."""
    if len(get_messages(request)):
        return ""
    user = asked.user
    reader = (user.pk, str(user), sorted(user.roles_today), user.theme, user.timezone)
    state = (
        RELEASE,
        fingerprint(question),
        reader,
        user.shortcuts,
        Organisation.current().name,
        get_language(),
        request.get_full_path(),
        user.today,
    )
    digest = hashlib.sha256(repr(state).encode()).hexdigest()
    return f'"{digest}"'


def _without_empty(request: HttpRequest) -> str:
    """The address without the empty parameters that a form without script sends."""
    state = request.GET.copy()
    for name in [name for name in state if state[name] == ""]:
        del state[name]
    return f"{request.path}?{state.urlencode(safe='/')}"


def _nothing(asked: Asking) -> dict[str, Any]:
    """The page while no import covers the scope: what to do first."""
    return {
        "heading": asked.heading,
        "what": frame.what(asked.scope),
        "scopes_url": asked.links.to("metrics:scopes"),
        "unmapped": asked.scope.kind == "program" and not asked.scope.channels,
        "may_load": asked.user.holds(*ANALYSTS),
        "banners": list(frame.not_understood(asked.form.ignored)),
    }


@require_safe
def scopes(request: HttpRequest) -> HttpResponseBase:
    """All that a dashboard can be about, keeping the period."""
    asked = asking(request, "sort", "page")
    channels = Channel.objects.visible_to(asked.user).select_related("source")
    programs = Program.objects.visible_to(asked.user).order_by("name")
    table = choices.channels(asked.links)
    page = {
        "groups": list(choices.groups(asked.links, channels, programs)),
        "table": table.shown(channels, request.GET),
    }
    return render(request, "metrics/scopes.html", page)
