"""How an import looks on its own page: progress, then its receipt."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metrics.models import Import, Source, Standing
from metrics.reporting.imports import Progress
from metrics.screens.imports import days
from metrics.sources.detection import ADAPTERS
from people.screens.figures import number
from people.screens.tables import Column, Table

PLATFORMS = {adapter.KEY: adapter.LABEL for adapter in ADAPTERS}


# What is recognised and not counted, in the words of the one who uploads.
KINDS: dict[str, str | Promise] = {
    "direct_message": gettext_lazy("Direct messages, which are never stored"),
    "reaction_on_ignored": gettext_lazy("Reactions to items that do not count"),
    "channel_join": gettext_lazy("People joining a channel"),
    "channel_leave": gettext_lazy("People leaving a channel"),
    "channel_archive": gettext_lazy("Channels archived"),
    "channel_unarchive": gettext_lazy("Channels opened again"),
    "channel_name": gettext_lazy("Channels renamed"),
    "channel_topic": gettext_lazy("Changes of a channel's topic"),
    "channel_purpose": gettext_lazy("Changes of a channel's purpose"),
    "pinned_item": gettext_lazy("Items pinned"),
    "bot_add": gettext_lazy("Bots added"),
    "bot_remove": gettext_lazy("Bots removed"),
    "tombstone": gettext_lazy("Deleted messages"),
    "bot_message": gettext_lazy("Messages of integrations"),
}


@dataclass(frozen=True)
class Part:
    """One part of what was read."""

    label: str | Promise
    count: int
    meaning: str | Promise


@dataclass(frozen=True)
class Bar:
    """A progress bar, as `components/progress.html` takes it."""

    label: str
    text: str
    done: int
    total: int | None
    percent: int


def parts(job: Import) -> list[Part]:
    """What became of every item read; the counts add up to `read`."""
    return [
        Part(_("New"), job.inserted, _("Stored for the first time")),
        Part(_("Updated"), job.updated, _("Stored before, changed since")),
        Part(_("Unchanged"), job.unchanged, _("Stored before, the same")),
        Part(_("Duplicates"), job.duplicates, _("Twice in this file, counted once")),
        Part(_("Rejected"), job.rejected, _("Could not be taken; see the problems")),
        Part(_("Ignored"), job.ignored, _("Recognised, and not counted")),
    ]


def equation(job: Import) -> str:
    """The counts as a sum: 11 read = 9 + 0 + 0 + 0 + 0 + 2."""
    return _("%(read)s read = %(sum)s") % {
        "read": number(job.read),
        "sum": " + ".join(number(part.count) for part in parts(job)),
    }


def ignored(job: Import) -> list[tuple[str, str]]:
    """What was recognised and not counted, and how many; the most first."""
    most = sorted(job.ignored_kinds.items(), key=lambda pair: -pair[1])
    return [
        (str(KINDS.get(kind) or capfirst(kind.replace("_", " "))), number(count))
        for kind, count in most
    ]


def facts(job: Import) -> list[tuple[str, str]]:
    """What stands at the head of an import's page; what is missing is left out."""
    pairs = (
        (_("Source"), str(job.source)),
        (_("Kind"), kind(job)),
        (_("Days"), days(job)),
        (_("Channels"), number(job.channels) if job.channels else None),
        (_("People"), number(job.people) if job.people else None),
        (_("Received by"), str(job.by) if job.by else _("The command line")),
    )
    return [(term, value) for term, value in pairs if value]


def kind(job: Import) -> str:
    """The platform and the form of its file, as far as they are known."""
    platform = str(PLATFORMS.get(job.platform, job.platform))
    return f"{platform}, {job.format}" if job.format else platform


def bar(progress: Progress, job: Import) -> Bar:
    """How far an import is, as a bar; without an end as long as that is unknown."""
    percent = round((progress.share or 0) * 100)
    total = None if progress.share is None else 100
    return Bar(_("Progress"), _doing(progress, job), percent, total, percent)


def _doing(progress: Progress, job: Import) -> str:
    match progress.standing:
        case Standing.WAITING if job.error:
            return _("It stopped and is tried again soon: %(error)s") % {
                "error": job.error
            }
        case Standing.WAITING:
            return _("Waiting for a worker")
        case Standing.RUNNING:
            return _("Loading. Nothing is stored before all of it is.")
    words = ngettext(
        "Loaded. %(count)s day of this source is still to be counted.",
        "Loaded. %(count)s days of this source are still to be counted.",
        progress.days_left,
    )
    return words % {"count": number(progress.days_left)}


def dashboard_of(source: Source) -> str:
    """The address of the dashboard of a source."""
    return f"{reverse('metrics:dashboard')}?{urlencode({'source': source.slug})}"


PARTS = Table(
    name="parts",
    caption=gettext_lazy("What became of every item"),
    columns=(
        Column(
            "label",
            gettext_lazy("Items"),
            lambda part: part.label,
            note=lambda part: str(part.meaning),
        ),
        Column("count", gettext_lazy("Number"), lambda part: part.count, "count"),
    ),
)


PROBLEMS = Table(
    name="problems",
    caption=gettext_lazy("Problems"),
    prefix="problems-",
    wide=True,
    columns=(
        Column("where", gettext_lazy("Where"), lambda problem: problem["where"]),
        Column(
            "line",
            gettext_lazy("Line"),
            lambda problem: "" if problem["line"] is None else str(problem["line"]),
        ),
        Column("value", gettext_lazy("Value"), lambda problem: problem["value"]),
        Column(
            "message",
            gettext_lazy("What is wrong, and what to do"),
            lambda problem: problem["message"],
        ),
    ),
)
