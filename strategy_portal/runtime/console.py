"""What the runner says to the person at the terminal."""

import os
import sys
import time

# The launcher's clock goes on: monotonic time is the machine's, not the process's.
STARTED = float(os.environ.pop("PORTAL_STARTED", "") or time.monotonic())


class CannotRun(Exception):
    """A refusal in words that name the cause and the way out. Ends with exit code 1."""


def say(text: str = "") -> None:
    """A line on stdout, at once even through a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def step(text: str) -> None:
    """A line of progress with the seconds since the start."""
    say(f"{time.monotonic() - STARTED:6.1f} s  {text}")


def warn(text: str) -> None:
    """A line on stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
