"""Channels: the list that maps them to programs, and each by itself."""

from collections.abc import Collection

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from metrics.commands import channels as commands
from metrics.forms.channels import (
    AudienceForm,
    ChannelFilter,
    ChannelForm,
    ChosenChannels,
    DatesForm,
    LinkForm,
)
from metrics.models import Channel, ChannelProgram
from metrics.reporting.channels import described
from metrics.reporting.scopes import Asked, resolve
from metrics.screens import channels as screen
from people.models import User
from people.queries.gate import login_of
from people.rules.roles import ANALYSTS
from people.screens.downloads import as_csv
from programs.models import Program

READ = ["GET", "HEAD"]


@require_http_methods([*READ, "POST"])
def index(request: HttpRequest) -> HttpResponseBase:
    """All channels one may see, filtered by the address; POST maps those chosen."""
    user = login_of(request)
    link, audience = LinkForm(by=user), AudienceForm(by=user)
    if request.method == "POST" and user.holds(*ANALYSTS):
        if "link" in request.POST:
            link = LinkForm(request.POST, by=user)
            done = _linked(request, link, user)
        else:
            audience = AudienceForm(request.POST, by=user)
            done = _audience_set(request, audience, user)
        if done:
            return redirect(request.get_full_path())
    return _list(request, user, link, audience)


@require_http_methods([*READ, "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One channel: where it belongs, since when, and what covers it."""
    user = login_of(request)
    visible = described(
        Channel.objects.visible_to(user), Program.objects.visible_to(user)
    )
    channel = get_object_or_404(visible, pk=pk)
    links: list[ChannelProgram] = getattr(channel, "shown_links")  # noqa: B009
    may_edit = Channel.objects.editable_by(user).filter(pk=pk).exists()
    form = LinkForm(by=user)
    if request.method == "POST" and may_edit:
        form = LinkForm({**request.POST.dict(), "channel": [pk]}, by=user)
        if _linked(request, form, user):
            return redirect("metrics:channel", pk)
    name = f"{channel.source.slug}/{channel.external_id}"
    scope = resolve(Asked(channel=name), Channel.objects.visible_to(user))
    page = {
        "channel": channel,
        "trail": _trail(),
        "facts": screen.facts(channel, scope),
        "links": [(link, screen.when(link)) for link in links],
        "coverage": screen.coverage(scope),
        "dashboard": screen.dashboard_of(channel),
        "may_edit": may_edit,
        "form": form,
    }
    return render(request, "metrics/channel.html", page)


@require_http_methods([*READ, "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say which audience a channel reaches and where its days begin."""
    user = login_of(request)
    channel = get_object_or_404(Channel.objects.editable_by(user), pk=pk)
    now = {"audience": channel.audience, "timezone": channel.timezone}
    form = ChannelForm(request.POST or None, initial=now)
    if form.is_valid():
        commands.set_audience([channel], form.cleaned_data["audience"], by=user)
        commands.keep_clock(channel, timezone=form.cleaned_data["timezone"], by=user)
        messages.success(request, _("The channel is saved."))
        return redirect("metrics:channel", pk)
    here = _("Edit %(channel)s") % {"channel": channel.name}
    return _form_page(request, form, here, channel)


@require_http_methods([*READ, "POST"])
def change_link(request: HttpRequest, pk: int, link: int) -> HttpResponseBase:
    """Change the days on which a channel serves a program."""
    user = login_of(request)
    channel = get_object_or_404(Channel.objects.editable_by(user), pk=pk)
    served = get_object_or_404(channel.links.select_related("program"), pk=link)
    now = {"starts": served.starts, "ends": served.ends}
    form = DatesForm(request.POST or None, initial=now)
    if form.is_valid():
        try:
            commands.change_dates(served, by=user, **form.cleaned_data)
        except (commands.EndsBeforeItStarts, commands.AlreadyServes) as error:
            _explain(form, error)
        else:
            messages.success(request, _("The days are saved."))
            return redirect("metrics:channel", pk)
    words = {"channel": channel.name, "program": served.program}
    here = _("%(channel)s in %(program)s") % words
    return _form_page(request, form, here, channel)


@require_http_methods([*READ, "POST"])
def unlink(request: HttpRequest, pk: int, link: int) -> HttpResponseBase:
    """GET asks whether; POST takes the channel out of the program."""
    user = login_of(request)
    channel = get_object_or_404(Channel.objects.editable_by(user), pk=pk)
    served = get_object_or_404(channel.links.select_related("program"), pk=link)
    if request.method == "POST":
        commands.unlink(served, by=user)
        messages.success(request, _("The channel is taken out of the program."))
        return redirect("metrics:channel", pk)
    return render(request, "confirm.html", _unlinking(served))


def _list(
    request: HttpRequest, user: User, link: LinkForm, audience: AudienceForm
) -> HttpResponseBase:
    form = ChannelFilter(request.GET, by=user)
    found = described(
        form.among(Channel.objects.visible_to(user)), Program.objects.visible_to(user)
    )
    may_map = user.holds(*ANALYSTS)
    table = screen.channels_table(_chosen(request) if may_map else None)
    if table.wants_csv(request.GET):
        return as_csv(table, found, request.GET, on=user.today)
    page = {
        "form": form,
        "table": table.shown(found, request.GET, filtered=form.narrows),
        "link": link,
        "audience": audience,
        "may_map": may_map,
    }
    return render(request, "metrics/channels.html", page)


def _chosen(request: HttpRequest) -> Collection[int]:
    """The boxes that were ticked, so that a mistake in the form keeps them."""
    return {int(key) for key in request.POST.getlist("channel") if key.isdecimal()}


def _linked(request: HttpRequest, form: LinkForm, user: User) -> bool:
    if not form.is_valid():
        return False
    days = {name: form.cleaned_data[name] for name in ("starts", "ends")}
    program = form.cleaned_data["program"]
    try:
        links = commands.link(form.chosen, program, by=user, **days)
    except (commands.EndsBeforeItStarts, commands.AlreadyServes) as error:
        _explain(form, error)
        return False
    words = ngettext(
        "%(count)s channel serves %(program)s.",
        "%(count)s channels serve %(program)s.",
        len(links),
    )
    messages.success(request, words % {"count": len(links), "program": program})
    return True


def _audience_set(request: HttpRequest, form: ChosenChannels, user: User) -> bool:
    if not form.is_valid():
        return False
    count = commands.set_audience(form.chosen, form.cleaned_data["audience"], by=user)
    words = ngettext(
        "The audience of %(count)s channel is changed.",
        "The audience of %(count)s channels is changed.",
        count,
    )
    messages.success(request, words % {"count": count})
    return True


def _explain(form: BaseForm, error: Exception) -> None:
    if not isinstance(error, commands.AlreadyServes):
        form.add_error("ends", _("This day lies before or on the first one."))
        return
    for link in error.links:
        words = _("%(channel)s serves %(program)s already, %(when)s.") % {
            "channel": link.channel.name,
            "program": link.program,
            "when": screen.when(link),
        }
        form.add_error(None, words)


def _unlinking(link: ChannelProgram) -> dict[str, object]:
    words = {"channel": link.channel.name, "program": link.program}
    return {
        "title": _("Take %(channel)s out of %(program)s?") % words,
        "text": _(
            "Its numbers leave the program for all days, as if it had never served it."
            " To end it on a day, change its days instead."
        ),
        "action": reverse("metrics:unlink", args=[link.channel_id, link.pk]),
        "submit": _("Take it out"),
        "cancel_url": screen.address(link.channel),
    }


def _trail(channel: Channel | None = None) -> list[tuple[str, str]]:
    trail = [(_("Channels"), reverse("metrics:channels"))]
    return [*trail, (channel.name, screen.address(channel))] if channel else trail


def _form_page(
    request: HttpRequest, form: BaseForm, here: str, channel: Channel
) -> HttpResponseBase:
    page = {
        "form": form,
        "here": here,
        "trail": _trail(channel),
        "cancel_url": screen.address(channel),
    }
    return render(request, "metrics/channel_form.html", page)
