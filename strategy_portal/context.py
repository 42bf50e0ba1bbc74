"""What every template may use."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from people.models import Organisation, User
from people.rules.roles import ANALYSTS, AUDITOR


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Portal:
    """The frame around a page."""

    name: str
    demo: bool
    theme: str
    shortcuts: bool
    navigation: list[NavigationItem]


PAGES = (
    (_("Home"), "home"),
    (_("Engagement"), "metrics:dashboard"),
    (_("Programs"), "programs:list"),
    (_("Channels"), "metrics:channels"),
)
IMPORTS = (_("Imports"), "metrics:imports")
ADMINISTRATION = (_("Administration"), "admin:index")


def portal(request: HttpRequest) -> dict[str, object]:
    """The organisation, the navigation and the user's preferences; read when asked."""
    return {"portal": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> Portal:
    user = request.user if isinstance(request.user, User) else None
    return Portal(
        name=Organisation.current().name,
        demo=settings.DEMO,
        theme=user.theme if user else "system",
        shortcuts=user.shortcuts if user else False,
        navigation=_navigation(request, user),
    )


def _navigation(request: HttpRequest, user: User | None) -> list[NavigationItem]:
    if user is None:
        return []
    urls = [(str(label), reverse(name)) for label, name in _pages(user)]
    here = max((url for _label, url in urls if _within(request.path, url)), default="")
    return [NavigationItem(label, url, url == here) for label, url in urls]


def _pages(user: User) -> Iterator[tuple[Promise, str]]:
    """Only what opens for the user: a link to a refusal helps nobody."""
    yield from PAGES
    if user.holds(AUDITOR, *ANALYSTS):
        yield IMPORTS
    if user.is_administrator:
        yield ADMINISTRATION


def _within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
