"""Addresses of engagement pages: the state is the address, and links carry it on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from django.urls import reverse


@dataclass(frozen=True)
class Links:
    """Links from one page to others of the same scope and period.

    Both hold only what differs from the defaults.
    """

    scope: Mapping[str, str]
    period: Mapping[str, str]

    def to(self, name: str, *args: str, **changes: str) -> str:
        """A page of the same scope and period."""
        return address(name, *args, **{**self.scope, **self.period, **changes})

    def unfiltered(self, name: str, *args: str, **changes: str) -> str:
        """A page of the same scope with the default period."""
        return address(name, *args, **{**self.scope, **changes})

    def scoped(self, kind: str, key: str, name: str = "metrics:dashboard") -> str:
        """The same period of another scope."""
        scope = {kind: key} if key else {}
        return address(name, **{**scope, **self.period})


def address(name: str, *args: str, **state: str) -> str:
    """The address of a page with its state behind it."""
    path = _path(name, *args)
    return f"{path}?{urlencode(state, safe='/')}" if state else path


@cache
def _path(name: str, *args: str) -> str:
    # A page holds a link for each measure and channel, and reverse() is slow.
    return reverse(name, args=args)
