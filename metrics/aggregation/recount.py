"""The recount: marked days are counted again from their events, month by month."""

from datetime import date

from django.db import connection, transaction
from django.db.models.functions import Now

from metrics.aggregation import counting, people, threads, unions
from metrics.aggregation.reading import read_days
from metrics.models import Channel, marking
from metrics.models.sources import zone_of
from metrics.periods import Grain, following
from people.models import Organisation


def catch_up() -> int:
    """Rebuild marked threads and recount marked days; the number of days counted."""
    mark_moved_clocks()
    while threads.rebuild_some():
        pass
    counted = 0
    while days := recount_a_month():
        counted += days
    return counted


def mark_everything() -> None:
    """Mark all that is stored, as if nothing had ever been counted."""
    marking.mark_channels(list(Channel.objects.values_list("pk", flat=True)))


@transaction.atomic
def mark_moved_clocks() -> None:
    """Mark channels that were counted on another clock than they keep now."""
    default = Organisation.current().timezone
    counted = Channel.objects.exclude(counted_in="").select_related("source")
    moved = [
        channel.pk
        for channel in counted
        if channel.counted_in != zone_of(channel, default).key
    ]
    if moved:
        marking.mark_channels(moved)
        Channel.objects.filter(pk__in=moved).update(counted_in="")


@transaction.atomic
def recount_a_month() -> int:
    """Count the marked days of the oldest marked month; how many, 0 for none left.

    One recount runs at a time, and the marks are taken away before the events are
    read: what is committed meanwhile leaves a mark for the next round.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('recount'))")
    marked = _take_marks()
    if not marked:
        return 0
    events = read_days(marked)
    counting.rewrite(events, marked)
    people.rewrite_days(events, marked)
    unions.rewrite_unions(marked)
    _sign({channel for channel, _day in marked})
    return len(marked)


def _sign(channels: set[int]) -> None:
    """Note when and on whose clock the channels were counted.

    Not those that a running import writes: the recount would wait for it, and all
    others with it; its own recount follows.
    """
    default = Organisation.current().timezone
    free = (
        Channel.objects.filter(pk__in=channels)
        .select_related("source")
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
    )
    counted = list(free)
    for channel in counted:
        channel.counted_in = zone_of(channel, default).key
    Channel.objects.bulk_update(counted, ["counted_in"])
    Channel.objects.filter(pk__in=[channel.pk for channel in counted]).update(
        counted_at=Now()
    )


def _take_marks() -> list[tuple[int, date]]:
    """The marked (channel, day) pairs of the oldest marked month, sorted, once each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('month', min(day))::date FROM metrics_dirtyday"
        )
        month = cursor.fetchone()[0]
        if month is None:
            return []
        cursor.execute(
            "DELETE FROM metrics_dirtyday WHERE day >= %s AND day < %s"
            " RETURNING channel_id, day",
            [month, following(month, Grain.MONTH)],
        )
        return sorted(set(cursor.fetchall()))
