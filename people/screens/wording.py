"""Dates, periods and durations in the portal's own words, such as 23 Nov 2026."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

NO_BREAK = "\N{NO-BREAK SPACE}"


def day(value: date) -> str:
    """A day with its year: 23 Nov 2026. A moment is first taken to local time."""
    return date_format(_local(value), "j M Y")


def short_day(value: date) -> str:
    """A day whose year is plain from where it stands: 23 Nov."""
    return date_format(_local(value), "j M")


def moment(value: datetime) -> str:
    """A moment in local time, with the zone's name: 23 Nov 2026, 07:40 CET."""
    return date_format(_local(value), "j M Y, H:i T")


def period(start: date, end: date) -> str:
    """The days of a half-open period, both named: 25 May to 22 Nov 2026."""
    last = end - timedelta(days=1)
    if last <= start:
        return day(start)
    first = short_day(start) if start.year == last.year else day(start)
    return _("%(first)s to %(last)s") % {"first": first, "last": day(last)}


def duration(value: timedelta) -> str:
    """The largest part of a duration and the next finer one: 4 d 22 h, 91 d, 12 min."""
    seconds = int(abs(value.total_seconds()))
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = ((days, _("d")), (hours, _("h")), (minutes, _("min")), (seconds, _("s")))
    first = next((at for at, (count, _symbol) in enumerate(parts) if count), 3)
    named = [parts[first], *(part for part in parts[first + 1 : first + 2] if part[0])]
    return NO_BREAK.join(f"{count}{NO_BREAK}{symbol}" for count, symbol in named)


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
