"""The nouns of `metrics`. Private to the app: others ask `metrics.reporting`."""

from metrics.models.events import Event, Kind
from metrics.models.facts import (
    DayFact,
    DayPeople,
    DirtyDay,
    DirtyThread,
    MonthPeople,
    Population,
    Thread,
)
from metrics.models.imports import Import, Standing
from metrics.models.sources import Account, Channel, ChannelProgram, Source

__all__ = [
    "Account",
    "Channel",
    "ChannelProgram",
    "DayFact",
    "DayPeople",
    "DirtyDay",
    "DirtyThread",
    "Event",
    "Import",
    "Kind",
    "MonthPeople",
    "Population",
    "Source",
    "Standing",
    "Thread",
]
