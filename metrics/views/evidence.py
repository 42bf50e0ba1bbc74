"""The records behind a measure, for those who may see more than numbers."""

from typing import Any, Final

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from metrics.forms.dashboard import ANSWERED, EvidenceForm
from metrics.reporting.dashboards import Question
from metrics.reporting.evidence import Evidence, Records, contributors
from metrics.reporting.measuring import gather, point
from metrics.screens.engagement import frame
from metrics.screens.engagement.records import CONTRIBUTORS, EVENTS, POSTS, REPLIES
from metrics.stats import BY_KEY, Measure
from metrics.views.asking import Asking, asking
from people.screens.downloads import as_csv
from people.screens.tables import Table

TABLES: Final = {
    "posts": POSTS,
    "replies": REPLIES,
    "events": EVENTS,
    "people": CONTRIBUTORS,
}
OWN_PARAMETERS: Final = ("answered", "sort", "page", "format")


@require_safe
def records(request: HttpRequest, key: str) -> HttpResponseBase:
    """What was counted, row by row, each with the import it came from."""
    asked = asking(request, *OWN_PARAMETERS)
    measure = BY_KEY.get(key)
    if measure is None:
        raise Http404(key)
    page = _frame(asked, measure)
    if not asked.may_open_records:
        return render(request, "metrics/evidence_refused.html", page, status=403)
    if asked.question is None or _hidden(asked.question):
        return render(request, "metrics/evidence_hidden.html", page)
    form = EvidenceForm(request.GET)
    evidence = Evidence(
        asked.scope,
        asked.question.window,
        asked.question.population,
        measure,
        form.answered_only() if measure.evidence == "posts" else None,
    )
    table, rows = _table(evidence)
    if table.wants_csv(request.GET):
        subject = f"{measure.key} {asked.heading}"
        return as_csv(table, rows, request.GET, on=asked.user.today, subject=subject)
    page["table"] = table.shown(rows, request.GET)
    page["choices"] = _choices(asked, measure, form)
    ignored = [*asked.form.ignored, *form.ignored()]
    page["banners"] = list(frame.not_understood(ignored))
    return render(request, "metrics/evidence.html", page)


def _table(evidence: Evidence) -> tuple[Table, Any]:
    table = TABLES[evidence.measure.evidence]
    if table is CONTRIBUTORS:
        return table, contributors(evidence)
    return table, Records(evidence)


def _hidden(question: Question) -> bool:
    """Whether so few people are behind the records that each could be told apart."""
    measure = BY_KEY["active_contributors"]
    gathered = gather(question.scope, [question.window], question.population, [measure])
    [found] = gathered.windows
    return point(measure, found, floor=question.floor).status == "suppressed"


def _frame(asked: Asking, measure: Measure) -> dict[str, Any]:
    links = asked.links
    return {
        "measure": measure,
        "heading": _("Records behind “%(label)s”") % {"label": measure.label},
        "scope": asked.heading,
        "when": frame.when(asked.question, alone=True) if asked.question else "",
        "floor": asked.question.floor if asked.question else 0,
        "trail": [
            (asked.heading, links.to("metrics:dashboard")),
            (measure.label, links.to("metrics:measure", measure.key)),
        ],
        "measure_url": links.to("metrics:measure", measure.key),
    }


def _choices(
    asked: Asking, measure: Measure, form: EvidenceForm
) -> list[tuple[str, str, bool]]:
    """For posts: all, those that were answered, those that were not."""
    if measure.evidence != "posts":
        return []
    chosen = form.cleaned_data.get("answered", "")
    return [
        (
            str(label),
            asked.links.to(
                "metrics:evidence", measure.key, **{"answered": value} if value else {}
            ),
            value == chosen,
        )
        for value, label in ANSWERED.items()
    ]
