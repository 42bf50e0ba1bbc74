"""What a chart says in sentences, and the table of its numbers."""

from collections.abc import Iterator, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.screens.charts.points import Point, Series, spans, values
from people.screens.figures import text
from people.screens.markup import NOTHING, figures_row, joined
from people.screens.wording import day, period

ROW_HEADS = {
    "day": gettext_lazy("Day"),
    "week": gettext_lazy("Week of"),
    "month": gettext_lazy("Month from"),
    "quarter": gettext_lazy("Quarter from"),
    "year": gettext_lazy("Year from"),
}
PER = {
    "day": gettext_lazy("a day"),
    "week": gettext_lazy("a week"),
    "month": gettext_lazy("a month"),
    "quarter": gettext_lazy("a quarter"),
    "year": gettext_lazy("a year"),
}


def reading(point: Point, unit: str) -> str:
    """The value of a point, or the word for its absence."""
    if point.status == "not_covered":
        return _("Not covered")
    if point.status == "suppressed":
        return _("Hidden")
    return text(point.value, unit)


def heading(title: str, series: Sequence[Series]) -> str:
    """The measure, the period and whether the one before is drawn too."""
    points = series[0].points
    when = period(points[0].start, points[-1].end)
    if any(one.before for one in series):
        return _("%(title)s, %(when)s, with the period before") % {
            "title": title,
            "when": when,
        }
    return _("%(title)s, %(when)s") % {"title": title, "when": when}


def story(series: Sequence[Series], unit: str) -> str:
    """What happened, computed from the values: who rose, what is missing."""
    return " ".join(_sentences(series, unit))


def _sentences(series: Sequence[Series], unit: str) -> Iterator[str]:
    for one in series:
        yield _course(one.label, one.points, unit)
        if one.before:
            label = _("%(label)s in the period before") % {"label": one.label}
            yield _course(label, one.before, unit)
    points = series[0].points
    missing = "; ".join(period(*span) for span in spans(points, "not_covered"))
    if missing:
        yield _("Not covered by any import: %(periods)s.") % {"periods": missing}
    hidden = "; ".join(period(*span) for span in spans(points, "suppressed"))
    if hidden:
        yield _("Hidden, too few people: %(periods)s.") % {"periods": hidden}
    if points[-1].status == "provisional":
        yield _("The last figure is provisional.")


def _course(label: str, points: Sequence[Point], unit: str) -> str:
    known = values(points)
    if not known:
        return _("%(label)s: no figures.") % {"label": label}
    first, last = text(known[0], unit), text(known[-1], unit)
    names = {"label": label, "first": first, "last": last}
    if first == last:
        return _("%(label)s: %(last)s at the start and at the end.") % names
    if known[-1] > known[0]:
        return _("%(label)s rose from %(first)s to %(last)s.") % names
    return _("%(label)s fell from %(first)s to %(last)s.") % names


def numbers(title: str, series: Sequence[Series], unit: str, grain: str) -> SafeString:
    """Every drawn value as a table, the newest last."""
    heads = [cell for one in series for cell in _heads(one)]
    points = series[0].points
    columns = [column for one in series for column in _cells(one, unit)]
    rows = zip(points, *columns, strict=True)
    return format_html(
        '<table class="table bare"><caption class="unseen">{}</caption><thead><tr>'
        '<th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table>',
        title,
        ROW_HEADS[grain],
        joined(heads),
        joined(_row(point, cells) for point, *cells in rows),
    )


def _heads(one: Series) -> Iterator[SafeString]:
    yield format_html('<th scope="col" class="num">{}</th>', one.label)
    if one.before:
        label = _("%(label)s before") % {"label": one.label}
        yield format_html('<th scope="col" class="num">{}</th>', label)


def _cells(one: Series, unit: str) -> Iterator[list[str]]:
    yield [reading(point, unit) for point in one.points]
    if one.before:
        before = [reading(point, unit) for point in one.before[: len(one.points)]]
        yield before + [""] * (len(one.points) - len(before))


def _row(point: Point, cells: Sequence[str]) -> SafeString:
    badge = NOTHING
    if point.status == "provisional":
        badge = format_html(' <span class="badge info">{}</span>', _("Provisional"))
    return format_html(
        '<tr><th scope="row">{}{}</th>{}</tr>',
        day(point.start),
        badge,
        figures_row(cells),
    )
