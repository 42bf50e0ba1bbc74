"""What a dashboard is computed from: three queries, one material for each window."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from metrics.periods import DAY, Window, covered_days
from metrics.reporting.dashboards.asking import Question
from metrics.reporting.dashboards.people import NOBODY, People, Period, read_people
from metrics.reporting.dashboards.threads import Threads, read_threads
from metrics.reporting.facts import Facts, FactTable, read_facts
from metrics.reporting.measuring import Point, WindowMaterial, point
from metrics.reporting.sets import PeopleSets
from metrics.stats import BY_KEY, Responses
from metrics.stats.formulas import STICKINESS_DAYS

NO_PERIOD: Final = Period(NOBODY, NOBODY, ())


@dataclass(frozen=True)
class Material:
    """All that was read for a question."""

    question: Question
    table: FactTable
    people: People
    threads: Threads
    now: WindowMaterial
    before: WindowMaterial | None
    bins: Sequence[WindowMaterial]
    twins: Sequence[WindowMaterial]

    def point(self, key: str, window: WindowMaterial) -> Point:
        """A measure's figure for one of the windows."""
        return point(BY_KEY[key], window, floor=self.question.floor)

    def facts(self, channel: int) -> Facts:
        """What one channel adds to the period."""
        return self.table.by_channel[0, channel]

    def channel_facts(self, channel: int) -> list[Facts]:
        """What one channel adds to each bin."""
        places = range(2, 2 + len(self.bins))
        return [self.table.by_channel[place, channel] for place in places]


def read(question: Question) -> Material:
    """Read a question's facts, people and threads."""
    before = question.before or Window(question.window.start, question.window.start)
    windows = [question.window, before, *question.bins, *question.twins]
    facts = read_facts(question.scope, windows, question.population)
    people, threads = read_people(question), read_threads(question)

    def window(
        place: int, sets: PeopleSets, responses: Responses, period: Period = NO_PERIOD
    ) -> WindowMaterial:
        return WindowMaterial(
            window=windows[place],
            covered=covered_days(windows[place], question.scope.coverage),
            facts=facts.total[place],
            sets=sets,
            responses=responses,
            history=period.history,
            last_days=period.last_days,
            last_days_covered=_covered_to_the_end(question, windows[place]),
            members=threads.members,
        )

    bins = range(2, 2 + len(question.bins))
    twins = range(bins.stop, bins.stop + len(question.twins))
    return Material(
        question=question,
        table=facts,
        people=people,
        threads=threads,
        now=window(0, people.now.all_days, threads.now, people.now),
        before=window(1, people.before.all_days, threads.before, people.before)
        if people.before
        else None,
        bins=[
            window(place, sets, threads.bins.get(place - 2, Responses()))
            for place, sets in zip(bins, people.bins, strict=True)
        ],
        twins=[
            window(place, sets, Responses())
            for place, sets in zip(twins, people.twins, strict=True)
        ],
    )


def _covered_to_the_end(question: Question, window: Window) -> bool:
    last = Window(window.end - STICKINESS_DAYS * DAY, window.end)
    return covered_days(last, question.scope.coverage) == STICKINESS_DAYS
