"""From a question to all that its dashboard says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from metrics.reporting.dashboards import breakdowns
from metrics.reporting.dashboards.asking import Question
from metrics.reporting.dashboards.facts import Course, Dashboard, Tile
from metrics.reporting.dashboards.material import Material, read
from metrics.reporting.measuring import Point, WindowMaterial

TILES: Final = (
    "active_contributors",
    "contributions",
    "response_rate",
    "first_response_median_hours",
    "dialogue_rate",
    "mutual_pair_share",
    "top10_share",
    "interactive_rate",
    "new_contributors",
    "stickiness",
    "contributions_per_active",
    "reply_share",
)
TOTALS: Final = (
    "contributions",
    "posts",
    "replies",
    "response_rate",
    "first_response_median_hours",
    "active_contributors",
)
# These are known of whole periods only: their sets would be too many to read by bins.
NO_COURSE: Final = ("stickiness", "mutual_pair_share", "top10_share")


def answer(question: Question) -> Dashboard:
    """Everything the dashboard shows of a question."""
    material = read(question)
    newcomers, returning = _new_and_returning(material)
    courses = {"new_contributors": newcomers, **{key: [] for key in NO_COURSE}}
    facts = material.now.facts
    totals = {key: material.point(key, material.now) for key in TOTALS}
    visible = totals["contributions"].value is not None
    return Dashboard(
        tiles=[_tile(key, material, courses) for key in TILES],
        totals=totals,
        posts=_course("posts", material),
        replies=_course("replies", material),
        newcomers=Course(newcomers),
        returning=Course(returning),
        threaded=not facts.posts or facts.replies + facts.answered > 0,
        channels=breakdowns.channels(material),
        breakdown=breakdowns.of_period(material) if visible else None,
    )


def _tile(key: str, material: Material, courses: Mapping[str, Sequence[Point]]) -> Tile:
    return Tile(
        key=key,
        now=material.point(key, material.now),
        before=material.point(key, material.before) if material.before else None,
        course=courses[key]
        if key in courses
        else _points(key, material, material.bins),
    )


def _points(
    key: str, material: Material, windows: Sequence[WindowMaterial]
) -> list[Point]:
    return [material.point(key, window) for window in windows]


def _course(key: str, material: Material) -> Course:
    return Course(
        _points(key, material, material.bins), _points(key, material, material.twins)
    )


def _new_and_returning(material: Material) -> tuple[list[Point], list[Point]]:
    """For each bin, people who had never contributed before it, and all others."""
    seen = material.now.earlier.copy()
    newcomers, returning = [], []
    for window in material.bins:
        active = material.point("active_contributors", window)
        new = len(window.active - seen)
        seen |= window.active
        newcomers.append(_counted(new, active))
        returning.append(_counted(window.people - new, active))
    return newcomers, returning


def _counted(people: int, whole: Point) -> Point:
    """Part of the people of a bin, shown where their whole may be."""
    if whole.value is None:
        return whole
    return replace(whole, value=people, n=people)
