"""What the nights are for: room for the months ahead, and work that nobody can do."""

from datetime import datetime, time
from typing import Final

from django.db import connection, transaction

from metrics.models import Import
from metrics.periods import Grain, floor, following
from people.commands.desk import take_slot
from people.models import Organisation

MONTHS_AHEAD: Final = 3
NIGHT: Final = time(2)


@transaction.atomic
def keep_up(*, at: datetime) -> bool:
    """Do the night's upkeep once a day; whether this call was the one that did it."""
    organisation = Organisation.current()
    today = organisation.day(at)
    slot = datetime.combine(today, NIGHT, organisation.zone)
    if at < slot or not take_slot("nightly", slot):
        return False
    month = floor(today, Grain.MONTH)
    with connection.cursor() as cursor:
        for _ahead in range(MONTHS_AHEAD):
            cursor.execute("SELECT metrics_event_partition(%s)", [month])
            month = following(month, Grain.MONTH)
    Import.objects.quarantine_exhausted()
    return True
