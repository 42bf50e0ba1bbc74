"""Logins, the links that let somebody in once, and the first administrator."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.commands import audit
from people.commands.desk import send_mail
from people.models import Organisation, Person, Role, SignInLink, User
from people.rules.roles import ADMINISTRATOR

LINK_LIFETIME: Final = timedelta(minutes=15)
SET_UP_LIFETIME: Final = timedelta(days=1)
# An invitation is read when its reader next reads mail.
INVITATION_LIFETIME: Final = timedelta(days=3)


class AlreadySetUp(Exception):
    """There is an administrator; whoever wants in is invited."""


class EmailTaken(Exception):
    """Another login has this e-mail."""


class LinkIsDead(Exception):
    """The link was used, has expired, was replaced or never existed."""


class LoginIsInactive(Exception):
    """The login was deactivated."""


class LastAdministrator(Exception):
    """Without this login nobody could administer the portal."""


@dataclass(frozen=True)
class Link:
    """An address that works once, until it expires."""

    url: str
    expires: datetime


@transaction.atomic
def make_login(
    *, email: str, by: User | None, person: Person | None = None, password: str = ""
) -> User:
    """A login for a person; without a password it signs in by link or mailed code.

    Raises EmailTaken.
    """
    user = _insert_login(email, person, password)
    audit.record("make login", user, by=by, after={"person": user.person_id})
    return user


@transaction.atomic
def sign_in_link(
    user: User,
    *,
    by: User | None,
    at: datetime,
    lifetime: timedelta = LINK_LIFETIME,
) -> Link:
    """A link that signs this login in once. Raises LoginIsInactive."""
    if not user.is_active:
        raise LoginIsInactive
    token, expires = _make_link(SignInLink.Purpose.SIGN_IN, user, at + lifetime)
    audit.record("make sign-in link", user, by=by, after={"expires": expires})
    return Link(settings.BASE_URL + reverse("people:enter", args=[token]), expires)


@transaction.atomic
def invite(user: User, *, by: User, at: datetime) -> None:
    """Mail somebody a link that signs in once. Raises LoginIsInactive."""
    link = sign_in_link(user, by=by, at=at, lifetime=INVITATION_LIFETIME)
    portal = Organisation.current().name or _("Strategy Portal")
    days = INVITATION_LIFETIME.days
    send_mail(
        key=f"invitation:{user.pk}:{at.isoformat()}",
        to=user.email,
        subject=_("Your access to %(portal)s") % {"portal": portal},
        text="\n\n".join(
            (
                _("This link signs you in once:"),
                link.url,
                ngettext(
                    "It works for %(days)s day. Later, ask for a code on the sign-in "
                    "page with this e-mail address.",
                    "It works for %(days)s days. Later, ask for a code on the sign-in "
                    "page with this e-mail address.",
                    days,
                )
                % {"days": days},
            )
        ),
        secret=True,
    )


@transaction.atomic
def redeem(token: str, *, at: datetime) -> User:
    """Use a sign-in link up and say whose it is. Raises LinkIsDead."""
    link = (
        SignInLink.objects.alive(token, at=at).select_for_update(of=("self",)).first()
    )
    if link is None or link.user is None:
        raise LinkIsDead
    _use_up(link, at)
    audit.record("enter by link", link.user, by=link.user)
    return link.user


@transaction.atomic
def set_up_link(*, at: datetime, on: date) -> Link:
    """The link to the first-run pages; it replaces any made before.

    Raises AlreadySetUp while there is an administrator.
    """
    if User.objects.administrators(on=on).exists():
        raise AlreadySetUp
    SignInLink.objects.filter(purpose=SignInLink.Purpose.SET_UP).delete()
    expires = at + SET_UP_LIFETIME
    token, expires = _make_link(SignInLink.Purpose.SET_UP, None, expires)
    return Link(f"{settings.BASE_URL}{reverse('people:set_up')}?token={token}", expires)


@transaction.atomic
def create_administrator(
    *, token: str, name: str, email: str, password: str, at: datetime, on: date
) -> User:
    """The first administrator, let in by the set-up link.

    Raises LinkIsDead, AlreadySetUp, EmailTaken.
    """
    links = SignInLink.objects.alive(token, at=at, purpose=SignInLink.Purpose.SET_UP)
    link = links.select_for_update(of=("self",)).first()
    if link is None:
        raise LinkIsDead
    if User.objects.administrators(on=on).exists():
        raise AlreadySetUp
    person = Person.objects.create(name=name, email=email)
    Role.objects.create(person=person, kind=ADMINISTRATOR, starts=on)
    user = _insert_login(email, person, password)
    _use_up(link, at)
    audit.record(
        "create first administrator", user, by=user, after={"person": person.pk}
    )
    return user


@transaction.atomic
def deactivate(user: User, *, by: User, on: date) -> None:
    """Shut a login out from its next request on. Raises LastAdministrator."""
    administrators = User.objects.administrators(on=on)
    if set(administrators.select_for_update(of=("self",))) == {user}:
        raise LastAdministrator
    User.objects.filter(pk=user.pk).update(is_active=False)
    before, after = {"is_active": user.is_active}, {"is_active": False}
    audit.record("deactivate login", user, by=by, before=before, after=after)


@transaction.atomic
def reactivate(user: User, *, by: User) -> None:
    """Let a login in again."""
    User.objects.filter(pk=user.pk).update(is_active=True)
    before, after = {"is_active": user.is_active}, {"is_active": True}
    audit.record("reactivate login", user, by=by, before=before, after=after)


@transaction.atomic
def prefer(user: User, *, by: User, **preferences: object) -> None:
    """Change what somebody prefers: name, theme, timezone, shortcuts."""
    held = User.objects.select_for_update().get(pk=user.pk)
    changed = [name for name in preferences if getattr(held, name) != preferences[name]]
    if not changed:
        return
    for name in changed:
        setattr(held, name, preferences[name])
    held.save(update_fields=changed)
    audit.record("change preferences", held, by=by, after={"changed": changed})


def _insert_login(email: str, person: Person | None, password: str) -> User:
    user = User(
        email=email.strip().lower(), person=person, name=person.name if person else ""
    )
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        if "one_login_per_email" in str(error):
            raise EmailTaken from error
        raise
    return user


def _make_link(
    purpose: SignInLink.Purpose, user: User | None, expires: datetime
) -> tuple[str, datetime]:
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user,
        purpose=purpose,
        token_hash=SignInLink.hashed(token),
        expires_at=expires,
    )
    return token, expires


def _use_up(link: SignInLink, at: datetime) -> None:
    link.used_at = at
    link.save(update_fields=["used_at"])
