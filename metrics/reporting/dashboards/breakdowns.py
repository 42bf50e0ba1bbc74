"""How the work of a period divides: among people, over time, between channels."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.periods import Window, covered_days
from metrics.reporting.dashboards.asking import Question
from metrics.reporting.dashboards.facts import (
    Breakdown,
    ChannelRow,
    Ending,
    Group,
    Hidden,
    Part,
    Wait,
)
from metrics.reporting.dashboards.material import Material
from metrics.reporting.dashboards.threads import STEPS, TIERS, Threads
from metrics.reporting.facts import Facts
from metrics.reporting.measuring import Point, Status, WindowMaterial
from metrics.reporting.scopes import ScopeChannel
from metrics.stats import Responses
from metrics.stats.hiding import shown_rows


def of_period(material: Material) -> Breakdown:
    """The breakdowns of a period that may be shown as a whole."""
    floor, threads = material.question.floor, material.threads
    return Breakdown(
        parts=_parts(material.now, material.before, floor),
        responders=_responders(threads, floor),
        writers=_writers(material.now.writers["count"], floor),
        waits=_waits(threads),
        hours=material.now.sets.hours.reshape(7, 24).tolist(),
        unanswered=threads.unanswered,
        open_posts=threads.open_posts,
    )


def _parts(
    now: WindowMaterial, before: WindowMaterial | None, floor: int
) -> list[Part]:
    earlier = before if before and before.people >= floor else None
    shares = _endings(now.facts), _endings(earlier.facts if earlier else Facts())
    keys: Sequence[Ending] = ("dialogue", "answered", "unanswered")
    return [Part(*values) for values in zip(keys, *shares, strict=True)]


def _endings(facts: Facts) -> tuple[float | None, ...]:
    """Shares of posts whose author came back, that were answered, that were not."""
    counts = (
        facts.dialogues,
        facts.answered - facts.dialogues,
        facts.posts - facts.answered,
    )
    return tuple(_share(count, facts.posts) for count in counts)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _responders(threads: Threads, floor: int) -> list[Group]:
    """Who gave first responses: the ten most active, other regulars, once only."""
    answers = threads.within[-1]
    groups = [
        Group(key, tier.people, tier.answers, tier.answers / answers, tier.median)
        for key in TIERS
        if (tier := threads.tiers.get(key))
    ]
    return _hide(groups, floor)


def _writers(counts: NDArray[Any], floor: int) -> list[Group]:
    """How much of what is written comes from the top 1 %, the next 9 %, the rest."""
    ranked = np.sort(counts)[::-1]
    edges = [0, *(ceil(len(ranked) * upto) for upto in (0.01, 0.1)), len(ranked)]
    written = int(ranked.sum())
    groups = []
    for key, start, end in zip(
        ("top_1", "next_9", "rest"), edges, edges[1:], strict=False
    ):
        count = int(ranked[start:end].sum())
        groups.append(Group(key, end - start, count, _share(count, written)))
    return _hide([group for group in groups if group.people], floor)


def _hide(groups: Sequence[Group], floor: int) -> list[Group]:
    people = [group.people or 0 for group in groups]
    reasons = _reasons(people, floor)
    return [
        Group(group.key, None, None, None, None, hidden) if hidden else group
        for group, hidden in zip(groups, reasons, strict=True)
    ]


def _reasons(people: Sequence[int], floor: int) -> list[Hidden]:
    """Why each row is hidden: too small itself, or a protection of another."""
    return [
        "" if shown else "small" if count < floor else "protects"
        for count, shown in zip(people, shown_rows(people, floor), strict=True)
    ]


def _waits(threads: Threads) -> list[Wait]:
    """How long posts waited: each step without the steps before it."""
    posts = threads.within[-1] + threads.untimed + threads.unanswered
    steps = np.diff([0, *threads.within]).tolist()
    rows: list[Wait] = [
        Wait("within", hours, count, _share(count, posts))
        for hours, count in zip(STEPS, steps, strict=False)
    ]
    rows.append(Wait("later", None, steps[-1], _share(steps[-1], posts)))
    if threads.untimed:
        rows.append(
            Wait("untimed", None, threads.untimed, _share(threads.untimed, posts))
        )
    rows.append(
        Wait("open", None, threads.unanswered, _share(threads.unanswered, posts))
    )
    return rows


def channels(material: Material) -> list[ChannelRow]:
    """Every channel of the scope; one that is too small hides a second one."""
    question = material.question
    listed = question.scope.channels
    people = [material.people.channels[channel.pk] for channel in listed]
    reasons = _reasons(people, question.floor)
    covered = {
        source: _covered(question, coverage)
        for source, coverage in question.scope.coverage_by_source.items()
    }
    return [
        _channel(material, channel, people, hidden, covered[channel.source])
        for channel, people, hidden in zip(listed, people, reasons, strict=True)
    ]


def _covered(question: Question, coverage: Sequence[Window]) -> list[bool]:
    """For each bin, whether an import of the source covers a day of it."""
    return [covered_days(window, coverage) > 0 for window in question.bins]


def _channel(
    material: Material,
    channel: ScopeChannel,
    people: int,
    hidden: Hidden,
    covered: Sequence[bool],
) -> ChannelRow:
    if hidden or not any(covered):
        return ChannelRow(channel, any(covered), hidden)
    facts = material.facts(channel.pk)
    responses = material.threads.channels.get(channel.pk, Responses())
    return ChannelRow(
        channel,
        covered=True,
        hidden="",
        posts=facts.posts,
        replies=facts.replies,
        response_rate=_share(facts.answered, facts.posts),
        median=responses.median,
        people=people,
        course=_channel_course(material, channel.pk, covered),
    )


def _channel_course(
    material: Material, channel: int, covered: Sequence[bool]
) -> list[Point]:
    """Posts of one channel in each bin, where enough people were in it."""
    floor, points = material.question.floor, []
    for window, facts, people, known in zip(
        material.question.bins,
        material.channel_facts(channel),
        material.people.channel_bins,
        covered,
        strict=True,
    ):
        status = _status(people[channel], floor, covered=known)
        points.append(_posts(window, facts.posts, people[channel], status))
    return points


def _status(people: int, floor: int, *, covered: bool) -> Status:
    if not covered:
        return "not_covered"
    return "suppressed" if 0 < people < floor else "final"


def _posts(window: Window, posts: int, people: int, status: Status) -> Point:
    if status != "final":
        return Point(window.start, window.end, None, None, None, None, None, status)
    return Point(window.start, window.end, posts, None, None, posts, people, status)
