"""An invented community: who writes, answers and reacts, when and where.

The shapes are those of real exports: office hours and quiet weekends, a few busy
channels and people, most posts unanswered, most answers soon and some very late.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

HOUR: Final = 3_600_000_000
DAY: Final = 24 * HOUR

POSTS, REPLIES = 0.36, 0.28
ANSWERED: Final = 0.55
STARTER_COMES_BACK: Final = 0.35
BOT_POSTS: Final = 0.01
ASKS: Final = 0.2
GROWTH: Final = 0.8
EMOJI: Final = ("+1", "tada", "heart", "eyes", "raised_hands", "white_check_mark")
EMOJI_WEIGHTS: Final = np.array([0.46, 0.16, 0.16, 0.08, 0.08, 0.06])
WEEKDAYS: Final = np.array([1.0, 1.12, 1.1, 1.04, 0.82, 0.14, 0.1])
BEFORE_NOON: Final = (1, 1, 0, 0, 0, 1, 4, 14, 40, 58, 62, 52)
AFTER_NOON: Final = (34, 46, 60, 54, 40, 24, 14, 10, 8, 6, 4, 2)
HOURS: Final = np.array(BEFORE_NOON + AFTER_NOON, float)
MEDIAN_ANSWER: Final = 150 * 60 * 1_000_000
ANSWER_SPREAD: Final = 1.7

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Plan:
    """How large the community is; its last day is the one before `until`.

    Raises ValueError for a community that cannot be.
    """

    people: int
    events: int
    days: int
    seed: int
    until: date

    def __post_init__(self) -> None:
        if self.people < 2 or self.events < 1 or self.days < 1:  # noqa: PLR2004
            raise ValueError("It takes two people, one event and one day.")

    @property
    def end(self) -> int:
        """The first moment after the last day, in microseconds since 1970 (UTC)."""
        midnight = datetime(*self.until.timetuple()[:3], tzinfo=UTC)
        return int(midnight.timestamp()) * 1_000_000

    @property
    def start(self) -> int:
        """The first moment, in microseconds since 1970 (UTC)."""
        return self.end - self.days * DAY

    @property
    def last_day(self) -> date:
        """The last day on which something happens."""
        return self.until - timedelta(days=1)

    @property
    def first_day(self) -> date:
        """The first day on which something can happen."""
        return self.until - timedelta(days=self.days)

    @property
    def channels(self) -> int:
        """How many channels a community of this size has."""
        return int(np.clip(self.people // 12, 3, 40))

    @property
    def bot(self) -> int:
        """The number of the bot, which comes after the people."""
        return self.people


@dataclass(frozen=True)
class Messages:
    """Posts, then replies; `root` is the place of the post that began the thread."""

    at: Integers
    author: Integers
    channel: Integers
    root: Integers
    length: Integers
    asks: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Reactions:
    """Who gave which emoji on which message, and when."""

    message: Integers
    giver: Integers
    emoji: Integers
    at: Integers


@dataclass(frozen=True)
class Community:
    """Everything that happened, the same for the same plan."""

    plan: Plan
    messages: Messages
    reactions: Reactions

    @property
    def posts(self) -> int:
        """How many messages began a thread."""
        return int(np.sum(self.messages.root == np.arange(len(self.messages))))

    def counts(self) -> dict[str, int]:
        """How many items of each kind there are."""
        replies = len(self.messages) - self.posts
        reactions = len(self.reactions.at)
        return {"posts": self.posts, "replies": replies, "reactions": reactions}


def invent(plan: Plan) -> Community:
    """Let a community live; exactly the planned number of events happens."""
    rng = np.random.default_rng(plan.seed)
    replies = int(plan.events * REPLIES)
    rest = plan.events - replies
    reactions = min(
        int(plan.events * (1 - POSTS - REPLIES)), replies * plan.people // 2
    )
    messages = _messages(rng, plan, rest - reactions, replies)
    return Community(plan, messages, _reactions(rng, plan, messages, reactions))


def _messages(rng: Generator, plan: Plan, posts: int, replies: int) -> Messages:
    at = np.sort(_moments(rng, plan, posts))
    author = _people(rng, plan, at)
    author[rng.random(posts) < BOT_POSTS] = plan.bot
    channel = _weighted(rng, 1 / np.arange(1, plan.channels + 1), posts)
    root = _weighted(rng, _popularity(rng, posts), replies)
    reply_at = _later(rng, plan, at[root])
    replier = _other(plan, _people(rng, plan, reply_at), author[root])
    comes_back = (rng.random(replies) < STARTER_COMES_BACK) & (author[root] < plan.bot)
    replier[comes_back] = author[root][comes_back]
    total = posts + replies
    return Messages(
        at=np.concatenate([at, reply_at]),
        author=np.concatenate([author, replier]),
        channel=np.concatenate([channel, channel[root]]),
        root=np.concatenate([np.arange(posts), root]),
        length=np.clip(rng.lognormal(4.2, 0.9, total), 2, 4_000).astype(np.int64),
        asks=rng.random(total) < ASKS,
    )


def _reactions(
    rng: Generator, plan: Plan, messages: Messages, number: int
) -> Reactions:
    """Draw until enough differ: a person gives an emoji on a message once."""
    popularity = rng.lognormal(0, 1.5, len(messages))
    drawn = np.empty(0, np.int64)
    while len(drawn) < number:
        message = _weighted(rng, popularity, number)
        giver = _other(
            plan, _people(rng, plan, messages.at[message]), messages.author[message]
        )
        emoji = _weighted(rng, EMOJI_WEIGHTS, number)
        new = (message * plan.people + giver) * len(EMOJI) + emoji
        drawn = np.unique(np.concatenate([drawn, new]))
    drawn = rng.permutation(drawn)[:number]
    message, rest = np.divmod(drawn, plan.people * len(EMOJI))
    giver, emoji = np.divmod(rest, len(EMOJI))
    return Reactions(message, giver, emoji, _later(rng, plan, messages.at[message]))


def _moments(rng: Generator, plan: Plan, number: int) -> Integers:
    first = (plan.start // DAY + 3) % 7  # 1970-01-01 was a Thursday
    weekday = (np.arange(plan.days) + first) % 7
    growth = np.linspace(1, 1 + GROWTH, plan.days)
    weights = WEEKDAYS[weekday] * growth * rng.lognormal(0, 0.25, plan.days)
    day, hour = _weighted(rng, weights, number), _weighted(rng, HOURS, number)
    return plan.start + day * DAY + hour * HOUR + rng.integers(0, HOUR, number)


def _later(rng: Generator, plan: Plan, at: Integers) -> Integers:
    """A moment after each of these, usually soon, never after the end."""
    wait = rng.lognormal(np.log(MEDIAN_ANSWER), ANSWER_SPREAD, len(at))
    left = plan.end - at
    wait = np.where(wait < left, wait, left * rng.random(len(at)))
    return np.minimum(at + 1 + wait.astype(np.int64), plan.end - 1)


def _people(rng: Generator, plan: Plan, at: Integers) -> Integers:
    """Who acts: few do much, and the later it is the more have joined."""
    share = (at - plan.start) / (plan.end - plan.start)
    joined = np.maximum(2, plan.people * (0.5 + 0.5 * share))
    people: Integers = (joined * rng.random(len(at)) ** 2.4).astype(np.int64)
    return people


def _other(plan: Plan, people: Integers, than: Integers) -> Integers:
    """The same people, but the next one where it would be the same person."""
    return np.where(people == than, (people + 1) % plan.people, people)


def _popularity(rng: Generator, posts: int) -> NDArray[np.float64]:
    """How much each post is answered: many not at all."""
    weights = rng.lognormal(0, 1, posts) * (rng.random(posts) < ANSWERED)
    return weights if weights.any() else np.ones(posts)


def _weighted(rng: Generator, weights: NDArray[np.float64], number: int) -> Integers:
    """Places drawn by weight."""
    edges = np.cumsum(weights)
    draws = rng.random(number) * edges[-1]
    places: Integers = np.searchsorted(edges, draws, "right").astype(np.int64)
    return places
