"""Read a Slack export: every day file of every channel, message by message."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from metrics.sources import documents, keys
from metrics.sources.columns import Places, Row, Rows
from metrics.sources.package import Package
from metrics.sources.reading import (
    NOBODY,
    QUESTION,
    AccountSeen,
    Batch,
    ChannelSeen,
    ItemKind,
    Options,
    Problem,
    Tally,
    Unreadable,
)
from metrics.sources.slack.messages import (
    BadMessage,
    Message,
    Reaction,
    number_of_reactions,
    parsed,
    reactions,
    set_aside,
)
from metrics.sources.slack.workspace import DESCRIPTIONS, Workspace, described

KEY: Final = "slack"
LABEL: Final = "Slack"
EXPORT: Final = "export"

POST, REPLY, REACTION = map(int, (ItemKind.POST, ItemKind.REPLY, ItemKind.REACTION))
DAY_FILE: Final = re.compile(r"(?:([^/]+)/)?[0-9]{4}-[0-9]{2}-[0-9]{2}\.json")
STRAYS_NAMED: Final = 5


def recognises(package: Package) -> str | None:
    """The name of the format when this is a Slack export, else None."""
    if any(DAY_FILE.fullmatch(name) for name in package.names):
        return EXPORT
    return EXPORT if {"users.json", "channels.json"} <= package.sizes.keys() else None


def read(package: Package, options: Options) -> "SlackReading":
    """Start reading; the lists of members and channels are read at once."""
    reading = SlackReading(package, options, described(package))
    for member in reading.workspace.members:
        reading.known.add(member)
    return reading


@dataclass
class SlackReading:
    """A Slack export being read."""

    package: Package
    options: Options
    workspace: Workspace
    format: str = EXPORT
    tally: Tally = field(default_factory=Tally)
    known: Places[AccountSeen] = field(default_factory=Places)
    places: Places[ChannelSeen] = field(default_factory=Places)
    unknown_columns: list[str] = field(default_factory=list)
    progress: float = 0.0

    @property
    def accounts(self) -> list[AccountSeen]:
        """Members first, then whoever else wrote or reacted."""
        return self.known.seen

    @property
    def channels(self) -> list[ChannelSeen]:
        """The channels of which the export holds a day."""
        return self.places.seen

    def batches(self) -> Iterator[Batch]:
        """Read day after day; the day in a file's name is Slack's and never used."""
        days = [name for name in self.package.names if DAY_FILE.fullmatch(name)]
        self._note(days)
        total = sum(self.package.sizes[name] for name in days)
        rows, done = Rows(self.tally), 0
        for name in days:
            for number, message in enumerate(documents.array(self.package, name), 1):
                rows.waiting += self._items(name, number, message)
                yield from rows.full()
            done += self.package.sizes[name]
            self.progress = done / total if total else 1.0
        yield from rows.rest()
        if not self.tally.read:
            raise Unreadable(
                "The Slack export holds no messages. Export a period with messages.",
                where=self.package.name,
            )

    def _items(self, name: str, number: int, message: object) -> list[Row]:
        """The rows of one message and its reactions; what is bad is set aside."""
        try:
            return self._counted(name, message)
        except BadMessage as bad:
            self.tally.reject(Problem(name, number, bad.value, str(bad)))
            if isinstance(message, dict):
                self._ignore_reactions(message)
            return []

    def _counted(self, name: str, message: object) -> list[Row]:
        if not isinstance(message, dict):
            raise BadMessage(message, "This element is not a message. Export again.")
        channel = self._channel(name)
        ignored = set_aside(message) if channel else "direct_message"
        if ignored or not channel:
            self.tally.ignore(ignored)
            self._ignore_reactions(message)
            return []
        return self._rows(channel, parsed(message), reactions(message))

    def _channel(self, name: str) -> ChannelSeen | None:
        folder, slash, _ = name.partition("/")
        folder = folder if slash else self.options.channel or self.package.top
        channel = self.workspace.channel(folder)
        if channel:
            self.places.add(channel)
        return channel

    def _ignore_reactions(self, message: dict[str, Any]) -> None:
        if number := number_of_reactions(message):
            self.tally.ignore("reaction_on_ignored", number)

    def _rows(
        self, channel: ChannelSeen, message: Message, given: list[Reaction]
    ) -> list[Row]:
        space, stamp = self.options.namespace, message.stamp
        key = keys.natural(space, channel.external_id, stamp, message.author)
        thread = keys.digest(
            keys.natural(space, "thread", channel.external_id, message.thread)
        )
        place = self.places.by_id[channel.external_id]
        author = self._account(message.author, is_bot=message.is_bot)
        target = self._account(message.parent) if message.parent else NOBODY
        flags = QUESTION if "?" in message.text else 0
        kind = REPLY if message.is_reply else POST
        rows: list[Row] = [
            (
                *(kind, message.at, keys.digest(key), thread, author),
                *(target if message.is_reply else NOBODY, place),
                *(len(message.text), flags, message.edited),
            )
        ]
        for reaction in given:
            if reaction.unnamed:
                self.tally.ignore("reaction_without_user", reaction.unnamed)
            for user in reaction.users:
                its_key = keys.digest(keys.natural(key, reaction.emoji, user))
                giver = self._account(user)
                rows.append(
                    (
                        REACTION,
                        message.at,
                        its_key,
                        thread,
                        giver,
                        author,
                        place,
                        0,
                        0,
                        0,
                    )
                )
        return rows

    def _account(self, external_id: str, *, is_bot: bool = False) -> int:
        place = self.known.by_id.get(external_id)
        if place is None:
            place = self.known.add(self.workspace.account(external_id, is_bot=is_bot))
        return place

    def _note(self, days: list[str]) -> None:
        """Say what the uploader should know of the export as a whole."""
        if not self.workspace.has_members:
            self.tally.notes.append(
                "There is no users.json, so members who never wrote are unknown."
            )
        if not self.workspace.channels:
            self.tally.notes.append(
                "There is no channels.json, so channels are known by their folders' "
                "names: a renamed channel would become a new one."
            )
        strays = sorted(self.package.sizes.keys() - set(days) - DESCRIPTIONS)
        if strays:
            named = ", ".join(strays[:STRAYS_NAMED])
            more = (
                f" and {len(strays) - STRAYS_NAMED} more"
                if strays[STRAYS_NAMED:]
                else ""
            )
            self.tally.notes.append(
                "Not read, because only CHANNEL/YYYY-MM-DD.json holds messages: "
                f"{named}{more}."
            )
