"""Starting, recognising and ending processes so that none is left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LINUX = sys.platform == "linux"
LIBC = ctypes.CDLL(None) if LINUX else None
PR_SET_PDEATHSIG = 1
PROC = Path("/proc")
# Children carry this variable with their instance's folder; see `leftovers`.
MARK = "PORTAL_SUPERVISED"


@dataclass(frozen=True)
class Account:
    """The unprivileged user that a program run by root changes to."""

    uid: int
    gid: int


def dies_with_parent(last_signal: signal.Signals) -> Callable[[], None]:
    """What a new child does first: ask the kernel for a signal when we are gone.

    The kernel forgets the wish when the user changes, so it comes after `user=`.
    Other systems have no such thing; there the next start cleans up.
    """
    parent = os.getpid()

    def wish() -> None:
        if LIBC is None:
            return
        LIBC.prctl(PR_SET_PDEATHSIG, int(last_signal))
        if os.getppid() != parent:  # it died before the wish was heard
            os.kill(os.getpid(), signal.SIGKILL)

    return wish


def start(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    folder: Path,
    output: IO[bytes] | int | None,
    account: Account | None = None,
    last_signal: signal.Signals = signal.SIGTERM,
) -> "subprocess.Popen[bytes]":
    """Start a program as leader of its own session, bound to our life.

    Its own session keeps a terminal's Ctrl-C from stopping all at once, out of order.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=dies_with_parent(last_signal),  # noqa: PLW1509 - no threads here
    )


def stop(
    process: "subprocess.Popen[bytes]", how: signal.Signals, patience: float
) -> None:
    """Ask it to stop; after so many seconds end it, and what it left in its group."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(how)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    end_group(process)


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """End every process of the session it led, also when it is dead itself."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def command_of(pid: int) -> str:
    """The command line of a living process; empty for none and for a zombie."""
    if PROC.is_dir():
        try:
            words = (PROC / str(pid) / "cmdline").read_bytes()
        except OSError:
            return ""
        return words.replace(b"\0", b" ").decode(errors="replace").strip()
    listing = ["/bin/ps", "-ww", "-o", "stat=,command=", "-p", str(pid)]
    found = subprocess.run(listing, capture_output=True, text=True, check=False)
    state, _, command = found.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else command.strip()


def end(pid: int, signals: Sequence[signal.Signals], patience: float) -> None:
    """End a process that is not our child, each signal harder than the one before."""
    for how in signals:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        if wait_until(lambda: not command_of(pid), patience):
            return


def leftovers(folder: Path) -> Iterator[int]:
    """Processes that an earlier supervisor of this instance started and left."""
    mark = f"{MARK}={folder}".encode()
    for entry in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)


def wait_until(happened: Callable[[], bool], patience: float) -> bool:
    """Whether it happened within so many seconds."""
    deadline = time.monotonic() + patience
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
