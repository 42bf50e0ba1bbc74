"""Messages and reactions of one channel, as rows."""

from collections.abc import Sequence
from typing import Final

from metrics.sources import keys
from metrics.sources.columns import Places, Row
from metrics.sources.reading import (
    NOBODY,
    QUESTION,
    AccountSeen,
    ChannelSeen,
    ItemKind,
    Tally,
)
from metrics.sources.slack.messages import Message, Reaction
from metrics.sources.slack.workspace import Workspace

POST, REPLY, REACTION = map(int, (ItemKind.POST, ItemKind.REPLY, ItemKind.REACTION))
UNNAMED: Final = "reaction_without_user"


class Writers:
    """Who wrote or reacted: the members, and whoever else appears."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.places: Places[AccountSeen] = Places()
        for member in workspace.members:
            self.places.add(member)

    def place(self, external_id: str, *, is_bot: bool = False) -> int:
        """The place of an account in the reading's list."""
        place = self.places.by_id.get(external_id)
        if place is None:
            account = self.workspace.account(external_id, is_bot=is_bot)
            place = self.places.add(account)
        return place


class ChannelRows:
    """Turns what one channel holds into rows; keys name channel, time and author."""

    def __init__(
        self, namespace: str, channel: ChannelSeen, place: int, writers: Writers
    ) -> None:
        self.messages = keys.natural(namespace, channel.external_id, "")
        self.threads = keys.natural(namespace, "thread", channel.external_id, "")
        self.place, self.writers = place, writers

    def of(
        self, message: Message, given: Sequence[Reaction], tally: Tally
    ) -> list[Row]:
        """The row of a message, and one for each reaction that names its user."""
        key = keys.natural(self.messages + message.stamp, message.author)
        thread = keys.digest(self.threads + message.thread)
        author = self.writers.place(message.author, is_bot=message.is_bot)
        rows = [self._message(message, keys.digest(key), thread, author)]
        for emoji, users, unnamed in given:
            if unnamed:
                tally.ignore(UNNAMED, unnamed)
            on = keys.natural(key, emoji, "")
            rows += [
                (
                    *(REACTION, message.at, keys.digest(on + user), thread),
                    *(self.writers.place(user), author, self.place, 0, 0, 0),
                )
                for user in users
            ]
        return rows

    def _message(self, message: Message, key: bytes, thread: bytes, author: int) -> Row:
        kind, target = POST, NOBODY
        if message.is_reply:
            kind = REPLY
            target = self.writers.place(message.parent) if message.parent else NOBODY
        flags = QUESTION if "?" in message.text else 0
        length, edited = len(message.text), message.edited
        return (
            *(kind, message.at, key, thread, author),
            *(target, self.place, length, flags, edited),
        )
