"""Write an invented community as a Slack export: a folder of JSON files.

As in a real one, a day file holds a day of America/Los_Angeles.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import orjson

from metrics.sources.synthetic import words
from metrics.sources.synthetic.community import EMOJI, Community, Plan

PACIFIC: Final = ZoneInfo("America/Los_Angeles")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
TEAM: Final = "T0SYNTHETIC"
Entry = dict[str, Any]


def write_slack(folder: Path, community: Community) -> int:
    """Write the export into a folder, made if need be; the number of files written.

    Besides the community's events it holds a join of every person, as exports do.
    """
    days: dict[tuple[int, str], list[Entry]] = defaultdict(list)
    for channel, message in _messages(community):
        days[channel, _pacific_day(message["ts"])].append(message)
    _write(folder / "users.json", list(_users(community.plan)))
    _write(folder / "channels.json", list(_channels(community.plan)))
    _write(folder / "integration_logs.json", [])
    for (channel, day), messages in days.items():
        messages.sort(key=lambda message: str(message["ts"]))
        _write(folder / words.channel(channel) / f"{day}.json", messages)
    return len(days) + 3


def _messages(community: Community) -> Iterator[tuple[int, Entry]]:
    """Every message with its channel: joins first, then what was written."""
    plan, messages = community.plan, community.messages
    for person in range(plan.people):
        yield 0, _join(person, plan)
    stamps = [_stamp(at) for at in messages.at.tolist()]
    authors = [_user(author) for author in messages.author.tolist()]
    reactions = _reactions(community)
    replies = _replies(messages.root)
    columns = (messages.channel, messages.root, messages.length, messages.asks)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for place, (channel, root, length, asks) in enumerate(rows):
        message: Entry = {
            "type": "message",
            "user": authors[place],
            "ts": stamps[place],
            "text": words.text(place, length, asks=asks),
            "team": TEAM,
        }
        if root != place:
            message |= {"thread_ts": stamps[root], "parent_user_id": authors[root]}
        elif answers := replies.get(place):
            message |= _thread(stamps, authors, place, answers)
        if given := reactions.get(place):
            message["reactions"] = [
                {"name": emoji, "users": users, "count": len(users)}
                for emoji, users in given.items()
            ]
        yield channel, message


def _thread(
    stamps: list[str], authors: list[str], place: int, answers: list[int]
) -> Entry:
    answers.sort(key=lambda answer: stamps[answer])
    repliers = list(dict.fromkeys(authors[answer] for answer in answers))
    return {
        "thread_ts": stamps[place],
        "reply_count": len(answers),
        "reply_users_count": len(repliers),
        "reply_users": repliers,
        "latest_reply": stamps[answers[-1]],
        "replies": [{"user": authors[a], "ts": stamps[a]} for a in answers],
    }


def _replies(roots: "np.ndarray[Any, np.dtype[np.int64]]") -> dict[int, list[int]]:
    """The places of the replies to each post."""
    replies: dict[int, list[int]] = defaultdict(list)
    for place, root in enumerate(roots.tolist()):
        if root != place:
            replies[root].append(place)
    return replies


def _reactions(community: Community) -> dict[int, dict[str, list[str]]]:
    """The givers of each emoji on each message."""
    given: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    reactions = community.reactions
    columns = (reactions.message, reactions.emoji, reactions.giver)
    for message, emoji, giver in zip(*(c.tolist() for c in columns), strict=True):
        given[message][EMOJI[emoji]].append(_user(giver))
    return given


def _join(person: int, plan: Plan) -> Entry:
    return {
        "type": "message",
        "subtype": "channel_join",
        "user": _user(person),
        "ts": _stamp(plan.start + person),
        "text": f"<@{_user(person)}> has joined the channel",
    }


def _users(plan: Plan) -> Iterator[Entry]:
    for number in range(plan.people + 1):
        is_bot = number == plan.bot
        name = "Digest" if is_bot else words.person(number)
        yield {
            "id": _user(number),
            "team_id": TEAM,
            "name": name.lower().replace(" ", "."),
            "deleted": False,
            "real_name": name,
            "is_bot": is_bot,
            "profile": {"real_name": name, "display_name": name},
        }


def _channels(plan: Plan) -> Iterator[Entry]:
    members = [_user(person) for person in range(plan.people)]
    for number in range(plan.channels):
        yield {
            "id": f"C{number:09d}",
            "name": words.channel(number),
            "created": plan.start // 1_000_000,
            "creator": members[0],
            "is_archived": False,
            "is_general": number == 0,
            "members": members,
        }


def _user(number: int) -> str:
    return f"U{number:09d}"


def _stamp(at: int) -> str:
    seconds, micros = divmod(at, 1_000_000)
    return f"{seconds}.{micros:06d}"


def _pacific_day(stamp: str) -> str:
    moment = EPOCH + timedelta(seconds=int(stamp.partition(".")[0]))
    return moment.astimezone(PACIFIC).date().isoformat()


def _write(path: Path, content: list[Entry]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
