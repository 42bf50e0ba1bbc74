"""`restore`: a backup takes the place of what an instance holds."""

import json
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from strategy_portal.runtime import environment, lending, postgres, schema, state
from strategy_portal.runtime.console import CannotRun, say, step
from strategy_portal.runtime.instance import Instance, private
from strategy_portal.runtime.verbs.backup import (
    DUMP,
    FILES,
    FORM,
    KEYS,
    MANIFEST,
    Counts,
    count_rows,
    program,
)


def restore(instance: Instance, source: Path, *, overwrite: bool) -> int:
    """Put a backup in place of what the instance holds.

    Raises CannotRun when the portal is up, when the instance holds data and `overwrite`
    is not set, when the file is none of ours, and when fewer rows came back.
    """
    manifest = read_manifest(source)
    running = state.current(instance)
    if running and running.mode == "up":
        raise CannotRun("The portal is up. Stop it first: ./portal stop")
    with lending.services(instance) as variables:
        owner = environment.as_owner(variables)
        if not overwrite and holds_data(instance, owner["DATABASE_URL"]):
            raise CannotRun(
                f"{instance.folder} holds data. To replace it, add --yes; "
                "to keep it, name a new folder with PORTAL_DATA=DIR."
            )
        step("Restoring files and database")
        unpack(instance, source, owner)
        check_rows(owner["DATABASE_URL"], manifest["rows"])
        forget_cache(variables["REDIS_URL"])
        # The restored keys are read anew: what follows must not use the old ones.
        schema.migrate(instance, variables | read_keys(instance))
    say(f"Restored {sum(manifest['rows'].values())} rows, as of {manifest['made']}.")
    return 0


def read_manifest(source: Path) -> dict[str, Any]:
    """What the file says of itself. Raises CannotRun when it is no backup."""
    try:
        with tarfile.open(source) as tar:
            member = tar.extractfile(MANIFEST)
            manifest = json.loads(member.read()) if member else {}
    except (OSError, tarfile.TarError, KeyError, ValueError) as problem:
        raise CannotRun(f"{source} is not a readable backup: {problem}") from problem
    if manifest.get("form") != FORM:
        raise CannotRun(f"{source} was made by another version of the portal.")
    return dict(manifest)


def holds_data(instance: Instance, url: str) -> bool:
    """Whether there is anything that a restore would replace."""
    with postgres.connected(url) as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = 'public'::regnamespace"
        )
        (tables,) = cursor.fetchone() or (0,)
    return bool(tables) or any(instance.files.iterdir())


def unpack(instance: Instance, source: Path, owner: dict[str, str]) -> None:
    """Bring back the keys, the files and the tables."""
    with tempfile.TemporaryDirectory(dir=instance.folder) as temp:
        unpacked = Path(temp)
        with tarfile.open(source) as tar:
            extract(tar, unpacked)
        load_dump(instance, owner, unpacked / DUMP)
        shutil.rmtree(instance.files)
        (unpacked / FILES).rename(instance.files)
        for name in KEYS:
            (unpacked / name).replace(instance.folder / name)


def extract(tar: tarfile.TarFile, target: Path) -> None:
    """Write its plain files. Links and paths that lead outside are refused."""
    (target / FILES).mkdir(mode=0o700)
    for member in tar:
        place = (target / member.name).resolve()
        if not place.is_relative_to(target.resolve()):
            raise CannotRun(f"The backup names a file outside itself: {member.name}")
        content = tar.extractfile(member) if member.isreg() else None
        if content:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with private(place) as file:
                shutil.copyfileobj(content, file)


def load_dump(instance: Instance, owner: dict[str, str], dump: Path) -> None:
    """Replace the tables by those of the dump."""
    schema.set_database_stamp(owner["DATABASE_URL"], None)
    with postgres.connected(owner["DATABASE_URL"]) as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
    options = [
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
    ]
    program("pg_restore", instance, owner, [*options, str(dump)])


def check_rows(url: str, expected: Counts) -> None:
    """Raises CannotRun that names each table which came back with other rows."""
    with postgres.connected(url) as cursor:
        found = count_rows(cursor)
    wrong = [
        f"  {table}: {found.get(table, 'missing')} instead of {count}"
        for table, count in expected.items()
        if found.get(table) != count
    ]
    if wrong:
        raise CannotRun("Rows differ from the backup:\n" + "\n".join(wrong))


def forget_cache(redis_url: str) -> None:
    """What was cached of the old data is no longer true."""
    import redis  # noqa: PLC0415 - slow to load, needed here alone

    redis.from_url(redis_url).flushdb()


def read_keys(instance: Instance) -> dict[str, str]:
    """The keys as they are now."""
    return {
        "SECRET_KEY": (instance.folder / "secret.key").read_text(),
        "PSEUDONYM_KEYS": (instance.folder / "pseudonym.key").read_text(),
    }
