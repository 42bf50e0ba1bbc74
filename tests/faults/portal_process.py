"""A real portal of its own, started and ended through the runner."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from strategy_portal.runtime import state
from strategy_portal.runtime.instance import CHECKOUT, Instance
from strategy_portal.runtime.processes import command_of
from strategy_portal.runtime.roster import web_answers
from strategy_portal.runtime.verbs.checks import OF_AN_INSTANCE


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(folder: Path) -> dict[str, str]:
    """Ours without what the test run itself is configured by."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith((*OF_AN_INSTANCE, "DJANGO_", "PYTEST_"))
    }
    return kept | {"PORTAL_DATA": str(folder), "PYTHONPATH": str(CHECKOUT)}


def eventually(happened: Callable[[], bool], within: float) -> bool:
    """Whether it happens within so many seconds."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.1)
    return happened()


@dataclass
class Portal:
    """One instance folder and the `up` that serves it."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[str] | None" = None

    @property
    def instance(self) -> Instance:
        return Instance(self.folder)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-P", "-m", "strategy_portal.runtime", *arguments]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a verb to its end."""
        return subprocess.run(
            self.command(*arguments),
            env=clean_environment(self.folder) | self.settings,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a verb and return at once."""
        return subprocess.Popen(
            self.command(*arguments),
            env=clean_environment(self.folder) | self.settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def up(self) -> float:
        """Start it and answer after how many seconds it served."""
        begun = time.monotonic()
        self.process = self.begin("up", "--port", str(self.port))
        served = eventually(lambda: self.status()["state"] == "up" or self.ended(), 90)
        assert not self.ended(), self.words()
        assert served
        return time.monotonic() - begun

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def words(self) -> str:
        """What an ended `up` said."""
        assert self.process
        return "\n".join(self.process.communicate()) if self.ended() else ""

    def status(self) -> dict[str, Any]:
        """As other programs see it, but without starting one each time."""
        running = state.current(self.instance)
        return {
            "state": "up" if running and running.serves else "down",
            "services": running.services if running else {},
        }

    def answers(self) -> bool:
        return web_answers(self.port, "127.0.0.1")

    def pid(self, service: str) -> int:
        pid = self.status()["services"][service].pid
        assert pid
        return int(pid)

    def family(self) -> set[int]:
        """The supervisor and all that descends from it."""
        assert self.process
        return {self.process.pid} | descendants(self.process.pid)

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)

    def query(self, sql: str) -> "subprocess.CompletedProcess[str]":
        """Ask the database through `manage`."""
        code = (
            "from django.db import connection as c; k = c.cursor(); "
            f"k.execute({sql!r}); print(k.fetchone()[0])"
        )
        return self.run("manage", "shell", "--no-imports", "-c", code)


def descendants(pid: int) -> set[int]:
    """Children and their children, as the kernel knows them."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = {int(word) for word in children.read_text().split()}
    return found | {one for child in found for one in descendants(child)}


def survivors(pids: set[int], within: float = 0.0) -> list[str]:
    """What still lives of them after so many seconds; a zombie does not."""
    eventually(lambda: not any(command_of(pid) for pid in pids), within)
    return [command for pid in pids if (command := command_of(pid))]


def as_json(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    """The one JSON object that a command printed."""
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))
