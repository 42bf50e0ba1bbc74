"""What still waits before the numbers are up to date."""

from metrics.models import DirtyDay, DirtyThread, Import


def left_to_do() -> int:
    """Imports not yet loaded and marks not yet counted; 0 when all is up to date."""
    return (
        Import.objects.unfinished().count()
        + DirtyDay.objects.count()
        + DirtyThread.objects.count()
    )
