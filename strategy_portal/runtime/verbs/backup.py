"""`backup`: the whole instance in one file.

The file is a tar of the database dump, the uploaded files, the keys and a manifest
with the rows of each table, counted in the dump's own snapshot. The restore counts
them again: a backup is worth what its restore proves.
"""

import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import psycopg2
from psycopg2 import sql

from strategy_portal.runtime import environment, lending, schema
from strategy_portal.runtime.binaries import find_binaries
from strategy_portal.runtime.console import CannotRun, say, step
from strategy_portal.runtime.instance import Instance, private

KEYS = ("secret.key", "pseudonym.key")
DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files/"
FORM = 1

Counts = dict[str, int]


def backup(instance: Instance, target: Path) -> int:
    """Write the file, complete or not at all. The portal may be up."""
    if not instance.exists:
        raise CannotRun(f"There is no instance in {instance.folder}.")
    with lending.services(instance) as variables, tempfile.TemporaryDirectory() as temp:
        schema.migrate(instance, variables)
        dump = Path(temp) / DUMP
        step("Dumping the database")
        rows = dump_database(instance, environment.as_owner(variables), dump)
        step("Packing")
        write(target, instance, dump, rows)
    say(f"{target}: {sum(rows.values())} rows of {len(rows)} tables.")
    say("Keep it safe: the keys of this instance are in it.")
    return 0


def write(target: Path, instance: Instance, dump: Path, rows: Counts) -> None:
    """Write the file under another name first. Raises CannotRun when it cannot."""
    part = target.with_name(f"{target.name}.part")
    try:
        with private(part) as file, tarfile.open(fileobj=file, mode="w") as tar:
            pack(tar, instance, dump, rows)
        part.replace(target)
    except OSError as problem:
        part.unlink(missing_ok=True)
        raise CannotRun(f"Cannot write {target}: {problem.strerror}.") from problem


def pack(tar: tarfile.TarFile, instance: Instance, dump: Path, rows: Counts) -> None:
    """Put everything in. Files come after the dump, so all that it names are there."""
    manifest = {"form": FORM, "made": datetime.now(UTC).isoformat(), "rows": rows}
    entry = tarfile.TarInfo(MANIFEST)
    words = json.dumps(manifest, indent=1).encode()
    entry.size, entry.mode = len(words), 0o600
    tar.addfile(entry, BytesIO(words))
    for name in KEYS:
        tar.add(instance.folder / name, name)
    tar.add(dump, DUMP)
    tar.add(instance.files, FILES.rstrip("/"))


def dump_database(instance: Instance, owner: dict[str, str], dump: Path) -> Counts:
    """Dump, and count the rows of every table in the very same snapshot."""
    with snapshot(owner["DATABASE_URL"]) as (cursor, name):
        program(
            "pg_dump",
            instance,
            owner,
            [
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={name}",
                f"--file={dump}",
            ],
        )
        return count_rows(cursor)


@contextmanager
def snapshot(url: str) -> Iterator[tuple["psycopg2.extensions.cursor", str]]:
    """A cursor that sees one moment, and the name by which others see the same."""
    connection = psycopg2.connect(url)
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            (name,) = cursor.fetchone() or ("",)
            yield cursor, name
    finally:
        connection.close()


def count_rows(cursor: "psycopg2.extensions.cursor") -> Counts:
    """Rows of every table; a partitioned one counts with all its parts."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"
    )
    rows: Counts = {}
    for (table,) in cursor.fetchall():
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        (rows[table],) = cursor.fetchone() or (0,)
    return rows


def program(
    name: str, instance: Instance, owner: dict[str, str], options: list[str]
) -> None:
    """Run a PostgreSQL client program. Raises CannotRun with its own words."""
    binaries = find_binaries(instance.database)
    done = subprocess.run(
        [binaries.folder / name, f"--dbname={owner['DATABASE_URL']}", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotRun(f"{name} failed:\n{done.stderr}")
