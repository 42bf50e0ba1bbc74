"""Additive facts and response times of a scope, for many windows in one read each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from django.db import connection

from metrics.models import Population
from metrics.periods import DAY, Window
from metrics.reporting.scopes import Scope
from metrics.stats import Responses

# A post this young at the end of coverage may still be answered.
YOUNG: Final = 7 * DAY

# Windows may overlap; each is clipped to the days a channel belongs to the scope.
_WINDOWS: Final = """
    unnest(%(starts)s::date[], %(ends)s::date[]) WITH ORDINALITY AS w (a, z, place)
    CROSS JOIN unnest(%(channels)s::bigint[], %(from)s::date[], %(until)s::date[])
        AS s (channel_id, a, z)
"""

_FACTS: Final = f"""
    SELECT w.place, s.channel_id, sum(posts), sum(replies), sum(reactions), sum(shares),
           sum(answered), sum(dialogues),
           coalesce(sum(posts) FILTER (WHERE f.day >= %(young)s), 0)
    FROM {_WINDOWS}
    JOIN metrics_dayfact f ON f.channel_id = s.channel_id
        AND f.day >= greatest(w.a, s.a) AND f.day < least(w.z, s.z)
    WHERE f.population = %(population)s
    GROUP BY GROUPING SETS ((w.place, s.channel_id), (w.place))
"""  # noqa: S608

_RESPONSES: Final = f"""
    SELECT w.place, count(*),
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY
               extract(epoch FROM first_at - posted_at)::float8 / 3600)
    FROM {_WINDOWS}
    JOIN LATERAL (
        SELECT posted_at, CASE WHEN %(humans)s THEN first_human_at ELSE first_any_at END
            AS first_at
        FROM metrics_thread t
        WHERE t.channel_id = s.channel_id
            AND t.day >= greatest(w.a, s.a) AND t.day < least(w.z, s.z)
            AND t.timed AND (t.by_human OR NOT %(humans)s)) t ON first_at IS NOT NULL
    GROUP BY w.place
"""  # noqa: S608


class Facts(NamedTuple):
    """Sums over a window: `young` are posts that may still be answered."""

    posts: int = 0
    replies: int = 0
    reactions: int = 0
    shares: int = 0
    answered: int = 0
    dialogues: int = 0
    young: int = 0

    def __add__(self, other: "Facts") -> "Facts":  # type: ignore[override]
        return Facts(*(a + b for a, b in zip(self, other, strict=True)))


@dataclass(frozen=True)
class FactTable:
    """The facts of each window, by channel and altogether."""

    by_channel: dict[tuple[int, int], Facts]
    total: dict[int, Facts]


def read_facts(
    scope: Scope, windows: Sequence[Window], population: Population
) -> FactTable:
    """Facts by (place of the window, channel) and by place; absent means none."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, _parameters(scope, windows, population))
        by_channel: dict[tuple[int, int], Facts] = defaultdict(Facts)
        total: dict[int, Facts] = defaultdict(Facts)
        for place, channel, *sums in cursor.fetchall():
            if channel is None:
                total[place - 1] = Facts(*sums)
            else:
                by_channel[place - 1, channel] = Facts(*sums)
    return FactTable(by_channel, total)


def read_responses(
    scope: Scope, windows: Sequence[Window], population: Population
) -> dict[int, Responses]:
    """Response times by place of the window; medians are of the window itself."""
    with connection.cursor() as cursor:
        cursor.execute(_RESPONSES, _parameters(scope, windows, population))
        return {
            place - 1: Responses(answered, *quantiles)
            for place, answered, quantiles in cursor.fetchall()
        }


def _parameters(
    scope: Scope, windows: Sequence[Window], population: Population
) -> dict[str, Any]:
    end = scope.extent.end if scope.extent else date.max
    return {
        "starts": [window.start for window in windows],
        "ends": [window.end for window in windows],
        "channels": [span.channel for span in scope.spans],
        "from": [span.window.start for span in scope.spans],
        "until": [span.window.end for span in scope.spans],
        "population": population.value,
        "humans": population is Population.HUMAN,
        "young": end - YOUNG,
    }
