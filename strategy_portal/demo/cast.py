"""The people of the demo organisation, and who may sign in as whom."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from metrics.sources.synthetic.words import person as invented_name
from people.commands import accounts, roles
from people.models import Person, Unit, User
from people.rules.roles import (
    ADMINISTRATOR,
    ADVISOR,
    AUDITOR,
    COMMUNITY_MANAGER,
    EXECUTIVE,
    SPONSOR,
    STRATEGIST_E20,
    STRATEGIST_SOCIAL,
)

DOMAIN: Final = "demo.example"
ADMINISTRATOR_EMAIL: Final = f"admin@{DOMAIN}"
COLLEAGUES: Final = 48
IN_OFFICE: Final = timedelta(days=500)


@dataclass(frozen=True)
class Part:
    """A person with a login at a fixed address, the unit, and the role if any."""

    address: str
    name: str
    title: str
    unit: str
    role: str = ""


UNITS: Final = {
    "Halden Group": Unit.Kind.OTHER,
    "Information Technology": Unit.Kind.IT,
    "Legal": Unit.Kind.LEGAL,
    "Corporate Communications": Unit.Kind.COMMUNICATIONS,
    "Marketing": Unit.Kind.MARKETING,
    "Human Resources": Unit.Kind.HR,
    "Field Service": Unit.Kind.BUSINESS,
    "Partner Sales": Unit.Kind.BUSINESS,
}

CAST: Final = (
    Part(
        "strategist.social",
        "Nora Velden",
        "Head of social media",
        "Marketing",
        STRATEGIST_SOCIAL,
    ),
    Part(
        "strategist.e20",
        "Tomas Arkel",
        "Collaboration strategist",
        "Corporate Communications",
        STRATEGIST_E20,
    ),
    Part(
        "community",
        "Mirela Danko",
        "Community manager",
        "Field Service",
        COMMUNITY_MANAGER,
    ),
    Part(
        "sponsor", "Henrik Solberg", "Chief operating officer", "Halden Group", SPONSOR
    ),
    Part(
        "chair", "Adaeze Brandt", "Chief information officer", "Halden Group", SPONSOR
    ),
    Part("legal", "Lucia Ferrante", "Senior counsel", "Legal", ADVISOR),
    Part("requester", "Oskar Lind", "Dispatch lead", "Field Service"),
    Part("executive", "Ingrid Maas", "Chief executive", "Halden Group", EXECUTIVE),
    Part("auditor", "Pavel Novotny", "Internal audit", "Halden Group", AUDITOR),
    Part(
        "admin",
        "Greta Olsen",
        "Systems administrator",
        "Information Technology",
        ADMINISTRATOR,
    ),
)


def found_units() -> dict[str, Unit]:
    """The units, all parts of the first one."""
    whole, *parts = UNITS
    top = Unit.objects.create(name=whole, kind=UNITS[whole])
    made = {
        name: Unit.objects.create(name=name, kind=UNITS[name], parent=top)
        for name in parts
    }
    return {whole: top, **made}


def engage(units: dict[str, Unit], *, on: date) -> dict[str, User]:
    """The cast with their logins and roles, by address."""
    return {
        part.address: _engage(part, number, units[part.unit], on=on)
        for number, part in enumerate(CAST, start=1)
    }


def _engage(part: Part, number: int, unit: Unit, *, on: date) -> User:
    person = Person.objects.create(
        number=f"H{number:05}",
        name=part.name,
        email=f"{part.address}@{DOMAIN}",
        title=part.title,
        unit=unit,
        joined_on=on - 2 * IN_OFFICE,
    )
    if part.role:
        roles.appoint(person, part.role, starts=on - IN_OFFICE, by=None)
    return accounts.make_login(email=person.email, person=person, by=None)


def hire_colleagues(units: dict[str, Unit], *, on: date) -> None:
    """Colleagues who never sign in: the organisation is larger than its logins."""
    places = list(units.values())
    Person.objects.bulk_create(
        Person(
            number=f"H{1000 + number:05}",
            name=invented_name(number),
            email=f"h{1000 + number}@{DOMAIN}",
            unit=places[number % len(places)],
            joined_on=on - timedelta(days=100 + 37 * number),
        )
        for number in range(COLLEAGUES)
    )
