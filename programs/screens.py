"""How programs look in tables."""

from datetime import date

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from people.screens.tables import Column, Table
from people.screens.wording import day
from programs.models import Program

AUDIENCES = {
    "intranet": _("Intranet"),
    "extranet": _("Extranet"),
    "social": _("Social web"),
}


def audiences(program: Program) -> str:
    """The audiences in words: Intranet, Extranet."""
    return ", ".join(str(AUDIENCES[key]) for key in program.audiences)


def facts(program: Program) -> list[tuple[str, str]]:
    """What stands at the head of a program's page; what is missing says so."""
    lead = program.lead.name if program.lead else _("No owner")
    pairs = (
        (_("Lead"), lead),
        (_("Audiences"), audiences(program)),
        (_("Starts"), _day(program.starts_on)),
        (_("Stops"), _day(program.stops_on)),
    )
    return [(str(term), str(value)) for term, value in pairs]


def _day(value: date | None) -> str:
    return day(value) if value else str(_("Not set"))


PROGRAMS = Table(
    name="programs",
    caption=_("Programs"),
    sort="name",
    columns=(
        Column(
            "name",
            _("Program"),
            lambda program: program.name,
            sortable=True,
            url=lambda program: program.get_absolute_url(),
            note=audiences,
        ),
        Column(
            "state",
            _("State"),
            lambda program: program.get_state_display(),
            sortable=True,
        ),
        Column(
            "lead",
            _("Lead"),
            lambda program: program.lead.name if program.lead else _("No owner"),
            sortable=True,
            field="lead__name",
        ),
        Column(
            "starts_on",
            _("Starts"),
            lambda program: program.starts_on,
            sortable=True,
            show=lambda program: format_html("{}", _day(program.starts_on)),
        ),
        Column(
            "stops_on",
            _("Stops"),
            lambda program: program.stops_on,
            sortable=True,
            show=lambda program: format_html("{}", _day(program.stops_on)),
        ),
    ),
)
