"""What a Slack export says of its members and of the folders of its channels."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from metrics.sources import documents
from metrics.sources.package import Package
from metrics.sources.reading import AccountSeen, ChannelSeen, shown

MEMBER_LISTS: Final = ("users.json", "org_users.json")
CHANNEL_LISTS: Final = ("channels.json", "groups.json")
DIRECT_LISTS: Final = ("dms.json", "mpims.json")
OTHER_LISTS: Final = ("integration_logs.json", "canvases.json", "content_flags.json")
DESCRIPTIONS: Final = frozenset(
    MEMBER_LISTS + CHANNEL_LISTS + DIRECT_LISTS + OTHER_LISTS
)

DIRECT: Final = re.compile(r"D[A-Z0-9]{8,}|mpdm-.*")
SLACKBOT: Final = "USLACKBOT"
ID_LENGTH: Final = 200


@dataclass
class Workspace:
    """Members, and which channel a folder is; a direct conversation is none."""

    members: list[AccountSeen] = field(default_factory=list)
    has_members: bool = False
    channels: dict[str, ChannelSeen] = field(default_factory=dict)
    direct: set[str] = field(default_factory=set)

    def channel(self, folder: str) -> ChannelSeen | None:
        """The channel whose messages lie in a folder; None when they are direct.

        A folder that no list names is taken by its own name.
        """
        if folder in self.direct or DIRECT.fullmatch(folder):
            return None
        return self.channels.get(folder) or ChannelSeen(
            folder[:ID_LENGTH], shown(folder)
        )

    def account(self, external_id: str, *, is_bot: bool) -> AccountSeen:
        """An account met in a message and absent from the member list."""
        is_bot = is_bot or external_id == SLACKBOT
        return AccountSeen(
            external_id, is_bot=is_bot, listed=False if self.has_members else None
        )


def described(package: Package) -> Workspace:
    """Read the lists of members, channels and direct conversations that are there."""
    workspace = Workspace()
    for name in MEMBER_LISTS:
        if name in package.sizes:
            workspace.has_members = True
            workspace.members += [_member(entry) for entry in _entries(package, name)]
    for name in CHANNEL_LISTS:
        for entry in _entries(package, name):
            channel = ChannelSeen(
                entry["id"], shown(_text(entry, "name") or entry["id"])
            )
            workspace.channels.setdefault(entry["id"], channel)
            workspace.channels[_text(entry, "name") or entry["id"]] = channel
    for name in DIRECT_LISTS:
        for entry in _entries(package, name):
            workspace.direct |= {entry["id"], _text(entry, "name") or entry["id"]}
    return workspace


def _entries(package: Package, name: str) -> list[dict[str, Any]]:
    """The entries of a list that have an id."""
    if name not in package.sizes:
        return []
    entries = documents.array(package, name)
    return [e for e in entries if isinstance(e, dict) and _usable(e.get("id"))]


def _usable(external_id: object) -> bool:
    if not isinstance(external_id, str) or not external_id.isprintable():
        return False
    return 0 < len(external_id) <= ID_LENGTH


def _member(user: dict[str, Any]) -> AccountSeen:
    is_bot = bool(user.get("is_bot")) or user["id"] == SLACKBOT
    profile = user.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    name = (
        _text(profile, "real_name") or _text(user, "real_name") or _text(user, "name")
    )
    return AccountSeen(
        user["id"], shown(name), is_bot, listed=not is_bot and not user.get("deleted")
    )


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""
