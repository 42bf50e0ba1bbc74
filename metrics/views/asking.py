"""What a request asks, within what its login may see."""

from dataclasses import dataclass
from functools import cached_property

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from metrics.forms.dashboard import SCOPES, DashboardForm
from metrics.models import Channel, Population
from metrics.models.sources import ChannelQuerySet
from metrics.reporting.dashboards import Question, Wish, ask
from metrics.reporting.scopes import Asked, Scope, UnknownScope, resolve
from metrics.screens.engagement.links import Links
from people.models import Organisation, User
from people.queries.gate import login_of
from people.rules.roles import ANALYSTS, AUDITOR, OVERSEERS
from programs.models import Program


@dataclass(frozen=True)
class Asking:
    """Who asks, and what: `question` is None while nothing at all is covered."""

    user: User
    form: DashboardForm
    scope: Scope
    question: Question | None

    @property
    def may_open_records(self) -> bool:
        """Whether the login may see single records, and not only numbers."""
        return may_open_records(self.user)

    @cached_property
    def heading(self) -> str:
        """What the scope is called."""
        return self.scope.label or _("All channels")

    @property
    def links(self) -> Links:
        """The ways to other pages of the same scope and period."""
        return Links(self.form.state(scope=True), self.form.state(scope=False))


def may_open_records(user: User) -> bool:
    """Records are for those who work with engagement data, and for auditors."""
    return user.holds(AUDITOR, *ANALYSTS)


def asking(request: HttpRequest, *others: str) -> Asking:
    """Read the request's scope and period; `others` are parameters of the page itself.

    Raises Http404 for a scope that does not exist or may not be seen.
    """
    user = login_of(request)
    form = DashboardForm(request.GET, others)
    asked = Asked(**{name: form.value(name) for name in SCOPES})
    try:
        scope = resolve(asked, _channels(user, asked))
    except UnknownScope as error:
        raise Http404(str(error)) from error
    if not scope.channels:
        _refuse_hidden(user, asked)
    wish = Wish(
        period=form.value("period"),
        start=form.value("from") or None,
        end=form.value("to") or None,
        compare=form.value("compare"),
        grain=form.value("grain"),
        population=Population(form.value("people") or Population.HUMAN),
    )
    floor = Organisation.current().privacy_floor
    return Asking(user, form, scope, ask(scope, wish, floor=floor))


def _channels(user: User, asked: Asked) -> ChannelQuerySet:
    """The channels that may be seen; of a program only if it may be seen itself."""
    visible: ChannelQuerySet = Channel.objects.visible_to(user)
    if asked.kind != "program":
        return visible
    program = Program.objects.visible_to(user).filter(slug=asked.program)
    return visible.filter(links__program__in=program)


def _refuse_hidden(user: User, asked: Asked) -> None:
    """A scope without channels may be shown empty only to whom it is no secret."""
    if asked.kind == "program":
        get_object_or_404(Program.objects.visible_to(user), slug=asked.program)
    elif asked.kind == "source" and not user.holds(*OVERSEERS):
        raise Http404(asked.source)
