"""The bell that wakes a worker. It may fail without harm: the work is in PostgreSQL."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def ring(task: str) -> None:
    """Ring once the transaction around the cause is committed."""
    transaction.on_commit(partial(_send, task))


def _send(task: str) -> None:
    try:
        current_app.send_task(task)
    except (OperationalError, OSError) as error:
        # The sweep finds the work within a minute.
        log.warning("The bell did not ring for %s: %s", task, error)
