"""Rows of engagement data for tests: sources, imports received, imports loaded."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import count
from typing import IO, Any, TypeVar

from django.db import connection

from metrics import aggregation, ingest
from metrics.models import (
    Channel,
    ChannelPeople,
    DayFact,
    Import,
    Source,
    Thread,
    packing,
)
from people.models import User
from tests.metrics.slack_export import conversation

T = TypeVar("T")

_numbers = count(1)


def apart(act: Callable[[], T]) -> T:
    """Do something on a connection of its own, committed when this returns."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_closing, act).result(timeout=30)


def together(act: Callable[[], T], times: int = 2) -> list[T]:
    """Do the same at the same moment, each time on a connection of its own."""
    with ThreadPoolExecutor(times) as pool:
        started = [pool.submit(_closing, act) for _time in range(times)]
        return [one.result(timeout=30) for one in started]


def _closing(act: Callable[[], T]) -> T:
    try:
        return act()
    finally:
        connection.close()


def make_source(slug: str = "", **facts: Any) -> Source:
    """A source with a short name of its own."""
    return Source.objects.create(slug=slug or f"source-{next(_numbers)}", **facts)


def make_channel(name: str = "general", **facts: Any) -> Channel:
    """A channel of a source."""
    facts.setdefault("source", None)
    source = facts.pop("source") or make_source()
    return Channel.objects.create(
        source=source, name=name, external_id=f"C-{name}", **facts
    )


def make_import(
    source: Source | None = None,
    content: IO[bytes] | None = None,
    *,
    name: str = "export.zip",
    by: User | None = None,
    **hints: Any,
) -> Import:
    """An import that waits to be loaded."""
    job, _is_new = ingest.receive(
        content or conversation().zip(),
        name=name,
        source=source or make_source(),
        by=by,
        hints=ingest.Hints(**hints),
    )
    return job


def load(source: Source, content: IO[bytes] | bytes, **hints: Any) -> Import:
    """An import received and worked on, whatever came of it."""
    stream = BytesIO(content) if isinstance(content, bytes) else content
    job = make_import(source, stream, **hints)
    ingest.load_waiting()
    job.refresh_from_db()
    return job


def counted(source: Source, *contents: IO[bytes]) -> list[tuple[Any, ...]]:
    """Load files one after another, recount, and tell all that was derived."""
    for content in contents:
        load(source, content)
    aggregation.catch_up()
    return derived(source)


def derived(source: Source) -> list[tuple[Any, ...]]:
    """Day facts, sizes of the people's sets and threads, in the same order always."""
    return sorted(
        row
        for channel in Channel.objects.filter(source=source)
        for row in (*_facts(channel), *_people(channel), *_threads(channel))
    )


def _facts(channel: Channel) -> Iterator[tuple[Any, ...]]:
    for fact in DayFact.objects.filter(channel=channel):
        counts = (fact.posts, fact.replies, fact.reactions, fact.shares)
        outcomes = (fact.answered, fact.dialogues)
        yield channel.name, f"{fact.day} {fact.population}", *counts, *outcomes


def _people(channel: Channel) -> Iterator[tuple[Any, ...]]:
    for row in ChannelPeople.objects.filter(channel=channel):
        what = f"{row.grain} {row.start} {row.population} people"
        active = len(packing.union_active([row.active]))
        ties = len(packing.distinct_ties([row.ties]))
        hours = packing.add_hours([row.hours]).nonzero()[0].tolist()
        yield channel.name, what, active, ties, *hours


def _threads(channel: Channel) -> Iterator[tuple[Any, ...]]:
    for one in Thread.objects.filter(channel=channel):
        moments = (one.posted_at, one.first_human_at, one.starter_last_at)
        yield channel.name, f"{one.day} thread {moments}", one.replies
