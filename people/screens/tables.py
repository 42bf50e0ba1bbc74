"""Tables whose columns are declared once and shown as HTML and as CSV.

The state of a table is its address: `sort` (a column's key, after a minus for
descending) and `page`, behind the table's prefix where a page holds several tables.
Unknown columns and pages are ignored. A missing value sorts last in both directions.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, TypeAlias

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.screens.cells import Absent, Cell, on_page
from people.screens.figures import number
from people.screens.markup import NOTHING, joined

PAGE = 50
LONGEST_PAGE_NUMBER = 10
ARROWS = {"ascending": "\N{UPWARDS ARROW}", "descending": "\N{DOWNWARDS ARROW}"}

Rows: TypeAlias = "Sequence[Any] | QuerySet[Any]"


@dataclass(frozen=True)
class Column:
    """One column: what it holds, and how that is shown.

    `unit` makes it numeric; `field` is the lookup by which the database sorts, if it is
    not the key. `url` links the cell, `note` adds a second line, `show` replaces the
    text by markup. A column that is `drawn` has no place in a file.
    """

    key: str
    label: str | Promise
    value: Callable[[Any], Cell]
    unit: str = ""
    sortable: bool = False
    field: str = ""
    url: Callable[[Any], str] | None = None
    note: Callable[[Any], str] | None = None
    show: Callable[[Any], SafeString] | None = None
    drawn: bool = False


@dataclass(frozen=True)
class Shown:
    """One page of a table, ready for `components/table.html`."""

    name: str
    label: str
    html: SafeString
    count: int
    summary: str
    filtered: bool
    previous_url: str
    next_url: str
    csv_url: str
    reset_url: str = "?"


@dataclass(frozen=True)
class Table:
    """A declaration of columns; `sort` is the order when the address names none."""

    name: str
    caption: str | Promise
    columns: tuple[Column, ...]
    sort: str = ""
    prefix: str = ""
    wide: bool = False

    def wants_csv(self, query: QueryDict) -> bool:
        """Whether the address asks for this table as a file."""
        return query.get(f"{self.prefix}format") == "csv"

    def arranged(self, rows: "Rows", query: QueryDict) -> "Rows":
        """All rows in the order that the address or the declaration asks for."""
        column, descending = self._order(query)
        if column is None:
            return rows
        if isinstance(rows, QuerySet):
            by = F(column.field or column.key)
            order = by.desc(nulls_last=True) if descending else by.asc(nulls_last=True)
            return rows.order_by(order, "pk")
        return _sorted(rows, column, descending)

    def shown(
        self,
        rows: "Rows",
        query: QueryDict,
        *,
        total: object = None,
        filtered: bool = False,
    ) -> Shown:
        """One page of the rows; `total` is a row that stands below them all."""
        count = rows.count() if isinstance(rows, QuerySet) else len(rows)
        pages = max(-(-count // PAGE), 1)
        page = min(_page(query.get(f"{self.prefix}page", "")), pages)
        first = (page - 1) * PAGE
        visible = self.arranged(rows, query)[first : first + PAGE]
        return Shown(
            name=self.name,
            label=_("Pages of %(table)s") % {"table": self.caption},
            html=self._html(visible, query, total),
            count=count,
            summary=_summary(first, len(visible), count),
            filtered=filtered,
            previous_url=self._address(query, page=page - 1) if page > 1 else "",
            next_url=self._address(query, page=page + 1) if page < pages else "",
            csv_url=self._address(query, format="csv", page=None),
        )

    def _order(self, query: QueryDict) -> tuple[Column | None, bool]:
        for asked in (query.get(f"{self.prefix}sort", ""), self.sort):
            for column in self.columns:
                if column.key == asked.removeprefix("-") and (
                    column.sortable or asked == self.sort
                ):
                    return column, asked.startswith("-")
        return None, False

    def _address(self, query: QueryDict, **changes: object) -> str:
        state = query.copy()
        for name, value in changes.items():
            state.pop(self.prefix + name, None)
            if value is not None:
                state[self.prefix + name] = str(value)
        return f"?{state.urlencode()}"

    def _html(self, rows: "Rows", query: QueryDict, total: object) -> SafeString:
        foot = NOTHING
        if total is not None:
            foot = format_html("<tfoot>{}</tfoot>", _row(self.columns, total))
        return format_html(
            '<div class="scroll" tabindex="0" role="group" aria-label="{caption}">'
            '<table class="table{}"><caption class="unseen">{caption}</caption><thead>'
            "<tr>{}</tr></thead><tbody>{}</tbody>{}</table></div>",
            " wide" if self.wide else "",
            joined(self._heads(query)),
            joined(_row(self.columns, row) for row in rows),
            foot,
            caption=self.caption,
        )

    def _heads(self, query: QueryDict) -> Iterator[SafeString]:
        current, descending = self._order(query)
        for column in self.columns:
            direction = "descending" if descending else "ascending"
            state = direction if column is current else ""
            yield format_html(
                '<th scope="col"{}{}>{}</th>',
                _numeric(column),
                format_html(' aria-sort="{}"', state) if state else NOTHING,
                self._head(column, state, query),
            )

    def _head(self, column: Column, state: str, query: QueryDict) -> SafeString:
        arrow = NOTHING
        if state:
            arrow = format_html(' <span aria-hidden="true">{}</span>', ARROWS[state])
        if not column.sortable:
            return format_html("{}{}", column.label, arrow)
        descend = state == "ascending" or (not state and bool(column.unit))
        sort = f"-{column.key}" if descend else column.key
        url = self._address(query, sort=sort, page=None)
        return format_html('<a href="{}">{}{}</a>', url, column.label, arrow)


def _page(asked: str) -> int:
    # Python refuses to read a number of thousands of digits.
    short = len(asked) < LONGEST_PAGE_NUMBER
    return max(int(asked), 1) if asked.isdecimal() and short else 1


def _summary(first: int, visible: int, count: int) -> str:
    if visible == count:
        return ngettext("%(count)s row", "%(count)s rows", count) % {
            "count": number(count)
        }
    return _("%(first)s to %(last)s of %(count)s rows") % {
        "first": number(first + 1),
        "last": number(first + visible),
        "count": number(count),
    }


def _sorted(rows: Sequence[Any], column: Column, descending: bool) -> list[Any]:
    valued = [(column.value(row), row) for row in rows]
    there = [pair for pair in valued if not isinstance(pair[0], Absent | None)]
    missing = [row for value, row in valued if isinstance(value, Absent | None)]
    there.sort(key=lambda pair: _comparable(pair[0]), reverse=descending)
    return [row for _value, row in there] + missing


def _comparable(value: Cell) -> Any:
    return str(value).casefold() if isinstance(value, str | Promise) else value


def _row(columns: Sequence[Column], row: object) -> SafeString:
    pairs = [(column, column.value(row)) for column in columns]
    pieces: list[SafeString] = []
    for absent, run in groupby(pairs, key=_absence):
        members = list(run)
        if absent and members[0][0] is not columns[0]:
            pieces.append(_wide_cell(absent, len(members)))
        else:
            pieces += (_cell(columns, column, value, row) for column, value in members)
    return format_html("<tr>{}</tr>", joined(pieces))


def _absence(pair: tuple[Column, Cell]) -> Absent | None:
    return pair[1] if isinstance(pair[1], Absent) else None


def _wide_cell(absent: Absent, width: int) -> SafeString:
    return format_html('<td colspan="{}" class="dim">{}</td>', width, absent.why)


def _cell(
    columns: Sequence[Column], column: Column, value: Cell, row: object
) -> SafeString:
    first = column is columns[0]
    content: SafeString | str = on_page(value, column.unit)
    if column.show:
        content = column.show(row)
    if column.url and (url := column.url(row)):
        content = format_html('<a href="{}">{}</a>', url, content)
    if column.note and (note := column.note(row)):
        content = format_html('{}<span class="sub">{}</span>', content, note)
    # A page holds hundreds of cells, and format_html is slow.
    safe = conditional_escape(content)
    if first:
        return SafeString(f'<th scope="row">{safe}</th>')
    kind = ' class="still"' if isinstance(value, date) else _numeric(column)
    return SafeString(f"<td{kind}>{safe}</td>")


def _numeric(column: Column) -> SafeString:
    return SafeString(' class="num"') if column.unit else NOTHING
