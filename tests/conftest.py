"""The standing cast, and browsers in which each of them is signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from people.models import User
from people.rules import roles
from tests.factories import make_user


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """No test sees what another has cached."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    """No test finds the files of another."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def strategist(db: None) -> User:
    return make_user("strategist@example.org", roles=(roles.STRATEGIST_SOCIAL,))


@pytest.fixture
def community_manager(db: None) -> User:
    return make_user("community@example.org", roles=(roles.COMMUNITY_MANAGER,))


@pytest.fixture
def sponsor(db: None) -> User:
    return make_user("sponsor@example.org", roles=(roles.SPONSOR,))


@pytest.fixture
def executive(db: None) -> User:
    return make_user("executive@example.org", roles=(roles.EXECUTIVE,))


@pytest.fixture
def auditor(db: None) -> User:
    return make_user("auditor@example.org", roles=(roles.AUDITOR,))


@pytest.fixture
def administrator(db: None) -> User:
    return make_user("admin@example.org", roles=(roles.ADMINISTRATOR,))


@pytest.fixture
def requester(db: None) -> User:
    """Somebody of a business unit who holds no role of the portal."""
    return make_user("requester@example.org")


@pytest.fixture
def stranger(db: None) -> User:
    """A login without a person behind it, hence without any role."""
    user = User(email="stranger@example.org")
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def browse() -> Callable[[User | None], Client]:
    """A browser in which somebody, or nobody, is signed in."""

    def browser(user: User | None = None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return browser
