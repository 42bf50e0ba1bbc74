"""The panels of a dashboard: over time, between people, at which hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metrics.reporting.dashboards import Dashboard, Question
from metrics.reporting.dashboards.facts import Breakdown, Course, Group, Hidden, Wait
from metrics.reporting.scopes import Scope
from metrics.screens.engagement.links import Links
from people.screens import charts
from people.screens.figures import number, text
from people.screens.wording import duration, moment

ENDINGS: Final = {
    "dialogue": (gettext_lazy("Dialogue"), gettext_lazy("its author came back")),
    "answered": (gettext_lazy("Answered"), gettext_lazy("its author did not")),
    "unanswered": (gettext_lazy("Broadcast"), gettext_lazy("nobody replied")),
}
GROUPS: Final = {
    "most_active": (gettext_lazy("Ten most active"), gettext_lazy("by answers given")),
    "regular": (gettext_lazy("Other regulars"), gettext_lazy("two answers or more")),
    "once": (gettext_lazy("One-time helpers"), gettext_lazy("one answer")),
    "top_1": (gettext_lazy("Top 1 %"), gettext_lazy("of those who write")),
    "next_9": (gettext_lazy("Next 9 %"), ""),
    "rest": (gettext_lazy("The other 90 %"), ""),
}


@dataclass(frozen=True)
class Line:
    """A line of a list, ready for `components/rows.html`."""

    title: str
    url: str
    when: str
    note: str
    kind: str = ""
    urgency: str = ""


def talk(dashboard: Dashboard, question: Question) -> SafeString:
    """Replies and posts over time, each with its twin of the period before."""
    return _timeline(
        "talk",
        _("Replies and posts"),
        question,
        (_("Replies"), dashboard.replies),
        (_("Posts"), dashboard.posts),
    )


def contributors(dashboard: Dashboard, question: Question) -> SafeString:
    """Active contributors over time: those who came back and those who are new."""
    return _timeline(
        "contributors",
        _("Active contributors"),
        question,
        (_("Returning"), dashboard.returning),
        (_("New"), dashboard.newcomers),
    )


def _timeline(
    name: str, title: str, question: Question, *courses: tuple[str, Course]
) -> SafeString:
    compared = not question.nothing_before
    series = [
        charts.Series(label, one.now, one.before if compared else ())
        for label, one in courses
    ]
    return charts.time_chart(
        series, name=name, title=title, unit="count", grain=question.grain
    )


def endings(breakdown: Breakdown, *, before: str) -> SafeString:
    """How posts ended, now and before, as parts of a whole."""
    parts = [
        charts.Part(str(label), part.share, part.share_before, str(note))
        for part in breakdown.parts
        for label, note in [ENDINGS[part.key]]
    ]
    return charts.split_bar(
        parts,
        title=_("How posts ended"),
        heading=_("How a post ended"),
        before=before,
    )


def responders(breakdown: Breakdown, *, floor: int) -> SafeString:
    """Who gave the first responses, and how fast."""
    return charts.bar_rows(
        [
            _row(group, floor, number(group.count or 0), text(group.median, "hours"))
            for group in breakdown.responders
        ],
        title=_("First responses by group of people"),
        heading=_("Group"),
        columns=(_("Answers"), _("Median")),
    )


def writers(breakdown: Breakdown, *, floor: int) -> SafeString:
    """How much of what is written comes from the most active."""
    return charts.bar_rows(
        [
            _row(group, floor, number(group.people or 0), number(group.count or 0))
            for group in breakdown.writers
        ],
        title=_("Posts and replies by group of writers"),
        heading=_("Writers"),
        columns=(_("People"), _("Written")),
    )


def _row(group: Group, floor: int, *cells: str) -> charts.BarRow:
    label, note = map(str, GROUPS[group.key])
    if group.hidden:
        absent = hidden_words(group.hidden, floor)
        return charts.BarRow(label, note=note, absent=absent)
    return charts.BarRow(label, group.share, cells, note)


def hidden_words(hidden: Hidden, floor: int) -> str:
    """Why a row holds no figures."""
    if hidden == "small":
        return _("Hidden: fewer than %(floor)s people") % {"floor": floor}
    return _("Hidden: would reveal another row")


def waits(breakdown: Breakdown) -> SafeString:
    """How long posts waited for their first response."""
    return charts.bar_rows(
        [
            charts.BarRow(_wait_words(wait), wait.share, (number(wait.posts),))
            for wait in breakdown.waits
        ],
        title=_("Posts by the wait for the first response"),
        heading=_("First response"),
        columns=(_("Posts"),),
    )


def _wait_words(wait: Wait) -> str:
    match wait.key:
        case "within":
            words = ngettext("Within %s hour", "Within %s hours", wait.within or 0)
            return words % wait.within
        case "later":
            return _("Later")
        case "untimed":
            return _("Answered, time not known")
    return _("Not yet")


def hours(breakdown: Breakdown, *, zone: str) -> SafeString:
    """When people write."""
    return charts.hours_chart(
        breakdown.hours,
        name="hours",
        title=_("Posts and replies by hour of the week"),
        zone=zone,
    )


def open_posts(
    breakdown: Breakdown, scope: Scope, links: Links, *, at: datetime
) -> Iterator[Line]:
    """The posts that had waited longest by then."""
    channels = {channel.pk: channel for channel in scope.channels}
    for post in breakdown.open_posts:
        channel = channels[post.channel]
        kind = _("Question in %s") if post.is_question else _("Post in %s")
        length = ngettext("%s character", "%s characters", post.text_length)
        yield Line(
            title=kind % channel.name,
            url=links.scoped("channel", channel.slug),
            when=duration(at - post.posted_at),
            note=" · ".join(
                (
                    moment(post.posted_at),
                    length % number(post.text_length),
                    channel.source,
                )
            ),
        )
