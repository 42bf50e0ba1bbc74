"""What somebody owes, as rows of `components/rows.html`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from people.models import Obligation
from people.screens import wording

SOON = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """One thing owed. `urgency` is late, soon or empty."""

    title: str
    url: str
    when: str
    urgency: str
    kind: str = ""
    note: str = ""


def row(owed: Obligation, *, at: datetime) -> Row:
    """The thing owed, with how late or how near it is."""
    return Row(owed.subject, owed.url, *_pressure(owed.due, at))


def _pressure(due: datetime | None, at: datetime) -> tuple[str, str]:
    if due is None:
        return "", ""
    if due < at:
        late = wording.duration(at - due)
        return _("%(time)s late") % {"time": late}, "late"
    return wording.moment(due), "soon" if due - at < SOON else ""
