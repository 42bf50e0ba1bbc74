"""One or two measures over time, each with its dashed twin of the period before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from people.screens.charts import words
from people.screens.charts.paths import Place, strokes
from people.screens.charts.pins import pin_list, pin_mark
from people.screens.charts.points import (
    Pin,
    Point,
    Series,
    Status,
    Window,
    shown,
    spans,
    values,
)
from people.screens.charts.scale import MOST_MARKS, Scale, marks, month, scale
from people.screens.markup import NOTHING, as_table, joined, legend
from people.screens.wording import short_day

TOP, BASE, FOOT = 28, 220, 238
WIDTH = 1000
SHORTEST_MONTH = 28
EDGE = 4  # per cent of the width; a label there begins at its mark, to stay inside
LINE_CLASSES = ("line", "line second")
DOT_CLASSES = ("dot", "dot second")
LINE_KEY = '<path class="{}" d="M0 6H20"/>'
AREA_KEY = '<rect class="{}" x=".5" y=".5" width="19" height="11"/>'


@dataclass(frozen=True)
class Plot:
    """Where a value stands: per cent across, pixels down."""

    window: Window
    scale: Scale

    def place(self, point: Point, at: Point) -> Place | None:
        """A point drawn at the time of another, or None if it may not be drawn."""
        value = shown(point)
        if value is None:
            return None
        x = self.window.middle(at) * WIDTH / 100
        return Place(x, self.down(value), point.status == "provisional")

    def down(self, value: float) -> float:
        """The height of a value, counted from the upper edge."""
        return BASE - (BASE - TOP) * value / self.scale.top


def time_chart(
    series: Sequence[Series],
    *,
    name: str,
    title: str,
    unit: str,
    grain: str = "week",
    pins: Sequence[Pin] = (),
) -> SafeString:
    """A chart with legend, sentences and table; `name` makes its ids unique."""
    if not all(one.points for one in series):
        return format_html('<p class="note">{}</p>', _("There is nothing to draw yet."))
    window = Window.of(series[0].points)
    highest = max((value for one in series for value in _drawn(one)), default=0)
    plot = Plot(window, scale(highest, unit))
    shown_pins = sorted((pin for pin in pins if window.holds(pin.on)), key=_when)
    return format_html(
        '<div class="chart">{}<figure><svg class="plot" role="img" '
        'aria-labelledby="{name}-title {name}-story"><title id="{name}-title">{}'
        '</title><desc id="{name}-story">{}</desc>{}</svg></figure>{}{}</div>',
        legend(_legend(series, unit)),
        words.heading(title, series),
        words.story(series, unit),
        joined(_drawing(series, plot, shown_pins, _per(unit, grain))),
        pin_list(shown_pins),
        as_table(name, title, words.numbers(title, series, unit, grain)),
        name=name,
    )


def _drawn(one: Series) -> list[float]:
    return values(one.points) + values(one.before)


def _when(pin: Pin) -> int:
    return pin.on.toordinal()


def _per(unit: str, grain: str) -> str:
    return f" {words.PER[grain]}" if unit == "count" else ""


def _drawing(
    series: Sequence[Series], plot: Plot, pins: Sequence[Pin], per: str
) -> Iterator[SafeString]:
    points = series[0].points
    yield _spans(points, plot.window)
    yield _grid(plot)
    yield format_html(
        '<svg width="100%" height="{}" viewBox="0 0 {} {}" '
        'preserveAspectRatio="none">{}</svg>',
        BASE,
        WIDTH,
        BASE,
        joined(_lines(series, plot)),
    )
    yield _scale_labels(plot, per)
    yield _time_labels(points, plot.window)
    yield joined(
        pin_mark(index, pin, plot.window, TOP, BASE) for index, pin in enumerate(pins)
    )
    yield joined(_dots(series, plot))


def _spans(points: Sequence[Point], window: Window) -> SafeString:
    kinds: tuple[tuple[str, Status], ...] = (
        ("blank", "not_covered"),
        ("hidden-span", "suppressed"),
    )
    return joined(
        format_html(
            '<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>',
            name,
            f"{window.at(start):.2f}",
            TOP,
            f"{window.at(end) - window.at(start):.2f}",
            BASE - TOP,
        )
        for name, status in kinds
        for start, end in spans(points, status)
    )


def _grid(plot: Plot) -> SafeString:
    heights = [("axis", BASE), *(("grid", plot.down(at)) for at in plot.scale.lines)]
    return joined(
        format_html('<line class="{}" x2="100%" y1="{y}" y2="{y}"/>', name, y=f"{y:g}")
        for name, y in heights
    )


def _lines(series: Sequence[Series], plot: Plot) -> Iterator[SafeString]:
    for one, name in zip(series, LINE_CLASSES, strict=False):
        pairs = zip(one.before, one.points, strict=False)
        twin = strokes([plot.place(before, now) for before, now in pairs])
        drawn = strokes([plot.place(point, point) for point in one.points])
        yield _path(f"{name} before", twin.final + twin.open)
        yield _path(name, drawn.final)
        yield _path(f"{name} open", drawn.open)
        yield _path(f"{name} lone", drawn.lone)


def _path(name: str, data: str) -> SafeString:
    return format_html('<path class="{}" d="{}"/>', name, data) if data else NOTHING


def _scale_labels(plot: Plot, per: str) -> SafeString:
    pairs = list(zip(plot.scale.lines, plot.scale.labels, strict=True))
    return joined(
        format_html(
            '<text class="halo" y="{}">{}{}</text>',
            f"{plot.down(at) - 5:g}",
            label,
            per if at == plot.scale.top else "",
        )
        for at, label in pairs
    )


def _time_labels(points: Sequence[Point], window: Window) -> SafeString:
    if len(points) <= MOST_MARKS:
        named = [(window.middle(point), _point_label(point)) for point in points]
    else:
        named = [(window.at(day), label) for day, label in marks(window)]
    return joined(
        format_html(
            '<text class="{}" x="{}%" y="{}">{}</text>',
            "mid" if x > EDGE else "",
            f"{x:.2f}",
            FOOT,
            label,
        )
        for x, label in named
    )


def _point_label(point: Point) -> str:
    whole_months = (point.end - point.start).days >= SHORTEST_MONTH
    return month(point.start) if whole_months else short_day(point.start)


def _dots(series: Sequence[Series], plot: Plot) -> Iterator[SafeString]:
    for one, name in zip(series, DOT_CLASSES, strict=False):
        place = plot.place(one.points[-1], one.points[-1])
        if place:
            x, y = f"{place.x * 100 / WIDTH:.2f}", f"{place.y:.1f}"
            yield format_html(
                '<circle class="{}" cx="{}%" cy="{}" r="4.5"/>', name, x, y
            )


def _legend(
    series: Sequence[Series], unit: str
) -> Iterator[tuple[SafeString, str, str]]:
    for one, name in zip(series, LINE_CLASSES, strict=False):
        latest = words.reading(one.points[-1], unit)
        yield format_html(LINE_KEY, name), one.label, latest
    for one, name in zip(series, LINE_CLASSES, strict=False):
        if one.before:
            label = _("%(label)s before") % {"label": one.label}
            yield format_html(LINE_KEY, f"{name} before"), label, ""
    states = {point.status for one in series for point in one.points}
    if "not_covered" in states:
        yield format_html(AREA_KEY, "blank"), _("Not covered"), ""
    if "suppressed" in states:
        yield format_html(AREA_KEY, "hidden-span"), _("Hidden, too few people"), ""
