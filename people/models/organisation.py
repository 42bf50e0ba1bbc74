"""The organisation: its settings, its units, and the people in them."""

from datetime import date, datetime
from typing import ClassVar, Final, Self
from zoneinfo import ZoneInfo, available_timezones

import pghistory
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

CACHE_KEY: Final = "people.organisation"
CACHE_SECONDS: Final = 300


def known_timezone(name: str) -> None:
    """Refuse a name that is not in the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone."), params={"name": name}
        )


@pghistory.track()
class Organisation(models.Model):
    """The one organisation this portal serves."""

    name = models.CharField(_("name"), max_length=200)
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[known_timezone]
    )
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    fiscal_year_starts = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    privacy_floor = models.PositiveSmallIntegerField(
        _("smallest group shown"),
        default=5,
        validators=[MinValueValidator(1)],
        help_text=_("Figures of fewer people than this are hidden."),
    )
    set_up_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(pk=1), name="only_one_organisation"
            ),
            models.CheckConstraint(
                condition=models.Q(fiscal_year_starts__range=(1, 12)),
                name="fiscal_year_starts_in_a_month",
            ),
            models.CheckConstraint(
                condition=models.Q(privacy_floor__gte=1), name="privacy_floor_positive"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Organisation":
        """The organisation, or an unsaved one with defaults before set-up.

        Every page asks, so the answer is cached; whoever changes it calls `forget`.
        """
        found: Organisation | None = cache.get(CACHE_KEY)
        if found is None:
            found = cls.objects.filter(pk=1).first() or cls(pk=1, name="")
            cache.set(CACHE_KEY, found, CACHE_SECONDS)
        return found

    @staticmethod
    def forget() -> None:
        """Let the next page read the organisation anew; call it after the commit."""
        cache.delete(CACHE_KEY)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that says which day it is here."""
        return ZoneInfo(self.timezone)

    def day(self, at: datetime) -> date:
        """The organisation's day at an instant."""
        return at.astimezone(self.zone).date()


@pghistory.track()
class Unit(models.Model):
    """A part of the organisation: a department, a silo, a business unit."""

    class Kind(models.TextChoices):
        IT = "it", _("IT")
        LEGAL = "legal", _("Legal")
        COMMUNICATIONS = "communications", _("Corporate Communications")
        MARKETING = "marketing", _("Marketing")
        HR = "hr", _("HR")
        FINANCE = "finance", _("Finance")
        COMPLIANCE = "compliance", _("Compliance")
        BUSINESS = "business", _("Business")
        OTHER = "other", _("Other")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default="business")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                name="one_unit_per_name",
                violation_error_message=_("There is a unit with this name."),
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("pk")), name="unit_not_in_itself"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a unit that is part of itself, however many steps away."""
        above = self.parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError(
                    {"parent": _("“%s” lies within this unit.") % self.parent}
                )
            above = above.parent


class PersonQuerySet(models.QuerySet["Person"]):
    """Questions about people."""

    def known_as(self, words: str) -> Self:
        """People with this e-mail, employee number or full name, whatever the case."""
        return self.alias(low_name=Lower("name"), low_email=Lower("email")).filter(
            models.Q(low_name=words.lower())
            | models.Q(low_email=words.lower())
            | models.Q(number=words)
        )


@pghistory.track()
class Person(models.Model):
    """Somebody in or around the organisation, whether or not they sign in."""

    number = models.CharField(
        _("employee number"), max_length=64, unique=True, null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    title = models.CharField(_("job title"), max_length=200, blank=True)
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("unit"),
    )
    joined_on = models.DateField(_("joined"), null=True, blank=True)
    left_on = models.DateField(_("left"), null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(Lower("name"), name="person_by_name"),
            models.Index(Lower("email"), name="person_by_email"),
        ]
        constraints = (
            models.CheckConstraint(
                condition=models.Q(left_on__isnull=True)
                | models.Q(joined_on__isnull=True)
                | models.Q(left_on__gte=models.F("joined_on")),
                name="person_leaves_after_joining",
                violation_error_message=_("Nobody leaves before joining."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def role_kinds(self, *, on: date) -> frozenset[str]:
        """The kinds of role this person holds on a day."""
        return frozenset(role.kind for role in self.roles.all() if role.covers(on))
