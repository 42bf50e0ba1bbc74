"""Small pieces of safe markup: every value is escaped where it enters."""

from collections.abc import Iterable
from html import escape

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

NOTHING = SafeString("")


def joined(pieces: Iterable[SafeString | str]) -> SafeString:
    """The pieces one after another, each escaped unless it is safe already."""
    return SafeString("".join(map(conditional_escape, pieces)))


def figures_row(values: Iterable[str]) -> SafeString:
    """Cells of figures, aligned at their right edge.

    `format_html` a cell is what a page of charts would spend most of its time on.
    """
    cells = (f'<td class="num">{escape(value)}</td>' for value in values)
    return SafeString("".join(cells))


def key(shape: SafeString) -> SafeString:
    """The small sample of a line or an area that stands in a legend."""
    return format_html(
        '<svg class="key" viewBox="0 0 20 12" aria-hidden="true">{}</svg>', shape
    )


def legend(entries: Iterable[tuple[SafeString, str, str]]) -> SafeString:
    """A list of sample, label and latest value (empty for none)."""
    return format_html(
        '<ul class="legend">{}</ul>',
        joined(_entry(key(shape), label, value) for shape, label, value in entries),
    )


def _entry(sample: SafeString, label: str, value: str) -> SafeString:
    if not value:
        return format_html("<li>{}{}</li>", sample, label)
    return format_html("<li>{}{} <b>{}</b></li>", sample, label, value)


def as_table(name: str, title: str, table: SafeString) -> SafeString:
    """The numbers behind a drawing, folded away below it."""
    return format_html(
        '<details class="more"><summary>{}</summary><div class="scroll" tabindex="0" '
        'role="group" aria-label="{}" id="{}-table">{}</div></details>',
        _("Show as table"),
        title,
        name,
        table,
    )
