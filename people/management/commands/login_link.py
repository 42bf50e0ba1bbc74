"""`manage.py login_link EMAIL`: a link that signs somebody in once."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from people.commands import accounts
from people.management.base import Refused, Verb
from people.models import User


class Command(Verb):
    """Prints url and expires."""

    help = "Make a link that signs this login in once, within 15 minutes."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(email)
            link = accounts.sign_in_link(user, by=None, at=timezone.now())
        except User.DoesNotExist as error:
            raise Refused(f"There is no login with the e-mail {email}.") from error
        except accounts.LoginIsInactive as error:
            raise Refused(f"The login {email} is deactivated.") from error
        self.answer({"url": link.url, "expires": link.expires.isoformat()})
