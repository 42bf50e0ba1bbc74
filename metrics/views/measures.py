"""One measure explained and opened, and the list of all of them."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from metrics.models import Import
from metrics.reporting.dashboards import Question
from metrics.reporting.measuring import Point, gather, point
from metrics.screens.engagement import explanation, frame, tables
from metrics.stats import BY_KEY, MEASURES, Measure
from metrics.views.asking import Asking, asking
from people.screens.downloads import as_csv

OWN_PARAMETERS: Final = ("sort", "page", "format")
MOST_FILES: Final = 50


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """What every measure means, from its declaration."""
    return render(
        request, "metrics/measures.html", {"tiers": explanation.tiers(MEASURES)}
    )


@require_safe
def detail(request: HttpRequest, key: str) -> HttpResponseBase:
    """A measure of a scope and period: what it is, and what is behind its figure."""
    measure = BY_KEY.get(key)
    if measure is None:
        raise Http404(key)
    asked = asking(request, *OWN_PARAMETERS)
    page: dict[str, Any] = {
        "measure": measure,
        "scope": asked.heading,
        "trail": [(asked.heading, asked.links.to("metrics:dashboard"))],
        "definition": explanation.definition(measure),
        "form": asked.form,
        "note": frame.completeness(asked.scope),
        "reset_url": asked.links.unfiltered("metrics:measure", key),
    }
    if asked.question is None:
        return render(request, "metrics/measure_empty.html", page)
    now, before, course, twins = _points(measure, asked.question)
    table = tables.series(measure)
    if table.wants_csv(request.GET):
        subject = asked.heading
        return as_csv(table, course, request.GET, on=asked.user.today, subject=subject)
    question = asked.question
    page |= {
        "when": frame.when(question),
        "banners": list(frame.banners(question, asked.form.ignored)),
        "figure": explanation.figure(measure, now),
        "change": explanation.change(measure, now, before),
        "facts": explanation.facts(now, asked.scope, question.floor),
        "chart": explanation.chart(
            measure, course, () if question.nothing_before else twins, question.grain
        ),
        "table": table.shown(course, request.GET),
        "files": _files(asked, question)[:MOST_FILES],
        "records_url": asked.links.to("metrics:evidence", key)
        if asked.may_open_records
        else "",
    }
    return render(request, "metrics/measure.html", page)


def _points(
    measure: Measure, question: Question
) -> tuple[Point, Point | None, Sequence[Point], Sequence[Point]]:
    """The figure of the period, of the one before, of each bin and of its twin."""
    before = [question.before] if question.before else []
    windows = [question.window, *before, *question.bins, *question.twins]
    found = gather(question.scope, windows, question.population, [measure])
    points = [point(measure, one, floor=question.floor) for one in found.windows]
    first_bin = 1 + len(before)
    first_twin = first_bin + len(question.bins)
    return (
        points[0],
        points[1] if before else None,
        points[first_bin:first_twin],
        points[first_twin:],
    )


def _files(asked: Asking, question: Question) -> "QuerySet[Import]":
    """The imports whose days lie in the period, newest first."""
    return (
        Import.objects.visible_to(asked.user)
        .loaded()
        .filter(
            source__in=asked.scope.sources,
            first_day__lt=question.window.end,
            last_day__gte=question.window.start,
        )
        .order_by("-received_at")
    )
