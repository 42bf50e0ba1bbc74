"""The same measures, counted the plain way: slow, in memory, straight from the events.

Written from the definitions alone, so that it can disagree with the portal.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Happening:
    """One event of an invented community."""

    id: str
    type: str
    at: datetime
    actor: str
    channel: str
    answers: str = ""


@dataclass
class PlainCount:
    """Measures of some channels over [start, end), in UTC; bots are left out."""

    events: list[Happening]
    bots: set[str]
    channels: set[str]
    start: datetime
    end: datetime
    by_id: dict[str, Happening] = field(init=False)

    def __post_init__(self) -> None:
        self.by_id = {event.id: event for event in self.events}

    def all(self) -> dict[str, float | None]:
        """Every measure that needs no member list."""
        posts, replies = self.of("post"), self.of("reply")
        reactions, shares = self.of("reaction"), self.of("share")
        people = {e.actor for e in posts + replies + reactions + shares}
        waits = [wait for post in posts if (wait := self.wait(post)) is not None]
        mutual, one_way = self.ties(replies)
        contributions = len(posts) + len(replies) + len(reactions) + len(shares)
        return {
            "posts": len(posts),
            "replies": len(replies),
            "reactions": len(reactions),
            "shares": len(shares),
            "contributions": contributions,
            "active_contributors": len(people),
            "new_contributors": len(people - self.seen_before()),
            "contributions_per_active": ratio(contributions, len(people)),
            "reply_share": ratio(len(replies), len(posts) + len(replies)),
            "response_rate": ratio(len(waits), len(posts)),
            "unanswered_share": ratio(len(posts) - len(waits), len(posts)),
            "dialogue_rate": ratio(sum(map(self.came_back, posts)), len(posts)),
            "first_response_median_hours": quantile(waits, 0.5),
            "first_response_p90_hours": quantile(waits, 0.9),
            "mutual_pair_share": ratio(mutual, mutual + one_way),
            "reciprocity": ratio(2 * mutual, 2 * mutual + one_way),
            "top10_share": self.top10(posts + replies),
        }

    def of(self, kind: str) -> list[Happening]:
        return [
            e
            for e in self.events
            if e.type == kind
            and e.channel in self.channels
            and e.actor not in self.bots
            and self.start <= e.at < self.end
        ]

    def seen_before(self) -> set[str]:
        return {
            e.actor
            for e in self.events
            if e.at < self.start and e.channel in self.channels
        }

    def responses(self, post: Happening) -> list[Happening]:
        return [
            e
            for e in self.events
            if e.answers == post.id
            and e.type == "reply"
            and e.actor not in self.bots | {post.actor}
            and e.at >= post.at
        ]

    def wait(self, post: Happening) -> float | None:
        times = [e.at - post.at for e in self.responses(post)]
        return min(times) / timedelta(hours=1) if times else None

    def came_back(self, post: Happening) -> bool:
        times = [e.at for e in self.responses(post)]
        own = [
            e.at for e in self.events if e.answers == post.id and e.actor == post.actor
        ]
        return bool(times and own) and max(own) > min(times)

    def ties(self, replies: list[Happening]) -> tuple[int, int]:
        pairs = {
            (reply.actor, post.actor)
            for reply in replies
            if (post := self.by_id.get(reply.answers))
            and post.actor not in self.bots | {reply.actor}
        }
        both = sum((b, a) in pairs for a, b in pairs)
        return both // 2, len(pairs) - both

    def top10(self, written: list[Happening]) -> float | None:
        counts: dict[str, int] = {}
        for event in written:
            counts[event.actor] = counts.get(event.actor, 0) + 1
        return ratio(sum(sorted(counts.values())[-10:]), len(written))


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def quantile(values: list[float], share: float) -> float | None:
    """As PostgreSQL's percentile_cont: linear between the two nearest ranks."""
    if not values:
        return None
    ranked = sorted(values)
    place = share * (len(ranked) - 1)
    low = int(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)
