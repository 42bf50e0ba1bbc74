"""Services for a command that needs them while the portal is down.

The first such command starts a keeper, a supervisor of the services alone. Every
command holds a shared lock as long as it needs them; the keeper stops them when it gets
the lock for itself. So commands may overlap, and one that is killed leaves nothing.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from strategy_portal.runtime import environment, locks, state
from strategy_portal.runtime.console import CannotRun
from strategy_portal.runtime.instance import CHECKOUT, Instance
from strategy_portal.runtime.processes import wait_until
from strategy_portal.runtime.supervisor import StopAsked, supervising

PATIENCE = 90.0


@contextmanager
def services(instance: Instance) -> Iterator[dict[str, str]]:
    """The variables of an instance whose services run until the end of the block.

    Raises CannotRun when they cannot be started.
    """
    instance.make()
    given = environment.given()
    if not needs_any(given):
        yield environment.complete(given, instance, None, base_url(given, None))
        return
    try:
        with locks.held(instance.folder / locks.USERS, shared=True):
            running = borrow(instance)
            url = base_url(given, running)
            yield environment.complete(given, instance, Path(running.sockets), url)
    finally:
        # Whoever deletes a throw-away folder next must find nobody writing in it.
        wait_until(lambda: is_left_alone(instance), PATIENCE)


def needs_any(given: dict[str, str]) -> bool:
    """Whether anything is embedded at all."""
    return environment.embedded_database(given) or environment.embedded_redis(given)


def base_url(given: dict[str, str], running: state.State | None) -> str:
    """The address to put into links."""
    if running and running.mode == "up":
        return running.url
    return given.get("PORTAL_BASE_URL") or environment.DEFAULT_URL


def borrow(instance: Instance) -> state.State:
    """The supervisor whose services run; a keeper is started when there is none."""
    log = instance.logs / "keeper.log"
    keeper: list[subprocess.Popen[bytes]] = []

    def ready() -> bool:
        if locks.is_free(instance.folder / locks.SUPERVISOR):
            if keeper and keeper[-1].poll() not in {None, 0}:
                raise CannotRun(f"The services did not start:\n{log.read_text()}")
            if not keeper or keeper[-1].poll() is not None:
                keeper.append(start_keeper(instance, log))
        return lends(instance) is not None

    wait_until(ready, PATIENCE)
    running = lends(instance)
    if running is None:
        raise CannotRun(f"The services were not ready within {PATIENCE:.0f} s.")
    return running


def lends(instance: Instance) -> state.State | None:
    """The supervisor, when all embedded services run under it."""
    running = state.current(instance)
    given = environment.given()
    wanted = {"postgres"} if environment.embedded_database(given) else set()
    wanted |= {"valkey"} if environment.embedded_redis(given) else set()
    if running is None:
        return None
    up = {name for name, one in running.services.items() if one.state == state.RUNNING}
    return running if wanted <= up else None


def start_keeper(instance: Instance, log: Path) -> "subprocess.Popen[bytes]":
    """A supervisor of the services alone, which outlives this command if need be."""
    variables = environment.given() | {"PORTAL_DATA": str(instance.folder)}
    with log.open("wb") as output:
        return subprocess.Popen(
            environment.python("-m", "strategy_portal.runtime", "keep"),
            env=variables,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def keep(instance: Instance) -> int:
    """Run the services until no command needs them."""
    users = instance.folder / locks.USERS
    nobody = []

    def unused() -> bool:
        lock = locks.take(users)
        if lock:
            nobody.append(lock)  # held to our end: a newcomer waits for a new keeper
        return lock is not None

    try:
        with supervising(instance, "keep", environment.DEFAULT_URL) as supervisor:
            supervisor.tell_ready()
            supervisor.watch(unused)
    except StopAsked:
        pass
    return 0


def is_left_alone(instance: Instance) -> bool:
    """Whether this command need not wait for the services to stop: they have, the
    portal is up, or somebody else uses them.
    """
    running = state.current(instance)
    if running is None or running.mode == "up":
        return True
    lock = locks.take(instance.folder / locks.USERS)
    if lock:
        lock.close()  # the keeper has not looked yet
        return False
    other = locks.take(instance.folder / locks.USERS, shared=True)
    if other:
        other.close()
    return other is not None
