"""What somebody prefers: a name, a theme, a time zone, keys."""

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.commands.accounts import prefer
from people.forms import PreferencesForm
from people.queries.gate import login_of


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """The login's own preferences."""
    user = login_of(request)
    form = PreferencesForm(request.POST or None, initial=model_to_dict(user))
    if form.is_valid():
        prefer(user, by=user, **form.cleaned_data)
        messages.success(request, _("Your preferences are saved."))
        return redirect("people:preferences")
    return render(request, "people/preferences.html", {"form": form})
