"""A line the size of a word. It is decoration: value and change stand beside it."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

from people.screens.charts.paths import Place, strokes
from people.screens.charts.points import Point, Window, shown, spans, values
from people.screens.markup import NOTHING, joined

HEIGHT, MARGIN = 32, 3


def sparkline(points: Sequence[Point], *, cell: bool = False) -> SafeString:
    """The course of a measure between its own lowest and highest value."""
    if not points:
        return NOTHING
    window = Window.of(points)
    places = _places(points, window)
    return format_html(
        '<svg class="spark{}" viewBox="0 0 100 {}" preserveAspectRatio="none" '
        'aria-hidden="true" focusable="false">{}{}{}</svg>',
        " cell" if cell else "",
        HEIGHT,
        _blanks(points, window),
        _lines(places),
        _last(places),
    )


def _places(points: Sequence[Point], window: Window) -> list[Place | None]:
    known = values(points)
    low, high = min(known, default=0), max(known, default=0)
    reach = (HEIGHT - 2 * MARGIN) / (high - low) if high > low else 0
    flat = HEIGHT / 2 if high == low else HEIGHT - MARGIN
    return [
        None
        if (value := shown(point)) is None
        else Place(
            window.middle(point),
            flat - (value - low) * reach,
            point.status == "provisional",
        )
        for point in points
    ]


def _blanks(points: Sequence[Point], window: Window) -> SafeString:
    edges = [
        (window.at(start), window.at(end))
        for start, end in spans(points, "not_covered")
    ]
    return joined(
        format_html(
            '<rect class="blank" x="{}" width="{}" height="{}"/>',
            f"{left:.4g}",
            f"{right - left:.4g}",
            HEIGHT,
        )
        for left, right in edges
    )


def _lines(places: Sequence[Place | None]) -> SafeString:
    drawn = strokes(places)
    paths = (
        ("line", drawn.final),
        ("line open", drawn.open),
        ("line lone", drawn.lone),
    )
    return joined(
        format_html('<path class="{}" d="{}"/>', name, data)
        for name, data in paths
        if data
    )


def _last(places: Sequence[Place | None]) -> SafeString:
    if not places or places[-1] is None:
        return NOTHING
    return format_html('<path class="line last" d="M{}h0"/>', places[-1])
