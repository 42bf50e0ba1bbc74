"""The outbox over a real mail server, what people owe, and slots taken once."""

import smtplib
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connection, transaction

from people.commands import desk
from people.models import Mail, Obligation, Organisation, Person, ScheduleSlot, Work
from people.models.desk import LeaseLost
from people.tasks import deliver as deliver_task
from people.tasks import remind as remind_task
from tests.factories import NOW, make_person


class Sink:
    """A mail server that keeps what it gets and refuses one recipient."""

    def __init__(self) -> None:
        self.received: list[Any] = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("refused"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.received.append(envelope)
        return "250 OK"


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    handler = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield handler
    controller.stop()


def write(key: str, to: str = "ada@example.org", **facts: Any) -> Mail:
    return desk.send_mail(key=key, to=to, subject="Figures", text="Read me", **facts)


def claim(**lease: timedelta) -> Any:
    """The mail that waits longest, or None."""
    return Mail.objects.claim(**lease)


def elsewhere(act: Callable[[], Any]) -> Any:
    """Act on a database connection of its own, as another worker does."""

    def alone() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result()


def make_due() -> None:
    """Let what waits be tried now instead of in half a minute."""
    Mail.objects.filter(state=Work.State.WAITING).update(due=NOW - timedelta(days=9999))


@pytest.mark.django_db
class TestOutbox:
    """Mail leaves once it can, and one bad mail holds up no other."""

    def test_a_mail_is_sent_once_per_cause(self, sink):
        assert write("cause:1") == write("cause:1")
        assert deliver_task() == 1
        assert deliver_task() == 0
        (envelope,) = sink.received
        assert envelope.rcpt_tos == ["ada@example.org"]
        content = envelope.content.decode()
        mail = Mail.objects.get()
        assert "Read me" in content
        assert f"Message-ID: <mail-{mail.pk}@127.0.0.1>" in content
        assert (mail.state, mail.text) == (Work.State.DONE, "Read me")
        assert mail.sent_at is not None

    def test_a_secret_text_is_erased_once_sent(self, sink):
        write("code:1", secret=True)
        desk.deliver(at=NOW)
        assert b"Read me" in sink.received[0].content
        assert Mail.objects.get().text == ""

    def test_a_bad_mail_is_set_aside_and_holds_up_no_other(self, sink):
        write("bad", to="refused@example.org")
        write("good")
        assert desk.deliver(at=NOW) == 1
        for _attempt in range(3):
            make_due()
            desk.deliver(at=NOW)
        bad = Mail.objects.get(key="bad")
        assert (bad.state, bad.attempts) == (Work.State.QUARANTINED, 3)
        assert "550" in bad.error
        assert len(sink.received) == 1

    def test_a_header_that_forges_is_set_aside(self, sink):
        mail = write("forged")
        Mail.objects.filter(pk=mail.pk).update(subject="a\nBcc: all@example.org")
        for _attempt in range(3):
            make_due()
            assert desk.deliver(at=NOW) == 0
        assert Mail.objects.get().state == Work.State.QUARANTINED
        assert sink.received == []

    def test_while_the_server_is_away_no_attempt_is_counted(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        write("patient")
        for _ring in range(5):
            assert desk.deliver(at=NOW) == 0
        mail = Mail.objects.get()
        assert (mail.state, mail.attempts) == (Work.State.WAITING, 0)

    def test_a_connection_lost_on_the_way_is_opened_anew(self, sink, monkeypatch):
        real = smtplib.SMTP.sendmail
        broken: list[bool] = []

        def sendmail(server, *args, **options):
            if not broken:
                broken.append(True)
                server.close()
                raise smtplib.SMTPServerDisconnected("gone")
            return real(server, *args, **options)

        monkeypatch.setattr(smtplib.SMTP, "sendmail", sendmail)
        write("first")
        write("second")
        assert desk.deliver(at=NOW) == 1
        make_due()
        assert desk.deliver(at=NOW) == 1
        assert len(sink.received) == 2


@pytest.mark.django_db(transaction=True)
class TestClaims:
    """Two workers on two connections."""

    def test_two_workers_never_hold_the_same_mail(self):
        write("one")
        write("two")
        with transaction.atomic():
            first = claim()
            second = elsewhere(claim)
            third = elsewhere(claim)
        assert {first.key, second.key} == {"one", "two"}
        assert third is None

    def test_a_late_twin_is_refused(self):
        write("slow")
        late = claim(lease=timedelta(seconds=-1))
        taken_over = elsewhere(claim)
        assert (taken_over.pk, taken_over.attempts) == (late.pk, 2)
        with pytest.raises(LeaseLost), transaction.atomic():
            late.hold()
        with pytest.raises(LeaseLost):
            late.renew(progress=0.5)
        with pytest.raises(LeaseLost):
            late.finish(sent_at=NOW)
        late.give_back("too late")
        held = Mail.objects.get()
        assert (held.state, held.error, held.sent_at) == (Work.State.RUNNING, "", None)
        taken_over.finish(sent_at=NOW)
        assert Mail.objects.get().state == Work.State.DONE

    def test_whatever_kills_its_worker_three_times_is_set_aside(self):
        write("deadly")
        for attempt in (1, 2, 3):
            claimed = claim(lease=timedelta(seconds=-1))
            assert claimed.attempts == attempt
        assert claim() is None
        mail = Mail.objects.get()
        assert mail.state == Work.State.QUARANTINED
        assert "3 times" in mail.error

    def test_a_slot_is_taken_by_one(self):
        assert desk.take_slot("nightly", NOW)
        assert not elsewhere(partial(desk.take_slot, "nightly", NOW))
        assert desk.take_slot("nightly", NOW + timedelta(days=1))
        assert ScheduleSlot.objects.count() == 2

    def test_a_slot_whose_effect_failed_is_free_again(self):
        with transaction.atomic():
            assert desk.take_slot("nightly", NOW)
            transaction.set_rollback(True)
        assert elsewhere(partial(desk.take_slot, "nightly", NOW))

    def test_a_bell_that_cannot_ring_does_no_harm(self, caplog):
        with transaction.atomic():
            write("kept")
        assert "The bell did not ring for people.tasks.deliver" in caplog.text
        assert Mail.objects.get().state == Work.State.WAITING


@pytest.mark.django_db
class TestObligations:
    """What is owed stands once, and is reminded of once a day."""

    MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def owe(self, person: Person | None = None, subject: str = "Vote on M-1"):
        person = person or make_person()
        return desk.owe(
            person, key="vote:1", subject=subject, url="/m/1", due=self.MORNING
        )

    def test_the_same_thing_is_owed_once_and_brought_up_to_date(self):
        person = make_person()
        first = self.owe(person)
        again = self.owe(person, subject="Vote on M-1 (second version)")
        assert first.pk == again.pk
        assert Obligation.objects.get().subject.endswith("(second version)")

    def test_settled_things_can_be_owed_anew(self):
        person, other = make_person(), make_person()
        self.owe(person)
        self.owe(other)
        assert desk.settle(key="vote:1", person=person, at=NOW) == 1
        assert desk.settle(key="vote:1", at=NOW) == 1
        self.owe(person)
        assert Obligation.objects.open_for(person).count() == 1
        assert Obligation.objects.count() == 3

    def test_one_mail_a_day_names_all_that_presses(self):
        person = make_person()
        self.owe(person)
        desk.owe(person, key="b", subject="Answer", url="/r/2", due=self.MORNING)
        later = self.MORNING + timedelta(days=3)
        desk.owe(person, key="c", subject="Not yet", url="/r/3", due=later)
        assert desk.remind(at=self.MORNING) == 1
        assert desk.remind(at=self.MORNING + timedelta(hours=5)) == 0
        mail = Mail.objects.get()
        assert mail.subject == "2 things are due"
        assert "Vote on M-1\nhttp://127.0.0.1:8000/m/1" in mail.text
        assert "Not yet" not in mail.text
        assert desk.remind(at=self.MORNING + timedelta(days=1)) == 1

    def test_reminders_leave_at_seven_where_the_organisation_is(self):
        Organisation.objects.create(pk=1, name="Halden", timezone="America/New_York")
        self.owe()
        seven = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        assert desk.remind(at=seven - timedelta(minutes=1)) == 0
        assert desk.remind(at=seven) == 1

    def test_people_without_an_address_are_left_in_peace(self):
        self.owe(make_person(email=""))
        assert remind_task() == 0
        assert not Mail.objects.exists()
