"""`status`, `logs` and `stop`: look at a running portal, and end it."""

import contextlib
import json
import os
import signal
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from strategy_portal.runtime import locks, processes, state
from strategy_portal.runtime.child import tail
from strategy_portal.runtime.console import CannotRun, say
from strategy_portal.runtime.instance import Instance

STOP_PATIENCE = 120.0
LINES = 100


def status(instance: Instance, *, as_json: bool) -> int:
    """Say what runs and where."""
    found = description(instance)
    if as_json:
        say(json.dumps(found))
        return 0
    say(f"{found['state']}  {found['url'] or ''}".rstrip())
    for name, one in found["services"].items():
        again = f", started again {one['restarts']} times" if one["restarts"] else ""
        say(f"  {name:10} {one['state']}{again}")
    return 0


def description(instance: Instance) -> dict[str, Any]:
    """What `status --json` answers: up only when people can use it."""
    running = state.current(instance)
    return {
        "state": "up" if running and running.serves else "down",
        "url": running.url if running and running.mode == "up" else None,
        "services": {k: asdict(v) for k, v in running.services.items()}
        if running
        else {},
    }


def stop(instance: Instance) -> int:
    """Stop the supervisor and wait until all is down."""
    running = state.current(instance)
    if running is None:
        say("Nothing runs.")
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGTERM)
    lock = instance.folder / locks.SUPERVISOR
    if not processes.wait_until(lambda: locks.is_free(lock), STOP_PATIENCE):
        raise CannotRun(f"Process {running.pid} did not stop. See ./portal logs")
    say("Stopped.")
    return 0


def logs(instance: Instance, name: str | None, *, follow: bool) -> int:
    """Show the end of the logs; with follow, go on until Ctrl-C."""
    chosen = [instance.logs / f"{name}.log"] if name else all_logs(instance)
    missing = [log.stem for log in chosen if not log.exists()]
    if missing or not chosen:
        known = ", ".join(log.stem for log in all_logs(instance)) or "none yet"
        raise CannotRun(f"No such log: {name}. There are: {known}.")
    shown = {log: log.stat().st_size for log in chosen}
    for log in chosen:
        show(log, tail(log, LINES))
    with contextlib.suppress(KeyboardInterrupt):
        while follow:
            time.sleep(0.5)
            shown = {log: show_after(log, size) for log, size in shown.items()}
    return 0


def show_after(log: Path, seen: int) -> int:
    """Print what was added since, and answer how much has now been seen."""
    size = log.stat().st_size
    if size < seen:  # emptied by the rotation
        seen = 0
    with log.open("rb") as file:
        file.seek(seen)
        added = file.read(size - seen)
    whole = added[: added.rfind(b"\n") + 1]
    show(log, whole.decode(errors="replace").splitlines())
    return seen + len(whole)


def all_logs(instance: Instance) -> list[Path]:
    """The logs there are."""
    return sorted(instance.logs.glob("*.log"))


def show(log: Path, lines: list[str]) -> None:
    """Print lines with the name of their log before each."""
    for line in lines:
        say(f"{log.stem:8} | {line}")
