"""How channels and their programs look in tables."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.models import Channel, ChannelProgram
from metrics.reporting.scopes import Scope
from people.screens.tables import Column, Table
from people.screens.wording import day, moment, period


def address(channel: Channel) -> str:
    """The address of a channel's page."""
    return reverse("metrics:channel", args=[channel.pk])


def dashboard_of(channel: Channel) -> str:
    """The address of a channel's dashboard."""
    scope = {"channel": f"{channel.source.slug}/{channel.external_id}"}
    return f"{reverse('metrics:dashboard')}?{urlencode(scope)}"


def audience(channel: Channel) -> str:
    """The audience in words; a channel without one says so."""
    return channel.get_audience_display() if channel.audience else _("Not set")


def when(link: ChannelProgram) -> str:
    """The days of a link in words, with the first day outside."""
    match (link.starts, link.ends):
        case (None, None):
            return _("always")
        case (starts, None) if starts:
            return _("from %(day)s") % {"day": day(starts)}
        case (None, ends) if ends:
            return _("before %(day)s") % {"day": day(ends)}
    return _("from %(starts)s, before %(ends)s") % {
        "starts": day(link.starts) if link.starts else "",
        "ends": day(link.ends) if link.ends else "",
    }


def programs(links: Collection[ChannelProgram]) -> str:
    """The programs of a channel with their days, in words."""
    served = [
        str(link.program)
        if link.starts is None and link.ends is None
        else f"{link.program} ({when(link)})"
        for link in links
    ]
    return "; ".join(served) or _("None")


def facts(channel: Channel, scope: Scope) -> list[tuple[str, str]]:
    """What stands at the head of a channel's page."""
    counted = moment(scope.counted_at) if scope.counted_at else _("Not yet")
    return [
        (_("Source"), str(channel.source)),
        (_("Audience"), audience(channel)),
        (_("Time zone"), scope.timezone),
        (_("Counted"), counted),
        (_("Known to the source as"), channel.external_id),
    ]


def coverage(scope: Scope) -> list[str]:
    """The days that imports cover, in words."""
    return [period(window.start, window.end) for window in scope.coverage]


def channels_table(chosen: Collection[int] | None) -> Table:
    """The table of channels; with a box to choose each by, unless `chosen` is None."""
    name = Column(
        "name",
        gettext_lazy("Channel"),
        lambda channel: channel.name,
        sortable=True,
        url=address if chosen is None else None,
        show=None if chosen is None else lambda channel: _choice(channel, chosen),
    )
    return Table(
        name="channels",
        caption=gettext_lazy("Channels"),
        sort="name",
        wide=True,
        columns=(name, *_COLUMNS),
    )


def _choice(channel: Channel, chosen: Collection[int]) -> SafeString:
    return format_html(
        '<input type="checkbox" name="channel" value="{}" form="mapping"'
        ' aria-label="{}"{}> <a href="{}">{}</a>',
        channel.pk,
        _("Choose %(channel)s") % {"channel": channel.name},
        SafeString(" checked") if channel.pk in chosen else "",
        address(channel),
        channel.name,
    )


_COLUMNS = (
    Column(
        "source",
        gettext_lazy("Source"),
        lambda channel: str(channel.source),
        sortable=True,
        field="source__slug",
    ),
    Column("audience", gettext_lazy("Audience"), audience, sortable=True),
    Column(
        "programs",
        gettext_lazy("Programs"),
        lambda channel: programs(channel.shown_links),
    ),
    Column(
        "first_day",
        gettext_lazy("First day"),
        lambda channel: channel.first_day,
        sortable=True,
    ),
    Column(
        "last_day",
        gettext_lazy("Last day"),
        lambda channel: channel.last_day,
        sortable=True,
    ),
)
