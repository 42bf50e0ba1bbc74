"""What a question is about: which channels on which days, and what covers them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, Literal

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q

from metrics.models import Source
from metrics.models.sources import Audience, ChannelQuerySet
from metrics.periods import DAY, Window, union
from people.models import Organisation
from programs.models import Program

ALWAYS: Final = Window(date(1970, 1, 1), date(9999, 12, 31))

ScopeKind = Literal["everything", "source", "channel", "program", "audience"]


class UnknownScope(LookupError):
    """There is no such source, channel, program or audience, or it may not be seen."""


@dataclass(frozen=True)
class Span:
    """The days on which a channel belongs to the scope."""

    channel: int
    source: int
    window: Window


@dataclass(frozen=True)
class ScopeChannel:
    """A channel of the scope, as a page shows it."""

    pk: int
    name: str
    source: str
    external_id: str
    audience: str

    @property
    def slug(self) -> str:
        """How addresses and the command line name it."""
        return f"{self.source}/{self.external_id}"


@dataclass(frozen=True)
class Scope:
    """The channels in question, their covered days, and how fresh their facts are.

    `stale_since` is the oldest mark that no recount has taken away yet. `source_sizes`
    says how many channels each source has, in the scope or not.
    """

    kind: ScopeKind
    key: str
    label: str
    timezone: str
    channels: tuple[ScopeChannel, ...]
    spans: tuple[Span, ...]
    source_sizes: dict[int, int]
    coverage: tuple[Window, ...]
    coverage_by_source: dict[str, tuple[Window, ...]]
    counted_at: datetime | None
    stale_since: datetime | None

    @cached_property
    def extent(self) -> Window | None:
        """From the first covered day to the last, or None when nothing is covered."""
        if not self.coverage:
            return None
        return Window(self.coverage[0].start, self.coverage[-1].end)

    @property
    def sources(self) -> frozenset[int]:
        """The sources that the channels belong to."""
        return frozenset(self.source_sizes)

    @cached_property
    def whole_sources(self) -> frozenset[int]:
        """Sources of which every channel is in the scope, on all days."""
        always = Counter(span.source for span in self.spans if span.window == ALWAYS)
        sizes = self.source_sizes
        return frozenset(one for one in always if always[one] == sizes[one])


# One query tells all about the channels: coverage, freshness and dated programs.
_CHANNELS: Final = """
    SELECT c.id, c.name, s.slug, c.external_id, c.audience, c.source_id,
           coalesce(nullif(c.timezone, ''), nullif(s.timezone, ''), %s),
           l.starts, l.ends, c.counted_at, i.covered,
           (SELECT min(marked_at) FROM metrics_dirtyday d WHERE d.channel_id = c.id),
           p.name, s.name, z.channels
    FROM metrics_channel c
    JOIN metrics_source s ON s.id = c.source_id
    JOIN (SELECT source_id, count(*) AS channels FROM metrics_channel GROUP BY 1) z
        ON z.source_id = s.id
    LEFT JOIN programs_program p ON p.slug = %s
    LEFT JOIN metrics_channelprogram l ON l.channel_id = c.id AND l.program_id = p.id
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_array(first_day, last_day)) AS covered
        FROM metrics_import
        WHERE source_id = s.id AND status = 'loaded' AND first_day IS NOT NULL
    ) i ON true
    WHERE c.id IN ({channels})
    ORDER BY c.name, c.id
"""


@dataclass(frozen=True)
class Asked:
    """A scope as somebody asks for it: at most one of the four, else everything."""

    source: str = ""
    channel: str = ""
    program: str = ""
    audience: str = ""

    @property
    def kind(self) -> ScopeKind:
        for kind in ("channel", "source", "program", "audience"):
            if getattr(self, kind):
                return kind
        return "everything"

    @property
    def key(self) -> str:
        return self.channel or self.source or self.program or self.audience

    def condition(self) -> Q:
        """Which channels are meant; a channel is named SOURCE/EXTERNAL-ID."""
        match self.kind:
            case "channel":
                source, _, external_id = self.channel.partition("/")
                return Q(source__slug=source, external_id=external_id)
            case "source":
                return Q(source__slug=self.source)
            case "program":
                return Q(programs__slug=self.program)
            case "audience":
                return Q(audience=self.audience)
        return Q()

    def exists(self) -> bool:
        """Whether there is such a thing, even when it has no channels yet."""
        match self.kind:
            case "source":
                return Source.objects.filter(slug=self.source).exists()
            case "program":
                return Program.objects.filter(slug=self.program).exists()
            case "audience":
                return self.audience in Audience.values
            case "channel":
                return False
        return True


def resolve(asked: Asked, among: ChannelQuerySet) -> Scope:
    """The scope asked for, among the channels that may be seen.

    Raises UnknownScope when none of these channels is meant.
    """
    organisation = Organisation.current()
    rows = _rows(asked, among, organisation)
    if not rows and not asked.exists():
        raise UnknownScope(asked.key)
    return _scope(asked, rows, organisation)


def _rows(
    asked: Asked, among: ChannelQuerySet, organisation: Organisation
) -> list[tuple[Any, ...]]:
    chosen = among.filter(asked.condition()).order_by().values("pk")
    try:
        inner, parameters = chosen.query.sql_with_params()
    except EmptyResultSet:  # who may see no channel at all
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANNELS.format(channels=inner),
            [organisation.timezone, asked.program, *parameters],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _scope(
    asked: Asked, rows: Sequence[tuple[Any, ...]], organisation: Organisation
) -> Scope:
    zones = {row[6] for row in rows}
    marks = [row[11] for row in rows if row[11]]
    counted = [row[9] for row in rows if row[9]]
    return Scope(
        kind=asked.kind,
        key=asked.key,
        label=_label(asked, rows),
        timezone=zones.pop() if len(zones) == 1 else organisation.timezone,
        channels=tuple({row[0]: ScopeChannel(*row[:5]) for row in rows}.values()),
        spans=tuple(Span(row[0], row[5], _window(row[7], row[8])) for row in rows),
        source_sizes={row[5]: row[14] for row in rows},
        coverage=_coverage(rows),
        coverage_by_source={
            source: _coverage([row for row in rows if row[2] == source])
            for source in dict.fromkeys(row[2] for row in rows)
        },
        counted_at=max(counted, default=None),
        stale_since=min(marks, default=None),
    )


def _label(asked: Asked, rows: Sequence[tuple[Any, ...]]) -> str:
    """The name people know the scope by; empty for everything."""
    if asked.kind == "audience":
        return str(Audience(asked.audience).label)
    place = {"channel": 1, "program": 12, "source": 13}.get(asked.kind)
    return (rows[0][place] if rows and place else "") or asked.key


def _window(starts: date | None, ends: date | None) -> Window:
    return Window(starts or ALWAYS.start, ends or ALWAYS.end)


def _coverage(rows: Iterable[tuple[Any, ...]]) -> tuple[Window, ...]:
    """The days that some import covers and on which a channel is in the scope."""
    by_source = {row[5]: row[10] or [] for row in rows}
    linked = defaultdict(list)
    for row in rows:
        linked[row[5]].append(_window(row[7], row[8]))
    return tuple(
        union(
            [
                Window(date.fromisoformat(first), date.fromisoformat(last) + DAY).clip(
                    window
                )
                for source, covered in by_source.items()
                for first, last in covered
                for window in union(linked[source])
            ]
        )
    )
