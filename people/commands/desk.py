"""Mail that waits to be sent, what people owe, and the slots of schedules.

Mail leaves at least once: a worker that dies between sending and saying so is
followed by one that sends again, under the same Message-ID.
"""

import logging
from datetime import datetime, time, timedelta
from smtplib import SMTPException
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.commands import audit
from people.commands.bell import ring
from people.models import (
    Mail,
    Obligation,
    Organisation,
    Person,
    ScheduleSlot,
    User,
)
from people.models.desk import LeaseLost

log = logging.getLogger(__name__)

REMINDERS_LEAVE: Final = time(7)
REMIND_BEFORE: Final = timedelta(days=1)


class CannotRetry(Exception):
    """Only mail that was set aside is tried again."""


def send_mail(
    *, key: str, to: str, subject: str, text: str, secret: bool = False
) -> Mail:
    """Put a mail into the outbox, in the transaction of its cause.

    `key` names the cause: the same key is sent once. A secret text lets its reader
    in, so it is erased once it is sent.
    """
    facts = {"to": to, "subject": subject, "text": text, "secret": secret}
    mail, _made = Mail.objects.get_or_create(key=key, defaults=facts)
    ring("people.tasks.deliver")
    return mail


def deliver(*, at: datetime) -> int:
    """Send every mail that is due; the number sent.

    While the mail server cannot be reached no attempt is counted. A mail that fails
    by itself is tried again later, then set aside, and holds up no other.
    """
    if not Mail.objects.ripe().exists():
        return 0
    server = get_connection()
    try:
        server.open()
    except (SMTPException, OSError) as error:
        log.warning("The mail server cannot be reached: %s", error)
        return 0
    sent = 0
    try:
        while (mail := Mail.objects.claim()) is not None:
            sent += _sent(mail, server, at)
    finally:
        server.close()
    return sent


@transaction.atomic
def retry_mail(mail: Mail, *, by: User) -> None:
    """Let a mail that was set aside wait again. Raises CannotRetry."""
    held = Mail.objects.select_for_update().get(pk=mail.pk)
    if held.state != Mail.State.QUARANTINED:
        raise CannotRetry
    before = {"state": held.state}
    held.wait_again()
    audit.record("retry", held, by=by, before=before, after={"state": held.state})
    ring("people.tasks.deliver")


def owe(
    person: Person, *, key: str, subject: str, url: str, due: datetime | None
) -> Obligation:
    """Open what a person owes, or bring the open one up to date.

    Not audited by itself: the act that causes it is.
    """
    facts = {"subject": subject, "url": url, "due": due}
    owed, _made = Obligation.objects.update_or_create(
        person=person, key=key, closed_at=None, defaults=facts
    )
    return owed


def settle(*, key: str, at: datetime, person: Person | None = None) -> int:
    """Close what is owed under a key, by one person or by all; the number closed."""
    owed = Obligation.objects.filter(key=key, closed_at=None)
    if person is not None:
        owed = owed.filter(person=person)
    return owed.update(closed_at=at)


def take_slot(schedule: str, slot: datetime) -> bool:
    """Whether this transaction is the one that runs the slot.

    Call it in the transaction of the effect: a twin waits here until the first has
    committed, and runs the slot itself if the first has failed.
    """
    _slot, taken = ScheduleSlot.objects.get_or_create(schedule=schedule, slot=slot)
    return taken


@transaction.atomic
def remind(*, at: datetime) -> int:
    """Once a day, mail everybody what is overdue or due within a day; mails written."""
    organisation = Organisation.current()
    today = organisation.day(at)
    slot = datetime.combine(today, REMINDERS_LEAVE, organisation.zone)
    if at < slot or not take_slot("remind", slot):
        return 0
    owed: dict[Person, list[Obligation]] = {}
    for obligation in Obligation.objects.pressing(by=at + REMIND_BEFORE):
        owed.setdefault(obligation.person, []).append(obligation)
    for person, obligations in owed.items():
        send_mail(
            key=f"remind:{person.pk}:{today.isoformat()}",
            to=person.email,
            subject=_subject(len(obligations)),
            text=_reminder(obligations),
        )
    return len(owed)


def _sent(mail: Mail, server: BaseEmailBackend, at: datetime) -> int:
    try:
        _message(mail, server).send()
        mail.finish(sent_at=at, **({"text": ""} if mail.secret else {}))
    except LeaseLost:
        log.warning("Mail %s was taken over by another worker", mail.pk)
        return 0
    except Exception as error:  # whatever is wrong with one, the next must leave
        log.exception("Mail %s was not sent", mail.pk)
        mail.give_back(f"{type(error).__name__}: {error}")
        server.close()  # the next mail opens it anew
        return 0
    return 1


def _message(mail: Mail, server: BaseEmailBackend) -> EmailMessage:
    host = urlsplit(settings.BASE_URL).hostname
    return EmailMessage(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to],
        connection=server,
        headers={"Message-ID": f"<mail-{mail.pk}@{host}>"},
    )


def _subject(count: int) -> str:
    words = ngettext("%(count)s thing is due", "%(count)s things are due", count)
    return words % {"count": count}


def _reminder(obligations: list[Obligation]) -> str:
    lines = [f"{owed.subject}\n{settings.BASE_URL}{owed.url}" for owed in obligations]
    return "\n\n".join([_("This waits for you:"), *lines])
