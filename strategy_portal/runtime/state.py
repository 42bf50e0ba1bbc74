"""What the running supervisor tells other commands: one small file, replaced whole."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from strategy_portal.runtime import locks
from strategy_portal.runtime.instance import Instance

STARTING, RUNNING, STOPPED = "starting", "running", "stopped"


@dataclass
class Running:
    """One service: its process, and how often it had to be started again."""

    state: str
    pid: int | None = None
    restarts: int = 0


@dataclass
class State:
    """The supervisor and what it runs.

    `up` serves people; `keep` only lends the services to a command. `ready` means that
    everything runs which was asked for.
    """

    pid: int
    mode: Literal["up", "keep"]
    url: str
    sockets: str
    ready: bool = False
    services: dict[str, Running] = field(default_factory=dict)

    @property
    def serves(self) -> bool:
        """Whether people can use the portal."""
        return self.mode == "up" and self.ready


def write(instance: Instance, state: State) -> None:
    """Tell it."""
    path = state_file(instance)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(state), indent=1))
    part.replace(path)


def read(instance: Instance) -> State | None:
    """The last word of the last supervisor, which may be long dead."""
    try:
        told = json.loads(state_file(instance).read_text())
        services = {k: Running(**v) for k, v in told.pop("services").items()}
        return State(**told, services=services)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def current(instance: Instance) -> State | None:
    """The word of a supervisor that is alive. None when there is none."""
    if locks.is_free(instance.folder / locks.SUPERVISOR):
        return None
    return read(instance)


def state_file(instance: Instance) -> Path:
    """Where it stands."""
    return instance.folder / "run.json"
