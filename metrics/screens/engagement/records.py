"""Tables of the records behind a measure."""

from operator import attrgetter
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.models import Kind
from metrics.reporting.evidence import Record
from people.screens.tables import Column, Table


def _import(row: Record) -> str:
    return reverse("metrics:import", args=[row.import_id])


COMMON: Final = (
    Column("at", gettext_lazy("Time"), attrgetter("at")),
    Column("channel", gettext_lazy("Channel"), attrgetter("channel")),
    Column("account", gettext_lazy("Account"), attrgetter("account")),
)
WRITTEN: Final = (
    Column("length", gettext_lazy("Characters"), attrgetter("text_length"), "count"),
    Column(
        "question",
        gettext_lazy("Question"),
        lambda row: _("Yes") if row.is_question else _("No"),
    ),
)
FILE: Final = Column(
    "import",
    gettext_lazy("Import"),
    lambda row: row.import_name or _("Import %s") % row.import_id,
    url=_import,
)
POSTS: Final = Table(
    "posts",
    gettext_lazy("Posts"),
    (
        *COMMON,
        *WRITTEN,
        Column("replies", gettext_lazy("Replies"), attrgetter("replies"), "count"),
        Column(
            "response",
            gettext_lazy("First response after"),
            attrgetter("response_hours"),
            "hours",
        ),
        FILE,
    ),
    wide=True,
)
REPLIES: Final = Table(
    "replies", gettext_lazy("Replies"), (*COMMON, *WRITTEN, FILE), wide=True
)
EVENTS: Final = Table(
    "events",
    gettext_lazy("Contributions"),
    (
        COMMON[0],
        Column("kind", gettext_lazy("Kind"), lambda row: Kind(row.kind).label),
        *COMMON[1:],
        FILE,
    ),
    wide=True,
)


def _count(name: str, label: Promise) -> Column:
    return Column(name, label, attrgetter(name), "count", sortable=True)


CONTRIBUTORS: Final = Table(
    "contributors",
    gettext_lazy("People"),
    (
        Column("account", gettext_lazy("Person"), attrgetter("account")),
        _count("posts", gettext_lazy("Posts")),
        _count("replies", gettext_lazy("Replies")),
        _count("reactions", gettext_lazy("Reactions")),
        _count("shares", gettext_lazy("Shares")),
        _count("contributions", gettext_lazy("Contributions")),
        Column("first", gettext_lazy("First day"), attrgetter("first_day")),
        Column("last", gettext_lazy("Last day"), attrgetter("last_day")),
    ),
    sort="-contributions",
    wide=True,
)
