"""The first run: an administrator, the organisation, and what to begin with.

Each step saves by itself, so that one can leave and come back; only the first needs
the set-up link.
"""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from people.commands import accounts
from people.commands.organisation import set_up_organisation
from people.forms import AdministratorForm, OrganisationForm
from people.models import Organisation, SignInLink
from people.queries.accounts import has_administrator, link_works
from people.queries.gate import holder
from people.rules.roles import ADMINISTRATOR
from people.views.enter import GONE

STEPS = (_("Administrator"), _("Organisation"), _("What to begin with"))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def administrator(request: HttpRequest) -> HttpResponse:
    """Step 1. Closed as soon as there is an administrator."""
    at = timezone.now()
    on = Organisation.current().day(at)
    if has_administrator(on=on):
        return redirect("people:set_up_organisation")
    token = request.GET.get("token", "")
    if not link_works(token, at=at, purpose=SignInLink.Purpose.SET_UP):
        return render(request, "people/dead_set_up_link.html", status=GONE)
    form = AdministratorForm(request.POST or None)
    if form.is_valid():
        try:
            user = accounts.create_administrator(
                token=token, at=at, on=on, **form.cleaned_data
            )
        except accounts.EmailTaken:
            form.add_error("email", _("There is a login with this e-mail."))
        except (accounts.LinkIsDead, accounts.AlreadySetUp):
            return redirect(request.get_full_path())
        else:
            login(request, user)
            return redirect("people:set_up_organisation")
    return _step(request, 1, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """Step 2. What is entered can be changed later in the administration."""
    user = holder(request, ADMINISTRATOR)
    form = OrganisationForm(request.POST or None, instance=Organisation.current())
    if form.is_valid():
        set_up_organisation(by=user, at=timezone.now(), **form.cleaned_data)
        return redirect("people:set_up_start")
    return _step(request, 2, form=form)


@require_http_methods(["GET", "HEAD"])
def start(request: HttpRequest) -> HttpResponse:
    """Step 3. Import an export, look at the demo, or begin empty."""
    holder(request, ADMINISTRATOR)
    return _step(request, 3)


def _step(request: HttpRequest, number: int, **page: object) -> HttpResponse:
    frame = {"number": number, "of": len(STEPS), "step": STEPS[number - 1]}
    return render(request, f"people/set_up_{number}.html", frame | page)
