"""Sources: made on first use, and the clock they keep."""

from django.db import transaction

from metrics.models import Source
from people.commands import audit
from people.commands.bell import ring
from people.models import User


@transaction.atomic
def source_named(
    slug: str, *, by: User | None, platform: str = "", timezone: str = ""
) -> Source:
    """The source with this short name, made on first use.

    A time zone, when given, becomes the source's. Raises ValidationError for a name or
    zone that cannot be one.
    """
    facts = {"platform": platform, "timezone": timezone}
    Source(slug=slug, **facts).clean_fields()
    source, is_new = Source.objects.get_or_create(slug=slug, defaults=facts)
    if is_new:
        audit.record("make", source, by=by, after={"slug": slug})
    elif timezone and timezone != source.timezone:
        keep_clock(source, timezone=timezone, by=by)
    return source


@transaction.atomic
def keep_clock(source: Source, *, timezone: str, by: User | None) -> None:
    """Let days of the source begin in another zone; the recount notices."""
    before, source.timezone = source.timezone, timezone
    source.full_clean()
    source.save(update_fields=["timezone"])
    audit.record(
        "keep clock", source, by=by, before={"zone": before}, after={"zone": timezone}
    )
    ring("metrics.tasks.catch_up")
