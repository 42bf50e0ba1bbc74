"""Programs and who works in them."""

from datetime import date
from typing import Self

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.models import Person, User
from people.rules.roles import OVERSEERS, STRATEGISTS
from programs import rules


class ProgramQuerySet(models.QuerySet["Program"]):
    """Which programs somebody may see or change. Lists and gates both ask here."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """All programs for those who oversee; else those one leads or works in."""
        if not isinstance(user, User):
            return self.none()
        if user.holds(*OVERSEERS):
            return self
        return self.of(user)

    def of(self, user: User) -> Self:
        """Programs that somebody leads or works in today."""
        if user.person_id is None:
            return self.none()
        working = Membership.objects.on(user.today).filter(person=user.person_id)
        return self.filter(
            models.Q(lead=user.person_id) | models.Q(pk__in=working.values("program"))
        )

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """All programs for strategists; else those one leads."""
        if not isinstance(user, User):
            return self.none()
        if user.holds(*STRATEGISTS) or user.is_administrator:
            return self
        if user.person_id is None:
            return self.none()
        return self.filter(lead=user.person_id)


@pghistory.track()
class Program(models.Model):
    """A planned effort with a lead, a start and a stop, for one or more audiences."""

    class State(models.TextChoices):
        IDEA = rules.IDEA, _("Idea")
        PROPOSED = rules.PROPOSED, _("Proposed")
        APPROVED = rules.APPROVED, _("Approved")
        PILOT = rules.PILOT, _("Pilot")
        LIVE = rules.LIVE, _("Live")
        SCALING = rules.SCALING, _("Scaling")
        CLOSING = rules.CLOSING, _("Closing")
        CLOSED = rules.CLOSED, _("Closed")
        ON_HOLD = rules.ON_HOLD, _("On hold")
        KILLED = rules.KILLED, _("Killed")

    slug = models.SlugField(_("short name in addresses"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    purpose = models.TextField(_("purpose"), blank=True)
    intranet = models.BooleanField(_("intranet"), default=False)
    extranet = models.BooleanField(_("extranet"), default=False)
    social = models.BooleanField(_("social web"), default=False)
    lead = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="programs_led",
        verbose_name=_("lead"),
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=State,
        default=rules.IDEA,
    )
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    stops_on = models.DateField(_("stops"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(intranet=True)
                | models.Q(extranet=True)
                | models.Q(social=True),
                name="program_has_an_audience",
                violation_error_message=_("A program serves at least one audience."),
            ),
            models.CheckConstraint(
                condition=models.Q(stops_on__isnull=True)
                | models.Q(starts_on__isnull=True)
                | models.Q(stops_on__gte=models.F("starts_on")),
                name="program_stops_after_it_starts",
                violation_error_message=_("A program stops after it starts."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programs:detail", args=[self.slug])

    def clean(self) -> None:
        """Refuse a short name that is a page of its own."""
        if self.slug in rules.RESERVED_SLUGS:
            message = _("“%(slug)s” is taken.") % {"slug": self.slug}
            raise ValidationError({"slug": message})

    @property
    def audiences(self) -> list[str]:
        """The keys of the audiences served, in their standing order."""
        return [key for key in rules.AUDIENCES if getattr(self, key)]


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about who works where."""

    def on(self, day: date) -> Self:
        """Program roles held on a day; `ends` is the first day without the role."""
        return self.filter(starts__lte=day).filter(
            models.Q(ends__isnull=True) | models.Q(ends__gt=day)
        )


@pghistory.track()
class Membership(models.Model):
    """A person works in a program from a day until the day before `ends`."""

    class Kind(models.TextChoices):
        COMMUNITY_MANAGER = "community_manager", _("Community manager")
        MEMBER = "member", _("Member")

    program = models.ForeignKey(Program, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(
        Person, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    kind = models.CharField(_("role"), max_length=32, choices=Kind)
    starts = models.DateField(_("from"))
    ends = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("program role")
        verbose_name_plural = _("program roles")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True)
                | models.Q(ends__gt=models.F("starts")),
                name="membership_ends_after_it_starts",
                violation_error_message=_("A program role ends after it starts."),
            ),
            models.UniqueConstraint(
                "program",
                "person",
                "kind",
                "starts",
                name="membership_starts_once",
                violation_error_message=_("This role already starts on that day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
