"""What the sign-in and set-up pages ask."""

from datetime import date, datetime

from people.models import SignInLink, User


def link_works(token: str, *, at: datetime, purpose: str = "sign_in") -> bool:
    """Whether a link would let somebody in now; looking does not use it up."""
    return SignInLink.objects.alive(token, at=at, purpose=purpose).exists()


def has_administrator(*, on: date) -> bool:
    """Whether somebody administers the portal, so that set-up is closed."""
    return User.objects.administrators(on=on).exists()


def others_can_sign_in(user: User) -> bool:
    """Whether there is an active login besides this one."""
    return User.objects.filter(is_active=True).exclude(pk=user.pk).exists()
