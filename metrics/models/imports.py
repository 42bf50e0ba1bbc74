"""An import: a file that came in, its receipt, and the work of loading it."""

from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from metrics.models.sources import Source
from people.models import User, Work
from people.models.desk import WorkQuerySet
from people.rules.roles import ANALYSTS, AUDITOR
from programs.models import Program


class Standing(models.TextChoices):
    """Where an import stands, as people speak of it."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Loading")
    QUARANTINED = "quarantined", _("Set aside")
    LOADED = "loaded", _("Loaded")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ImportQuerySet(WorkQuerySet):
    """Which imports somebody may see or change."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """All imports for those who work with engagement data, and for auditors."""
        if isinstance(user, User) and user.holds(AUDITOR, *ANALYSTS):
            return self
        return self.none()

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """All imports for those who work with engagement data."""
        if isinstance(user, User) and user.holds(*ANALYSTS):
            return self
        return self.none()

    def ripe(self) -> Self:
        """One import of a source at a time: two might bring the same new accounts."""
        busy = Import.objects.filter(
            state=Work.State.RUNNING, lease_until__gte=Now()
        ).values("source")
        return super().ripe().exclude(source__in=busy)

    def loaded(self) -> Self:
        """Imports whose items count."""
        return self.filter(status=Import.Status.LOADED)

    def standing(self, which: str) -> Self:
        """Imports that stand there."""
        if which in Import.Status.values:
            return self.filter(status=which)
        return self.filter(status=Import.Status.QUEUED, state=which)


class Import(Work):
    """One file of one source; every stored item names the import it came from."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        LOADED = "loaded", _("Loaded")
        REJECTED = "rejected", _("Rejected")
        CANCELLED = "cancelled", _("Cancelled")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    source = models.ForeignKey(Source, models.PROTECT, related_name="imports")
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.QUEUED
    )
    name = models.CharField(_("file"), max_length=255)
    file = models.FileField(storage=default_storage, max_length=200)
    size = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    platform = models.CharField(_("platform"), max_length=32, blank=True)
    format = models.CharField(_("format"), max_length=32, blank=True)
    channel_name = models.CharField(max_length=200, blank=True)
    audience = models.CharField(max_length=8, blank=True)
    program = models.ForeignKey(Program, models.SET_NULL, null=True, blank=True)
    received_at = models.DateTimeField(_("received"), db_default=Now())
    by = models.ForeignKey(User, models.SET_NULL, null=True, verbose_name=_("by"))

    read = models.BigIntegerField(_("read"), default=0)
    inserted = models.BigIntegerField(_("inserted"), default=0)
    updated = models.BigIntegerField(_("updated"), default=0)
    unchanged = models.BigIntegerField(_("unchanged"), default=0)
    duplicates = models.BigIntegerField(_("duplicates"), default=0)
    rejected = models.BigIntegerField(_("rejected"), default=0)
    ignored = models.BigIntegerField(_("ignored"), default=0)
    ignored_kinds = models.JSONField(default=dict)
    channels = models.PositiveIntegerField(_("channels"), default=0)
    people = models.PositiveIntegerField(_("people"), default=0)
    first_day = models.DateField(_("first day"), null=True)
    last_day = models.DateField(_("last day"), null=True)
    unknown_columns = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    problems_total = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    rejected_rows = models.FileField(
        storage=default_storage, max_length=200, blank=True
    )
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects: ClassVar[models.Manager["Import"]] = models.Manager.from_queryset(
        ImportQuerySet
    )()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = (
            models.UniqueConstraint(
                "source",
                "sha256",
                condition=models.Q(status__in=["queued", "loaded"]),
                name="same_bytes_are_taken_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    read=models.F("inserted")
                    + models.F("updated")
                    + models.F("unchanged")
                    + models.F("duplicates")
                    + models.F("rejected")
                    + models.F("ignored")
                ),
                name="receipt_adds_up",
            ),
        )
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                "due",
                condition=models.Q(state__in=["waiting", "running"]),
                name="import_to_load",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    def get_absolute_url(self) -> str:
        return reverse("metrics:import", args=[self.pk])

    @property
    def standing(self) -> Standing:
        """The state of its work until that has ended, then its outcome."""
        queued = self.status == Import.Status.QUEUED
        return Standing(self.state if queued else self.status)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.standing not in {Standing.WAITING, Standing.RUNNING}
