"""`manage.py setup_link`: the link to the first-run pages."""

from typing import Any

from django.utils import timezone

from people.commands import accounts
from people.management.base import Refused, Verb


class Command(Verb):
    """Prints url and expires."""

    help = "Make the link that creates the first administrator, once, within a day."

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        try:
            link = accounts.set_up_link(at=at, on=timezone.localdate(at))
        except accounts.AlreadySetUp as error:
            raise Refused(
                "There is an administrator already; use login_link EMAIL."
            ) from error
        self.answer({"url": link.url, "expires": link.expires.isoformat()})
