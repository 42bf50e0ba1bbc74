"""Every measure, declared once: what it means, what it counts, where it comes from.

Dashboards, the command line, CSV, the help page and the tests are derived from these
declarations; `docs/metrics.md` explains them, and a test compares the two.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metrics.stats import formulas
from metrics.stats.material import Material, Value

Text = str | Promise
Unit = Literal["count", "share", "hours", "ratio"]
Tier = Literal["business", "analytics", "engagement"]


@dataclass(frozen=True)
class Measure:
    """One measure. `direction` is +1 when more is better, −1 when less is, else 0.

    `evidence` names the records behind it; `by_response` says that a young post may
    still change it; `needs` what must be read besides the window itself.
    """

    key: str
    label: Text
    meaning: Text
    formula: Text
    origin: str
    unit: Unit
    tier: Tier
    direction: Literal[-1, 0, 1]
    evidence: Literal["events", "posts", "replies", "people"]
    compute: Callable[[Material], Value]
    by_response: bool = False
    needs: Literal["window", "history", "last_days", "members"] = "window"
    version: int = 1


MEASURES: Final = (
    Measure(
        key="posts",
        label=_("Posts"),
        meaning=_("Messages that start a thread."),
        formula=_("number of posts"),
        origin="ActivityStreams 2.0: Create without inReplyTo",
        unit="count",
        tier="engagement",
        direction=0,
        evidence="posts",
        compute=lambda m: formulas.count(m.posts),
    ),
    Measure(
        key="replies",
        label=_("Replies"),
        meaning=_("Messages and comments that answer in a thread."),
        formula=_("number of replies"),
        origin="ActivityStreams 2.0: Create with inReplyTo",
        unit="count",
        tier="engagement",
        direction=1,
        evidence="replies",
        compute=lambda m: formulas.count(m.replies),
    ),
    Measure(
        key="reactions",
        label=_("Reactions"),
        meaning=_("One for each message, emoji and person."),
        formula=_("number of reactions"),
        origin="ActivityStreams 2.0: Like",
        unit="count",
        tier="engagement",
        direction=1,
        evidence="events",
        compute=lambda m: formulas.count(m.reactions),
    ),
    Measure(
        key="shares",
        label=_("Shares"),
        meaning=_("Messages of others passed on (boosts, reposts)."),
        formula=_("number of shares"),
        origin="ActivityStreams 2.0: Announce",
        unit="count",
        tier="engagement",
        direction=1,
        evidence="events",
        compute=lambda m: formulas.count(m.shares),
    ),
    Measure(
        key="contributions",
        label=_("Contributions"),
        meaning=_("Everything people did that others can see."),
        formula=_("posts + replies + reactions + shares"),
        origin="SWOOP Analytics, interactions without mentions",
        unit="count",
        tier="engagement",
        direction=1,
        evidence="events",
        compute=lambda m: formulas.count(m.contributions),
    ),
    Measure(
        key="active_contributors",
        label=_("Active contributors"),
        meaning=_(
            "Distinct people with at least one contribution. Reading is not seen."
        ),
        formula=_("distinct people behind contributions"),
        origin="SWOOP Analytics, interactive users",
        unit="count",
        tier="analytics",
        direction=1,
        evidence="people",
        compute=lambda m: formulas.count(m.people, n=m.contributions),
    ),
    Measure(
        key="new_contributors",
        label=_("New contributors"),
        meaning=_("People whose first contribution ever in this scope falls here."),
        formula=_("active contributors who never contributed before"),
        origin="CHAOSS, New Contributors",
        unit="count",
        tier="analytics",
        direction=1,
        evidence="people",
        needs="history",
        compute=formulas.new_contributors,
    ),
    Measure(
        key="contributions_per_active",
        label=_("Contributions per active contributor"),
        meaning=_("How much an active contributor does on average."),
        formula=_("contributions / active contributors"),
        origin="SWOOP Analytics, activity per user",
        unit="ratio",
        tier="engagement",
        direction=1,
        evidence="people",
        compute=formulas.contributions_per_active,
    ),
    Measure(
        key="reply_share",
        label=_("Reply share"),
        meaning=_("How much of what is written answers somebody."),
        formula=_("replies / (posts + replies)"),
        origin="Sprout Social, engagement: share of replies among sent messages",
        unit="share",
        tier="analytics",
        direction=1,
        evidence="replies",
        compute=lambda m: formulas.share(m.replies, m.posts + m.replies),
    ),
    Measure(
        key="response_rate",
        label=_("Response rate"),
        meaning=_("Posts that another person answered, whenever the answer came."),
        formula=_("answered posts / posts"),
        origin="SWOOP Analytics, response rate, replies only",
        unit="share",
        tier="analytics",
        direction=1,
        evidence="posts",
        by_response=True,
        compute=lambda m: formulas.share(m.answered, m.posts),
    ),
    Measure(
        key="unanswered_share",
        label=_("Unanswered share"),
        meaning=_("Posts that nobody else has answered."),
        formula=_("1 − answered posts / posts"),
        origin="Discourse, topics with no response",
        unit="share",
        tier="analytics",
        direction=-1,
        evidence="posts",
        by_response=True,
        compute=lambda m: formulas.share(m.posts - m.answered, m.posts),
    ),
    Measure(
        key="dialogue_rate",
        label=_("Dialogue rate"),
        meaning=_("Posts whose starter came back after the first response."),
        formula=_("posts with a later reply by the starter / posts"),
        origin="The portal's own; SWOOP Analytics, two-way relationships, is near",
        unit="share",
        tier="analytics",
        direction=1,
        evidence="posts",
        by_response=True,
        compute=lambda m: formulas.share(m.dialogues, m.posts),
    ),
    Measure(
        key="first_response_median_hours",
        label=_("Median first response"),
        meaning=_("Half of the answered posts waited no longer for another person."),
        formula=_("median of (first response − post), answered posts only"),
        origin="CHAOSS, Time to First Response; PostgreSQL percentile_cont(0.5)",
        unit="hours",
        tier="analytics",
        direction=-1,
        evidence="posts",
        by_response=True,
        compute=lambda m: Value(m.responses.median, n=m.responses.answered),
    ),
    Measure(
        key="first_response_p90_hours",
        label=_("Slow first response"),
        meaning=_("Nine in ten answered posts waited no longer for another person."),
        formula=_("90th percentile of (first response − post), answered posts only"),
        origin="CHAOSS, Time to First Response; PostgreSQL percentile_cont(0.9)",
        unit="hours",
        tier="analytics",
        direction=-1,
        evidence="posts",
        by_response=True,
        compute=lambda m: Value(m.responses.p90, n=m.responses.answered),
    ),
    Measure(
        key="reciprocity",
        label=_("Reciprocity"),
        meaning=_("How many ties from replier to author run in both directions."),
        formula=_("2 × mutual pairs / (2 × mutual pairs + one-way pairs)"),
        origin="Network science: share of directed edges that are returned",
        unit="share",
        tier="analytics",
        direction=1,
        evidence="replies",
        compute=formulas.reciprocity,
    ),
    Measure(
        key="mutual_pair_share",
        label=_("Mutual pairs"),
        meaning=_("Pairs of people who have answered each other, of all tied pairs."),
        formula=_("mutual pairs / (mutual pairs + one-way pairs)"),
        origin="SWOOP Analytics, two-way relationships",
        unit="share",
        tier="analytics",
        direction=1,
        evidence="replies",
        compute=formulas.mutual_pair_share,
    ),
    Measure(
        key="top10_share",
        label=_("Share of the ten most active"),
        meaning=_("How much of what is written comes from the ten who write most."),
        formula=_("posts + replies of the ten most active / posts + replies"),
        origin="CHAOSS, Contributor Absence Factor, is near",
        unit="share",
        tier="analytics",
        direction=-1,
        evidence="people",
        compute=formulas.top10_share,
    ),
    Measure(
        key="stickiness",
        label=_("Stickiness"),
        meaning=_("On how many of the last 28 days an active contributor was active."),
        formula=_(
            "mean daily active contributors / distinct ones, last 28 days of the window"
        ),
        origin="DAU/MAU over 28 days",
        unit="share",
        tier="analytics",
        direction=1,
        evidence="people",
        needs="last_days",
        compute=formulas.stickiness,
    ),
    Measure(
        key="interactive_rate",
        label=_("Interactive rate"),
        meaning=_("Members who contributed, of all on the newest member list."),
        formula=_("active contributors on the member list / member list"),
        origin="SWOOP Analytics, interactive users",
        unit="share",
        tier="analytics",
        direction=1,
        evidence="people",
        needs="members",
        compute=formulas.interactive_rate,
    ),
)

BY_KEY: Final = {measure.key: measure for measure in MEASURES}
