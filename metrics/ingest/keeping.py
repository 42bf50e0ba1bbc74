"""Saying that an import is still being worked on, while its own transaction is open."""

import time
from typing import Final

from django.db import connection

from metrics.models import Import
from people.models.desk import LEASE, LeaseLost, Work

PAUSE: Final = 2.0  # seconds between two signs of life


class Keeper:
    """Renews the lease over a connection of its own, so that others see the progress.

    The load itself is one transaction: until it commits, nobody sees any of it.
    """

    def __init__(self, job: Import) -> None:
        self.job = job
        self._last = time.monotonic()
        self._own = connection.copy()

    def renew(self, progress: float) -> None:
        """A sign of life, at most every other second.

        Raises LeaseLost when the import was cancelled or taken over.
        """
        if time.monotonic() - self._last < PAUSE:
            return
        self._last = time.monotonic()
        with self._own.cursor() as cursor:
            cursor.execute(
                "UPDATE metrics_import SET progress = %s,"
                " lease_until = statement_timestamp()"
                " + make_interval(secs => %s)"
                " WHERE id = %s AND token = %s AND state = %s",
                [
                    progress,
                    LEASE.total_seconds(),
                    self.job.pk,
                    self.job.token,
                    Work.State.RUNNING,
                ],
            )
            if cursor.rowcount == 0:
                raise LeaseLost(str(self.job))

    def close(self) -> None:
        """Give the connection back."""
        self._own.close()
