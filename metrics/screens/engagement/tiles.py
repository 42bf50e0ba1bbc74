"""Tiles: a measure's figure, its change and its course, and where it opens."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from metrics.reporting.dashboards import Dashboard
from metrics.reporting.dashboards.facts import Tile
from metrics.screens.engagement.explanation import change
from metrics.screens.engagement.links import Links
from people.screens import charts, figures
from people.screens.figures import Change, Figure


@dataclass(frozen=True)
class DrawnTile:
    """A tile, ready for `components/tile.html`."""

    name: str
    url: str
    figure: Figure
    change: Change | None
    spark: SafeString


def tiles(dashboard: Dashboard, links: Links, *, floor: int) -> Iterator[DrawnTile]:
    """The key measures, each opening to what is behind it."""
    for tile in dashboard.tiles:
        yield DrawnTile(
            name=str(tile.measure.label),
            url=links.to("metrics:measure", tile.key),
            figure=_figure(tile, floor, threaded=dashboard.threaded),
            change=change(tile.measure, tile.now, tile.before),
            spark=charts.sparkline(tile.course),
        )


def _figure(tile: Tile, floor: int, *, threaded: bool) -> Figure:
    measure = tile.measure
    reason = _reason(tile, floor)
    figure = figures.figure(tile.now.value, measure.unit, tile.now.status, reason)
    if measure.by_response and not threaded and not figure.absent:
        return replace(figure, reason=_("This space has no threads"))
    return figure


def _reason(tile: Tile, floor: int) -> str:
    """Why there is no figure, where the measure knows better than the general word."""
    if tile.now.status == "suppressed":
        return _("Fewer than %(floor)s people") % {"floor": floor}
    if tile.now.status == "not_covered":
        return ""
    return {
        "members": _("No member list of these channels"),
        "last_days": _("Needs 28 covered days"),
    }.get(tile.measure.needs, "")
