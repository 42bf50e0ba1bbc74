"""When people write: seven days of twenty-four hours as one field of shades."""

from collections.abc import Sequence
from math import ceil

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.screens.figures import number
from people.screens.markup import as_table, figures_row, joined, legend

SHADES = 4
ROW, HEAD = 22, 20
LEFT = 10
NAMED_HOURS = (0, 6, 12, 18)

Counts = Sequence[Sequence[int | None]]


def hours_chart(counts: Counts, *, name: str, title: str, zone: str) -> SafeString:
    """Counts by weekday (Monday first) and hour of `zone`; None where not shown."""
    step = _step(counts)
    return format_html(
        '<div class="chart">{}<figure><svg class="hours" role="img" '
        'aria-labelledby="{name}-title {name}-story"><title id="{name}-title">{}'
        '</title><desc id="{name}-story">{}</desc>{}{}</svg></figure>'
        '<p class="note">{}</p>{}</div>',
        legend(
            (format_html('<rect class="{}" width="20" height="12"/>', shade), label, "")
            for shade, label in _shades(counts, step)
        ),
        title,
        _story(counts),
        _axes(),
        _field(counts, step),
        _("%(story)s Hours are those of %(zone)s.")
        % {"story": _story(counts), "zone": zone},
        as_table(name, title, _numbers(counts, title)),
        name=name,
    )


def _known(counts: Counts) -> list[int]:
    return [count for row in counts for count in row if count is not None]


def _step(counts: Counts) -> int:
    return max(ceil(max(_known(counts), default=0) / SHADES), 1)


def _shade(count: int | None, step: int) -> str:
    if count is None:
        return "blank"
    return f"shade-{min(ceil(count / step), SHADES)}"


def _shades(counts: Counts, step: int) -> list[tuple[str, str]]:
    highest = max(_known(counts), default=0)
    named = [("shade-0", "0")]
    for shade in range(1, SHADES + 1):
        first, last = (shade - 1) * step + 1, min(shade * step, highest)
        if first == last:
            named.append((f"shade-{shade}", number(first)))
        elif first < last:
            both = f"{number(first)}\N{EN DASH}{number(last)}"
            named.append((f"shade-{shade}", both))
    if any(count is None for row in counts for count in row):
        named.append(("blank", _("No figure")))
    return named


def _story(counts: Counts) -> str:
    known = [
        (count, weekday, hour)
        for weekday, row in enumerate(counts)
        for hour, count in enumerate(row)
        if count
    ]
    if not known:
        return _("Nothing was written in this period.")
    count, weekday, hour = max(known, key=lambda cell: (cell[0], -cell[1], -cell[2]))
    words = ngettext(
        "Busiest on %(day)s from %(hour)02d:00 to %(next)02d:00: %(count)s message.",
        "Busiest on %(day)s from %(hour)02d:00 to %(next)02d:00: %(count)s messages.",
        count,
    )
    return words % {
        "day": WEEKDAYS[weekday],
        "hour": hour,
        "next": hour + 1,
        "count": number(count),
    }


def _axes() -> SafeString:
    width = (100 - LEFT) / 24
    hours = (
        format_html(
            '<text x="{}%" y="12">{}</text>', f"{LEFT + hour * width:.2f}", label
        )
        for hour, label in ((hour, f"{hour:02d}:00") for hour in NAMED_HOURS)
    )
    days = (
        format_html('<text y="{}">{}</text>', HEAD + day * ROW + 15, WEEKDAYS_ABBR[day])
        for day in range(7)
    )
    return joined((*hours, *days))


def _field(counts: Counts, step: int) -> SafeString:
    cells: dict[str, list[str]] = {}
    for weekday, row in enumerate(counts):
        for hour, count in enumerate(row):
            square = f"M{hour} {weekday}h1v1h-1z"
            cells.setdefault(_shade(count, step), []).append(square)
    return format_html(
        '<svg class="cells" x="{}%" y="{}" width="{}%" height="{}" viewBox="0 0 24 7" '
        'preserveAspectRatio="none">{}</svg>',
        LEFT,
        HEAD,
        100 - LEFT,
        7 * ROW,
        joined(
            format_html('<path class="{}" d="{}"/>', shade, "".join(squares))
            for shade, squares in sorted(cells.items())
        ),
    )


def _numbers(counts: Counts, title: str) -> SafeString:
    heads = (
        format_html('<th scope="col" class="num">{}</th>', WEEKDAYS_ABBR[day])
        for day in range(7)
    )
    rows = (
        format_html(
            '<tr><th scope="row">{}:00</th>{}</tr>',
            f"{hour:02d}",
            figures_row(_reading(row[hour]) for row in counts),
        )
        for hour in range(24)
    )
    return format_html(
        '<table class="table bare"><caption class="unseen">{}</caption><thead><tr>'
        '<th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table>',
        title,
        _("Hour from"),
        joined(heads),
        joined(rows),
    )


def _reading(count: int | None) -> str:
    return _("No figure") if count is None else number(count)
