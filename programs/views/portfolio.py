"""Programs: the list, one of them, and the forms that change it."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.queries.gate import holder, login_of
from people.rules.roles import ADMINISTRATOR, STRATEGISTS
from people.screens.downloads import as_csv
from programs.commands import portfolio
from programs.forms import (
    MembershipForm,
    NewProgramForm,
    OpenedProgramForm,
    ProgramFilter,
)
from programs.models import Membership, Program
from programs.queries.portfolio import changes_since, team
from programs.screens import PROGRAMS, facts

FOUNDERS = STRATEGISTS | {ADMINISTRATOR}


@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest) -> HttpResponseBase:
    """All programs the login may see, filtered by the address."""
    user = login_of(request)
    form = ProgramFilter(request.GET)
    programs = Program.objects.visible_to(user).select_related("lead")
    wanted = form.cleaned_data if form.is_valid() else {}
    if wanted.get("audience"):
        programs = programs.filter(**{wanted["audience"]: True})
    if wanted.get("state"):
        programs = programs.filter(state=wanted["state"])
    if PROGRAMS.wants_csv(request.GET):
        return as_csv(PROGRAMS, programs, request.GET, on=user.today)
    filtered = any(wanted.values())
    page = {
        "table": PROGRAMS.shown(programs, request.GET, filtered=filtered),
        "form": form,
        "reset_url": reverse("programs:list") if filtered else "",
        "may_add": user.holds(*FOUNDERS),
    }
    return render(request, "programs/list.html", page)


@require_http_methods(["GET", "HEAD"])
def detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One program: what it is for, who works in it, and the way to its numbers."""
    user = login_of(request)
    visible = Program.objects.visible_to(user).select_related("lead")
    program = get_object_or_404(visible, slug=slug)
    page = {
        "program": program,
        "trail": _trail(),
        "facts": facts(program),
        "team": team(program, on=user.today),
        "may_edit": Program.objects.editable_by(user).filter(pk=program.pk).exists(),
    }
    return render(request, "programs/detail.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponseBase:
    """Enter a program."""
    user = holder(request, *FOUNDERS)
    form = NewProgramForm(request.POST or None)
    if form.is_valid():
        try:
            program = portfolio.create(by=user, **form.facts())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The program is entered."))
            return redirect(program)
    return _form_page(request, form, _("Enter a program"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Change a program; who saves second is shown first what the first has saved."""
    user = login_of(request)
    program = get_object_or_404(Program.objects.editable_by(user), slug=slug)
    overtaken = None
    form = OpenedProgramForm(request.POST or None, instance=copy(program))
    if form.is_valid():
        opened = form.cleaned_data["version"]
        try:
            portfolio.change(program, version=opened, by=user, **form.facts())
        except portfolio.ChangedMeanwhile:
            program.refresh_from_db()
            overtaken = changes_since(program, opened)
            form.take_version(program.version)
        else:
            messages.success(request, _("The program is saved."))
            return redirect(program)
    here = _("Edit %(name)s") % {"name": program.name}
    return _form_page(request, form, here, program, overtaken=overtaken)


@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Let somebody work in a program."""
    user = login_of(request)
    program = get_object_or_404(Program.objects.editable_by(user), slug=slug)
    member = Membership(program=program, starts=user.today)
    form = MembershipForm(request.POST or None, instance=member)
    if form.is_valid():
        try:
            portfolio.appoint(program, by=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The team is saved."))
            return redirect(program)
    return _form_page(request, form, _("Add to the team"), program)


@require_POST
def end_membership(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """End a program role today."""
    user = login_of(request)
    program = get_object_or_404(Program.objects.editable_by(user), slug=slug)
    member = get_object_or_404(program.memberships, pk=pk)
    try:
        portfolio.end_membership(member, on=user.today, by=user)
    except portfolio.CannotEnd:
        messages.error(
            request, _("A role that begins today ends tomorrow at the earliest.")
        )
    return redirect(program)


def _trail(program: Program | None = None) -> list[tuple[str, str]]:
    trail = [(_("Programs"), reverse("programs:list"))]
    return [*trail, (program.name, program.get_absolute_url())] if program else trail


def _form_page(
    request: HttpRequest,
    form: BaseForm,
    here: str,
    program: Program | None = None,
    **page: object,
) -> HttpResponseBase:
    trail = _trail(program)
    frame = {
        "form": form,
        "overtaken": None,
        "here": here,
        "trail": trail,
        "submit": _("Save"),
        "cancel_url": trail[-1][1],
    }
    return render(request, "programs/form.html", frame | page)
