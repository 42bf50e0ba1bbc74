"""The administration of logins, people, units and roles, split by subject."""

from people.admin import accounts, desk, organisation

__all__ = ["accounts", "desk", "organisation"]
