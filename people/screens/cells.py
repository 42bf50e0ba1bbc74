"""One value of a table, as it stands on the page and as it stands in a file."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from people.screens.figures import text
from people.screens.wording import day, moment

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Absent:
    """Why a cell holds no value, in words that are shown in its place."""

    why: str | Promise


Cell = str | int | float | Decimal | date | Promise | Absent | None


def on_page(value: Cell, unit: str = "") -> str:
    """The value as it is read: grouped, rounded, dated, or the word for its absence."""
    match value:
        case Absent():
            return str(value.why)
        case None:
            return _("None")
        case int() | float() | Decimal():
            return text(float(value), unit or "count")
        case datetime():
            return moment(value)
        case date():
            return day(value)
    return str(value)


def in_file(value: Cell) -> str | int | float | Decimal:
    """The value unrounded; text that a spreadsheet would run is made plain text."""
    match value:
        case None:
            return ""
        case int() | float() | Decimal():
            return value
        case date():
            return value.isoformat()
        case Absent():
            return _inert(str(value.why))
    return _inert(str(value))


def _inert(words: str) -> str:
    return f"'{words}" if words.startswith(FORMULA_STARTS) else words
