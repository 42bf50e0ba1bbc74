"""Embedded PostgreSQL: the binaries of a wheel or of the system, run as our child.

Only a socket in a private folder, no port. The wheel's own Python start-up code is not
used: it opens other people's folders and leaves servers running.
"""

import contextlib
import locale
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from strategy_portal.runtime import processes
from strategy_portal.runtime.binaries import Binaries
from strategy_portal.runtime.console import CannotRun
from strategy_portal.runtime.instance import open_folder
from strategy_portal.runtime.processes import Account

FIRST_WITH_BUILTIN_LOCALE = 17
DATABASE = "portal"
OWNER = "portal_owner"  # owns the tables: migrations, tests
APP = "portal_app"  # what the portal signs in as: may not rewrite history
SUPERUSER = "postgres"
FAST, AT_ONCE = signal.SIGINT, signal.SIGQUIT  # PostgreSQL's own names for them
TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_min_duration_statement": "2s",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server's data, its socket folder and who it runs as."""

    binaries: Binaries
    data: Path
    sockets: Path
    account: Account | None
    durable: bool = True

    def url(self, role: str, database: str = DATABASE) -> str:
        """How a client reaches it."""
        return url(self.sockets, role, database)

    @property
    def command(self) -> list[str | Path]:
        """What starts the server."""
        settings = TUNING if self.durable else TUNING | THROWAWAY
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [
            self.binaries.folder / "postgres",
            "-D",
            self.data,
            "-k",
            self.sockets,
            *options,
        ]


def url(sockets: Path, role: str, database: str = DATABASE) -> str:
    """How a client reaches the server whose socket is in this folder."""
    return f"postgresql://{role}@/{database}?host={sockets}"


def plain_environment() -> dict[str, str]:
    """A locale that exists, and none of the caller's PG* variables."""
    return {"PATH": os.defpath, "LC_ALL": plain_locale()}


def plain_locale() -> str:
    """C.UTF-8 where the system has it."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_ALL, before)
    return "C.UTF-8"


def make_cluster(cluster: Cluster) -> None:
    """Create the data folder. A half-made one of an interrupted start is replaced.

    Raises CannotRun with initdb's own words.
    """
    if (cluster.data / "PG_VERSION").exists():
        return
    half = cluster.data.with_name("postgres.new")
    shutil.rmtree(half, ignore_errors=True)
    if cluster.account:
        open_folder(half.parent)
    half.mkdir(mode=0o700)
    if cluster.account:
        os.chown(half, cluster.account.uid, cluster.account.gid)
    process = processes.start(
        [
            cluster.binaries.folder / "initdb",
            f"--pgdata={half}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--auth-local=trust",
            "--auth-host=reject",
            "--data-checksums",
            *(["--no-sync"] if not cluster.durable else []),
            *locale_options(cluster.binaries.major),
        ],
        environment=plain_environment(),
        folder=Path("/"),
        output=subprocess.PIPE,
        account=cluster.account,
    )
    words, _ = process.communicate()
    if process.returncode:
        raise CannotRun(f"initdb failed:\n{words.decode(errors='replace')}")
    half.rename(cluster.data)


def locale_options(major: int) -> list[str]:
    """Sorting that no library update changes, where the version knows it."""
    if major >= FIRST_WITH_BUILTIN_LOCALE:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return []


def heal(cluster: Cluster) -> None:
    """Deal with the lock of a server that is no more, or that outlived its parent.

    PostgreSQL takes a zombie, or any process that got the old number, for a running
    server; and a server of a killed supervisor may still be writing.
    """
    lock = cluster.data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        pid = int(lock.read_text().split()[0])
        if str(cluster.data) in processes.command_of(pid):
            processes.end(pid, [FAST, AT_ONCE, signal.SIGKILL], patience=10)
        lock.unlink()


def answers(cluster: Cluster) -> bool:
    """Whether the server takes connections."""
    try:
        psycopg2.connect(cluster.url(SUPERUSER, "postgres")).close()
    except psycopg2.OperationalError:
        return False
    return True


def make_roles(cluster: Cluster) -> None:
    """The two roles and the database, as far as they are missing."""
    with connected(cluster.url(SUPERUSER, "postgres")) as cursor:
        cursor.execute("SELECT rolname FROM pg_roles")
        roles = {name for (name,) in cursor.fetchall()}
        for role in {OWNER, APP} - roles:
            cursor.execute(f"CREATE ROLE {role} LOGIN")
        if not cluster.durable:
            cursor.execute(f"ALTER ROLE {OWNER} CREATEDB")  # for test databases
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        cursor.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
        cursor.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP}")
    with connected(cluster.url(SUPERUSER)) as cursor:
        cursor.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


@contextlib.contextmanager
def connected(url: str) -> Iterator["psycopg2.extensions.cursor"]:
    """A cursor whose every statement is its own transaction."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
