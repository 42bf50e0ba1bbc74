"""The variables that a child is started with: the caller's, `.env`, and ours."""

import os
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from strategy_portal.runtime import postgres, valkey
from strategy_portal.runtime.instance import CHECKOUT, Instance

DEFAULT_URL = "http://127.0.0.1:8000"


def given() -> dict[str, str]:
    """What the caller set, over what stands in `.env`; our code importable."""
    variables = env_file(CHECKOUT / ".env") | os.environ
    paths = variables.get("PYTHONPATH", "").split(os.pathsep)
    if str(CHECKOUT) not in paths:
        paths = [str(CHECKOUT), *filter(None, paths)]
    return variables | {"PYTHONPATH": os.pathsep.join(paths)}


def env_file(path: Path) -> dict[str, str]:
    """NAME=value lines. Empty values, comments and other lines say nothing."""
    if not path.is_file():
        return {}
    pairs = [
        line.strip().split("=", 1)
        for line in path.read_text().splitlines()
        if "=" in line and not line.lstrip().startswith("#")
    ]
    return {
        name.strip(): value.strip().strip("\"'")
        for name, value in pairs
        if value.strip().strip("\"'")
    }


def embedded_database(variables: dict[str, str]) -> bool:
    """Whether we run PostgreSQL ourselves."""
    return not variables.get("DATABASE_URL")


def embedded_redis(variables: dict[str, str]) -> bool:
    """Whether we run Valkey ourselves."""
    return not variables.get("REDIS_URL")


def complete(
    variables: dict[str, str], instance: Instance, sockets: Path | None, url: str
) -> dict[str, str]:
    """Everything `settings.py` reads, for this instance and its running services."""
    own = {
        "PORTAL_DATA": str(instance.folder),
        "PORTAL_BASE_URL": url,
        "ALLOWED_HOSTS": allowed_hosts(url),
        "SECRET_KEY": (instance.folder / "secret.key").read_text(),
        "PSEUDONYM_KEYS": (instance.folder / "pseudonym.key").read_text(),
        "PORTAL_DEMO": "yes" if instance.is_demo else "no",
        "PYTHONUNBUFFERED": "1",
    }
    result = own | variables | {"PORTAL_DATA": str(instance.folder)}
    if embedded_database(variables) and sockets:
        # A PGPORT of the caller would send every client to another server.
        result = {k: v for k, v in result.items() if not k.startswith("PG")}
        result |= database_urls(sockets)
    if embedded_redis(variables) and sockets:
        result["REDIS_URL"] = valkey.cache_url(sockets)
        result["CELERY_BROKER_URL"] = valkey.broker_url(sockets)
    return result


def database_urls(sockets: Path) -> dict[str, str]:
    """The portal's own connection, and the one that may change the schema."""
    return {
        "DATABASE_URL": postgres.url(sockets, postgres.APP),
        "DATABASE_OWNER_URL": postgres.url(sockets, postgres.OWNER),
    }


def as_owner(variables: dict[str, str]) -> dict[str, str]:
    """The same, signed in as the role that may change the schema."""
    owner = variables.get("DATABASE_OWNER_URL") or variables["DATABASE_URL"]
    return variables | {"DATABASE_URL": owner}


def address(variables: dict[str, str], port: int, *, lan: bool) -> str:
    """Where people reach the portal."""
    if set_by_hand := variables.get("PORTAL_BASE_URL"):
        return set_by_hand
    return f"http://{lan_address() if lan else '127.0.0.1'}:{port}"


def allowed_hosts(url: str) -> str:
    """This machine, and the name people use for it."""
    return ",".join(dict.fromkeys(["127.0.0.1", "localhost", "[::1]", host_of(url)]))


def host_of(url: str) -> str:
    """The host of an address, as Django wants it allowed."""
    return urlsplit(url).hostname or "localhost"


def lan_address() -> str:
    """The address by which the local network sees this machine. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that exists in no network
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def python(*arguments: str) -> list[str | Path]:
    """A command of this environment. -P: the current folder is not searched."""
    return [sys.executable, "-P", *arguments]
