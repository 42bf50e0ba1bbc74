"""What the role the portal runs as may do in the database.

The portal may change most rows, but only add to those that are evidence: the audit
trail and the row history. The owner of the tables grants this after each migration.
"""

from dataclasses import dataclass
from typing import Final

import pghistory.models
from django.apps import apps
from django.db import connection, models, transaction

APP_ROLE: Final = "portal_app"


@dataclass(frozen=True)
class Protection:
    """What was protected; `missing` says what is not, and is empty when all is."""

    append_only: list[str]
    missing: str


@transaction.atomic
def protect() -> Protection:
    """Grant the portal's role what it needs and no more. May be repeated."""
    tables = sorted(append_only_tables())
    if not _role_exists():
        return Protection(
            [],
            f"There is no role {APP_ROLE}: who can write to the database can also "
            "change the audit trail and the row history.",
        )
    with connection.cursor() as cursor:
        for statement in (*_everyday(), *_evidence(tables)):
            cursor.execute(statement)
    return Protection(tables, "")


def append_only_tables() -> set[str]:
    """Tables of models marked `append_only`, and of pghistory's events."""
    return {
        model._meta.db_table
        for model in apps.get_models()
        if _is_evidence(model) and model._meta.managed
    }


def _is_evidence(model: type[models.Model]) -> bool:
    return getattr(model, "append_only", False) or (
        issubclass(model, pghistory.models.Event) and not model._meta.abstract
    )


def _role_exists() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        return cursor.fetchone() is not None


def _everyday() -> list[str]:
    change, count = "SELECT, INSERT, UPDATE, DELETE", "USAGE, SELECT"
    later = "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
    return [
        f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}",
        f"GRANT {change} ON ALL TABLES IN SCHEMA public TO {APP_ROLE}",
        f"GRANT {count} ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}",
        f"{later} GRANT {change} ON TABLES TO {APP_ROLE}",
        f"{later} GRANT {count} ON SEQUENCES TO {APP_ROLE}",
    ]


def _evidence(tables: list[str]) -> list[str]:
    return [
        f"REVOKE ALL ON {connection.ops.quote_name(table)} FROM {APP_ROLE};"
        f"GRANT SELECT, INSERT ON {connection.ops.quote_name(table)} TO {APP_ROLE}"
        for table in tables
    ]
