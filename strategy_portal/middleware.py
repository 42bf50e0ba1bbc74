"""What every request carries: an id for the audit trail, and the user's time zone."""

import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from people.commands import audit
from people.models import Organisation, User


class RequestContext:
    """Opens the request's id and clock for everything that happens within."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identifier = str(uuid.uuid4())
        with audit.request(identifier), timezone.override(_zone(request)):
            response = self.get_response(request)
        response["X-Request-ID"] = identifier
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


def _zone(request: HttpRequest) -> ZoneInfo:
    """The user's zone moves instants only; without one the organisation's serves."""
    user = request.user
    if isinstance(user, User) and user.timezone:
        return ZoneInfo(user.timezone)
    return Organisation.current().zone
