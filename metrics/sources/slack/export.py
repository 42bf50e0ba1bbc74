"""Read a Slack export: every day file of every channel, message by message."""

import re
from collections.abc import Iterator
from typing import Any, Final

from metrics.sources import documents
from metrics.sources.columns import Places, Row, Rows
from metrics.sources.package import Package
from metrics.sources.reading import (
    Batch,
    ChannelSeen,
    Options,
    Problem,
    Tally,
    Unreadable,
)
from metrics.sources.slack.messages import (
    BadMessage,
    number_of_reactions,
    parsed,
    reactions,
    set_aside,
)
from metrics.sources.slack.rows import ChannelRows, Writers
from metrics.sources.slack.workspace import DESCRIPTIONS, described

KEY: Final = "slack"
LABEL: Final = "Slack"
EXPORT: Final = "export"

DAY_FILE: Final = re.compile(r"(?:([^/]+)/)?[0-9]{4}-[0-9]{2}-[0-9]{2}\.json")
DIRECT_MESSAGE: Final = "direct_message"
STRAYS_NAMED: Final = 5


def recognises(package: Package) -> str | None:
    """The name of the format when this is a Slack export, else None."""
    if any(DAY_FILE.fullmatch(name) for name in package.names):
        return EXPORT
    return EXPORT if {"users.json", "channels.json"} <= package.sizes.keys() else None


def read(package: Package, options: Options) -> "SlackReading":
    """Start reading; the lists of members and channels are read at once."""
    return SlackReading(package, options)


class SlackReading:
    """A Slack export being read."""

    def __init__(self, package: Package, options: Options) -> None:
        self.package, self.options = package, options
        self.workspace = described(package)
        self.writers = Writers(self.workspace)
        self.places: Places[ChannelSeen] = Places()
        self.format = EXPORT
        self.tally = Tally()
        self.unknown_columns: list[str] = []
        self.progress = 0.0
        self.accounts = self.writers.places.seen
        self.channels = self.places.seen

    def batches(self) -> Iterator[Batch]:
        """Read day after day; the day in a file's name is Slack's and never used."""
        days = [name for name in self.package.names if DAY_FILE.fullmatch(name)]
        self._note(days)
        total = sum(self.package.sizes[name] for name in days)
        rows, done = Rows(self.tally), 0
        for name in days:
            for items in self._day(name):
                rows.waiting += items
                yield from rows.full()
            done += self.package.sizes[name]
            self.progress = done / total if total else 1.0
        yield from rows.rest()
        if not self.tally.read:
            raise Unreadable(
                "The Slack export holds no messages. Export a period with messages.",
                where=self.package.name,
            )

    def _day(self, name: str) -> Iterator[list[Row]]:
        """The rows of each message that counts; what is bad is set aside."""
        channel = self._channel(name)
        for number, message in enumerate(documents.array(self.package, name), 1):
            try:
                yield self._items(channel, message)
            except BadMessage as bad:
                self.tally.reject(Problem(name, number, bad.value, str(bad)))
                self._ignore_reactions(message)

    def _items(self, channel: ChannelRows | None, message: Any) -> list[Row]:
        if not isinstance(message, dict):
            raise BadMessage(message, "This element is not a message. Export again.")
        ignored = set_aside(message) if channel else DIRECT_MESSAGE
        if ignored or not channel:
            self.tally.ignore(ignored)
            self._ignore_reactions(message)
            return []
        return channel.of(parsed(message), reactions(message), self.tally)

    def _channel(self, name: str) -> ChannelRows | None:
        """The channel in whose folder a day lies; None for direct messages."""
        folder, slash, _ = name.partition("/")
        folder = folder if slash else self.options.channel or self.package.top
        channel = self.workspace.channel(folder)
        if not channel:
            return None
        place = self.places.add(channel)
        return ChannelRows(self.options.namespace, channel, place, self.writers)

    def _ignore_reactions(self, message: Any) -> None:
        if number := number_of_reactions(message):
            self.tally.ignore("reaction_on_ignored", number)

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
            unnamed = len(strays) - STRAYS_NAMED
            more = f" and {unnamed} more" if unnamed > 0 else ""
            self.tally.notes.append(
                "Not read, because only CHANNEL/YYYY-MM-DD.json holds messages: "
                f"{named}{more}."
            )
