"""What a dashboard holds: numbers and states only, so that it can be cached and drawn.

A group of too few people holds None in place of its figures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from metrics.reporting.measuring import Point, Status
from metrics.reporting.scopes import ScopeChannel
from metrics.stats import BY_KEY, Measure

Hidden = Literal["", "small", "protects"]
Ending = Literal["dialogue", "answered", "unanswered"]


@dataclass(frozen=True)
class Tile:
    """One measure of the period, of the period before, and its course."""

    key: str
    now: Point
    before: Point | None
    course: Sequence[Point] = ()

    @property
    def measure(self) -> Measure:
        return BY_KEY[self.key]


@dataclass(frozen=True)
class Course:
    """One line of a chart, and the same days before, bin by bin."""

    now: Sequence[Point]
    before: Sequence[Point] = ()


@dataclass(frozen=True)
class Part:
    """How many posts of the period ended in one way, and of the period before."""

    key: Ending
    share: float | None
    share_before: float | None


@dataclass(frozen=True)
class Group:
    """People who did a part of the work: how many they are and what they did.

    `median` is of their first responses, in hours. `hidden` says why all of it is None.
    """

    key: str
    people: int | None
    count: int | None
    share: float | None
    median: float | None = None
    hidden: Hidden = ""


@dataclass(frozen=True)
class Wait:
    """Posts whose first response came within so many hours, but not sooner.

    `within` is None for later ones; `key` names what is no time at all.
    """

    key: Literal["within", "later", "untimed", "open"]
    within: int | None
    posts: int
    share: float | None


@dataclass(frozen=True)
class OpenPost:
    """A post that nobody else has answered."""

    channel: int
    posted_at: datetime
    text_length: int
    is_question: bool


@dataclass(frozen=True)
class ChannelRow:
    """One channel of the scope in the period; figures are None where it is hidden."""

    channel: ScopeChannel
    covered: bool
    hidden: Hidden
    posts: int | None = None
    replies: int | None = None
    response_rate: float | None = None
    median: float | None = None
    people: int | None = None
    course: Sequence[Point] = ()


@dataclass(frozen=True)
class Breakdown:
    """How the posts, the answers and the hours of a period divide.

    `hours` is 7 × 24 counts, Monday first; `open_posts` are the longest unanswered.
    """

    parts: Sequence[Part]
    responders: Sequence[Group]
    writers: Sequence[Group]
    waits: Sequence[Wait]
    hours: Sequence[Sequence[int]]
    unanswered: int
    open_posts: Sequence[OpenPost]


@dataclass(frozen=True)
class Dashboard:
    """All that one page of figures says.

    `totals` are the measures that stand below the channels. `threaded` is False when
    posts are there and not one message answers another.
    `breakdown` is None where the period is hidden or not covered.
    """

    tiles: Sequence[Tile]
    totals: Mapping[str, Point]
    posts: Course
    replies: Course
    newcomers: Course
    returning: Course
    threaded: bool
    channels: Sequence[ChannelRow]
    breakdown: Breakdown | None

    @property
    def status(self) -> Status:
        """How far the period as a whole may be trusted or shown."""
        return self.totals["contributions"].status

    @property
    def empty(self) -> bool:
        """Whether nothing at all happened in a covered period."""
        return self.totals["contributions"].value == 0
