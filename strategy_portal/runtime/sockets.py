"""The folder of the services' sockets: short, private, new for each run.

A socket's path may have 107 bytes at most, so it cannot lie in a deep checkout. A new
random name cannot have been taken by somebody else before us.
"""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from strategy_portal.runtime.processes import Account

PREFIX = "portal-"
LONGEST = 70  # leaves room for the names of the folder and of the sockets in it


def make(account: Account | None) -> Path:
    """A new folder that only we, or the account PostgreSQL runs as, can enter."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=home(account)))
    if account:
        os.chown(folder, account.uid, account.gid)
    return folder


def home(account: Account | None) -> Path:
    """Where to make it: the user's own run folder, or a temporary one."""
    own = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent")
    for place in (own, Path(tempfile.gettempdir())):
        # An account that root changes to cannot pass through root's own folders.
        if account is None and is_ours(place) and len(str(place)) <= LONGEST:
            return place
    return Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder in it


def is_ours(place: Path) -> bool:
    """Whether it is a folder of ours, or the machine's, where we may make another."""
    try:
        found = place.lstat()
    except OSError:
        return False
    owned = found.st_uid in {os.geteuid(), 0} and stat.S_ISDIR(found.st_mode)
    return owned and os.access(place, os.W_OK)


def remove(folder: Path) -> None:
    """Delete it; after a crash too, when its name comes from a file."""
    if folder.name.startswith(PREFIX) and not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)
