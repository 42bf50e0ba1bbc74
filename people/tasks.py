"""What Celery calls. Each is one call that may come late, twice, or not at all."""

from celery import shared_task
from django.utils import timezone

from people.commands import desk


@shared_task
def deliver() -> int:
    """Send the mail that is due."""
    return desk.deliver(at=timezone.now())


@shared_task
def remind() -> int:
    """Remind people of what they owe, once a day."""
    return desk.remind(at=timezone.now())
