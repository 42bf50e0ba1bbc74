"""A measure in words: what it means, how its figure came about, how far to trust it."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.reporting.measuring import Point
from metrics.reporting.scopes import Scope
from metrics.stats import Measure
from people.screens import charts, figures
from people.screens.figures import Change, Figure, number
from people.screens.wording import moment, period

BETTER: Final = {1: "up", -1: "down", 0: ""}
TIERS: Final = {
    "business": gettext_lazy("Business"),
    "analytics": gettext_lazy("Analytics"),
    "engagement": gettext_lazy("Engagement"),
}
UNITS: Final = {
    "count": gettext_lazy("A number"),
    "share": gettext_lazy("A share of a whole, in per cent"),
    "hours": gettext_lazy("Hours"),
    "ratio": gettext_lazy("A ratio"),
}
DIRECTIONS: Final = {
    1: gettext_lazy("More is better"),
    -1: gettext_lazy("Less is better"),
    0: gettext_lazy("Neither more nor less is better"),
}
STATUSES: Final = {
    "final": gettext_lazy("Final: nothing that is loaded may still change it."),
    "provisional": gettext_lazy(
        "Provisional: some posts are less than 7 days old when the data ends and may "
        "still be answered."
    ),
    "suppressed": gettext_lazy(
        "Hidden: fewer than %(floor)s people are behind it; each could be told apart."
    ),
    "not_covered": gettext_lazy("Not covered: no import holds a day of this period."),
}
Pairs = list[tuple[str | Promise, str | Promise]]


def definition(measure: Measure) -> Pairs:
    """What a measure is, as terms and their values."""
    return [
        (_("Formula"), measure.formula),
        (_("Where it comes from"), measure.origin),
        (_("Unit"), UNITS[measure.unit]),
        (_("Direction"), DIRECTIONS[measure.direction]),
        (_("Kind"), TIERS[measure.tier]),
        (_("Key"), measure.key),
        (_("Version of the definition"), number(measure.version)),
    ]


def tiers(
    measures: Sequence[Measure],
) -> list[tuple[str, list[tuple[Measure, Pairs]]]]:
    """All measures with their definitions by tier, else in the order declared."""
    order = list(TIERS)
    ranked = sorted(measures, key=lambda measure: order.index(measure.tier))
    return [
        (str(TIERS[tier]), [(measure, definition(measure)) for measure in members])
        for tier, members in groupby(ranked, key=lambda measure: measure.tier)
    ]


def figure(measure: Measure, now: Point) -> Figure:
    """The figure of the period in its state."""
    return figures.figure(now.value, measure.unit, now.status)


def change(measure: Measure, now: Point, before: Point | None) -> Change | None:
    """The step from the period before."""
    if before is None:
        return None
    better = BETTER[measure.direction]
    return figures.change(now.value, before.value, measure.unit, better)


def facts(now: Point, scope: Scope, floor: int) -> Pairs:
    """What stands behind the figure; a count or a median has nothing it divides."""
    counts = (
        (_("Numerator"), now.numerator),
        (_("Denominator"), now.denominator),
        (_("Observations"), now.n),
        (_("People"), now.people),
    )
    return [
        *((label, number(count)) for label, count in counts if count is not None),
        (_("Period"), period(now.start, now.end)),
        (_("Days begin in"), scope.timezone),
        (_("Counted"), moment(scope.counted_at) if scope.counted_at else _("Not yet")),
        (_("Status"), STATUSES[now.status] % {"floor": floor}),
    ]


def chart(
    measure: Measure, course: Sequence[Point], twins: Sequence[Point], grain: str
) -> SafeString:
    """The measure over time, with the period before."""
    series = charts.Series(str(measure.label), course, twins)
    return charts.time_chart(
        [series],
        name="course",
        title=str(measure.label),
        unit=measure.unit,
        grain=grain,
    )
