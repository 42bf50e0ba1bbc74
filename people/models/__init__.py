"""The nouns of `people`, split by subject."""

from people.models.accounts import SignInLink, User
from people.models.audit import AuditEntry, AuditHead
from people.models.desk import Mail, Obligation, ScheduleSlot, Work
from people.models.organisation import Organisation, Person, Unit
from people.models.roles import Role

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Mail",
    "Obligation",
    "Organisation",
    "Person",
    "Role",
    "ScheduleSlot",
    "SignInLink",
    "Unit",
    "User",
    "Work",
]
