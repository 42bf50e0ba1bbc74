"""Marks for the recount, left by what changes the meaning of stored events."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from people.models import Organisation

# A day is a day on the channel's clock.
_DAY = """
    (e.occurred_at AT TIME ZONE coalesce(
        nullif(c.timezone, ''), nullif(s.timezone, ''), %(default)s))::date
"""


def mark_accounts(accounts: Sequence[int]) -> None:
    """Whoever became a bot or a person: their days and threads are counted again."""
    if not accounts:
        return
    values: dict[str, Any] = {
        "accounts": list(accounts),
        "default": Organisation.current().timezone,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO metrics_dirtythread (thread_key) SELECT DISTINCT thread_key"
            " FROM metrics_event WHERE account_id = ANY(%(accounts)s)",
            values,
        )
        cursor.execute(
            "INSERT INTO metrics_dirtyday (channel_id, day)"  # noqa: S608
            f" SELECT DISTINCT e.channel_id, {_DAY} FROM metrics_event e"
            " JOIN metrics_channel c ON c.id = e.channel_id"
            " JOIN metrics_source s ON s.id = c.source_id"
            " WHERE account_id = ANY(%(accounts)s) OR target_id = ANY(%(accounts)s)",
            values,
        )


def mark_channels(channels: Sequence[int]) -> None:
    """Count every day and thread of these channels again."""
    values: dict[str, Any] = {
        "channels": list(channels),
        "default": Organisation.current().timezone,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO metrics_dirtythread (thread_key) SELECT DISTINCT thread_key"
            " FROM metrics_event"
            " WHERE channel_id = ANY(%(channels)s) AND kind IN (1, 2)",
            values,
        )
        # Days counted so far go too: on another clock an event may leave its day.
        cursor.execute(
            "INSERT INTO metrics_dirtyday (channel_id, day)"  # noqa: S608
            f" SELECT DISTINCT e.channel_id, {_DAY} FROM metrics_event e"
            " JOIN metrics_channel c ON c.id = e.channel_id"
            " JOIN metrics_source s ON s.id = c.source_id"
            " WHERE channel_id = ANY(%(channels)s)"
            " UNION SELECT channel_id, day FROM metrics_dayfact"
            " WHERE channel_id = ANY(%(channels)s)",
            values,
        )
