"""What waits and what is owed: the tables behind every desk."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from people.models.organisation import Person

ATTEMPTS_ALLOWED = 3
LEASE = timedelta(seconds=settings.LEASE_SECONDS)


class LeaseLost(Exception):
    """Somebody else has taken this work over; nothing more may be written for it."""


class WorkQuerySet(models.QuerySet[Any]):
    """Who may take which piece of work."""

    def ripe(self) -> Self:
        """Work that is due, or whose worker has let its lease run out."""
        return self.filter(attempts__lt=ATTEMPTS_ALLOWED).filter(
            models.Q(state=Work.State.WAITING, due__lte=Now())
            | models.Q(state=Work.State.RUNNING, lease_until__lt=Now())
        )

    def unfinished(self) -> Self:
        """Work that waits or runs."""
        return self.filter(state__in=[Work.State.WAITING, Work.State.RUNNING])

    def pending(self) -> Self:
        """Work that waits, runs, or was set aside: somebody may have to look."""
        return self.exclude(state__in=[Work.State.DONE, Work.State.CANCELLED])

    def quarantine_exhausted(self) -> int:
        """Set aside what has killed its worker too often; the number set aside."""
        return self.filter(
            state=Work.State.RUNNING,
            lease_until__lt=Now(),
            attempts__gte=ATTEMPTS_ALLOWED,
        ).update(
            state=Work.State.QUARANTINED,
            error=_("Stopped %(count)s times without an answer.")
            % {"count": ATTEMPTS_ALLOWED},
        )

    @transaction.atomic
    def claim(self, *, lease: timedelta = LEASE) -> Any | None:
        """Take the piece that waits longest, or None.

        The attempt is counted before the work starts, since a killed worker reports
        nothing; the lease runs by the database's clock.
        """
        self.quarantine_exhausted()
        work = (
            self.ripe()
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("due", "pk")
            .first()
        )
        if work is None:
            return None
        self.filter(pk=work.pk).update(
            state=Work.State.RUNNING,
            attempts=models.F("attempts") + 1,
            token=models.F("token") + 1,
            lease_until=Now() + lease,
            error="",
        )
        work.refresh_from_db()
        return work


class Work(models.Model):
    """A piece of work that PostgreSQL holds and a worker takes on a lease."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        QUARANTINED = "quarantined", _("Set aside")

    state = models.CharField(
        _("state"), max_length=12, choices=State, default=State.WAITING, editable=False
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    due = models.DateTimeField(db_default=Now(), editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    token = models.PositiveIntegerField(default=0, editable=False)
    progress = models.FloatField(default=0, editable=False)
    error = models.TextField(_("error"), blank=True, editable=False)

    class Meta:
        abstract = True

    def _mine(self) -> "models.QuerySet[Any]":
        return type(self)._default_manager.filter(
            pk=self.pk, token=self.token, state=Work.State.RUNNING
        )

    def hold(self) -> None:
        """Lock the row within the effect's own transaction.

        Raises LeaseLost when a later claim has taken the work over, so a late twin
        never writes.
        """
        if self._mine().select_for_update().values_list("pk").first() is None:
            raise LeaseLost(str(self))

    def renew(self, *, progress: float, lease: timedelta = LEASE) -> None:
        """Say how far the work is (0 to 1) and keep it. Raises LeaseLost."""
        if not self._mine().update(progress=progress, lease_until=Now() + lease):
            raise LeaseLost(str(self))

    def finish(self, **changes: Any) -> None:
        """Mark the work done, with what else changes on its row. Raises LeaseLost."""
        if not self._mine().update(
            state=Work.State.DONE, progress=1, lease_until=None, **changes
        ):
            raise LeaseLost(str(self))

    def give_back(self, error: str, *, wait: timedelta = timedelta(seconds=30)) -> None:
        """After a fault: try again later, or set aside after the last attempt."""
        last = self.attempts >= ATTEMPTS_ALLOWED
        self._mine().update(
            state=Work.State.QUARANTINED if last else Work.State.WAITING,
            due=Now() + wait * self.attempts,
            lease_until=None,
            error=error[:2000],
        )

    def wait_again(self) -> None:
        """Let work that was set aside wait, with all its attempts before it."""
        self.state, self.attempts, self.error = Work.State.WAITING, 0, ""
        self.progress, self.due = 0, Now()
        self.save(update_fields=["state", "attempts", "error", "progress", "due"])


class ObligationQuerySet(models.QuerySet["Obligation"]):
    """Questions about what is owed."""

    def open_for(self, person: Person | None) -> Self:
        """What a person owes, the most pressing first; nothing for nobody."""
        owed = self.filter(person=person, closed_at=None) if person else self.none()
        return owed.order_by(models.F("due").asc(nulls_last=True), "pk")

    def pressing(self, *, by: datetime) -> Self:
        """What is open and due by an instant, of people who can be mailed."""
        return (
            self.filter(closed_at=None, due__lte=by)
            .exclude(person__email="")
            .select_related("person")
            .order_by("person", "due", "pk")
        )


class Obligation(models.Model):
    """Something a person owes; opened by its cause and closed by the act."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="obligations")
    key = models.CharField(max_length=120)
    subject = models.CharField(_("what"), max_length=300)
    url = models.CharField(max_length=300)
    due = models.DateTimeField(_("due"), null=True)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        constraints = (
            models.UniqueConstraint(
                "person",
                "key",
                condition=models.Q(closed_at__isnull=True),
                name="owed_once",
            ),
        )

    def __str__(self) -> str:
        return self.subject


class Mail(Work):
    """A mail to be sent, written in the same transaction as its cause."""

    key = models.CharField(max_length=120, unique=True)
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    secret = models.BooleanField(
        default=False, help_text=_("The text lets its reader in; erased once sent.")
    )
    sent_at = models.DateTimeField(_("sent"), null=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mail outbox")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                "due",
                condition=models.Q(state__in=["waiting", "running"]),
                name="mail_to_send",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"


class ScheduleSlot(models.Model):
    """One slot of a schedule: whoever inserts it runs it, so two beats do no harm."""

    schedule = models.CharField(max_length=32)
    slot = models.DateTimeField()
    taken_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint("schedule", "slot", name="slot_taken_once"),
        )

    def __str__(self) -> str:
        return f"{self.schedule} {self.slot:%Y-%m-%d %H:%M}"
