"""Where engagement data comes from: sources, their channels and their accounts."""

from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from people.models import Person, User
from people.models.organisation import known_timezone
from people.rules.roles import ANALYSTS, OVERSEERS
from programs.models import Program


class Audience(models.TextChoices):
    """The three zones a program reaches."""

    INTRANET = "intranet", _("Intranet")
    EXTRANET = "extranet", _("Extranet")
    SOCIAL = "social", _("Social web")


class Source(models.Model):
    """One stream of exports: a workspace, a forum, an account on the social web."""

    slug = models.SlugField(_("short name"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    platform = models.CharField(_("platform"), max_length=32, blank=True)
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[known_timezone],
        help_text=_("Where a day of this source begins. Empty: the organisation's."),
    )
    named = models.BooleanField(
        _("store account names"),
        default=False,
        help_text=_("Otherwise accounts are pseudonyms."),
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.name or self.slug


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Which channels somebody may read or map."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """All channels for those who oversee; else those of the programs one sees."""
        if not isinstance(user, User):
            return self.none()
        if user.holds(*OVERSEERS):
            return self
        programs = Program.objects.visible_to(user)
        return self.filter(
            pk__in=ChannelProgram.objects.filter(program__in=programs).values("channel")
        )

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """All channels for those who work with engagement data."""
        if isinstance(user, User) and user.holds(*ANALYSTS):
            return self
        return self.none()


class Channel(models.Model):
    """A place in a source where people talk: a channel, a group, a board, a page."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="channels")
    external_id = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=200)
    audience = models.CharField(
        _("audience"), max_length=8, choices=Audience, blank=True
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[known_timezone]
    )
    programs = models.ManyToManyField(Program, through="ChannelProgram")
    counted_at = models.DateTimeField(_("counted"), null=True, editable=False)
    # On whose clock the day facts were counted; another one now means a recount.
    counted_in = models.CharField(max_length=64, blank=True, editable=False)

    objects: ClassVar[models.Manager["Channel"]] = models.Manager.from_queryset(
        ChannelQuerySet
    )()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = (
            models.UniqueConstraint(
                "source", "external_id", name="one_channel_per_external_id"
            ),
        )

    def __str__(self) -> str:
        return self.name


def zone_of(channel: Channel, default: str) -> ZoneInfo:
    """On whose clock a day of the channel begins: its own, its source's, or default."""
    return ZoneInfo(channel.timezone or channel.source.timezone or default)


class DateRange(models.Func):
    """The days from `starts` up to, not including, `ends`."""

    function = "DATERANGE"
    output_field = DateRangeField()


class PointRange(models.Func):
    """One key as a range, so that core GiST can compare it."""

    function = "INT8RANGE"
    template = "%(function)s(%(expressions)s, '[]')"


class ChannelProgram(models.Model):
    """A channel serves a program from a day until the day before `ends`.

    Empty dates mean always: from the first day known, until further notice.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="links")
    program = models.ForeignKey(Program, models.CASCADE, related_name="channel_links")
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(
        _("until"), null=True, blank=True, help_text=_("First day outside the program.")
    )

    class Meta:
        verbose_name = _("channel of a program")
        verbose_name_plural = _("channels of programs")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True)
                | models.Q(starts__isnull=True)
                | models.Q(ends__gt=models.F("starts")),
                name="channel_link_ends_after_it_starts",
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="channel_in_a_program_once_a_day",
                expressions=[
                    (PointRange("channel", "channel"), RangeOperators.OVERLAPS),
                    (PointRange("program", "program"), RangeOperators.OVERLAPS),
                    (DateRange("starts", "ends"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "The channel already serves this program on some of these days."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} → {self.program}"


class AccountQuerySet(models.QuerySet["Account"]):
    """Which accounts are people."""

    def human(self) -> Self:
        """Accounts that are people: by the source's word or a user's override."""
        return self.filter(
            Exact(Coalesce("is_bot_override", "is_bot"), False), official=False
        )


class Account(models.Model):
    """Somebody's account in a source, under a pseudonym unless the source is named."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="accounts")
    pseudonym = models.CharField(max_length=32)
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_bot = models.BooleanField(_("bot"), default=False)
    is_bot_override = models.BooleanField(
        _("bot, as set by a user"),
        null=True,
        blank=True,
        choices=[
            (None, _("As the source says")),
            (True, _("Bot")),
            (False, _("Person")),
        ],
    )
    official = models.BooleanField(
        _("official account of the organisation"), default=False
    )
    listed = models.BooleanField(
        _("on the newest member list"),
        default=False,
        help_text=_("Human and not deactivated."),
    )
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="accounts"
    )
    # The person number in bitmaps: the same for all linked accounts, else the key.
    number = models.PositiveIntegerField(null=True, editable=False)

    objects: ClassVar[models.Manager["Account"]] = models.Manager.from_queryset(
        AccountQuerySet
    )()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = (
            models.UniqueConstraint(
                "source", "pseudonym", name="one_account_per_pseudonym"
            ),
        )

    def __str__(self) -> str:
        return self.name or f"{self.pseudonym[:6]}"
