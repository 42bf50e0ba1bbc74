"""Tables of figures, each declared once for the page and for the file."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.models.sources import Audience
from metrics.reporting.dashboards import Dashboard
from metrics.reporting.dashboards.facts import ChannelRow, Tile
from metrics.reporting.measuring import Point
from metrics.screens.engagement.links import Links
from metrics.screens.engagement.panels import hidden_words
from metrics.stats import Measure
from people.screens.cells import Absent, Cell
from people.screens.charts import sparkline
from people.screens.tables import Column, Table

STATUSES: Final = {
    "final": gettext_lazy("Final"),
    "provisional": gettext_lazy("Provisional"),
    "suppressed": gettext_lazy("Hidden"),
    "not_covered": gettext_lazy("Not covered"),
}
FIGURES: Final = (
    ("value", gettext_lazy("Value"), ""),
    ("numerator", gettext_lazy("Numerator"), "count"),
    ("denominator", gettext_lazy("Denominator"), "count"),
    ("n", gettext_lazy("Observations"), "count"),
    ("people", gettext_lazy("People"), "count"),
)
FIRST: Final = gettext_lazy("First day")
END: Final = gettext_lazy("Day after the last")
STATUS: Final = gettext_lazy("Status")


def _now(name: str) -> Callable[[Tile], Cell]:
    return lambda tile: getattr(tile.now, name)


# All that the tiles show, as a file.
TILES: Final = Table(
    "engagement",
    gettext_lazy("Key measures"),
    (
        Column("measure", gettext_lazy("Measure"), lambda tile: tile.key),
        Column("label", gettext_lazy("Name"), lambda tile: tile.measure.label),
        Column("unit", gettext_lazy("Unit"), lambda tile: tile.measure.unit),
        Column("start", FIRST, _now("start")),
        Column("end", END, _now("end")),
        *(Column(name, label, _now(name), unit) for name, label, unit in FIGURES),
        Column("status", STATUS, lambda tile: STATUSES[tile.now.status]),
        Column(
            "before",
            gettext_lazy("Value before"),
            lambda tile: tile.before and tile.before.value,
        ),
        Column(
            "status_before",
            gettext_lazy("Status before"),
            lambda tile: tile.before and STATUSES[tile.before.status],
        ),
    ),
)


def _figure(name: str) -> Callable[[Point], Cell]:
    return lambda point: (
        Absent(STATUSES[point.status])
        if point.status in {"suppressed", "not_covered"}
        else getattr(point, name)
    )


def series(measure: Measure) -> Table:
    """A measure over time, bin by bin."""
    return Table(
        measure.key.replace("_", "-"),
        measure.label,
        (
            Column("start", FIRST, lambda point: point.start, sortable=True),
            Column("end", END, lambda point: point.end),
            *(
                Column(name, label, _figure(name), unit or measure.unit)
                for name, label, unit in FIGURES
            ),
            Column("status", STATUS, lambda point: STATUSES[point.status]),
        ),
    )


def channels(links: Links, *, floor: int) -> Table:
    """The channels of a scope; each opens its own dashboard."""

    def figure(name: str, unit: str, label: str, total: str) -> Column:
        return Column(name, label, _channel_figure(name, total, floor), unit, True)

    return Table(
        "channels",
        _("Channels"),
        (
            Column(
                "name",
                _("Channel"),
                lambda row: (
                    row.channel.name
                    if isinstance(row, ChannelRow)
                    else _("All, each person once")
                ),
                sortable=True,
                url=lambda row: (
                    links.scoped("channel", row.channel.slug)
                    if isinstance(row, ChannelRow)
                    else ""
                ),
            ),
            Column("source", _("Source"), _source),
            Column("audience", _("Audience"), _audience),
            figure("posts", "count", _("Posts"), "posts"),
            figure("replies", "count", _("Replies"), "replies"),
            figure("response_rate", "share", _("Response rate"), "response_rate"),
            figure("median", "hours", _("Median first"), "first_response_median_hours"),
            figure("people", "count", _("People"), "active_contributors"),
            Column(
                "course", _("Posts over time"), lambda row: "", show=_course, drawn=True
            ),
        ),
        sort="-replies",
        prefix="channels-",
        wide=True,
    )


def _channel_figure(name: str, total: str, floor: int) -> Callable[[Any], Cell]:
    def value(row: ChannelRow | Dashboard) -> Cell:
        if isinstance(row, Dashboard):
            return row.totals[total].value
        if row.hidden:
            return Absent(hidden_words(row.hidden, floor))
        if not row.covered:
            return Absent(_("Not covered in this period"))
        figure: Cell = getattr(row, name)
        return figure

    return value


def _source(row: ChannelRow | Dashboard) -> Cell:
    return row.channel.source if isinstance(row, ChannelRow) else ""


def _audience(row: ChannelRow | Dashboard) -> Cell:
    if isinstance(row, Dashboard):
        return ""
    audience = row.channel.audience
    return Audience(audience).label if audience else _("Not set")


def _course(row: ChannelRow | Dashboard) -> SafeString:
    points = row.course if isinstance(row, ChannelRow) else ()
    return sparkline(points, cell=True)
