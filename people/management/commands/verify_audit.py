"""`manage.py verify_audit`: whether the audit trail is whole."""

from typing import Any

from people.management.base import Refused, Verb
from people.queries import audit


class Command(Verb):
    """Prints ok, rows, head and first_bad."""

    help = "Make every digest of the audit trail again and compare."

    def handle(self, **options: Any) -> None:
        found = audit.verify()
        self.answer(found.facts())
        if found.first_bad:
            bad = found.first_bad
            raise Refused(f"Row {bad.sequence} of {bad.stream}: {bad.problem}.")
