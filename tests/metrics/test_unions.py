"""Sets of weeks, months and whole sources are the unions of the days of channels."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from metrics import aggregation
from metrics.commands.accounts import set_nature
from metrics.models import Account, ChannelPeople, SourcePeople, packing
from metrics.periods import Grain, Window, bins, cover, floor
from people.models import User
from tests.metrics.test_measures import community, write
from tests.metrics.verbs import answer

pytestmark = pytest.mark.django_db

Sets = dict[tuple[Any, ...], tuple[Any, ...]]


def contents(rows: Iterable[Any]) -> tuple[Any, ...]:
    rows = list(rows)
    return (
        set(packing.union_active(row.active for row in rows)),
        packing.add_writers(row.writers for row in rows).tolist(),
        packing.distinct_ties(row.ties for row in rows).tolist(),
        packing.add_hours(row.hours for row in rows).tolist(),
    )


def united() -> tuple[Sets, Sets]:
    """What the days of channels say of every longer span, and of every source."""
    channels, sources = defaultdict(list), defaultdict(list)
    for row in ChannelPeople.objects.filter(grain=Grain.DAY).select_related("channel"):
        for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH):
            span = (grain.value, floor(row.start, grain), row.population)
            channels[row.channel_id, *span].append(row)
            sources[row.channel.source_id, *span].append(row)
    return (
        {key: contents(rows) for key, rows in channels.items()},
        {key: contents(rows) for key, rows in sources.items()},
    )


def stored() -> tuple[Sets, Sets]:
    return (
        {row.pk: contents([row]) for row in ChannelPeople.objects.all()},
        {row.pk: contents([row]) for row in SourcePeople.objects.all()},
    )


def test_unions_hold_what_their_days_hold_after_every_load(tmp_path: Path) -> None:
    events = community(6, 600)
    first = write(tmp_path / "first.csv", events[:350])
    second = write(tmp_path / "second.csv", events[300:])
    for path in (first, second):
        answer("ingest", path, "--source", "forum")
        assert stored() == united()
    answer("ingest", second, "--source", "another")
    assert stored() == united()
    grains = {key[1] for key in stored()[1]}
    assert grains == {"day", "week", "month"}


def test_unions_lose_a_person_who_turns_out_to_be_a_bot(
    tmp_path: Path, strategist: User
) -> None:
    path = write(tmp_path / "events.csv", community(7, 300))
    answer("ingest", path, "--source", "forum")
    before = stored()
    someone = Account.objects.filter(is_bot=False).order_by("pk")[0]
    set_nature(someone, is_bot_override=True, official=False, by=strategist)
    aggregation.catch_up()
    assert stored() == united() != before
    aggregation.mark_everything()
    aggregation.catch_up()
    assert stored() == united()


@pytest.mark.parametrize("days", [0, 1, 6, 7, 20, 31, 45, 100, 400])
@pytest.mark.parametrize("first", [date(2026, 1, 1), date(2026, 2, 23)])
def test_a_window_is_covered_once_by_whole_bins(first: date, days: int) -> None:
    window = Window(first, date.fromordinal(first.toordinal() + days))
    runs = list(cover(window, (Grain.MONTH, Grain.WEEK, Grain.DAY)))
    edges = [edge for _grain, run in runs for edge in (run.start, run.end)]
    assert edges[:1] + edges[-1:] == ([window.start, window.end] if days else [])
    assert edges[1:-1:2] == edges[2:-1:2]
    for grain, run in runs:
        assert all(one.start == floor(one.start, grain) for one in bins(run, grain))
        assert bins(run, grain)[-1].end == run.end == floor(run.end, grain)
