"""The people sets of a question: of the period, of each bin, and of each channel."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from metrics.periods import DAY, Window
from metrics.reporting.dashboards.asking import Question
from metrics.reporting.sets import (
    Packed,
    PeopleSets,
    Piece,
    pieces,
    read_pieces,
    together,
)
from metrics.stats.formulas import STICKINESS_DAYS

_LAST: Final = range(1, STICKINESS_DAYS + 1)
NOBODY: Final = PeopleSets(())


@dataclass(frozen=True)
class Period:
    """The sets of a period, of all days before it, and of each of its last 28 days."""

    all_days: PeopleSets
    history: PeopleSets
    last_days: Sequence[PeopleSets]


@dataclass(frozen=True)
class People:
    """The sets behind a dashboard; `before` and `twins` only where it compares.

    `channels` and `channel_bins` count the distinct people of each channel, in the
    period and in each bin.
    """

    now: Period
    before: Period | None
    bins: Sequence[PeopleSets]
    twins: Sequence[PeopleSets]
    channels: Mapping[int, int]
    channel_bins: Sequence[Mapping[int, int]]


def read_people(question: Question) -> People:
    """All the sets in one query; days that several windows share are read once."""
    scope = question.scope
    periods = [one for one in (question.window, question.before) if one]
    asked = [part for period in periods for part in _parts(question, period)]
    bins = (*question.bins, *question.twins)
    wanted = [list(pieces(scope, window)) for window in (*asked, *bins)]
    every = {piece for some in wanted for piece in some}
    stored = read_pieces(every, question.population)
    sets = iter([together(some, stored) for some in wanted])
    found = [_period(sets) for _one in periods]
    first_bin = len(asked)
    by_bin = wanted[first_bin : first_bin + len(question.bins)]
    return People(
        now=found[0],
        before=found[1] if question.before else None,
        bins=[next(sets) for _bin in question.bins],
        twins=list(sets),
        channels=_by_channel(wanted[0], stored),
        channel_bins=[_by_channel(some, stored) for some in by_bin],
    )


def _by_channel(
    wanted: Sequence[Piece], stored: Mapping[Piece, Packed]
) -> Mapping[int, int]:
    """Distinct people of each channel; 0 for a channel that nobody used."""
    by_channel = defaultdict(list)
    for piece in wanted:
        by_channel[piece.channel].append(piece)
    people = defaultdict[int, int](int)
    for channel, some in by_channel.items():
        people[channel] = len(together(some, stored).active)
    return people


def _parts(question: Question, period: Window) -> list[Window]:
    """A period, all that came before it, and each of its last days."""
    history = Window(min(question.extent.start, period.start), period.start)
    days = [Window(period.end - n * DAY, period.end - (n - 1) * DAY) for n in _LAST]
    return [period, history, *days]


def _period(sets: Iterator[PeopleSets]) -> Period:
    return Period(next(sets), next(sets), [next(sets) for _day in _LAST])
