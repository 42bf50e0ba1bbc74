"""The audit trail: one row an act, in the act's own transaction, chained by hash."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction

from people.models import AuditEntry, AuditHead, User

_request_id: ContextVar[str] = ContextVar("request_id", default="")


@contextmanager
def request(identifier: str) -> Iterator[None]:
    """Audit rows written inside carry this request id."""
    token = _request_id.set(identifier)
    try:
        yield
    finally:
        _request_id.reset(token)


def name(thing: models.Model) -> str:
    """How the audit trail names a row: its table and key, never a person's name."""
    return f"{thing._meta.label_lower}:{thing.pk}"


@transaction.atomic
def record(
    verb: str,
    thing: models.Model,
    *,
    by: User | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Write one act at the end of its transaction.

    The stream's head is locked until commit, so call this last. `by` is None for the
    portal itself and for an operator at the command line.
    """
    stream = thing._meta.app_label
    AuditHead.objects.get_or_create(stream=stream)
    head = AuditHead.objects.select_for_update().get(stream=stream)
    entry = AuditEntry(
        stream=stream,
        sequence=head.sequence + 1,
        at=datetime.now(UTC),
        by=by,
        role=", ".join(sorted(by.roles_today)) if by else "",
        verb=verb,
        subject=name(thing),
        before=_plain(before),
        after=_plain(after),
        reason=reason,
        request_id=_request_id.get(),
        previous_digest=head.digest,
    )
    entry.digest = entry.digest_after(head.digest)
    entry.save(force_insert=True)
    head.sequence, head.digest = entry.sequence, entry.digest
    head.save(update_fields=["sequence", "digest"])
    return entry


def _plain(values: dict[str, Any] | None) -> dict[str, Any]:
    """Values as they come back from JSON, so that a digest can be made again."""
    plain: dict[str, Any] = json.loads(json.dumps(values or {}, default=str))
    return plain
