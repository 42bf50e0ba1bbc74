"""`manage.py deliver`: send the mail that is due, without Celery."""

from typing import Any

from django.utils import timezone

from people.commands import desk
from people.management.base import Verb
from people.models import Mail


class Command(Verb):
    """Prints sent, and left: what still waits."""

    help = "Send the mail that is due."

    def handle(self, **options: Any) -> None:
        sent = desk.deliver(at=timezone.now())
        self.answer({"sent": sent, "left": Mail.objects.unfinished().count()})
