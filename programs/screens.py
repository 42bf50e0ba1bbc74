"""How programs look in tables."""

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
    starts = day(program.starts_on) if program.starts_on else _("Not set")
    stops = day(program.stops_on) if program.stops_on else _("Not set")
    pairs = (
        (_("Lead"), lead),
        (_("Audiences"), audiences(program)),
        (_("Starts"), starts),
        (_("Stops"), stops),
    )
    return [(str(term), str(value)) for term, value in pairs]


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
            "starts_on", _("Starts"), lambda program: program.starts_on, sortable=True
        ),
        Column("stops_on", _("Stops"), lambda program: program.stops_on, sortable=True),
    ),
)
