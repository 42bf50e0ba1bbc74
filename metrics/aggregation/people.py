"""Sets of marked days: who was active, who wrote, who answered whom, and when."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from metrics.aggregation.reading import Events
from metrics.aggregation.unions import replace
from metrics.models import ChannelPeople, Population, packing
from metrics.periods import Grain
from metrics.sources.reading import ItemKind

TALK: Final = (ItemKind.POST, ItemKind.REPLY)


def rewrite_days(events: Events, marked: Sequence[tuple[int, date]]) -> None:
    """Replace the sets of the marked days."""
    rows = []
    for population in Population:
        chosen = events.of(population)
        sets = _packed(chosen, [day for _channel, day in marked])
        rows += [
            ChannelPeople(
                channel_id=marked[place][0],
                grain=Grain.DAY,
                start=marked[place][1],
                population=population,
                **{name: column[place] for name, column in sets.items()},
            )
            for place in np.unique(chosen.group).tolist()
        ]
    replace(ChannelPeople, {(channel, Grain.DAY, day) for channel, day in marked}, rows)


def _packed(events: Events, days: Sequence[date]) -> dict[str, list[bytes]]:
    """The packed sets of every marked day, in the order of the marks."""
    people = events.where(~events.rows["official"])
    wrote = people.kind(*TALK)
    replied = _replies_between_people(people)
    return {
        "active": [*map(packing.pack_active, _each(people, len(days), "person"))],
        "writers": [*map(packing.pack_writers, _each(wrote, len(days), "person"))],
        "ties": [
            packing.pack_ties(repliers, authors)
            for repliers, authors in zip(
                _each(replied, len(days), "person"),
                _each(replied, len(days), "target"),
                strict=True,
            )
        ],
        "hours": packing.pack_hours(*_hours(events, days)),
    }


def _each(events: Events, days: int, column: str) -> list[NDArray[Any]]:
    """A column cut into one part a marked day; empty where there are no events."""
    order = np.argsort(events.group, kind="stable")
    edges = np.searchsorted(events.group[order], np.arange(1, days))
    return np.split(events.rows[column][order], edges)


def _replies_between_people(people: Events) -> Events:
    """Replies to a person who is not the replier."""
    replies = people.kind(ItemKind.REPLY)
    target = replies.rows["target"]
    other = (target > 0) & (target != replies.rows["person"])
    return replies.where(other)


def _hours(
    events: Events, days: Sequence[date]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Each message's marked day and hour of the week, and how many days there are."""
    talk = events.kind(*TALK)
    timed = talk.where(talk.rows["timed"])
    weekday = np.array([day.weekday() for day in days], np.int64)
    return timed.group, timed.hour + 24 * weekday[timed.group], len(days)
