"""Starts the children in order, watches them, stops them in reverse order."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Literal

from strategy_portal.runtime import (
    environment,
    locks,
    processes,
    roster,
    sockets,
    state,
)
from strategy_portal.runtime.binaries import account_for
from strategy_portal.runtime.child import Child
from strategy_portal.runtime.console import CannotRun
from strategy_portal.runtime.instance import Instance
from strategy_portal.runtime.state import Running, State

PATIENCE = 60.0  # seconds a child may take until it works
GLANCE = 0.2  # seconds between two looks at the children
LOG_GLANCE = 30.0
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class StopAsked(BaseException):
    """Somebody wants us to stop. Not an error, so nothing may catch it by accident."""


@dataclass
class Supervisor:
    """The children of one instance and what is told about them."""

    instance: Instance
    state: State
    children: list[Child] = field(default_factory=list)

    def begin(self, *children: Child) -> None:
        """Start them together and wait until all work."""
        for child in children:
            self.children.append(child)
            child.start()
            self.tell(child, state.STARTING)
        for child in children:
            child.wait(PATIENCE)
            child.after()
            self.tell(child, state.RUNNING)

    def watch(self, finished: Callable[[], bool]) -> None:
        """Start again what dies, until it is finished."""
        looked = time.monotonic()
        while not finished():
            time.sleep(GLANCE)
            for child in self.children:
                if child.watch():
                    dead = child.is_dead()
                    self.tell(child, state.STARTING if dead else state.RUNNING)
            if time.monotonic() - looked > LOG_GLANCE:
                looked = time.monotonic()
                for child in self.children:
                    child.rotate_log()

    def stop(self) -> None:
        """Stop all, the last one first."""
        self.state.ready = False
        for child in reversed(self.children):
            child.stop()
            self.tell(child, state.STOPPED)

    def tell(self, child: Child, word: str) -> None:
        """Write down how a child is."""
        pid = child.process.pid if child.process and word != state.STOPPED else None
        self.state.services[child.name] = Running(word, pid, child.restarts)
        state.write(self.instance, self.state)

    def tell_ready(self) -> None:
        """Write down that everything runs."""
        self.state.ready = True
        state.write(self.instance, self.state)


@contextmanager
def supervising(
    instance: Instance, mode: Literal["up", "keep"], url: str
) -> Iterator[Supervisor]:
    """The one supervisor of the instance, its embedded services running.

    Raises CannotRun when there is another. Whatever happens inside, the children are
    stopped afterwards.
    """
    lock = locks.take(instance.folder / locks.SUPERVISOR, patience=1.0)
    if lock is None:
        raise CannotRun(already_running(instance))
    with lock:
        clean_up_after_a_crash(instance)
        folder = sockets.make(account_for(instance.database))
        own = State(os.getpid(), mode, url, str(folder))
        supervisor = Supervisor(instance, own)
        with stop_signals():
            try:
                begin_embedded(supervisor, folder)
                yield supervisor
            finally:
                ignore_signals()
                supervisor.stop()
                sockets.remove(folder)


def begin_embedded(supervisor: Supervisor, folder: Path) -> None:
    """Start what no variable names a server for."""
    instance, variables = supervisor.instance, environment.given()
    if environment.embedded_database(variables):
        cluster = roster.cluster_of(instance, folder)
        supervisor.begin(roster.postgres_child(instance, cluster))
    if environment.embedded_redis(variables):
        supervisor.begin(roster.valkey_child(instance, folder))


def already_running(instance: Instance) -> str:
    """Why there can be no second supervisor."""
    other = state.read(instance)
    if other and other.mode == "up":
        return f"The portal already runs at {other.url} (./portal stop ends it)."
    return f"Another command uses {instance.folder}. Try again when it is done."


def clean_up_after_a_crash(instance: Instance) -> None:
    """End what a killed supervisor left, and remove its socket folder."""
    for pid in processes.leftovers(instance.folder):
        processes.end(pid, [signal.SIGTERM, signal.SIGKILL], patience=5)
    if left := state.read(instance):
        sockets.remove(Path(left.sockets))
        state.state_file(instance).unlink()


@contextmanager
def stop_signals() -> Iterator[None]:
    """Turn the signals that mean stop into StopAsked, wherever we are."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        ignore_signals()
        raise StopAsked

    before = {number: signal.signal(number, ask) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore_signals() -> None:
    """While stopping, being asked to stop again changes nothing."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
