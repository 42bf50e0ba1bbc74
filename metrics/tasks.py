"""What Celery calls. Each is one call that may come late, twice, or not at all."""

from celery import shared_task
from django.utils import timezone

from metrics import aggregation, ingest
from metrics.commands import upkeep
from metrics.reporting import dashboards


@shared_task
def catch_up() -> int:
    """Load what was received and recount what is dirty; the number of days counted.

    The recount follows each import, so that a long queue does not keep back numbers.
    Then the standing dashboards are answered, where their facts have changed or the
    cache has lost them, so that nobody waits for the arithmetic.
    """
    days = aggregation.catch_up()
    while ingest.load_next():
        days += aggregation.catch_up()
    dashboards.prepare()
    return days


@shared_task
def nightly() -> bool:
    """Upkeep, once a day."""
    return upkeep.keep_up(at=timezone.now())
