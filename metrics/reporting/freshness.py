"""What still waits before the numbers are up to date."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from metrics.models import DirtyDay, DirtyThread, Import


@dataclass(frozen=True)
class Backlog:
    """What the recount has before it; `since` is the oldest mark, None for none."""

    days: int
    threads: int
    since: datetime | None


def backlog() -> Backlog:
    """Days and threads that are marked and not yet counted again."""
    return Backlog(
        days=DirtyDay.objects.values("channel", "day").distinct().count(),
        threads=DirtyThread.objects.values("thread_key").distinct().count(),
        since=DirtyDay.objects.aggregate(since=Min("marked_at"))["since"],
    )


def left_to_do() -> int:
    """Imports not yet loaded and marks not yet counted; 0 when all is up to date."""
    return (
        Import.objects.unfinished().count()
        + DirtyDay.objects.count()
        + DirtyThread.objects.count()
    )
