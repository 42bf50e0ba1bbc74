"""`manage.py protect`: let the portal's database role add evidence, not change it."""

from typing import Any

from people.commands.protection import protect
from people.management.base import Verb


class Command(Verb):
    """Prints append_only, the tables protected, and missing, what is not."""

    help = "Grant the role portal_app what it needs and no more; run after migrate."

    def handle(self, **options: Any) -> None:
        protection = protect()
        self.answer(
            {"append_only": protection.append_only, "missing": protection.missing}
        )
        if protection.missing:
            self.stderr.write(protection.missing)
