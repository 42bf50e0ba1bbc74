"""Additive numbers of marked days: how much, and how posts were answered."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from metrics.aggregation.reading import Events
from metrics.models import DayFact, Population
from metrics.sources.reading import ItemKind

COUNTED: Final = {
    "posts": ItemKind.POST,
    "replies": ItemKind.REPLY,
    "reactions": ItemKind.REACTION,
    "shares": ItemKind.SHARE,
}

# A dialogue: whoever started came back strictly later than the first response.
_OUTCOMES: Final = """
    SELECT channel_id, day,
           count(*) FILTER (WHERE by_human AND first_human_at IS NOT NULL),
           count(*) FILTER (WHERE by_human AND starter_last_at > first_human_at),
           count(*) FILTER (WHERE first_any_at IS NOT NULL),
           count(*) FILTER (WHERE starter_last_at > first_any_at)
    FROM metrics_thread
    JOIN unnest(%s::bigint[], %s::date[]) AS marked (channel_id, day)
        USING (channel_id, day)
    GROUP BY channel_id, day
"""


def rewrite(events: Events, marked: Sequence[tuple[int, date]]) -> None:
    """Replace the facts of the marked days; a day without any has no row."""
    outcomes = _outcomes(marked)
    facts = []
    for population in Population:
        counts = _counts(events.of(population), len(marked))
        for place, (channel, day) in enumerate(marked):
            numbers = {name: int(column[place]) for name, column in counts.items()}
            answered, dialogues = outcomes.get((channel, day, population), (0, 0))
            if any(numbers.values()):
                facts.append(
                    DayFact(
                        channel_id=channel,
                        day=day,
                        population=population,
                        answered=answered,
                        dialogues=dialogues,
                        **numbers,
                    )
                )
    _delete(marked)
    DayFact.objects.bulk_create(facts, batch_size=2_000)


def _counts(events: Events, groups: int) -> dict[str, NDArray[np.int64]]:
    return {
        name: np.bincount(events.kind(kind).group, minlength=groups)
        for name, kind in COUNTED.items()
    }


def _outcomes(
    marked: Sequence[tuple[int, date]],
) -> dict[tuple[int, date, str], tuple[int, int]]:
    channels, days = zip(*marked, strict=True)
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, [list(channels), list(days)])
        for channel, day, human, human_back, anyone, back in cursor.fetchall():
            found[channel, day, Population.HUMAN.value] = (human, human_back)
            found[channel, day, Population.ALL.value] = (anyone, back)
    return found


def _delete(marked: Sequence[tuple[int, date]]) -> None:
    channels, days = zip(*marked, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM metrics_dayfact t USING unnest(%s::bigint[], %s::date[])"
            " AS marked (channel_id, day)"
            " WHERE (t.channel_id, t.day) = (marked.channel_id, marked.day)",
            [list(channels), list(days)],
        )
