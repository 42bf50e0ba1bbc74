"""The folder an instance lives in: its data, keys and logs, and nothing elsewhere.

The one exception: PostgreSQL refuses to run as root, so root's database belongs to an
unprivileged account and lies under /var/lib, where that account can reach it.
"""

import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from strategy_portal.runtime import locks
from strategy_portal.runtime.console import CannotRun

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED_STATE = Path("/var/lib/strategy-portal")


@dataclass(frozen=True)
class Instance:
    """One portal with its data. A throw-away one trades durability for speed."""

    folder: Path
    throwaway: bool = False

    @property
    def exists(self) -> bool:
        """Whether this folder was ever made into an instance."""
        return (self.folder / "instance").is_file()

    @property
    def name(self) -> str:
        """A random word that stays with the folder when it is moved."""
        return (self.folder / "instance").read_text().strip()

    @property
    def is_demo(self) -> bool:
        """Whether it was made for the demo organisation."""
        return (self.folder / "demo").exists()

    @property
    def database(self) -> Path:
        """PostgreSQL's folder. Tied to the name: a deleted folder starts afresh."""
        if os.geteuid() == 0:
            return SHARED_STATE / self.name / "postgres"
        return self.folder / "postgres"

    @property
    def files(self) -> Path:
        """Uploaded files."""
        return self.folder / "files"

    @property
    def logs(self) -> Path:
        """One log for each child, and the rotated ones."""
        return self.folder / "logs"

    def make(self) -> None:
        """Make the folder, its name and its keys. Raises CannotRun if it cannot."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locks.held(self.folder / locks.PREPARING):
                self.logs.mkdir(mode=0o700, exist_ok=True)
                self.files.mkdir(mode=0o700, exist_ok=True)
                write_once(self.folder / "secret.key", secrets.token_urlsafe(64))
                write_once(self.folder / "pseudonym.key", secrets.token_urlsafe(64))
                write_once(self.folder / "instance", secrets.token_hex(8))
        except OSError as problem:
            raise CannotRun(
                f"Cannot write to {self.folder}: {problem.strerror}. "
                "Name another folder with PORTAL_DATA=DIR."
            ) from problem

    def remove(self) -> None:
        """Delete the instance and all that it holds."""
        if os.geteuid() == 0:
            shutil.rmtree(SHARED_STATE / self.name, ignore_errors=True)
        shutil.rmtree(self.folder)


def open_folder(folder: Path) -> None:
    """A folder of our own under /var/lib that other accounts may pass through."""
    for place in (SHARED_STATE, folder):
        place.mkdir(exist_ok=True)
        place.chmod(0o755)


def write_once(path: Path, text: str) -> None:
    """A file that only its owner can read, unless it is there already."""
    if not path.exists():
        part = path.with_suffix(".part")
        with private(part) as file:
            file.write(text.encode())
        part.replace(path)


def private(path: Path) -> IO[bytes]:
    """A new file that nobody else can read, not even at first."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(descriptor, "wb")


def standard() -> Instance:
    """The instance of this checkout."""
    return Instance(CHECKOUT / ".portal")


def demo() -> Instance:
    """The demo of this checkout, apart so that removing it is deleting a folder."""
    return Instance(CHECKOUT / ".portal-demo")


def named(variables: Mapping[str, str]) -> Instance | None:
    """The instance that PORTAL_DATA names, if it names one."""
    folder = variables.get("PORTAL_DATA")
    return Instance(Path(folder).expanduser().absolute()) if folder else None
