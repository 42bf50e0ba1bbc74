"""Logins. A login is not a person: the organisation holds many who never sign in."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from people.models.organisation import Organisation, Person, known_timezone
from people.models.roles import Role
from people.rules.roles import ADMINISTRATOR


class UserQuerySet(models.QuerySet["User"]):
    """Questions about logins."""

    def active_with_email(self, addresses: Sequence[str]) -> "User | None":
        """The one active login with one of these addresses; None for none or two."""
        wanted = [address.lower() for address in addresses]
        found = self.alias(low=Lower("email")).filter(low__in=wanted, is_active=True)
        users = list(found[:2])
        return users[0] if len(users) == 1 else None

    def administrators(self, *, on: date) -> Self:
        """Active logins of persons who administer the portal on a day."""
        holding = Role.objects.on(on).filter(kind=ADMINISTRATOR).values("person")
        return self.filter(is_active=True, person__in=holding)

    def with_roles(self, *, on: date) -> Self:
        """Logins with their persons, and the roles held on a day, in one query."""
        held = Role.objects.on(on).filter(person=models.OuterRef("person"))
        return self.select_related("person").annotate(
            held_kinds=ArraySubquery(held.values("kind"))
        )


class UserManager(BaseUserManager["User"]):
    """Finds logins by e-mail without regard to case."""

    def get_by_natural_key(self, email: str | None) -> "User":
        """The login with this e-mail. Raises User.DoesNotExist."""
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A login: an e-mail, a password or single sign-on, and preferences.

    What a login may do follows from the roles its person holds today.
    """

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    person = models.OneToOneField(
        Person, models.SET_NULL, null=True, blank=True, related_name="login"
    )
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[known_timezone],
        help_text=_("Empty: the organisation's."),
    )
    theme = models.CharField(
        _("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM
    )
    shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)

    objects = UserManager.from_queryset(UserQuerySet)()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                name="one_login_per_email",
                violation_error_message=_("There is a login with this e-mail."),
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    # Set by `with_roles`, which loads the login of every request.
    held_kinds: Sequence[str] | None = None

    @cached_property
    def today(self) -> date:
        """The organisation's day, which decides what this login may do now."""
        return Organisation.current().day(timezone.now())

    @cached_property
    def roles_today(self) -> frozenset[str]:
        """The kinds of role the person holds on the organisation's today."""
        if self.held_kinds is not None:
            return frozenset(self.held_kinds)
        if self.person is None:
            return frozenset()
        return self.person.role_kinds(on=self.today)

    def holds(self, *kinds: str) -> bool:
        """Whether the person holds one of these roles today."""
        return not self.roles_today.isdisjoint(kinds)

    @property
    def is_administrator(self) -> bool:
        """Administrators keep reference data in the Django admin."""
        return self.holds(ADMINISTRATOR)

    # Django's admin asks these three; all answer from the roles.
    @property
    def is_staff(self) -> bool:
        return self.is_active and self.is_administrator

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    """Questions about links."""

    def alive(self, token: str, *, at: datetime, purpose: str = "sign_in") -> Self:
        """The link of this token, unless it is used up, expired or shut out."""
        return self.filter(
            models.Q(user__isnull=True) | models.Q(user__is_active=True),
            token_hash=SignInLink.hashed(token),
            purpose=purpose,
            used_at__isnull=True,
            expires_at__gt=at,
        )


class SignInLink(models.Model):
    """A link that signs in once, within its time. Only its hash is kept."""

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", _("Sign in")
        SET_UP = "set_up", _("Set up the portal")

    user = models.ForeignKey(User, models.CASCADE, null=True)
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.SIGN_IN)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = SignInLinkQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(purpose="set_up", user__isnull=True)
                | models.Q(purpose="sign_in", user__isnull=False),
                name="link_signs_somebody_in_or_sets_up",
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.user_id}"

    @staticmethod
    def hashed(token: str) -> str:
        """What is kept of a token: enough to know it again, not to use it."""
        return hashlib.sha256(token.encode()).hexdigest()
