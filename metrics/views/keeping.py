"""Figures that are drawn once, and pages that a browser already has."""

import hashlib
from collections.abc import Callable
from typing import Final

from django.contrib.messages import get_messages
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from metrics.reporting.dashboards import Question, fingerprint
from metrics.views.asking import Asking
from people.models import Organisation

KEPT_SECONDS: Final = 600


def kept(
    request: HttpRequest, asked: Asking, question: Question, draw: Callable[[], str]
) -> SafeString:
    """What `draw` gives, until the facts, the release or the address are others.

    The cache may be away; then every request draws for itself.
    """
    key = f"metrics.figures.{_digest(*_drawing(request, asked, question))}"
    found: str | None = cache.get(key)
    if found is None:
        found = draw()
        cache.set(key, found, KEPT_SECONDS)
    return SafeString(found)


def unless_unchanged(
    request: HttpRequest,
    asked: Asking,
    question: Question,
    page: Callable[[], HttpResponseBase],
) -> HttpResponseBase:
    """The page, or word that the browser's copy is still good.

    A message that waits to be shown once makes every page a new one.
    """
    if len(get_messages(request)):
        return page()
    etag = f'"{_digest(*_drawing(request, asked, question), *_reader(asked))}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    response = page()
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _drawing(
    request: HttpRequest, asked: Asking, question: Question
) -> tuple[object, ...]:
    return (
        fingerprint(question),
        request.get_full_path(),
        get_language(),
        asked.user.timezone,
        asked.may_open_records,
    )


def _reader(asked: Asking) -> tuple[object, ...]:
    user = asked.user
    roles = sorted(user.roles_today)
    looks = (user.theme, user.shortcuts)
    return (user.pk, str(user), roles, looks, user.today, Organisation.current().name)


def _digest(*state: object) -> str:
    return hashlib.sha256(repr(state).encode()).hexdigest()
