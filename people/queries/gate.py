"""Who is asking, for pages whose gate is a role and not an object."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from people.models import User


def login_of(request: HttpRequest) -> User:
    """The login that asks. Raises PermissionDenied for a visitor."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def holder(request: HttpRequest, *kinds: str) -> User:
    """The login that asks, if it holds one of these roles today.

    Raises PermissionDenied.
    """
    user = login_of(request)
    if not user.holds(*kinds):
        raise PermissionDenied
    return user
