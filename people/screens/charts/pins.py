"""What happened on the way: lettered marks on a time chart, and what they stand for."""

from collections.abc import Sequence
from string import ascii_uppercase

from django.utils.html import format_html
from django.utils.safestring import SafeString

from people.screens.charts.points import Pin, Window
from people.screens.markup import NOTHING, joined
from people.screens.wording import short_day


def pin_mark(index: int, pin: Pin, window: Window, top: int, base: int) -> SafeString:
    """The letter above the chart, and its line down from `top` to `base`."""
    return format_html(
        '<line class="pin-line" x1="{x}%" x2="{x}%" y1="{}" y2="{}"/>'
        '<circle class="pin-head" cx="{x}%" cy="{}" r="9"/>'
        '<text class="pin-letter" x="{x}%" y="{}">{}</text>',
        top,
        base,
        top - 10,
        top - 6,
        _letter(index),
        x=f"{window.at(pin.on):.2f}",
    )


def pin_list(pins: Sequence[Pin]) -> SafeString:
    """What each letter stands for; nothing without pins."""
    if not pins:
        return NOTHING
    return format_html(
        '<ol class="pins">{}</ol>',
        joined(_pin_entry(index, pin) for index, pin in enumerate(pins)),
    )


def _pin_entry(index: int, pin: Pin) -> SafeString:
    return format_html(
        '<li><span class="pin">{}</span><span><time datetime="{}">{}</time> {}</span>'
        "</li>",
        _letter(index),
        pin.on.isoformat(),
        short_day(pin.on),
        pin.label,
    )


def _letter(index: int) -> str:
    return ascii_uppercase[index] if index < len(ascii_uppercase) else str(index + 1)
