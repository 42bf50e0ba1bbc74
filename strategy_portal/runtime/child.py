"""One supervised program: started, watched, started again when it dies, stopped."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from strategy_portal.runtime import processes
from strategy_portal.runtime.console import CannotRun
from strategy_portal.runtime.processes import Account

FIRST_PAUSE, LONGEST_PAUSE = 0.4, 15.0  # seconds before a restart, doubling
STEADY = 30.0  # after so many seconds of life a death counts as the first again
LOG_BYTES, LOGS_KEPT = 10_000_000, 3


@dataclass
class Child:
    """A program and how to know that it works, begin it and end it."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    log: Path
    folder: Path
    works: Callable[[], bool] = lambda: True
    before: Callable[[], None] = lambda: None  # each start, such as healing a lock
    after: Callable[[], None] = lambda: None  # once, when it first works
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    last_signal: signal.Signals = signal.SIGTERM  # when the supervisor was killed
    patience: float = 20.0  # seconds it may take to stop
    restarts: int = 0
    streak: int = 0  # deaths in a row without a steady life between them
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    due: float | None = None  # when to start it again

    def start(self) -> None:
        """Start it, its words going to the end of its log."""
        self.before()
        with self.log.open("ab") as output:
            self.process = processes.start(
                self.command,
                environment=self.environment,
                folder=self.folder,
                output=output.fileno(),
                account=self.account,
                last_signal=self.last_signal,
            )
        self.started, self.due = time.monotonic(), None

    def wait(self, patience: float) -> None:
        """Wait until it works. Raises CannotRun with its last words if it does not."""
        if processes.wait_until(lambda: self.is_dead() or self.works(), patience):
            if not self.is_dead():
                return
            problem = "ended at once"
        else:
            problem = f"did not answer within {patience:.0f} s"
        words = "\n".join(tail(self.log, 15))
        raise CannotRun(f"{self.name} {problem}. Its log, {self.log}, ends:\n{words}")

    def is_dead(self) -> bool:
        """Whether its process has ended."""
        return self.process is None or self.process.poll() is not None

    def watch(self) -> bool:
        """Start it again when it is dead and the pause is over. True on any change."""
        if not self.is_dead():
            return False
        now = time.monotonic()
        if self.due is None:
            self.due = now + self.pause(now - self.started)
            return True
        if now < self.due:
            return False
        if self.process:
            processes.end_group(self.process)
        self.start()
        return True

    def pause(self, lived: float) -> float:
        """Seconds to wait before starting again: twice as long each time."""
        self.restarts += 1
        self.streak = 1 if lived > STEADY else self.streak + 1
        return float(min(FIRST_PAUSE * 2 ** (self.streak - 1), LONGEST_PAUSE))

    def stop(self) -> None:
        """End it, and all that it started."""
        if self.process:
            processes.stop(self.process, self.stop_signal, self.patience)

    def rotate_log(self) -> None:
        """Move a long log aside. The child keeps its file, so that is emptied."""
        if not self.log.exists() or self.log.stat().st_size < LOG_BYTES:
            return
        for number in range(LOGS_KEPT - 1, 0, -1):
            older = Path(f"{self.log}.{number}")
            if older.exists():
                older.replace(f"{self.log}.{number + 1}")
        shutil.copyfile(self.log, f"{self.log}.1")
        os.truncate(self.log, 0)


def tail(log: Path, lines: int) -> list[str]:
    """The last lines of a log, of at most its last 64 kB."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 65_536))
        return file.read().decode(errors="replace").splitlines()[-lines:]
