"""Parts of a whole, now and before, and rows with a bar for their share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from people.screens.figures import text
from people.screens.markup import NOTHING, figures_row, joined, key

FILLS = ("part-1", "part-2", "part-3")


@dataclass(frozen=True)
class Part:
    """A named part and its share of the whole, 0 to 1 or None, now and before."""

    label: str
    now: float | None
    before: float | None = None
    note: str = ""


@dataclass(frozen=True)
class BarRow:
    """A row whose share is drawn; `absent` says why its figures are not shown."""

    label: str
    share: float | None = None
    cells: tuple[str, ...] = ()
    note: str = ""
    absent: str = ""


def split_bar(
    parts: Sequence[Part], *, title: str, heading: str, before: str = ""
) -> SafeString:
    """Up to three parts as one bar, and as the table that explains its colours.

    `heading` names what is split, `before` the period of comparison.
    """
    now = [part.now for part in parts]
    bars = _labelled(_("This period"), now)
    if before:
        bars += _labelled(before, [part.before for part in parts])
    return format_html(
        '<div class="chart"><div class="split-bars">{}</div><table class="table bare">'
        '<caption class="unseen">{}</caption><thead><tr><th scope="col">{}</th>'
        '<th scope="col" class="num">{}</th>{}</tr></thead><tbody>{}</tbody></table>'
        "</div>",
        bars,
        title,
        heading,
        _("Now"),
        _head(_("Before")) if before else NOTHING,
        joined(_part_rows(parts, compared=bool(before))),
    )


def _labelled(label: str, shares: Sequence[float | None]) -> SafeString:
    return format_html(
        '<p class="note">{}</p><svg class="split" aria-hidden="true">{}</svg>',
        label,
        joined(_slices(shares)),
    )


def _slices(shares: Sequence[float | None]) -> Iterator[SafeString]:
    if any(share is None for share in shares):
        yield SafeString('<rect class="blank" width="100%" height="100%"/>')
        return
    left = 0.0
    for share, fill in zip(shares, FILLS, strict=False):
        width = 100 * (share or 0)
        yield _rect(fill, left, width)
        left += width


def _rect(fill: str, left: float, width: float) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}%" width="{}%" height="100%"/>',
        fill,
        f"{left:.2f}",
        f"{width:.2f}",
    )


def _part_rows(parts: Sequence[Part], *, compared: bool) -> Iterator[SafeString]:
    for part, fill in zip(parts, FILLS, strict=False):
        sample = format_html('<rect class="{}" width="20" height="12"/>', fill)
        yield format_html(
            '<tr><th scope="row"><span class="keyed">{}{}</span>{}</th>{}{}</tr>',
            key(sample),
            part.label,
            _note(part.note),
            figures_row([text(part.now, "share")]),
            figures_row([text(part.before, "share")]) if compared else NOTHING,
        )


def bar_rows(
    rows: Sequence[BarRow], *, title: str, heading: str, columns: Sequence[str]
) -> SafeString:
    """A table that draws each row's share; `columns` head the cells after it."""
    return format_html(
        '<table class="table"><caption class="unseen">{}</caption><thead><tr>'
        '<th scope="col">{}</th><th scope="col" class="meter-cell spare">'
        '<span class="unseen">{}</span></th>{}</tr></thead><tbody>{}</tbody></table>',
        title,
        heading,
        _("Share as a bar"),
        joined(map(_head, (_("Share"), *columns))),
        joined(_bar_row(row, len(columns)) for row in rows),
    )


def _bar_row(row: BarRow, columns: int) -> SafeString:
    head = format_html('<th scope="row">{}{}</th>', row.label, _note(row.note))
    if row.absent:
        return format_html(
            '<tr>{}<td colspan="{}" class="dim">{}</td></tr>',
            head,
            columns + 2,
            row.absent,
        )
    bar = format_html(
        '<td class="meter-cell spare"><svg class="meter" aria-hidden="true">{}{}</svg>'
        "</td>",
        SafeString('<rect class="track" width="100%" height="100%"/>'),
        _rect(FILLS[0], 0, 100 * row.share) if row.share else NOTHING,
    )
    cells = figures_row((text(row.share, "share"), *row.cells))
    return format_html("<tr>{}{}{}</tr>", head, bar, cells)


def _head(label: str) -> SafeString:
    return format_html('<th scope="col" class="num">{}</th>', label)


def _note(note: str) -> SafeString:
    return format_html('<span class="sub">{}</span>', note) if note else NOTHING
