"""Links that let somebody in once, and logins that open and close."""

from datetime import timedelta
from threading import Thread
from typing import ClassVar

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from people.commands import accounts
from people.commands.organisation import set_up_organisation
from people.models import AuditEntry, Mail, Organisation, Person, SignInLink, User
from people.rules.roles import ADMINISTRATOR
from tests.factories import NOW, make_person, make_program, make_user

pytestmark = pytest.mark.django_db


def path_of(link: accounts.Link) -> str:
    return link.url.removeprefix("http://127.0.0.1:8000")


def token_of(link: accounts.Link) -> str:
    return link.url.rstrip("/").rsplit("/", 1)[-1]


def test_a_link_signs_in_once(browse, requester):
    path = path_of(accounts.sign_in_link(requester, by=None, at=timezone.now()))
    client = browse()
    assert client.post(path).url == reverse("home")
    assert client.get(reverse("home")).status_code == 200
    again = browse()
    assert again.post(path).status_code == 410
    assert again.get(reverse("home")).status_code == 302


def test_a_mail_scanner_that_looks_does_not_use_the_link_up(browse, requester):
    path = path_of(accounts.sign_in_link(requester, by=None, at=timezone.now()))
    for _look in range(3):
        page = browse().get(path)
        assert page.status_code == 200
        assert b'method="post"' in page.content
    assert browse().head(path).status_code == 200
    assert browse().post(path).status_code == 302


def test_a_link_works_for_fifteen_minutes(requester):
    link = accounts.sign_in_link(requester, by=None, at=NOW)
    assert link.expires == NOW + timedelta(minutes=15)
    with pytest.raises(accounts.LinkIsDead):
        accounts.redeem(token_of(link), at=NOW + timedelta(minutes=15))
    last_moment = NOW + timedelta(minutes=14, seconds=59)
    assert accounts.redeem(token_of(link), at=last_moment) == requester


def test_an_expired_link_says_so_and_offers_a_way_in(browse, requester):
    long_ago = timezone.now() - timedelta(hours=1)
    path = path_of(accounts.sign_in_link(requester, by=None, at=long_ago))
    page = browse().get(path)
    assert page.status_code == 410
    assert reverse("account_request_login_code") in page.content.decode()


def test_only_the_hash_of_a_token_is_kept(requester):
    link = accounts.sign_in_link(requester, by=None, at=NOW)
    row = SignInLink.objects.get()
    assert token_of(link) not in str(vars(row))
    assert row.token_hash == SignInLink.hashed(token_of(link))


def test_a_set_up_link_does_not_sign_in(db):
    link = accounts.set_up_link(at=NOW, on=NOW.date())
    token = link.url.split("token=")[1]
    with pytest.raises(accounts.LinkIsDead):
        accounts.redeem(token, at=NOW)


def test_the_link_of_a_deactivated_login_is_dead(requester, administrator):
    link = accounts.sign_in_link(requester, by=None, at=NOW)
    accounts.deactivate(requester, by=administrator, on=NOW.date())
    with pytest.raises(accounts.LinkIsDead):
        accounts.redeem(token_of(link), at=NOW)
    requester.refresh_from_db()
    with pytest.raises(accounts.LoginIsInactive):
        accounts.sign_in_link(requester, by=administrator, at=NOW)


def test_deactivating_ends_the_session_at_the_next_request(
    browse, requester, administrator
):
    client = browse(requester)
    assert client.get(reverse("home")).status_code == 200
    accounts.deactivate(requester, by=administrator, on=NOW.date())
    assert client.get(reverse("home")).status_code == 302
    accounts.reactivate(requester, by=administrator)
    assert client.get(reverse("home")).status_code == 200


def test_the_last_administrator_stays(administrator):
    with pytest.raises(accounts.LastAdministrator):
        accounts.deactivate(administrator, by=administrator, on=NOW.date())
    other = make_user(roles=(ADMINISTRATOR,))
    accounts.deactivate(administrator, by=other, on=NOW.date())
    assert not User.objects.get(pk=administrator.pk).is_active


def test_one_login_per_email_whatever_the_case(requester):
    with pytest.raises(accounts.EmailTaken):
        accounts.make_login(email=requester.email.upper(), by=None)
    made = accounts.make_login(email="New@Example.org", by=None, person=make_person())
    assert User.objects.get_by_natural_key("new@EXAMPLE.org") == made
    assert not made.has_usable_password()


def test_an_invitation_goes_through_the_outbox(administrator, requester):
    accounts.invite(requester, by=administrator, at=NOW)
    mail = Mail.objects.get()
    assert mail.to == requester.email
    assert mail.secret
    token = mail.text.split("/people/enter/")[1].split("/")[0]
    three_days = NOW + timedelta(days=2, hours=23)
    assert accounts.redeem(token, at=three_days) == requester


def test_preferences_are_changed_and_audited(browse, requester):
    client = browse(requester)
    posted = {"name": "Ro", "theme": "dark", "timezone": "Europe/Berlin"}
    assert client.post(reverse("people:preferences"), posted).status_code == 302
    requester.refresh_from_db()
    assert (requester.name, requester.theme) == ("Ro", "dark")
    assert requester.timezone == "Europe/Berlin"
    assert not requester.shortcuts
    entry = AuditEntry.objects.get(verb="change preferences")
    assert entry.after == {"changed": ["name", "theme", "timezone", "shortcuts"]}
    page = client.get(reverse("people:preferences")).content.decode()
    assert 'data-theme="dark"' in page


def test_a_time_zone_that_does_not_exist_is_refused(browse, requester):
    posted = {"name": "Ro", "theme": "dark", "timezone": "Mars/Olympus"}
    page = browse(requester).post(reverse("people:preferences"), posted)
    assert page.status_code == 200
    requester.refresh_from_db()
    assert requester.timezone == ""


class TestFirstRun:
    """From nothing to an organisation with an administrator."""

    facts: ClassVar = {
        "name": "Ada Hill",
        "email": "Ada@example.org",
        "password": "seven tall harbour lights",
    }
    organisation: ClassVar = {
        "name": "Halden Group",
        "timezone": "Europe/Oslo",
        "currency": "NOK",
        "fiscal_year_starts": "4",
    }

    def link(self) -> str:
        at = timezone.now()
        return path_of(accounts.set_up_link(at=at, on=at.date()))

    def test_the_whole_way(self, browse, django_capture_on_commit_callbacks):
        client = browse()
        address = self.link()
        assert client.get(address).status_code == 200
        first = client.post(address, self.facts)
        assert first.url == reverse("people:set_up_organisation")
        with django_capture_on_commit_callbacks(execute=True):
            second = client.post(first.url, self.organisation)
        assert second.url == reverse("people:set_up_start")
        third = client.get(second.url).content.decode()
        assert reverse("metrics:imports") in third
        home = client.get(reverse("home")).content.decode()
        assert "Set up the portal" in home
        assert "Halden Group" in home
        user = User.objects.get()
        assert user.email == "ada@example.org"
        assert user.is_administrator
        assert Organisation.objects.get().fiscal_year_starts == 4

    def test_the_link_works_once_and_only_before_there_is_an_administrator(
        self, browse
    ):
        address = self.link()
        browse().post(address, self.facts)
        later = browse().post(address, self.facts | {"email": "eve@example.org"})
        assert later.status_code == 302
        assert User.objects.count() == 1
        with pytest.raises(accounts.AlreadySetUp):
            self.link()

    def test_without_a_link_nobody_becomes_administrator(self, browse):
        page = browse().post(reverse("people:set_up"), self.facts)
        assert page.status_code == 410
        assert not User.objects.exists()

    def test_a_newer_link_replaces_the_older(self, browse):
        older, newer = self.link(), self.link()
        assert browse().get(older).status_code == 410
        assert browse().get(newer).status_code == 200

    @pytest.mark.parametrize("password", ["short", "qwertyuiop", "ada@example.org"])
    def test_a_weak_password_is_refused_in_words(self, browse, password):
        page = browse().post(self.link(), self.facts | {"password": password})
        assert page.status_code == 200
        assert b"Please look at this again" in page.content
        assert not User.objects.exists()

    def test_it_can_be_left_and_resumed(self, browse):
        client = browse()
        client.post(self.link(), self.facts)
        home = client.get(reverse("home")).content.decode()
        assert reverse("people:set_up_organisation") in home
        assert client.get(reverse("people:set_up_start")).status_code == 200

    def test_the_steps_are_the_administrators_alone(self, browse, strategist):
        client = browse(strategist)
        for name in ("people:set_up_organisation", "people:set_up_start"):
            assert client.get(reverse(name)).status_code == 403
        assert "Set up the portal" not in client.get("/").content.decode()

    def test_the_list_goes_when_all_is_done(self, browse, administrator, strategist):
        set_up_organisation(
            name="Halden Group",
            timezone="UTC",
            currency="EUR",
            fiscal_year_starts=1,
            by=administrator,
            at=NOW,
        )
        make_program()
        home = browse(administrator).get("/").content.decode()
        assert "Set up the portal" not in home


def test_the_first_administrator_is_a_person_with_a_role_in_the_audit_trail(db):
    link = accounts.set_up_link(at=NOW, on=NOW.date())
    user = accounts.create_administrator(
        token=link.url.split("token=")[1],
        name="Ada Hill",
        email="ada@example.org",
        password="seven tall harbour lights",
        at=NOW,
        on=NOW.date(),
    )
    assert user.person == Person.objects.get()
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.verb) == (user, "create first administrator")
    assert entry.role == ADMINISTRATOR


@pytest.mark.django_db(transaction=True)
def test_two_browsers_at_the_same_moment_do_not_share_a_link(requester):
    token = token_of(accounts.sign_in_link(requester, by=None, at=NOW))
    second: list[object] = []

    def redeem() -> None:
        try:
            second.append(accounts.redeem(token, at=NOW))
        except accounts.LinkIsDead as refusal:
            second.append(refusal)
        finally:
            connection.close()

    with transaction.atomic():
        assert accounts.redeem(token, at=NOW) == requester
        thread = Thread(target=redeem)
        thread.start()
        thread.join(0.3)
        assert second == []  # it waits for the first to commit
    thread.join(10)
    assert isinstance(second[0], accounts.LinkIsDead)
