"""Small Slack exports, written message by message and packed as Slack packs them."""

import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday


def stamp(minutes: float) -> str:
    """Slack's name for the moment so many minutes after START."""
    return f"{(START + timedelta(minutes=minutes)).timestamp():.6f}"


def post(user: str, minutes: float, text: str = "Hello", **more: Any) -> dict[str, Any]:
    """A message that starts a thread, so many minutes after START."""
    return {
        "type": "message",
        "user": user,
        "ts": stamp(minutes),
        "text": text,
        **more,
    }


def reply(user: str, minutes: float, to: float, **more: Any) -> dict[str, Any]:
    """An answer to the message of minute `to`."""
    return post(user, minutes, "Answer", thread_ts=stamp(to), **more)


def joined(user: str, minutes: float) -> dict[str, Any]:
    """A message that Slack writes when somebody joins; it does not count."""
    return post(user, minutes, subtype="channel_join")


def thumbs(*users: str) -> dict[str, Any]:
    """The reactions of a message, to be given to `post`."""
    return {"reactions": [{"name": "+1", "users": list(users), "count": len(users)}]}


@dataclass
class SlackExport:
    """Members, bots, and messages by channel."""

    channels: dict[str, list[dict[str, Any]]]
    members: Sequence[str] = ("U1", "U2", "U3")
    bots: Sequence[str] = ()
    extra: dict[str, bytes] = field(default_factory=dict)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file of the export with its name, one per channel and UTC day."""
        people: list[dict[str, Any]] = [
            {"id": one, "name": one.lower()} for one in self.members
        ]
        people += [{"id": one, "name": one, "is_bot": True} for one in self.bots]
        yield "users.json", _json(people)
        named = [{"id": f"C-{name}", "name": name} for name in self.channels]
        yield "channels.json", _json(named)
        for name, messages in self.channels.items():
            days: dict[str, list[dict[str, Any]]] = {}
            for message in messages:
                days.setdefault(_day(message), []).append(message)
            for day, some in days.items():
                yield f"{name}/{day}.json", _json(some)
        yield from self.extra.items()

    def zip(self) -> BytesIO:
        """The export as an uploaded ZIP; the same export is the same bytes."""
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in self.files():
                archive.writestr(zipfile.ZipInfo(name), content)
        packed.seek(0)
        return packed


def _day(message: dict[str, Any]) -> str:
    try:
        moment = datetime.fromtimestamp(float(message["ts"]), UTC)
    except (KeyError, ValueError):
        moment = START
    return moment.date().isoformat()


def _json(content: object) -> bytes:
    return json.dumps(content).encode()


# A conversation of three people and a bot over two days and two channels.
def conversation(**more: Any) -> SlackExport:
    """Eleven items: 3 posts, 4 replies, 2 reactions, 2 that do not count."""
    day = 24 * 60
    return SlackExport(
        {
            "general": [
                joined("U3", 0),
                post("U1", 10, **thumbs("U2", "U3")),
                reply("U2", 40, to=10),
                reply("U1", 70, to=10),
                post("U2", day + 30, "Who knows?"),
                reply("B1", day + 31, to=day + 30),
                reply("U3", day + 90, to=day + 30),
            ],
            "help": [post("U3", 20), joined("U1", 30)],
        },
        bots=("B1",),
        **more,
    )
