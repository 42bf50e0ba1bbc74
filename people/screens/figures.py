"""Values as they are read: number, unit, state and change.

Units are `count`, `share` (0 to 1, shown in per cent), `hours` and `ratio`. A missing
value is a word, never 0.
"""

from dataclasses import dataclass
from functools import cache

from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from people.screens.wording import NO_BREAK

ARROWS = {1: "\N{BLACK UP-POINTING TRIANGLE}", -1: "\N{BLACK DOWN-POINTING TRIANGLE}"}
SIGNS = {1: "+", -1: "\N{MINUS SIGN}"}
MINUTES = 60


@dataclass(frozen=True)
class Figure:
    """One value on the page; `absent` when a word stands where a number would."""

    number: str
    symbol: str = ""
    absent: bool = False
    badge: str = ""
    badge_tone: str = ""
    reason: str = ""

    def __str__(self) -> str:
        return _joined(self.number, self.symbol)


@dataclass(frozen=True)
class Change:
    """The difference to the period before. `verdict` is better, worse or empty."""

    arrow: str
    amount: str
    was: str
    verdict: str = ""
    spoken: str = ""


def number(value: float, places: int = 0) -> str:
    """A number with grouped thousands and a true minus sign."""
    rounded = round(value, places)
    # Django's number_format takes ten times as long, and a page holds hundreds.
    shown = f"{abs(rounded):,.{places}f}".translate(_separators(get_language()))
    return f"{SIGNS[-1]}{shown}" if rounded < 0 else shown


@cache
def _separators(language: str | None) -> dict[int, str]:
    thousands = get_format("THOUSAND_SEPARATOR", language, use_l10n=True)
    decimal = get_format("DECIMAL_SEPARATOR", language, use_l10n=True)
    return {ord(","): str(thousands), ord("."): str(decimal)}


def parts(value: float, unit: str) -> tuple[str, str]:
    """Number and symbol of a value: `("71.4", "%")`. Raises KeyError for no unit."""
    match unit:
        case "share":
            return number(value * 100, 1), "%"
        case "hours" if round(abs(value) * MINUTES) < MINUTES:
            return number(value * MINUTES), _("min")
        case "hours":
            return number(value, 1), _("h")
        case "ratio":
            return number(value, 1), ""
        case "count":
            return number(value), ""
    raise KeyError(unit)


def text(value: float | None, unit: str) -> str:
    """A value with its unit on one line; the word None where nothing was divided."""
    return _("None") if value is None else _joined(*parts(value, unit))


def figure(
    value: float | None, unit: str, status: str = "final", reason: str = ""
) -> Figure:
    """A value in its state; `reason` says why there is none, where there is none."""
    match status:
        case "not_covered":
            why = reason or _("No import covers this period")
            return Figure(_("No figure"), "", True, _("Not covered"), "open", why)
        case "suppressed":
            why = reason or _("Fewer people than may be shown")
            return Figure(_("Hidden"), "", True, reason=why)
    if value is None:
        why = reason or _("Nothing to divide by")
        return Figure(_("None"), absent=True, reason=why)
    badge, tone = (_("Provisional"), "info") if status == "provisional" else ("", "")
    return Figure(*parts(value, unit), badge=badge, badge_tone=tone)


def change(
    now: float | None, before: float | None, unit: str, better: str = ""
) -> Change | None:
    """The step from before to now, or None without both; `better` is up, down or ''.

    It is the difference of the two figures as shown, so that a reader can check it.
    """
    if now is None or before is None:
        return None
    was = _("was %(figure)s") % {"figure": text(before, unit)}
    step = _as_shown(now, unit) - _as_shown(before, unit)
    size = _size(abs(step), unit)
    if size == _size(0, unit):
        return Change("", _("No change"), was)
    direction = 1 if step > 0 else -1
    verdict = _verdict(direction, better)
    spoken = {"better": _("better"), "worse": _("worse")}.get(verdict, "")
    amount = f"{SIGNS[direction]}{size}"
    return Change(ARROWS[direction], amount, was, verdict, spoken)


def _as_shown(value: float, unit: str) -> float:
    """The value rounded to what `parts` shows of it."""
    match unit:
        case "share":
            return round(value * 100, 1) / 100
        case "hours" if round(abs(value) * MINUTES) < MINUTES:
            return round(value * MINUTES) / MINUTES
        case "hours" | "ratio":
            return round(value, 1)
    return round(value)


def _size(step: float, unit: str) -> str:
    if unit == "share":
        return _joined(number(step * 100, 1), _("pts"))
    return text(step, unit)


def _verdict(direction: int, better: str) -> str:
    if better not in {"up", "down"}:
        return ""
    return "better" if (direction > 0) == (better == "up") else "worse"


def _joined(number: str, symbol: str) -> str:
    return f"{number}{NO_BREAK}{symbol}" if symbol else number
