"""Logins. A login is not a person: the organisation holds many who never sign in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from people.models.organisation import Person
from people.rules.roles import ADMINISTRATOR


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
    timezone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(
        _("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM
    )
    shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)

    objects: ClassVar[UserManager] = UserManager()

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

    @cached_property
    def roles_today(self) -> frozenset[str]:
        """The kinds of role the person holds today; read once per request."""
        if self.person_id is None:
            return frozenset()
        return self.person.role_kinds(on=timezone.localdate())  # type: ignore[union-attr]

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
