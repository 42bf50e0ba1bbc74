"""Channels as pages and the command line list them."""

from datetime import date
from typing import Any

from django.db.models import Max, Min, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable

from metrics.models import Channel, ChannelProgram, DayFact, Population
from programs.models import Program


def described(
    channels: "QuerySet[Channel]", programs: "QuerySet[Program]"
) -> "QuerySet[Channel]":
    """Channels with source, first and last day, and their links to these programs."""
    links = ChannelProgram.objects.filter(program__in=programs)
    return (
        channels.select_related("source")
        .prefetch_related(
            Prefetch(
                "links",
                links.select_related("program").order_by("starts", "pk"),
                to_attr="shown_links",
            )
        )
        .annotate(first_day=_of_days(Min("day")), last_day=_of_days(Max("day")))
    )


def listing() -> list[dict[str, Any]]:
    """Every channel with where it belongs and what is counted in it."""
    channels = described(Channel.objects.all(), Program.objects.all()).annotate(
        posts=_of_days(Sum("posts")), replies=_of_days(Sum("replies"))
    )
    return [
        _entry(channel) for channel in channels.order_by("source__slug", "name", "pk")
    ]


def _of_days(aggregate: Combinable) -> Subquery:
    """A channel's days taken together: None where nothing is counted."""
    facts = DayFact.objects.filter(channel=OuterRef("pk"), population=Population.ALL)
    return Subquery(facts.values("channel").annotate(of=aggregate).values("of"))


def _entry(channel: Any) -> dict[str, Any]:
    return {
        "channel": f"{channel.source.slug}/{channel.external_id}",
        "source": channel.source.slug,
        "external_id": channel.external_id,
        "name": channel.name,
        "audience": channel.audience or None,
        "programs": [link.program.slug for link in channel.shown_links],
        "first_day": _iso(channel.first_day),
        "last_day": _iso(channel.last_day),
        "posts": channel.posts or 0,
        "replies": channel.replies or 0,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
