"""Every address and every role: who gets what. A route without a row fails."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from metrics.models import Channel, ChannelProgram, Import, Source
from people.models import User
from programs.models import Membership
from tests.architecture.test_gates import ALL
from tests.factories import LONG_AGO, make_program

# Nobody signed in, a login without a person, a person without a role, and the roles.
CAST = [
    "anonymous",
    "stranger",
    "requester",
    "community_manager",
    "strategist",
    "sponsor",
    "executive",
    "auditor",
    "administrator",
]

# The test client lets go of a served file without closing it.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)

# The library's own pages: the same for everybody, and tested by their own suite.
THE_LIBRARYS_OWN = ("account_", "openid_connect_", "socialaccount_", "None")

TABLE = """
home                        302 200 200 200 200 200 200 200 200
operations                  302 403 403 200 200 403 403 403 200
retry_mail                  302 405 405 405 405 405 405 405 405
healthz                     200 200 200 200 200 200 200 200 200
people:enter                410 410 410 410 410 410 410 410 410
people:preferences          302 200 200 200 200 200 200 200 200
people:set_up               302 302 302 302 302 302 302 302 302
people:set_up_organisation  302 403 403 403 403 403 403 403 200
people:set_up_start         302 403 403 403 403 403 403 403 200
programs:list               302 200 200 200 200 200 200 200 200
programs:add                302 403 403 403 200 403 403 403 200
programs:detail             302 404 404 200 200 200 200 200 200
programs:edit               302 404 404 404 200 404 404 404 200
programs:appoint            302 404 404 404 200 404 404 404 200
programs:end_membership     302 405 405 405 405 405 405 405 405
metrics:dashboard           302 200 200 200 200 200 200 200 200
metrics:scopes              302 200 200 200 200 200 200 200 200
metrics:measures            302 200 200 200 200 200 200 200 200
metrics:measure             302 200 200 200 200 200 200 200 200
metrics:evidence            302 403 403 200 200 403 403 200 200
metrics:imports             302 403 403 200 200 403 403 200 200
metrics:upload              302 403 403 200 200 403 403 403 200
metrics:import              302 404 404 200 200 404 404 200 200
metrics:import_progress     302 404 404 200 200 404 404 200 200
metrics:import_file         302 404 404 200 200 404 404 404 200
metrics:rejected_rows       302 404 404 404 404 404 404 404 404
metrics:cancel_import       302 404 404 200 200 404 404 404 200
metrics:retry_import        302 405 405 405 405 405 405 405 405
metrics:channels            302 200 200 200 200 200 200 200 200
metrics:channel             302 404 404 200 200 200 200 200 200
metrics:edit_channel        302 404 404 200 200 404 404 404 200
metrics:change_link         302 404 404 200 200 404 404 404 200
metrics:unlink              302 404 404 200 200 404 404 404 200
"""
ROWS = {
    name: dict(zip(CAST, map(int, codes), strict=True))
    for name, *codes in map(str.split, TABLE.strip().splitlines())
}


def test_every_route_has_a_row() -> None:
    ours = {name for name in ALL if not name.startswith(THE_LIBRARYS_OWN)}
    assert ours == set(ROWS)


@pytest.fixture
def addresses(requester: User) -> dict[str, str]:
    """An address of every route, of things that somebody else has made."""
    assert requester.person
    program = make_program("pilot")
    membership = Membership.objects.create(
        program=program,
        person=requester.person,
        kind="member",
        starts=LONG_AGO,
        ends=LONG_AGO.replace(year=LONG_AGO.year + 1),
    )
    source = Source.objects.create(slug="forum")
    channel = Channel.objects.create(source=source, external_id="help", name="help")
    link = ChannelProgram.objects.create(channel=channel, program=program)
    job = Import(source=source, name="export.csv", size=1, sha256="0" * 64)
    job.file.save("export.csv", ContentFile(b"x"))
    pages = {
        "membership": membership.pk,
        "channel": channel.pk,
        "unlink": channel.pk,
        "link": channel.pk,
        "import": job.pk,
        "rejected": job.pk,
        "mail": 1,
    }

    def value(route: str, name: str) -> str:
        if name == "pk":
            return str(next(key for word, key in pages.items() if word in route))
        given = {"slug": "pilot", "key": "posts", "link": link.pk, "token": "worn-out"}
        return str(given[name])

    return {
        route: reverse(
            route,
            kwargs={name: value(route, name) for name in ALL[route].pattern.converters},
        )
        for route in ROWS
    }


def test_who_gets_what(
    request: pytest.FixtureRequest,
    addresses: dict[str, str],
    browse: Callable[[User | None], Client],
) -> None:
    people = {
        name: None if name == "anonymous" else request.getfixturevalue(name)
        for name in CAST
    }
    found = {
        route: {
            name: browse(user).get(url).status_code for name, user in people.items()
        }
        for route, url in addresses.items()
    }
    wrong = {
        route: {name: code for name, code in codes.items() if code != ROWS[route][name]}
        for route, codes in found.items()
        if codes != ROWS[route]
    }
    assert not wrong


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(
    method: str,
    addresses: dict[str, str],
    administrator: User,
    browse: Callable[[User | None], Client],
) -> None:
    client = browse(administrator)
    before = counts()
    for url in addresses.values():
        answer(client, url, method)
    assert counts() == before


def answer(client: Client, url: str, method: str = "get") -> int:
    """The status; a file that is served is read to its end, and so closed."""
    response = getattr(client, method)(url)
    if response.streaming:
        list(response.streaming_content)
    return int(response.status_code)


def counts() -> dict[str, int]:
    kinds = (Channel, ChannelProgram, Import, Membership, Source)
    return {kind.__name__: kind._default_manager.count() for kind in kinds}
