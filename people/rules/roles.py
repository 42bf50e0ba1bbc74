"""The roles of the portal and what each is for."""

from typing import Final

STRATEGIST_SOCIAL: Final = "strategist_social"
STRATEGIST_E20: Final = "strategist_e20"
COMMUNITY_MANAGER: Final = "community_manager"
SPONSOR: Final = "sponsor"
ADVISOR: Final = "advisor"
EXECUTIVE: Final = "executive"
AUDITOR: Final = "auditor"
ADMINISTRATOR: Final = "administrator"

STRATEGISTS: Final = frozenset({STRATEGIST_SOCIAL, STRATEGIST_E20})
# Those who work with engagement data: they load exports and map channels.
ANALYSTS: Final = STRATEGISTS | {COMMUNITY_MANAGER, ADMINISTRATOR}
# Those who see every program, and every number that is not suppressed.
OVERSEERS: Final = ANALYSTS | {SPONSOR, ADVISOR, EXECUTIVE, AUDITOR}
