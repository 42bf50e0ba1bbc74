"""The arithmetic of measures: pure functions from material to a value."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from metrics.stats.material import Material, Value

MOST_ACTIVE: Final = 10
STICKINESS_DAYS: Final = 28


def count(number: int, *, n: int | None = None) -> Value:
    """A number of things, each of them an observation unless told otherwise."""
    return Value(number, n=number if n is None else n)


def share(part: int, whole: int) -> Value:
    """Part of a whole, 0 to 1; none when there is nothing to divide by."""
    return Value(part / whole if whole else None, part, whole, n=whole)


def median_hours(material: Material) -> Value:
    """Half of the answered posts waited no longer."""
    return Value(material.responses.median, n=material.responses.answered)


def p90_hours(material: Material) -> Value:
    """Nine in ten answered posts waited no longer."""
    return Value(material.responses.p90, n=material.responses.answered)


def contributions_per_active(material: Material) -> Value:
    """Contributions over distinct contributors."""
    return share(material.contributions, material.people)


def new_contributors(material: Material) -> Value:
    """Contributors who were never active before the window."""
    return count(len(material.active - material.earlier), n=material.people)


def mutual_and_one_way(ties: NDArray[np.uint64]) -> tuple[int, int]:
    """Mutual pairs and one-way pairs among distinct ordered pairs (replier, author)."""
    half = np.uint64(32)
    turned = np.sort((ties << half) | (ties >> half))
    places = np.searchsorted(turned, ties)
    there = places < len(turned)
    both = int((turned[places[there]] == ties[there]).sum())
    return both // 2, len(ties) - both


def mutual_pair_share(material: Material) -> Value:
    """Mutual pairs over all tied pairs."""
    mutual, one_way = mutual_and_one_way(material.ties)
    return share(mutual, mutual + one_way)


def reciprocity(material: Material) -> Value:
    """Returned ties over all ties, a mutual pair being two."""
    mutual, one_way = mutual_and_one_way(material.ties)
    return share(2 * mutual, 2 * mutual + one_way)


def top10_share(material: Material) -> Value:
    """What the ten most active wrote, over all that was written."""
    counts = np.sort(material.writers["count"])
    return share(int(counts[-MOST_ACTIVE:].sum()), int(counts.sum()))


def stickiness(material: Material) -> Value:
    """Mean daily active over distinct active, both of the last 28 days."""
    if material.daily_active is None:
        return Value(None)
    distinct = len(BitMap.union(BitMap(), *material.daily_active))
    person_days = sum(len(day) for day in material.daily_active)
    if not distinct:
        return Value(None)
    value = person_days / STICKINESS_DAYS / distinct
    return Value(value, person_days, STICKINESS_DAYS * distinct, n=distinct)


def interactive_rate(material: Material) -> Value:
    """Members who contributed, over the member list; none without one."""
    if material.members is None:
        return Value(None)
    return share(len(material.active & material.members), len(material.members))
