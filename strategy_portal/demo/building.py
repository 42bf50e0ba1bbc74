"""Building the demo organisation, in an instance that holds nothing yet."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db import transaction

from people.commands.organisation import set_up_organisation
from people.models import Person, User
from programs import rules
from programs.commands import portfolio
from programs.models import Membership, Program
from strategy_portal.demo import cast
from strategy_portal.demo.community import load_exports


class AlreadyInUse(Exception):
    """The instance holds people who are not the demo's."""


@dataclass(frozen=True)
class Undertaking:
    """A program of the demo; `since` is how many days ago it started."""

    slug: str
    name: str
    purpose: str
    audiences: tuple[str, ...]
    lead: str
    state: str
    since: int


PROGRAMS: Final = (
    Undertaking(
        "field-service-exchange",
        "Field Service Exchange",
        "Technicians, installers and product teams answer each other, so that a fault"
        " is fixed on the first visit.",
        ("intranet", "extranet"),
        "community",
        rules.LIVE,
        500,
    ),
    Undertaking(
        "partner-forum",
        "Partner Forum",
        "Partners find answers without waiting for their account manager.",
        ("extranet",),
        "strategist.e20",
        rules.LIVE,
        390,
    ),
    Undertaking(
        "customer-voices",
        "Customer Voices",
        "Customers are heard and answered where they talk about us.",
        ("social",),
        "strategist.social",
        rules.SCALING,
        310,
    ),
    Undertaking(
        "ask-an-engineer",
        "Ask an Engineer",
        "New colleagues reach the people who know, across three plants.",
        ("intranet",),
        "strategist.e20",
        rules.PILOT,
        140,
    ),
)


def build(*, on: date, seed: int) -> bool:
    """Build the demo as of a day; False when it is there already.

    The same day and seed give the same organisation. Raises AlreadyInUse.
    """
    if User.objects.filter(email=cast.ADMINISTRATOR_EMAIL).exists():
        return False
    if User.objects.exists():
        raise AlreadyInUse
    with transaction.atomic():
        logins = _found(on)
    load_exports(on=on, seed=seed, by=logins["community"])
    return True


def _found(on: date) -> dict[str, User]:
    """The organisation, its people and its programs."""
    units = cast.found_units()
    logins = cast.engage(units, on=on)
    cast.hire_colleagues(units, on=on)
    set_up_organisation(
        name="Halden Group",
        timezone="Europe/Oslo",
        currency="EUR",
        fiscal_year_starts=1,
        by=logins["admin"],
        at=datetime(on.year, on.month, on.day, tzinfo=UTC),
    )
    for number, undertaking in enumerate(PROGRAMS):
        program = _begin(undertaking, logins, on=on)
        _staff(program, logins, first=3 * number)
    return logins


def _begin(undertaking: Undertaking, logins: dict[str, User], *, on: date) -> Program:
    return portfolio.create(
        by=logins["strategist.social"],
        slug=undertaking.slug,
        name=undertaking.name,
        purpose=undertaking.purpose,
        lead=logins[undertaking.lead].person,
        state=undertaking.state,
        starts_on=on - timedelta(days=undertaking.since),
        **dict.fromkeys(undertaking.audiences, True),
    )


def _staff(program: Program, logins: dict[str, User], *, first: int) -> None:
    """A community manager from the first day on, and members out of the company."""
    manager = logins["community"].person
    kinds = {manager: Membership.Kind.COMMUNITY_MANAGER} if manager else {}
    members = Person.objects.filter(login=None).order_by("pk")
    kinds |= dict.fromkeys(members[first : first + 3], Membership.Kind.MEMBER)
    for person, kind in kinds.items():
        starts = program.starts_on or date.min
        portfolio.appoint(program, person, kind, starts=starts, by=None)
