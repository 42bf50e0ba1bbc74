"""One message of a Slack export: whether it counts, and what it says."""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from metrics.sources.reading import shown

COUNTED: Final = frozenset(
    {"", "file_share", "file_comment", "me_message", "thread_broadcast"}
)
STAMP: Final = re.compile(r"([0-9]{1,11})\.([0-9]{1,6})")
# 2000-01-01 and 2100-01-01: outside of it a time is a mistake.
EARLIEST: Final = 946_684_800_000_000
LATEST: Final = 4_102_444_800_000_000
REACTIONS: Final = 1_000_000


class BadMessage(ValueError):
    """A message that should count and cannot be taken, in words with a cure."""

    def __init__(self, value: object, message: str) -> None:
        super().__init__(message)
        self.value = shown(value)


class Reaction(NamedTuple):
    """One emoji on a message: who gave it, and how many givers have no name."""

    emoji: str
    users: list[str]
    unnamed: int


class Message(NamedTuple):
    """A message that counts; times in microseconds, `stamp` as Slack writes it."""

    stamp: str
    at: int
    author: str
    is_bot: bool
    thread: str
    parent: str
    edited: int
    text: str

    @property
    def is_reply(self) -> bool:
        """Whether it answers in a thread that another message started."""
        return self.thread != self.stamp


def set_aside(message: dict[str, Any]) -> str:
    """The kind under which a message is ignored; empty when it counts."""
    if message.get("type") != "message":
        return f"type:{shown(message.get('type') or 'none')}"
    subtype = str(message.get("subtype") or "")
    return "" if subtype in COUNTED else shown(subtype)


def parsed(message: dict[str, Any]) -> Message:
    """Read a message that counts; BadMessage when it cannot be taken."""
    stamp, at = _stamp(message.get("ts"))
    author, is_bot = _author(message)
    thread = _optional(message, "thread_ts") or stamp
    parent = _optional(message, "parent_user_id")
    text = _optional(message, "text")
    return Message(stamp, at, author, is_bot, thread, parent, _edited(message), text)


def reactions(message: dict[str, Any]) -> Sequence[Reaction]:
    """The reactions on a message; BadMessage when they have another form."""
    entries = message.get("reactions")
    if not entries:
        return ()
    if not isinstance(entries, list):
        raise BadMessage(entries, "reactions should be a list. Export again.")
    return [_reaction(entry) for entry in entries]


def number_of_reactions(message: object) -> int:
    """How many reactions there are on a message that does not count."""
    if not isinstance(message, dict):
        return 0
    try:
        return sum(len(r.users) + r.unnamed for r in reactions(message))
    except BadMessage:
        return 0


def _reaction(entry: object) -> Reaction:
    if not isinstance(entry, dict) or not isinstance(entry.get("users") or [], list):
        raise BadMessage(entry, "A reaction should name its users. Export again.")
    listed = entry.get("users") or []
    users = [user for user in listed if isinstance(user, str) and user]
    count = entry.get("count") or 0
    if not isinstance(count, int) or not 0 <= count <= REACTIONS:
        raise BadMessage(
            count, "The count of a reaction is not a number. Export again."
        )
    unnamed = max(count, len(listed)) - len(users)
    return Reaction(str(entry.get("name") or ""), users, unnamed)


def _stamp(value: object) -> tuple[str, int]:
    """The moment of a message, exactly: a float would lose microseconds."""
    found = STAMP.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise BadMessage(
            value,
            "ts is missing or not of the form 1663919287.747249. Take the file as "
            "Slack exported it.",
        )
    seconds, fraction = found.groups()
    at = int(seconds) * 1_000_000 + int(fraction.ljust(6, "0"))
    if not EARLIEST <= at < LATEST:
        raise BadMessage(value, "ts lies outside the years 2000 to 2099. Export again.")
    return found[0], at


def _author(message: dict[str, Any]) -> tuple[str, bool]:
    """The author, and whether it is a bot: who has no human user is one."""
    holder = message
    if message.get("subtype") == "file_comment":
        comment = message.get("comment")
        holder = comment if isinstance(comment, dict) else {}
    if user := _optional(holder, "user"):
        return user, False
    bot = _optional(message, "bot_id") or _optional(message, "username")
    if not bot:
        raise BadMessage(
            message.get("ts"),
            "The message names no user, bot_id or username, so it has no author.",
        )
    return bot, True


def _edited(message: dict[str, Any]) -> int:
    edited = message.get("edited")
    return _stamp(edited.get("ts"))[1] if isinstance(edited, dict) else 0


def _optional(holder: dict[str, Any], key: str) -> str:
    value = holder.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadMessage(
            value, f"{key} should be text. Take the file as Slack wrote it."
        )
    return value
