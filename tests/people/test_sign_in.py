"""Signing in: by password, by mailed code, by the company's sign-in; and out."""

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from people.models import Mail, Role, User
from people.rules.roles import ADMINISTRATOR, STRATEGIST_SOCIAL
from strategy_portal.accounts import Backend
from tests.factories import LONG_AGO, PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
CODE = "/accounts/login/code/"


@pytest.fixture
def ada(db):
    return make_user("ada@example.org", roles=(STRATEGIST_SOCIAL,), password=PASSWORD)


def body(page) -> str:
    """What a visitor sees, without what differs between any two requests."""
    text = page.content.decode()
    return re.sub(r'value="[^"]{20,}"', "", text)


def test_by_password_whatever_the_case_of_the_address(browse, ada):
    client = browse()
    page = client.post(LOGIN, {"login": "ADA@example.org", "password": PASSWORD})
    assert page.url == reverse("home")
    assert client.get("/").context["user"] == ada


def test_a_wrong_password_and_an_unknown_address_look_the_same(browse, ada):
    known = browse().post(LOGIN, {"login": ada.email, "password": "x" * 20})
    unknown = browse().post(LOGIN, {"login": "eve@example.org", "password": "x" * 20})
    assert known.status_code == unknown.status_code == 200
    assert body(known).replace(ada.email, "") == body(unknown).replace(
        "eve@example.org", ""
    )


def test_by_a_mailed_code(browse, ada):
    client = browse()
    page = client.post(CODE, {"email": ada.email}, follow=True)
    mail = Mail.objects.get()
    assert (mail.to, mail.secret) == (ada.email, True)
    code = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", mail.text, re.MULTILINE)
    assert code, mail.text
    confirm = page.redirect_chain[-1][0]
    assert client.post(confirm, {"code": code[1]}).url == reverse("home")
    assert client.get("/").context["user"] == ada


def test_asking_for_a_code_does_not_tell_who_is_known(browse, ada):
    known = browse().post(CODE, {"email": ada.email})
    unknown = browse().post(CODE, {"email": "eve@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_guessing_is_slowed_down(browse, ada):
    client = browse()
    for _guess in range(6):
        client.post(LOGIN, {"login": ada.email, "password": "x" * 20})
    page = client.post(LOGIN, {"login": ada.email, "password": PASSWORD})
    assert page.status_code in {200, 429}
    assert client.get("/").status_code == 302


def test_nobody_signs_up(browse):
    facts = {"email": "eve@example.org", "password1": PASSWORD}
    page = browse().post("/accounts/signup/", facts)
    assert "Accounts are made for you" in page.content.decode()
    assert not User.objects.filter(email="eve@example.org").exists()


def test_a_deactivated_login_stays_out(browse, ada):
    User.objects.filter(pk=ada.pk).update(is_active=False)
    client = browse()
    client.post(LOGIN, {"login": ada.email, "password": PASSWORD})
    assert client.get("/").status_code == 302
    client.post(CODE, {"email": ada.email})
    assert not Mail.objects.filter(text__contains="code").exists()


def test_signing_out_ends_the_session(browse, ada):
    client = browse(ada)
    key = client.session.session_key
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/").status_code == 302
    assert not SessionStore().exists(key)


def test_every_page_asks_to_sign_in_first(browse):
    for address in ("/", "/programs/", "/people/preferences/", "/admin/"):
        page = browse().get(address)
        assert page.status_code == 302, address
        assert page.url.startswith((LOGIN, "/admin/login/")), address


def test_the_login_of_a_request_comes_in_one_query(ada, django_assert_num_queries):
    Role.objects.create(person=ada.person, kind=ADMINISTRATOR, starts=LONG_AGO)
    Backend().get_user(ada.pk)  # the organisation is cached from now on
    with django_assert_num_queries(1):
        user = Backend().get_user(ada.pk)
        assert user
        assert user.person
        assert user.roles_today == {STRATEGIST_SOCIAL, ADMINISTRATOR}


def test_a_role_that_ended_or_has_not_begun_counts_for_nothing(ada):
    person = ada.person
    today = ada.today
    Role.objects.filter(person=person).update(ends=today)
    Role.objects.create(
        person=person, kind=ADMINISTRATOR, starts=today.replace(year=2099)
    )
    user = Backend().get_user(ada.pk)
    assert user
    assert user.roles_today == frozenset()
