"""What must be true before the portal can serve: tables, grants, static files.

Each is skipped when what it is made from has not changed since.
"""

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

from strategy_portal.runtime import environment, locks, processes
from strategy_portal.runtime.console import CannotRun
from strategy_portal.runtime.instance import CHECKOUT, Instance
from strategy_portal.runtime.postgres import connected

LOCK = CHECKOUT / "requirements.lock"
MANAGE = str(CHECKOUT / "manage.py")


def migrate(instance: Instance, variables: dict[str, str]) -> bool:
    """Bring the tables and grants up to date. False when they were.

    The database itself remembers what it was made from, as its comment, so a restored
    or replaced database is never taken for an up-to-date one.
    """
    owner = environment.as_owner(variables)
    stamp = fingerprint(schema_sources())
    with locks.held(instance.folder / locks.PREPARING):
        if database_stamp(owner["DATABASE_URL"]) == stamp:
            return False
        django(owner, "migrate", "--no-input", "--verbosity=0")
        django(owner, "protect")
        set_database_stamp(owner["DATABASE_URL"], stamp)
    return True


def schema_sources() -> list[Path]:
    """The files that say how the tables and grants must be."""
    return [
        LOCK,
        *CHECKOUT.glob("*/migrations/*.py"),
        *CHECKOUT.glob("*/commands/protection.py"),
    ]


def fingerprint(paths: Iterable[Path]) -> str:
    """A word that changes with any name or content."""
    total = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file():
            name = str(path.relative_to(CHECKOUT)).encode()
            total.update(name + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def database_stamp(url: str) -> str | None:
    """What the database was made from, if it was."""
    with connected(url) as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = current_database()"
        )
        row = cursor.fetchone()
    return row[0] if row else None


def set_database_stamp(url: str, stamp: str | None) -> None:
    """Make the database remember it, or forget it."""
    with connected(url) as cursor:
        cursor.execute("SELECT quote_ident(current_database())")
        (name,) = cursor.fetchone() or ("",)
        cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [stamp])


def collect_static(instance: Instance, variables: dict[str, str]) -> bool:
    """Gather and compress the static files. False when none has changed."""
    target = Path(variables.get("STATIC_ROOT") or instance.folder / "static")
    remembered = instance.folder / "static.stamp"
    stamp = fingerprint([LOCK, *(CHECKOUT / "static").rglob("*")])
    stamp = f"{stamp} {target}"
    if target.is_dir() and remembered.is_file() and remembered.read_text() == stamp:
        return False
    django(variables, "collectstatic", "--no-input", "--clear", "--verbosity=0")
    remembered.write_text(stamp)
    return True


def build_demo(instance: Instance, variables: dict[str, str]) -> bool:
    """Build the demo organisation, once. False when it stands."""
    mark = instance.folder / "demo"
    if mark.read_text() == "built":
        return False
    try:
        django(variables, "demo", "--json")
    except CannotRun as problem:
        raise CannotRun(
            f"{problem}\nA demo that was interrupted is deleted by "
            "./portal reset --demo --yes"
        ) from problem
    mark.write_text("built")
    return True


def django(variables: dict[str, str], *arguments: str) -> None:
    """Run a command of `manage.py`. Raises CannotRun with what it said."""
    process = processes.start(
        environment.python(MANAGE, *arguments),
        environment=variables,
        folder=CHECKOUT,
        output=subprocess.PIPE,
    )
    try:
        words, _ = process.communicate()
    finally:
        processes.end_group(process)
    if process.returncode:
        said = words.decode(errors="replace").strip()
        raise CannotRun(f"manage.py {arguments[0]} failed:\n{said}")
