"""Loading: all or nothing, once, and the same whatever the order of arrival."""

from datetime import date, timedelta
from io import BytesIO
from itertools import permutations
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from metrics import aggregation, ingest
from metrics.aggregation import reading as reading_module
from metrics.aggregation import recount
from metrics.commands.accounts import set_nature
from metrics.commands.imports import cancel
from metrics.commands.sources import keep_clock
from metrics.ingest import receipts
from metrics.models import (
    Account,
    Channel,
    ChannelProgram,
    DayFact,
    DirtyDay,
    Event,
    Import,
    Population,
)
from people.models import AuditEntry, Work
from people.models.desk import ATTEMPTS_ALLOWED
from tests.factories import make_program
from tests.metrics.factories import (
    apart,
    counted,
    derived,
    load,
    make_import,
    make_source,
)
from tests.metrics.slack_export import (
    SlackExport,
    conversation,
    post,
    reply,
    thumbs,
)

pytestmark = pytest.mark.django_db

DAY = 24 * 60  # minutes


def test_the_receipt_says_what_became_of_every_item():
    job = load(make_source(), conversation().zip())
    assert job.status == Import.Status.LOADED
    assert job.state == Work.State.DONE
    assert (job.read, job.inserted, job.ignored) == (11, 9, 2)
    assert job.ignored_kinds == {"channel_join": 2}
    assert (job.channels, job.people) == (2, 3)
    assert (job.first_day, job.last_day) == (date(2026, 3, 2), date(2026, 3, 3))
    assert Event.objects.count() == 9


def test_a_longer_export_of_the_same_days_adds_only_what_is_new():
    source = make_source()
    load(source, conversation().zip())
    longer = conversation()
    longer.channels["help"].append(post("U1", 2 * DAY))
    job = load(source, longer.zip())
    assert (job.read, job.inserted, job.unchanged, job.ignored) == (12, 1, 9, 2)


def test_an_edited_message_is_updated_once():
    source = make_source()
    load(source, SlackExport({"general": [post("U1", 0)]}).zip())
    edited = post("U1", 0, "Longer text", edited={"user": "U1", "ts": "1772500000.0"})
    job = load(source, SlackExport({"general": [edited]}).zip())
    assert (job.updated, job.unchanged, job.inserted) == (1, 0, 0)
    assert Event.objects.get().text_length == len("Longer text")


def test_an_older_version_does_not_undo_a_newer_one():
    source = make_source()
    edited = post("U1", 0, "Longer text", edited={"user": "U1", "ts": "1772500000.0"})
    load(source, SlackExport({"general": [edited]}).zip())
    job = load(source, SlackExport({"general": [post("U1", 0)]}).zip())
    assert (job.updated, job.unchanged) == (0, 1)
    assert Event.objects.get().text_length == len("Longer text")


def test_a_message_that_stands_twice_counts_once():
    twice = SlackExport({"general": [post("U1", 0), post("U1", 0)]})
    job = load(make_source(), twice.zip())
    assert (job.read, job.inserted, job.duplicates) == (2, 1, 1)


def test_an_exception_in_the_middle_leaves_nothing(monkeypatch):
    seen = []

    def fail(*args):
        seen.append(Event.objects.count())
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(receipts, "write", fail)
    job = load(make_source(), conversation().zip())
    assert seen == [9]
    assert not Event.objects.exists()
    assert not Channel.objects.exists()
    assert not Account.objects.exists()
    assert not DirtyDay.objects.exists()
    assert (job.state, job.attempts, job.inserted) == (Work.State.WAITING, 1, 0)
    assert "a mistake of ours" in job.error


def test_a_fault_is_tried_again_and_set_aside_after_the_last_attempt(monkeypatch):
    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(receipts, "write", fail)
    job = make_import()
    for attempt in range(ATTEMPTS_ALLOWED):
        assert job.state == Work.State.WAITING
        Import.objects.update(due=Now())
        assert ingest.load_waiting() == 1
        job.refresh_from_db()
        assert job.attempts == attempt + 1
    assert job.state == Work.State.QUARANTINED
    assert "disk full" in job.error
    Import.objects.update(due=Now())
    assert ingest.load_waiting() == 0


def test_what_kills_its_worker_three_times_is_set_aside():
    job = make_import()
    for _attempt in range(ATTEMPTS_ALLOWED):
        assert Import.objects.claim() == job
        Import.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert Import.objects.claim() is None
    job.refresh_from_db()
    assert job.state == Work.State.QUARANTINED
    assert str(ATTEMPTS_ALLOWED) in job.error


@pytest.mark.django_db(transaction=True)
def test_an_import_cancelled_meanwhile_stores_nothing(strategist, monkeypatch):
    write = receipts.write

    def too_late(job, *rest):
        apart(lambda: cancel(job, by=strategist))
        write(job, *rest)

    monkeypatch.setattr(receipts, "write", too_late)
    job = make_import()
    assert ingest.load_next()
    job.refresh_from_db()
    assert (job.status, job.inserted) == (Import.Status.CANCELLED, 0)
    assert not Event.objects.exists()


def test_a_late_twin_stores_nothing():
    make_import()
    late: Any = Import.objects.claim()
    Import.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert ingest.load_waiting() == 1
    stored = Event.objects.count()
    ingest.work_on(late)
    assert late.status == Import.Status.LOADED
    assert Event.objects.count() == stored


def test_a_few_bad_messages_are_set_aside_with_a_reason():
    bad = SlackExport({"general": [post("U1", n) for n in range(30)]})
    bad.channels["general"][7]["ts"] = "yesterday"
    job = load(make_source(), bad.zip())
    assert (job.status, job.inserted, job.rejected) == (Import.Status.LOADED, 29, 1)
    assert job.problems_total == 1
    problem = job.problems[0]
    assert problem["where"] == "general/2026-03-02.json"
    assert (problem["line"], problem["value"]) == (8, "yesterday")
    with job.rejected_rows.open() as rows:
        assert b"yesterday" in rows.read()


def test_too_many_bad_messages_reject_the_whole_file():
    bad = SlackExport({"general": [post("U1", n) for n in range(60)]})
    for message in bad.channels["general"][:21]:
        message["ts"] = "yesterday"
    job = load(make_source(), bad.zip())
    assert (job.status, job.read, job.rejected) == (Import.Status.REJECTED, 60, 60)
    assert not Event.objects.exists()
    assert "21 of 60" in job.error


def test_a_file_of_no_known_kind_is_rejected_in_words():
    job = load(make_source(), BytesIO(b"hello"), name="notes.txt")
    assert job.status == Import.Status.REJECTED
    assert "notes.txt" in job.error
    assert job.finished_at is not None


def test_what_the_uploader_should_know_is_kept():
    export = conversation(extra={"readme.txt": b"hello"})
    job = load(make_source(), export.zip())
    assert any("readme.txt" in note for note in job.notes)


def test_events_lie_in_the_partition_of_their_month():
    months = SlackExport({"general": [post("U1", 0), post("U1", 40 * DAY)]})
    load(make_source(), months.zip())
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM metrics_event ORDER BY 1")
        tables = [row[0] for row in cursor.fetchall()]
    assert tables == ["metrics_event_2026_03", "metrics_event_2026_04"]


def test_a_reply_may_come_before_its_post():
    opening = SlackExport({"general": [post("U1", 0)]})
    answer = SlackExport({"general": [reply("U2", DAY, to=0)]})
    early = counted(make_source(), answer.zip(), opening.zip())
    late = counted(make_source(), opening.zip(), answer.zip())
    assert early == late
    assert any(row[-2:] == (1, 0) for row in early)  # answered


def test_files_in_any_order_and_overlapping_give_the_same_numbers():
    whole = conversation()
    general = whole.channels["general"]
    parts = [
        conversation_of(general[3:6]),
        conversation_of(general[:4]),
        conversation_of(general[5:], help=whole.channels["help"]),
    ]
    expected = counted(make_source(), whole.zip())
    for order in permutations(parts):
        assert counted(make_source(), *(part.zip() for part in order)) == expected


def test_counting_everything_again_changes_nothing():
    source = make_source()
    before = counted(source, conversation().zip())
    aggregation.mark_everything()
    assert aggregation.catch_up() > 0
    assert derived(source) == before


def test_another_time_zone_gives_what_a_fresh_import_gives(strategist):
    moved, fresh = make_source(), make_source(timezone="Pacific/Kiritimati")
    before = counted(moved, conversation().zip())
    keep_clock(moved, timezone="Pacific/Kiritimati", by=strategist)
    aggregation.catch_up()
    after = derived(moved)
    assert after == counted(fresh, conversation().zip())
    assert after != before


def test_the_word_of_a_user_on_bots_is_counted(strategist):
    export = SlackExport({"general": [post("U1", 0), reply("U2", 5, to=0)]})
    source = make_source()
    as_people = counted(source, export.zip())
    helper = Account.objects.order_by("pk")[1]
    assert set_nature(helper, is_bot_override=True, official=False, by=strategist)
    aggregation.catch_up()
    as_bot = SlackExport(export.channels, members=("U1",), bots=("U2",))
    assert derived(source) == counted(make_source(), as_bot.zip())
    assert derived(source) != as_people
    set_nature(helper, is_bot_override=None, official=False, by=strategist)
    aggregation.catch_up()
    assert derived(source) == as_people


def test_an_official_account_is_heard_but_is_not_a_person(strategist):
    source = make_source()
    counted(source, SlackExport({"general": [post("U1", 0, **thumbs("U2"))]}).zip())
    voice = Event.objects.get(kind=1).account
    set_nature(voice, is_bot_override=None, official=True, by=strategist)
    aggregation.catch_up()
    fact = DayFact.objects.get(population=Population.HUMAN)
    assert (fact.posts, fact.reactions) == (1, 1)
    people = next(r for r in derived(source) if r[1].endswith("human people"))
    assert people[2] == 1


def test_the_same_nature_again_is_no_act(strategist):
    load(make_source(), conversation().zip())
    account = Account.objects.all()[0]
    assert not set_nature(account, is_bot_override=None, official=False, by=strategist)
    assert not AuditEntry.objects.filter(verb="set nature").exists()


def test_channels_of_a_file_serve_the_program_named_with_it():
    source, program = make_source(), make_program()
    load(source, conversation().zip(), program=program)
    assert set(ChannelProgram.objects.values_list("channel__name", "program")) == {
        ("general", program.pk),
        ("help", program.pk),
    }


@pytest.mark.django_db(transaction=True)
def test_a_mark_committed_during_a_recount_survives_it(monkeypatch):
    """Marks are taken away before the events are read, so later ones stay."""
    source = make_source()
    _react_while_counting(monkeypatch, source)
    aggregation.catch_up()
    assert derived(source) == _with_reaction()


@pytest.mark.django_db(transaction=True)
def test_taking_the_marks_after_reading_would_lose_the_reaction(monkeypatch):
    """The twin of the test above: it shows what the order is good for."""
    source = make_source()
    _react_while_counting(monkeypatch, source, DirtyDay.objects.all().delete)
    aggregation.catch_up()
    assert derived(source) != _with_reaction()


def _react_while_counting(monkeypatch, source, afterwards=lambda: None):
    """A reaction is loaded, and committed, after the recount has read its events."""
    load(source, SlackExport({"general": [post("U1", 0)]}).zip())
    late = [SlackExport({"general": [post("U1", 0, **thumbs("U2"))]}).zip()]
    read = reading_module.read_days

    def reading(marked):
        events = read(marked)
        if late:
            apart(lambda: load(source, late.pop()))
            afterwards()
        return events

    monkeypatch.setattr(recount, "read_days", reading)


def _with_reaction():
    export = SlackExport({"general": [post("U1", 0, **thumbs("U2"))]})
    return counted(make_source(), export.zip())


def conversation_of(general, **channels):
    return SlackExport({"general": general, **channels}, bots=("B1",))
