"""How posts were answered, asked of the threads in one query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection
from pyroaring import BitMap

from metrics.models import Population
from metrics.periods import Window
from metrics.reporting.dashboards.asking import Question
from metrics.reporting.dashboards.facts import OpenPost
from metrics.stats import Responses
from metrics.stats.formulas import MOST_ACTIVE

# Hours within which a first response came, in the steps that are shown.
STEPS: Final = (1, 4, 24, 48)
LONGEST_SHOWN: Final = 5
TIERS: Final = ("most_active", "regular", "once")

# Place 1 is the period itself, place 2 the one it is compared with.
_SOURCES: Final = f"""
    WITH post AS MATERIALIZED (
        SELECT w.place, t.channel_id, t.day, t.posted_at, t.text_length, t.is_question,
               t.timed,
               CASE WHEN %(humans)s THEN first_human_at ELSE first_any_at END
                   AS first_at,
               CASE WHEN %(humans)s THEN first_human_id ELSE first_any_id END
                   AS account
        FROM unnest(%(starts)s::date[], %(ends)s::date[])
            WITH ORDINALITY AS w (a, z, place)
        CROSS JOIN unnest(%(channels)s::bigint[], %(from)s::date[], %(until)s::date[])
            AS s (channel_id, a, z)
        JOIN metrics_thread t ON t.channel_id = s.channel_id
            AND t.day >= greatest(w.a, s.a) AND t.day < least(w.z, s.z)
        WHERE t.by_human OR NOT %(humans)s),
    answer AS MATERIALIZED (
        SELECT place, channel_id, coalesce(a.number, a.id) AS responder,
               width_bucket(day, %(bins)s::date[]) AS bin,
               extract(epoch FROM first_at - posted_at)::float8 / 3600 AS hours
        FROM post JOIN metrics_account a ON a.id = account
        WHERE first_at IS NOT NULL AND timed),
    tier AS MATERIALIZED (
        SELECT responder, CASE
            WHEN row_number() OVER (ORDER BY count(*) DESC, responder) <= {MOST_ACTIVE}
                THEN 'most_active'
            WHEN count(*) > 1 THEN 'regular' ELSE 'once' END AS tier
        FROM answer WHERE place = 1 GROUP BY responder)
"""  # noqa: S608
_QUANTILES: Final = (
    "count(*), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY hours)"
)
_WITHIN: Final = ", ".join(f"count(*) FILTER (WHERE hours <= {at})" for at in STEPS)

# Each piece gives rows of one JSON array.
_PIECES: Final = {
    "periods": f"""
        SELECT json_build_array(place, {_QUANTILES}) FROM answer GROUP BY place""",  # noqa: S608
    "bins": f"""
        SELECT json_build_array(bin, {_QUANTILES}) FROM answer
        WHERE place = 1 GROUP BY bin""",  # noqa: S608
    "channels": f"""
        SELECT json_build_array(channel_id, {_QUANTILES}) FROM answer
        WHERE place = 1 GROUP BY channel_id""",  # noqa: S608
    "tiers": """
        SELECT json_build_array(tier, count(DISTINCT responder), count(*),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY hours))
        FROM answer JOIN tier USING (responder) WHERE place = 1 GROUP BY tier""",
    "within": f"""
        SELECT json_build_array({_WITHIN}, count(*)) FROM answer
        WHERE place = 1""",  # noqa: S608
    "unmeasured": """
        SELECT json_build_array(
            count(*) FILTER (WHERE first_at IS NOT NULL AND NOT timed),
            count(*) FILTER (WHERE first_at IS NULL)) FROM post WHERE place = 1""",
    "open": f"""
        SELECT json_build_array(channel_id, extract(epoch FROM posted_at), text_length,
            is_question)
        FROM post WHERE place = 1 AND first_at IS NULL
        ORDER BY posted_at LIMIT {LONGEST_SHOWN}""",  # noqa: S608
    "members": """
        SELECT json_build_array(coalesce(number, id)) FROM metrics_account
        WHERE source_id = ANY(%(sources)s) AND listed AND NOT official
            AND NOT coalesce(is_bot_override, is_bot)""",
}
_QUERY: Final = f"""
    {_SOURCES}
    SELECT {
    ", ".join(
        f"(SELECT coalesce(json_agg(line), '[]') FROM ({piece}) AS piece (line))"
        for piece in _PIECES.values()
    )
}
"""  # noqa: S608


@dataclass(frozen=True)
class Tier:
    """People who gave first responses: how many, how many answers, how fast."""

    people: int
    answers: int
    median: float


@dataclass(frozen=True)
class Threads:
    """What the threads of a period say; `bins` and `channels` of the period itself.

    `within` counts first responses up to each step of hours, and then all of them.
    """

    now: Responses
    before: Responses
    bins: dict[int, Responses]
    channels: dict[int, Responses]
    tiers: dict[str, Tier]
    within: Sequence[int]
    untimed: int
    unanswered: int
    open_posts: Sequence[OpenPost]
    members: BitMap | None


def read_threads(question: Question) -> Threads:
    """Medians of the period, its bins and its channels, who answered, what is open."""
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, _parameters(question))
        found = dict(zip(_PIECES, cursor.fetchone(), strict=True))
    periods = _responses(found["periods"])
    [within], [(untimed, unanswered)] = found["within"], found["unmeasured"]
    return Threads(
        now=periods.get(1, Responses()),
        before=periods.get(2, Responses()),
        bins={place - 1: one for place, one in _responses(found["bins"]).items()},
        channels=_responses(found["channels"]),
        tiers={tier: Tier(*values) for tier, *values in found["tiers"]},
        within=within,
        untimed=untimed,
        unanswered=unanswered,
        open_posts=[_open(*values) for values in found["open"]],
        members=BitMap(number for (number,) in found["members"]) or None,
    )


def _responses(rows: Iterable[Any]) -> dict[int, Responses]:
    return {place: Responses(count, *quantiles) for place, count, quantiles in rows}


def _open(channel: int, at: float, length: int, is_question: bool) -> OpenPost:
    return OpenPost(channel, datetime.fromtimestamp(at, UTC), length, is_question)


def _parameters(question: Question) -> dict[str, Any]:
    windows = [question.window, question.before or _no_days(question.window)]
    spans = question.scope.spans
    return {
        "starts": [window.start for window in windows],
        "ends": [window.end for window in windows],
        "bins": [one.start for one in question.bins],
        "channels": [span.channel for span in spans],
        "from": [span.window.start for span in spans],
        "until": [span.window.end for span in spans],
        "humans": question.population is Population.HUMAN,
        "sources": list(question.scope.sources),
    }


def _no_days(window: Window) -> Window:
    return Window(window.start, window.start)
