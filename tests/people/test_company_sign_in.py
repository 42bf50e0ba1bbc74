"""Signing in through the company's identity provider, over a provider that is real
enough: it speaks OpenID Connect on a port of its own.
"""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from people.models import User
from people.rules.roles import STRATEGIST_SOCIAL
from tests.factories import make_user

pytestmark = pytest.mark.django_db
START = "/accounts/oidc/sso/login/"
CALLBACK = "/accounts/oidc/sso/login/callback/"


class Provider(ThreadingHTTPServer):
    """Says who is there; a test sets what it claims."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.claims: dict[str, Any] = {}
        self.audience = "portal"
        self.asked: list[dict[str, list[str]]] = []

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
        }

    def token(self) -> dict[str, Any]:
        facts = {"iss": self.url, "aud": self.audience, "exp": 4_000_000_000}
        signed = jwt.encode(facts | self.claims, "k" * 32, "HS256")
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed}


class Answers(BaseHTTPRequestHandler):
    """The provider's three pages."""

    server: Provider

    def do_GET(self) -> None:
        known = self.path.startswith("/.well-known/")
        self._answer(self.server.configuration() if known else self.server.claims)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.asked.append(parse_qs(self.rfile.read(length).decode()))
        self._answer(self.server.token())

    def log_message(self, *_words: object) -> None:
        """Tests stay quiet."""

    def _answer(self, facts: dict[str, Any]) -> None:
        body = json.dumps(facts).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    with Provider() as provider:
        thread = Thread(target=provider.serve_forever, args=(0.02,))
        thread.start()
        company = {
            "provider_id": "sso",
            "name": "Company sign-in",
            "client_id": "portal",
            "secret": "s" * 32,
            "settings": {"server_url": provider.url},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [company]}
        }
        provider.claims = claims("ada@example.org")
        yield provider
        provider.shutdown()
        thread.join()


@pytest.fixture
def ada(db: None) -> User:
    return make_user("ada@example.org", roles=(STRATEGIST_SOCIAL,))


def claims(email: str, *, verified: bool = True, sub: str = "s-1") -> dict[str, Any]:
    return {"sub": sub, "email": email, "email_verified": verified, "name": "Ada"}


def come_back(client: Client, **changes: str) -> Any:
    """Go to the provider and return with what it gives, or with something forged."""
    away = client.post(START)
    asked = {
        name: words[0]
        for name, words in parse_qs(urlsplit(away["Location"]).query).items()
    }
    return client.get(CALLBACK, {"code": "c", "state": asked["state"]} | changes)


def test_a_known_person_comes_in_at_the_first_visit(provider, ada):
    client = Client()
    assert come_back(client).url == "/"
    assert client.get("/").context["user"] == ada
    assert SocialAccount.objects.get().user == ada


def test_later_visits_go_by_the_providers_number_and_not_by_the_address(provider, ada):
    come_back(Client())
    make_user("eve@example.org")
    provider.claims = claims("eve@example.org")
    client = Client()
    come_back(client)
    assert client.get("/").context["user"] == ada


def test_the_exchange_is_bound_to_this_browser(provider, ada):
    client = Client()
    away = client.post(START)
    assert "code_challenge=" in away["Location"]
    come_back(client)
    assert provider.asked[-1]["code_verifier"][0]
    forged = Client()
    come_back(forged, state="made-up")
    assert forged.get("/").status_code == 302


@pytest.mark.parametrize(
    ("email", "verified"), [("ada@example.org", False), ("eve@example.org", True)]
)
def test_others_are_refused_in_words(provider, ada, email, verified):
    provider.claims = claims(email, verified=verified)
    client = Client()
    page = come_back(client)
    assert page.status_code == 403
    assert b"does not know you yet" in page.content
    assert client.get("/").status_code == 302
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1


def test_a_deactivated_login_stays_out_before_and_after_it_is_connected(provider, ada):
    User.objects.update(is_active=False)
    assert come_back(Client()).status_code == 403
    User.objects.update(is_active=True)
    come_back(Client())
    User.objects.update(is_active=False)
    client = Client()
    come_back(client)
    assert client.get("/").status_code == 302


def test_a_token_made_for_another_application_is_refused(provider, ada):
    provider.audience = "other"
    client = Client()
    come_back(client)
    assert client.get("/").status_code == 302


def test_looking_at_the_address_does_not_leave_for_the_provider(provider):
    assert Client().get(START).status_code == 200
