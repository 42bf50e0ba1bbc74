"""The nouns of `metrics`. Private to the app: others ask `metrics.reporting`."""

from metrics.models.events import Event, Kind
from metrics.models.facts import (
    ChannelPeople,
    DayFact,
    DirtyDay,
    DirtyThread,
    Population,
    SourcePeople,
    Thread,
)
from metrics.models.imports import Import, Standing
from metrics.models.sources import Account, Channel, ChannelProgram, Source

__all__ = [
    "Account",
    "Channel",
    "ChannelPeople",
    "ChannelProgram",
    "DayFact",
    "DirtyDay",
    "DirtyThread",
    "Event",
    "Import",
    "Kind",
    "Population",
    "Source",
    "SourcePeople",
    "Standing",
    "Thread",
]
