"""The engagement dashboard of everything, an audience, a program, a channel."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from metrics.models import Channel
from metrics.periods import DAY, instant
from metrics.reporting.dashboards import Question, kept_answer
from metrics.reporting.dashboards.facts import Breakdown
from metrics.screens.engagement import choices, frame, panels
from metrics.screens.engagement.tables import TILES, channels
from metrics.screens.engagement.tiles import tiles
from metrics.views.asking import Asking, asking
from metrics.views.keeping import kept, unless_unchanged
from people.rules.roles import ANALYSTS
from people.screens.downloads import as_csv
from programs.models import Program

CHANNEL_FILE: Final = "channels-format"
OWN_PARAMETERS: Final = ("format", "channels-sort", "channels-page", CHANNEL_FILE)


@require_safe
def dashboard(request: HttpRequest) -> HttpResponseBase:
    """All figures of one scope and period; the address is the state."""
    if "" in request.GET.values():
        return redirect(_without_empty(request))
    asked = asking(request, *OWN_PARAMETERS)
    question = asked.question
    if question is None:
        return render(request, "metrics/dashboard_empty.html", _nothing(asked))
    if request.GET.keys() & {"format", CHANNEL_FILE}:
        return _file(request, asked, question)
    return unless_unchanged(
        request, asked, question, lambda: _page(request, asked, question)
    )


def _file(request: HttpRequest, asked: Asking, question: Question) -> HttpResponseBase:
    """What the tiles or the channels show, unrounded."""
    found, today = kept_answer(question), asked.user.today
    table = channels(asked.links, floor=question.floor)
    if table.wants_csv(request.GET):
        return as_csv(
            table, found.channels, request.GET, on=today, subject=asked.heading
        )
    return as_csv(TILES, found.tiles, request.GET, on=today, subject=asked.heading)


def _page(request: HttpRequest, asked: Asking, question: Question) -> HttpResponseBase:
    links = asked.links
    page = {
        "heading": asked.heading,
        "what": frame.what(asked.scope),
        "when": frame.when(question),
        "form": asked.form,
        "note": frame.completeness(asked.scope),
        "on_paper": frame.whole_state(question, at=timezone.now()),
        "reset_url": links.unfiltered("metrics:dashboard"),
        "scopes_url": links.to("metrics:scopes"),
        "csv_url": links.to("metrics:dashboard", format="csv"),
        "figures": kept(
            request, asked, question, lambda: _figures(request, asked, question)
        ),
    }
    return render(request, "metrics/dashboard.html", page)


def _figures(request: HttpRequest, asked: Asking, question: Question) -> str:
    """Everything that depends on the facts, drawn."""
    found, links = kept_answer(question), asked.links
    table = channels(links, floor=question.floor)
    page = {
        "found": found,
        "banners": list(frame.banners(question, asked.form.ignored, found)),
        "nothing": frame.nothing(found),
        "widen_url": links.unfiltered("metrics:dashboard", period="all"),
        "tiles": list(tiles(found, links, floor=question.floor)),
        "talk": panels.talk(found, question),
        "contributors": panels.contributors(found, question),
        "grain": frame.step(question),
        "zone": asked.scope.timezone,
        "breakdown": found.breakdown and _broken_down(asked, question, found.breakdown),
        "channels": table.shown(found.channels, request.GET, total=found),
    }
    return render_to_string("metrics/dashboard_figures.html", page)


def _broken_down(
    asked: Asking, question: Question, breakdown: Breakdown
) -> dict[str, Any]:
    """The panels of a period that may be looked into."""
    return {
        "endings": panels.endings(breakdown, before=frame.compared(question)),
        "responders": panels.responders(breakdown, floor=question.floor),
        "writers": panels.writers(breakdown, floor=question.floor),
        "waits": panels.waits(breakdown),
        "hours": panels.hours(breakdown, zone=asked.scope.timezone),
        "unanswered": _unanswered(asked, question, breakdown),
    }


def _unanswered(
    asked: Asking, question: Question, breakdown: Breakdown
) -> dict[str, Any] | None:
    """The posts that wait, for those who may see single records."""
    if not asked.may_open_records:
        return None
    end = min(question.window.end, question.extent.end)
    at = instant(end, ZoneInfo(asked.scope.timezone))
    # The last day may still be running: nobody has waited longer than until the count.
    at = min(at, asked.scope.counted_at or at)
    return {
        "rows": list(panels.open_posts(breakdown, asked.scope, asked.links, at=at)),
        "count": breakdown.unanswered,
        "until": end - DAY,
        "url": asked.links.to("metrics:evidence", "unanswered_share", answered="no"),
    }


def _without_empty(request: HttpRequest) -> str:
    """The address without the empty parameters that a form without script sends."""
    state = request.GET.copy()
    for name in [name for name in state if state[name] == ""]:
        del state[name]
    return f"{request.path}?{state.urlencode(safe='/')}"


def _nothing(asked: Asking) -> dict[str, Any]:
    """The page while no import covers the scope: what to do first."""
    may_act = asked.user.holds(*ANALYSTS)
    return {
        "heading": asked.heading,
        "scopes_url": asked.links.to("metrics:scopes"),
        "first_step": frame.first_step(asked.scope, may_act=may_act),
        "banners": list(frame.not_understood(asked.form.ignored)),
    }


@require_safe
def scopes(request: HttpRequest) -> HttpResponseBase:
    """All that a dashboard can be about, keeping the period."""
    asked = asking(request, "sort", "page")
    visible = Channel.objects.visible_to(asked.user).select_related("source")
    programs = Program.objects.visible_to(asked.user).order_by("name")
    page = {
        "groups": list(choices.groups(asked.links, visible, programs)),
        "table": choices.channels(asked.links).shown(visible, request.GET),
    }
    return render(request, "metrics/scopes.html", page)
