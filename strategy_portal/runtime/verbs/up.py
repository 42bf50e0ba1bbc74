"""`up`: everything runs until Ctrl-C or `stop`."""

import json
import socket
import subprocess
from pathlib import Path

from strategy_portal.runtime import (
    environment,
    lending,
    locks,
    processes,
    roster,
    schema,
    state,
)
from strategy_portal.runtime.console import CannotRun, say, step
from strategy_portal.runtime.instance import CHECKOUT, Instance
from strategy_portal.runtime.supervisor import StopAsked, Supervisor, supervising

ANY_ADDRESS, THIS_MACHINE = "0.0.0.0", "127.0.0.1"  # noqa: S104 - asked for by --lan
LINKS_PATIENCE = 60.0


def up(instance: Instance, *, demo: bool, port: int, lan: bool) -> int:
    """Set up and serve. Raises CannotRun when it cannot."""
    fresh = not instance.exists
    instance.make()
    wait_for_keeper(instance)
    refuse_second(instance)
    if demo:
        mark_as_demo(instance, fresh=fresh)
    host = ANY_ADDRESS if lan else THIS_MACHINE
    refuse_taken_port(host, port)
    url = environment.address(environment.given(), port, lan=lan)
    step(f"Starting the services of {instance.folder}")
    try:
        with supervising(instance, "up", url) as supervisor:
            serve(supervisor, bind=f"{host}:{port}", port=port)
            supervisor.watch(lambda: False)
    except StopAsked:
        step("Stopped")
    return 0


def serve(supervisor: Supervisor, *, bind: str, port: int) -> None:
    """Bring the portal up on running services, and say where it is."""
    instance, told = supervisor.instance, supervisor.state
    variables = environment.complete(
        environment.given(), instance, Path(told.sockets), told.url
    )
    prepare(instance, variables)
    links = start_links(variables, demo=instance.is_demo)
    step("Starting web server, worker and clock")
    web, *others = roster.portal_children(instance, variables, bind)
    host = variables["ALLOWED_HOSTS"].split(",")[0].lstrip("*.") or "localhost"
    web.works = lambda: roster.web_answers(port, host)
    supervisor.begin(web)  # alone: people wait for it, the others would slow it down
    supervisor.begin(*others)
    supervisor.tell_ready()
    step(f"Ready: {told.url}")
    for line in read_links(links):
        say(line)
    say("Ctrl-C stops everything.")


def prepare(instance: Instance, variables: dict[str, str]) -> None:
    """Tables, static files and the demo, each only when needed."""
    step("Looking at tables and static files")
    if schema.migrate(instance, variables):
        step("Tables are up to date")
    if schema.collect_static(instance, variables):
        step("Static files are gathered")
    if instance.is_demo:
        step("Looking at the demo organisation")
        if schema.build_demo(instance, variables):
            step("The demo organisation is built")


def wait_for_keeper(instance: Instance) -> None:
    """Let a `manage` command that is at work finish."""
    running = state.current(instance)
    if running and running.mode == "keep":
        step("Waiting for a command that uses this instance")
        processes.wait_until(
            lambda: locks.is_free(instance.folder / locks.SUPERVISOR), lending.PATIENCE
        )


def refuse_second(instance: Instance) -> None:
    """One portal for each folder. Raises CannotRun with the address of the other."""
    running = state.current(instance)
    if running:
        raise CannotRun(
            f"The portal already runs at {running.url}. To stop it: ./portal stop"
        )


def mark_as_demo(instance: Instance, *, fresh: bool) -> None:
    """Give a new folder to the demo. Raises CannotRun for one with other data."""
    if instance.is_demo:
        return
    if not fresh:
        raise CannotRun(
            f"{instance.folder} holds an instance that is not a demo. "
            "Leave out --demo, or name a new folder with PORTAL_DATA=DIR."
        )
    (instance.folder / "demo").write_text("wanted")


def refuse_taken_port(host: str, port: int) -> None:
    """Raises CannotRun that names the port and the next free one."""
    if is_free(host, port):
        return
    for other in range(port + 1, port + 100):
        if is_free(host, other):
            raise CannotRun(
                f"Port {port} is taken by another program. "
                f"Choose another one: ./portal up --port {other}"
            )
    raise CannotRun(f"Port {port} is taken, and so are the next hundred.")


def is_free(host: str, port: int) -> bool:
    """Whether we could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as problem:
            raise CannotRun(
                f"Port {port} needs root. Choose one above 1023: --port 8000"
            ) from problem
        except (OSError, OverflowError):
            return False
        return True


def start_links(variables: dict[str, str], *, demo: bool) -> "subprocess.Popen[bytes]":
    """Make the one-time links while the other programs start."""
    kind = "demo" if demo else "setup"
    return processes.start(
        environment.python("-m", "strategy_portal.runtime.links", kind),
        environment=variables,
        folder=CHECKOUT,
        output=subprocess.PIPE,
    )


def read_links(process: "subprocess.Popen[bytes]") -> list[str]:
    """The lines to show. Raises CannotRun when the links could not be made."""
    words, _ = process.communicate(timeout=LINKS_PATIENCE)
    said = words.decode(errors="replace")
    if process.returncode:
        raise CannotRun(f"The sign-in links could not be made:\n{said}")
    return list(json.loads(said.splitlines()[-1])) if said.strip() else []
