"""What people owe."""

from django.db.models import QuerySet

from people.models import Obligation, Person


def owed_by(person: Person | None) -> "QuerySet[Obligation]":
    """What a person owes, the most pressing first; a login without one owes nothing."""
    return Obligation.objects.open_for(person)
