"""File locks. The kernel drops them with their process, so none is ever stale."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

SUPERVISOR = "supervisor.lock"  # exclusive: whoever runs the services
USERS = "users.lock"  # shared: whoever needs them; exclusive: they are being stopped
PREPARING = "preparing.lock"  # exclusive: whoever migrates


@contextmanager
def held(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Wait for the lock and hold it."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


def take(path: Path, *, shared: bool = False, patience: float = 0.0) -> IO[str] | None:
    """The locked file, to be kept open as long as the lock is needed, or None.

    A little patience tells a holder from somebody who only looks.
    """
    deadline = time.monotonic() + patience
    file = path.open("a")
    while True:
        try:
            fcntl.flock(
                file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
            )
        except BlockingIOError:
            if time.monotonic() >= deadline:
                file.close()
                return None
            time.sleep(0.02)
        else:
            return file


def is_free(path: Path) -> bool:
    """Whether nobody holds it exclusively at this moment."""
    if not path.parent.is_dir():
        return True
    file = take(path, shared=True)
    if file:
        file.close()
    return file is not None
