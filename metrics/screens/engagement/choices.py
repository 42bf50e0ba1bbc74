"""What a dashboard can be about, as lists of links."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from metrics.models import Channel
from metrics.models.sources import Audience, ChannelQuerySet
from metrics.screens.engagement.links import Links
from people.screens.tables import Column, Table
from programs.models.portfolio import ProgramQuerySet


@dataclass(frozen=True)
class Choices:
    """One list of scopes, each a label and an address."""

    label: str
    links: Sequence[tuple[str, str]]


def groups(
    links: Links, channels: ChannelQuerySet, programs: ProgramQuerySet
) -> Iterator[Choices]:
    """Everything, audiences, programs and sources that the reader may see."""
    plain = channels.order_by()
    audiences = set(plain.values_list("audience", flat=True).distinct())
    sources = plain.values_list("source__slug", "source__name").distinct()
    yield Choices(_("The whole"), [(_("Everything"), links.scoped("", ""))])
    yield Choices(
        _("Audiences"),
        [
            (str(audience.label), links.scoped("audience", audience.value))
            for audience in Audience
            if audience.value in audiences
        ],
    )
    yield Choices(
        _("Programs"),
        [(one.name, links.scoped("program", one.slug)) for one in programs],
    )
    yield Choices(
        _("Sources"),
        sorted((name or slug, links.scoped("source", slug)) for slug, name in sources),
    )


def channels(links: Links) -> Table:
    """The channels to choose from."""

    def address(channel: Channel) -> str:
        slug = f"{channel.source.slug}/{channel.external_id}"
        return links.scoped("channel", slug)

    return Table(
        "channels",
        _("Channels"),
        (
            Column(
                "name", _("Channel"), lambda row: row.name, sortable=True, url=address
            ),
            Column(
                "source",
                _("Source"),
                lambda row: str(row.source),
                sortable=True,
                field="source__slug",
            ),
            Column(
                "audience",
                _("Audience"),
                lambda row: (
                    row.get_audience_display() if row.audience else _("Not set")
                ),
                sortable=True,
            ),
        ),
        sort="name",
    )
