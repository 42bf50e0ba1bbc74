"""Signing in by a link. Looking at it changes nothing, for mail scanners look too."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from people.commands import accounts
from people.queries.accounts import link_works

GONE = 410


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks for one press of a button; POST uses the link up and signs in."""
    at = timezone.now()
    if request.method != "POST":
        if not link_works(token, at=at):
            return _dead(request)
        return render(request, "people/enter.html")
    try:
        user = accounts.redeem(token, at=at)
    except accounts.LinkIsDead:
        return _dead(request)
    login(request, user)
    return redirect("home")


def _dead(request: HttpRequest) -> HttpResponse:
    return render(request, "people/dead_link.html", status=GONE)
