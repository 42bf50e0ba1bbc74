"""Policies about programs, as pure functions of values."""

from typing import Final

IDEA: Final = "idea"
PROPOSED: Final = "proposed"
APPROVED: Final = "approved"
PILOT: Final = "pilot"
LIVE: Final = "live"
SCALING: Final = "scaling"
CLOSING: Final = "closing"
CLOSED: Final = "closed"
ON_HOLD: Final = "on_hold"
KILLED: Final = "killed"

AUDIENCES: Final = ("intranet", "extranet", "social")
# Words that stand in addresses where a program's short name stands too.
RESERVED_SLUGS: Final = frozenset({"add"})
