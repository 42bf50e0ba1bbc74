"""Channels as pages and the command line list them."""

from typing import Any

from django.db.models import Max, Min, Sum

from metrics.models import Channel, Population


def listing() -> list[dict[str, Any]]:
    """Every channel with where it belongs and what is counted in it."""
    facts = {"dayfact__population": Population.ALL.value}
    channels = (
        Channel.objects.select_related("source")
        .prefetch_related("links__program")
        .order_by("source__slug", "name", "pk")
    )
    extents = {
        row["pk"]: row
        for row in Channel.objects.filter(**facts)
        .values("pk")
        .annotate(
            first_day=Min("dayfact__day"),
            last_day=Max("dayfact__day"),
            posts=Sum("dayfact__posts"),
            replies=Sum("dayfact__replies"),
        )
    }
    return [_entry(channel, extents.get(channel.pk, {})) for channel in channels]


def _entry(channel: Channel, extent: dict[str, Any]) -> dict[str, Any]:
    return {
        "channel": f"{channel.source.slug}/{channel.external_id}",
        "source": channel.source.slug,
        "external_id": channel.external_id,
        "name": channel.name,
        "audience": channel.audience or None,
        "programs": [link.program.slug for link in channel.links.all()],
        "first_day": extent.get("first_day") and extent["first_day"].isoformat(),
        "last_day": extent.get("last_day") and extent["last_day"].isoformat(),
        "posts": extent.get("posts", 0),
        "replies": extent.get("replies", 0),
    }
