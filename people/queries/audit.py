"""Whether the audit trail is whole."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from people.models import AuditEntry, AuditHead
from people.rules import chain

PAGE: Final = 2000


@dataclass(frozen=True)
class Fault:
    """The first row that does not fit the chain, and what is wrong with it."""

    stream: str
    sequence: int
    problem: str


@dataclass(frozen=True)
class Verification:
    """What a walk along the whole trail found.

    `head` is one digest over the heads of all streams: noted outside, it proves later
    that no row up to then was changed or taken away.
    """

    rows: int
    head: str
    first_bad: Fault | None

    def facts(self) -> dict[str, Any]:
        """The answer of `verify_audit`."""
        bad = asdict(self.first_bad) if self.first_bad else None
        return {
            "ok": bad is None,
            "rows": self.rows,
            "head": self.head,
            "first_bad": bad,
        }


def verify() -> Verification:
    """Make every digest again, stream by stream, and compare."""
    rows, heads, first_bad = 0, [], None
    for stream in _streams():
        walked, digest, fault = _walk(stream)
        rows += walked
        heads.append(f"{stream} {digest}")
        first_bad = first_bad or fault
    head = hashlib.sha256("\n".join(heads).encode()).hexdigest()
    return Verification(rows, head, first_bad)


def _streams() -> list[str]:
    """Streams with rows or with a head: a stream robbed of either must show."""
    rows = AuditEntry.objects.values_list("stream", flat=True)
    heads = AuditHead.objects.values_list("stream", flat=True)
    return sorted(rows.union(heads))


def _walk(stream: str) -> tuple[int, str, Fault | None]:
    rows, sequence, digest, fault = 0, 0, chain.START, None
    for entry in _entries(stream):
        rows += 1
        problem = _problem(entry, sequence, digest)
        if problem and fault is None:
            fault = Fault(stream, entry.sequence, problem)
        sequence, digest = entry.sequence, entry.digest
    head = AuditHead.objects.filter(stream=stream).first()
    if fault is None and (
        head is None or (head.sequence, head.digest) != (sequence, digest)
    ):
        fault = Fault(stream, sequence + 1, "rows at the end are missing")
    return rows, digest, fault


def _entries(stream: str) -> Iterator[AuditEntry]:
    """All rows in order, by pages: poolers do not carry named cursors."""
    after = 0
    while True:
        page = AuditEntry.objects.filter(stream=stream, sequence__gt=after)
        entries = list(page.order_by("sequence")[:PAGE])
        yield from entries
        if len(entries) < PAGE:
            return
        after = entries[-1].sequence


def _problem(entry: AuditEntry, sequence: int, digest: str) -> str:
    if entry.sequence != sequence + 1:
        return "a row before it is missing"
    if entry.previous_digest != digest:
        return "it does not follow the row before it"
    if entry.digest != entry.digest_after(digest):
        return "its contents were changed"
    return ""
