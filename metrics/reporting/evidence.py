"""The records behind a measure: the very events that were counted, page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.db import connection

from metrics.models import Event, Kind, Population
from metrics.periods import DAY, Window
from metrics.reporting.scopes import Scope
from metrics.stats import Measure
from people.models import Organisation

CHUNK: Final = 5_000
KINDS: Final = {
    "posts": (Kind.POST,),
    "replies": (Kind.REPLY,),
    "reactions": (Kind.REACTION,),
    "shares": (Kind.SHARE,),
}

# The same rules by which the recount counts: no bot acts or is reacted to among people,
# the organisation's own accounts count, and a day is a day on the channel's clock.
_EVENTS: Final = f"""
    FROM metrics_event e
    JOIN unnest(%(channels)s::bigint[], %(from)s::date[], %(until)s::date[])
        AS span (channel_id, a, z) ON span.channel_id = e.channel_id
    JOIN metrics_channel c ON c.id = e.channel_id
    JOIN metrics_source s ON s.id = c.source_id
    JOIN metrics_account a ON a.id = e.account_id
    LEFT JOIN metrics_account r ON e.kind = {Kind.REACTION.value}
        AND r.id = e.target_id
    LEFT JOIN metrics_thread t ON e.kind = {Kind.POST.value}
        AND t.thread_key = e.thread_key AND t.posted_at = e.occurred_at
    CROSS JOIN LATERAL (SELECT
        (e.occurred_at AT TIME ZONE coalesce(
            nullif(c.timezone, ''), nullif(s.timezone, ''), %(timezone)s))::date AS day,
        CASE WHEN %(humans)s THEN t.first_human_at ELSE t.first_any_at END AS first_at
    ) AS f
    LEFT JOIN metrics_import i ON i.id = e.import_id
"""
_COUNTED: Final = """
    WHERE e.kind = ANY(%(kinds)s)
        AND e.occurred_at >= %(early)s AND e.occurred_at < %(late)s
        AND f.day >= greatest(span.a, %(start)s) AND f.day < least(span.z, %(end)s)
        AND (NOT %(humans)s OR a.official
             OR NOT coalesce(a.is_bot_override, a.is_bot))
        AND (NOT %(humans)s OR r.id IS NULL OR r.official
             OR NOT coalesce(r.is_bot_override, r.is_bot))
        AND (%(answered)s::bool IS NULL
             OR %(answered)s = (f.first_at IS NOT NULL))
"""
_RECORDS: Final = f"""
    SELECT e.occurred_at, e.event_key, e.kind, c.name, s.slug, c.external_id,
           coalesce(nullif(a.name, ''), left(a.pseudonym, 8)), e.text_length,
           e.flags & {Event.QUESTION} <> 0, t.replies, f.first_at IS NOT NULL,
           CASE WHEN t.timed
               THEN extract(epoch FROM f.first_at - e.occurred_at)::float8 / 3600 END,
           e.import_id, i.name
    {_EVENTS} {_COUNTED}
        AND (%(after)s::timestamptz IS NULL
             OR (e.occurred_at, e.event_key) {{beyond}} (%(after)s, %(after_key)s))
    ORDER BY e.occurred_at {{order}}, e.event_key {{order}}
    LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608
_COUNT: Final = f"SELECT count(*) {_EVENTS} {_COUNTED}"
_PEOPLE: Final = f"""
    SELECT coalesce(a.number, a.id),
           min(coalesce(nullif(a.name, ''), left(a.pseudonym, 8))),
           {", ".join(f"count(*) FILTER (WHERE e.kind = {k.value})" for k in Kind)},
           count(*), min(f.day), max(f.day)
    {_EVENTS} {_COUNTED} AND NOT a.official
    GROUP BY coalesce(a.number, a.id) ORDER BY count(*) DESC, coalesce(a.number, a.id)
"""


class Record(NamedTuple):
    """One event that was counted; what belongs to posts alone is None for others."""

    at: datetime
    key: int
    kind: int
    channel: str
    source: str
    external_id: str
    account: str
    text_length: int
    is_question: bool
    replies: int | None
    answered: bool
    response_hours: float | None
    import_id: int
    import_name: str | None


class Contributor(NamedTuple):
    """What one person did in the period, under a pseudonym unless the source names."""

    number: int
    account: str
    posts: int
    replies: int
    reactions: int
    shares: int
    contributions: int
    first_day: Any
    last_day: Any


@dataclass(frozen=True)
class Evidence:
    """Which records are meant: those of a measure, in a scope, a period, a population.

    `answered` keeps only posts that another has answered, or only those nobody has.
    """

    scope: Scope
    window: Window
    population: Population
    measure: Measure
    answered: bool | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of event that the measure counts."""
        if self.measure.evidence == "events":
            return KINDS.get(self.measure.key, tuple(Kind))
        return KINDS.get(self.measure.evidence, tuple(Kind))

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What the queries are given."""
        spans = self.scope.spans
        return {
            "channels": [span.channel for span in spans],
            "from": [span.window.start for span in spans],
            "until": [span.window.end for span in spans],
            "timezone": Organisation.current().timezone,
            "humans": self.population is Population.HUMAN,
            "kinds": [kind.value for kind in self.kinds],
            "start": self.window.start,
            "end": self.window.end,
            # Clocks differ from UTC by less than a day; these bounds choose partitions.
            "early": self.window.start - DAY,
            "late": self.window.end + DAY,
            "answered": self.answered,
        }


class Records(Sequence[Record]):
    """The records in the order of time, read when they are asked for.

    The newest come first; of posts that nobody has answered, the oldest.
    """

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        waiting = evidence.answered is False
        order, beyond = ("ASC", ">") if waiting else ("DESC", "<")
        self._query = _RECORDS.format(order=order, beyond=beyond)

    @cached_property
    def _count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, self.evidence.parameters)
            return int(cursor.fetchone()[0])

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            start, stop, _step = place.indices(len(self))
            return self._read(limit=max(stop - start, 0), offset=start)
        return self._read(limit=1, offset=range(len(self))[place])[0]

    def __iter__(self) -> Iterator[Record]:
        """All of them, a chunk at a time, each beginning where the last one ended."""
        chunk = self._read(limit=CHUNK)
        while chunk:
            yield from chunk
            chunk = self._read(limit=CHUNK, after=chunk[-1])

    def _read(
        self, *, limit: int, offset: int = 0, after: Record | None = None
    ) -> list[Record]:
        place = {
            "limit": limit,
            "offset": offset,
            "after": after and after.at,
            "after_key": after and after.key,
        }
        with connection.cursor() as cursor:
            cursor.execute(self._query, self.evidence.parameters | place)
            return [Record(*row) for row in cursor.fetchall()]


def contributors(evidence: Evidence) -> list[Contributor]:
    """Everybody who contributed in the period, the most active first."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, evidence.parameters)
        return [Contributor(*row) for row in cursor.fetchall()]
