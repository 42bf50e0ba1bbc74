"""What Celery calls: late, twice or never, it does no harm."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from metrics import aggregation, ingest, tasks
from metrics.commands import upkeep
from metrics.models import DayFact, DirtyDay, Import
from people.models import ScheduleSlot, Work
from strategy_portal.celery import app
from tests.metrics.factories import derived, make_import, make_source, together

NIGHT = datetime(2031, 1, 15, 3, tzinfo=UTC)


def partitions():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'metrics_event'::regclass"
        )
        return {row[0] for row in cursor.fetchall()}


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= app.tasks.keys()


@pytest.mark.django_db
def test_catching_up_loads_what_waits_and_counts_it():
    job = make_import()
    assert tasks.catch_up() == 3
    job.refresh_from_db()
    assert job.state == Work.State.DONE
    assert DayFact.objects.exists()
    assert not DirtyDay.objects.exists()


@pytest.mark.django_db
def test_a_late_duplicate_finds_nothing_to_do():
    source = make_source()
    make_import(source)
    tasks.catch_up()
    before = derived(source)
    assert tasks.catch_up() == 0
    assert derived(source) == before


@pytest.mark.django_db
def test_numbers_do_not_wait_for_the_rest_of_the_queue(monkeypatch):
    """Each import is counted before the next is loaded."""
    seen = []
    load_next = ingest.load_next
    for _number in range(2):
        make_import()

    def loading():
        seen.append(DirtyDay.objects.count())
        return load_next()

    monkeypatch.setattr(ingest, "load_next", loading)
    tasks.catch_up()
    assert seen == [0, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_load_everything_once():
    sources = [make_source(), make_source()]
    for source in sources:
        make_import(source)
    together(tasks.catch_up)
    aggregation.catch_up()
    assert list(Import.objects.values_list("state", "attempts", "inserted")) == [
        (Work.State.DONE, 1, 9),
        (Work.State.DONE, 1, 9),
    ]
    assert derived(sources[0]) == derived(sources[1]) != []


@pytest.mark.django_db
def test_the_night_makes_room_for_the_months_ahead():
    wanted = {f"metrics_event_2032_{month}" for month in ("11", "12")}
    wanted.add("metrics_event_2033_01")
    assert not wanted & partitions()
    assert upkeep.keep_up(at=datetime(2032, 11, 30, 3, tzinfo=UTC))
    assert wanted <= partitions()


@pytest.mark.django_db
def test_the_night_comes_once_a_day_and_not_before_its_hour():
    assert not upkeep.keep_up(at=NIGHT - timedelta(hours=2))
    assert upkeep.keep_up(at=NIGHT)
    assert not upkeep.keep_up(at=NIGHT + timedelta(hours=5))
    assert upkeep.keep_up(at=NIGHT + timedelta(days=1))
    assert ScheduleSlot.objects.filter(schedule="nightly").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_beats_make_one_night():
    ran = together(lambda: upkeep.keep_up(at=NIGHT))
    assert sorted(ran) == [False, True]


@pytest.mark.django_db
def test_the_night_sets_aside_what_nobody_finishes():
    job = make_import()
    Import.objects.update(
        state=Work.State.RUNNING, attempts=3, lease_until=Now() - timedelta(hours=1)
    )
    upkeep.keep_up(at=NIGHT)
    job.refresh_from_db()
    assert job.state == Work.State.QUARANTINED


@pytest.mark.django_db
def test_the_nightly_task_reads_the_clock_itself(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NIGHT)
    assert tasks.nightly()
    assert not tasks.nightly()
