"""What stands around the figures: what is shown, how complete, what was ignored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metrics.models import Population
from metrics.periods import DAY, covered_days, floor, following
from metrics.reporting.dashboards import Dashboard, Question
from metrics.reporting.scopes import Scope
from people.screens.figures import number
from people.screens.wording import day, moment, period

KINDS: Final = {
    "source": gettext_lazy("Source"),
    "channel": gettext_lazy("Channel"),
    "program": gettext_lazy("Program"),
    "audience": gettext_lazy("Audience"),
}
GRAINS: Final = {
    "day": gettext_lazy("by day"),
    "week": gettext_lazy("by week"),
    "month": gettext_lazy("by month"),
    "quarter": gettext_lazy("by quarter"),
    "year": gettext_lazy("by year"),
}
MOST_GAPS: Final = 3


@dataclass(frozen=True)
class Banner:
    """A sentence above the figures, ready for `components/banner.html`."""

    title: str
    text: str
    tone: str = "warn"


@dataclass(frozen=True)
class FirstStep:
    """What an empty page says, ready for `components/empty_nothing_yet.html`."""

    text: str
    url: str
    action: str


def what(scope: Scope) -> str:
    """The kind of scope and how many channels it has."""
    count = len(scope.channels)
    channels = ngettext("%s channel", "%s channels", count) % number(count)
    if scope.kind in {"everything", "channel"}:
        kind: str | Promise = "" if scope.kind == "everything" else KINDS["channel"]
        return str(kind) or channels
    return f"{KINDS[scope.kind]} · {channels}"


def when(question: Question, *, alone: bool = False) -> str:
    """The period, and what it is compared with unless it stands alone."""
    now = period(question.window.start, question.window.end)
    if question.before is None or alone:
        return now
    before = period(question.before.start, question.before.end)
    return _("%(now)s, compared with %(before)s") % {"now": now, "before": before}


def compared(question: Question) -> str:
    """What the period is compared with, as a heading; empty for nothing."""
    if question.before is None or question.nothing_before:
        return ""
    if question.before == question.window.before():
        return _("Period before")
    return _("A year earlier")


def whole_state(question: Question, *, at: datetime) -> str:
    """The filters as a sentence, for paper."""
    return _("%(when)s, %(grain)s, %(people)s. Printed %(at)s.") % {
        "when": when(question),
        "grain": GRAINS[question.grain],
        "people": Population(question.population).label.lower(),
        "at": moment(at),
    }


def step(question: Question) -> str:
    """How the period is divided, and whether its ends are only parts of a step.

    Sums of a part lie lower than the others, which a reader must not take for a fall.
    """
    words, bins, grain = GRAINS[question.grain], question.bins, question.grain
    first_cut = floor(bins[0].start, grain) != bins[0].start
    last_cut = following(floor(bins[-1].start, grain), grain) != bins[-1].end
    match first_cut, last_cut:
        case True, True:
            return _("%(step)s, the first and the last in part") % {"step": words}
        case True, False:
            return _("%(step)s, the first in part") % {"step": words}
        case False, True:
            return _("%(step)s, the last in part") % {"step": words}
    return str(words)


def nothing(found: Dashboard) -> str:
    """Why a period holds no figures at all; empty where it holds some."""
    if found.status == "not_covered":
        return _("No import covers a day of this period.")
    return _("Nobody contributed in this period.") if found.empty else ""


def completeness(scope: Scope) -> str:
    """How far the data reaches, and when it was counted."""
    if scope.extent is None or scope.counted_at is None:
        return _("Not counted yet")
    return _("Covered to %(day)s, counted %(at)s") % {
        "day": day(scope.extent.end - DAY),
        "at": moment(scope.counted_at),
    }


def banners(
    question: Question, ignored: Sequence[str], found: Dashboard | None = None
) -> Iterator[Banner]:
    """What a reader must know before trusting the figures."""
    yield from not_understood(ignored)
    yield from _too_much(question)
    yield from _behind(question)
    yield from _gaps(question)
    if found and not found.threaded:
        yield Banner(
            _("This space has no threads."),
            _("No message here answers another, so responses are not scored."),
            "info",
        )


def not_understood(ignored: Sequence[str]) -> Iterator[Banner]:
    """Which parts of the address had no effect."""
    if ignored:
        yield Banner(_("Part of the address was ignored."), " ".join(ignored))


def first_step(scope: Scope, *, may_act: bool) -> FirstStep:
    """What must be done before there are figures, linked for those who may do it."""
    if scope.kind == "program" and not scope.channels:
        text = _("No channel serves this program yet, so there is nothing to measure.")
        url, action = reverse("metrics:channels"), _("Map channels to programs")
    elif not scope.channels and not may_act:
        text = _("You see the channels of the programs you lead or work in: none yet.")
        url, action = "", ""
    else:
        text = _("No import holds a day of these channels yet.")
        url, action = reverse("metrics:upload"), _("Upload an export")
    return FirstStep(text, url if may_act else "", action)


def _too_much(question: Question) -> Iterator[Banner]:
    if question.shortened:
        yield Banner(
            _("The period was shortened."),
            _("A page shows at most 20 years, the last ones of the period asked for."),
        )
    if question.coarsened:
        yield Banner(
            _("The figures are shown more coarsely than asked."),
            _("The period is too long for so fine a step; it is shown %(grain)s.")
            % {"grain": GRAINS[question.grain]},
        )


def _behind(question: Question) -> Iterator[Banner]:
    stale_since = question.scope.stale_since
    if stale_since:
        yield Banner(
            _("These figures are stale since %(at)s.") % {"at": moment(stale_since)},
            _("What came in since is being counted."),
        )


def _gaps(question: Question) -> Iterator[Banner]:
    missing, coverage = question.missing, question.scope.coverage
    if missing and sum(gap.days for gap in missing) < question.window.days:
        days = sum(gap.days for gap in missing)
        named = "; ".join(period(gap.start, gap.end) for gap in missing[:MOST_GAPS])
        more = "; …" if len(missing) > MOST_GAPS else ""
        yield Banner(
            ngettext("%s day is missing.", "%s days are missing.", days) % number(days),
            _("No import covers %(periods)s.") % {"periods": named + more},
        )
    if question.nothing_before and covered_days(question.window, coverage):
        yield Banner(
            _("There is nothing to compare with."),
            _("No import covers a day of the period before."),
            "info",
        )
    if question.unevenly_covered:
        now, before = question.unevenly_covered
        yield Banner(
            _("The two periods are not covered alike."),
            _("%(now)s days now against %(before)s before: compare shares, not sums.")
            % {"now": number(now), "before": number(before)},
        )
