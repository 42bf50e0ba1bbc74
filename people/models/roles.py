"""Roles held on dates. Whoever asks what somebody may do asks these."""

from datetime import date
from typing import Self

import pghistory
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from people.models.organisation import Person, Unit
from people.rules import roles


class RoleQuerySet(models.QuerySet["Role"]):
    """Questions about roles."""

    def on(self, day: date) -> Self:
        """Roles held on a day; `ends` is the first day without the role."""
        return self.filter(starts__lte=day).filter(
            models.Q(ends__isnull=True) | models.Q(ends__gt=day)
        )


@pghistory.track()
class Role(models.Model):
    """A person holds a role from a day until the day before `ends`."""

    class Kind(models.TextChoices):
        STRATEGIST_SOCIAL = roles.STRATEGIST_SOCIAL, _("Corporate social strategist")
        STRATEGIST_E20 = roles.STRATEGIST_E20, _("Enterprise 2.0 strategist")
        COMMUNITY_MANAGER = roles.COMMUNITY_MANAGER, _("Community manager")
        SPONSOR = roles.SPONSOR, _("Executive sponsor")
        ADVISOR = roles.ADVISOR, _("Senior advisor")
        EXECUTIVE = roles.EXECUTIVE, _("Executive")
        AUDITOR = roles.AUDITOR, _("Auditor")
        ADMINISTRATOR = roles.ADMINISTRATOR, _("Administrator")

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="roles", verbose_name=_("person")
    )
    kind = models.CharField(_("role"), max_length=32, choices=Kind)
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("within unit"),
        help_text=_("Empty: in the whole organisation."),
    )
    share = models.DecimalField(
        _("share of working time, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
    )
    starts = models.DateField(_("from"))
    ends = models.DateField(
        _("until"), null=True, blank=True, help_text=_("First day without the role.")
    )

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True)
                | models.Q(ends__gt=models.F("starts")),
                name="role_ends_after_it_starts",
                violation_error_message=_("A role ends after it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(share__isnull=True)
                | models.Q(share__gt=0, share__lte=100),
                name="role_share_is_a_percentage",
                violation_error_message=_("A share lies above 0 and is at most 100."),
            ),
            models.UniqueConstraint(
                "person",
                "kind",
                Coalesce("unit", 0),
                "starts",
                name="role_starts_once",
                violation_error_message=_("This role already starts on that day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"

    def covers(self, day: date) -> bool:
        """Whether the role is held on a day."""
        return self.starts <= day and (self.ends is None or day < self.ends)
