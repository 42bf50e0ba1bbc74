"""Formatting that every template may use. Filters only word a value; none computes."""

from datetime import date, datetime, timedelta

from django import template

from people.screens import figures, wording

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """23 Nov 2026."""
    return wording.day(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """23 Nov 2026, 07:40 CET, in the zone that is active."""
    return wording.moment(value) if value else ""


@register.filter
def duration(value: timedelta | None) -> str:
    """4 d 22 h."""
    return "" if value is None else wording.duration(value)


@register.filter
def number(value: float | None, places: int = 0) -> str:
    """18,406. None stays empty, so that a page says itself what is missing."""
    return "" if value is None else figures.number(value, places)


@register.filter
def figure(value: float | None, unit: str) -> str:
    """71.4 % or None."""
    return figures.text(value, unit)
