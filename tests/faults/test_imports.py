"""An import goes on by itself, and exactly, whatever is killed under it."""

import csv
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg2 import OperationalError
from redis import Redis

from strategy_portal.runtime import environment, postgres, state, valkey
from tests.faults.portal_process import Portal, as_json, eventually

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

# Short, so that a test need not wait a minute for what a minute would do as well.
HURRY = {"LEASE_SECONDS": "15", "SWEEP_SECONDS": "4"}
EVENTS = 150_000


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    home = Path(tempfile.mkdtemp(prefix="imports-"))
    portal = Portal(home / "data", settings=HURRY)
    try:
        portal.up()
        yield portal
    finally:
        portal.run("stop")
        if portal.process:
            portal.process.communicate(timeout=60)
        portal.instance.remove()
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory, portal: Portal) -> Path:
    folder = tmp_path_factory.mktemp("export")
    size = ["--people", "300", "--events", str(EVENTS), "--days", "120", "--seed", "3"]
    where = ["--platform", "canonical", "--out", str(folder), "--json"]
    as_json(portal.run("manage", "make_export", *size, *where))
    return next(folder.rglob("*.csv"))


def ask(portal: Portal, sql: str, *parameters: object) -> object:
    """The first value of a query, over a connection that opens and closes at once."""
    running = state.current(portal.instance)
    assert running
    urls = environment.database_urls(Path(running.sockets))
    try:
        with postgres.connected(urls["DATABASE_OWNER_URL"]) as cursor:
            cursor.execute(sql, parameters)
            row = cursor.fetchone()
            return row[0] if row else None
    except OperationalError:
        return None  # the server is down at this moment


def queue(portal: Portal, export: Path, source: str) -> int:
    """Leave the import to the portal's own worker."""
    receipt = as_json(
        portal.run(
            "manage", "ingest", str(export), "--source", source, "--queue", "--json"
        )
    )
    assert receipt["status"] == "queued"
    return int(receipt["import"])


def under_way(portal: Portal) -> bool:
    """Whether a load has stored events that it has not committed yet."""
    sql = (
        "SELECT EXISTS (SELECT FROM pg_locks WHERE mode = 'RowExclusiveLock'"
        " AND relation = 'metrics_event'::regclass)"
    )
    return ask(portal, sql) is True


def finished(portal: Portal, job: int) -> bool:
    sql = (
        "SELECT state = 'done' AND NOT EXISTS (SELECT FROM metrics_dirtyday)"
        " FROM metrics_import WHERE id = %s"
    )
    return ask(portal, sql, job) is True


def figures(portal: Portal, source: str) -> dict[str, object]:
    found = as_json(
        portal.run(
            "manage", "measure", "--all", "--source", source, "--floor", "1", "--json"
        )
    )
    return {one["measure"]: one["points"][0]["value"] for one in found["measures"]}


def kill_worker(portal: Portal) -> None:
    worker = portal.pid("worker")
    for child in subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(worker)],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split():
        portal.kill(int(child))
    portal.kill(worker)


def empty_redis(portal: Portal) -> None:
    running = state.current(portal.instance)
    assert running
    url = valkey.cache_url(Path(running.sockets))
    Redis.from_url(url).flushall()


def kill_postgres(portal: Portal) -> None:
    portal.kill(portal.pid("postgres"))


@pytest.mark.parametrize("fault", [kill_worker, kill_postgres])
def test_an_import_survives(
    portal: Portal, export: Path, fault: Callable[[Portal], None]
) -> None:
    source = fault.__name__.replace("_", "-")
    job = queue(portal, export, source)
    assert eventually(lambda: under_way(portal), 60)
    fault(portal)
    empty_redis(portal)
    assert eventually(lambda: finished(portal, job), 180)
    attempts = "SELECT attempts >= 2 FROM metrics_import WHERE id = %s"
    assert ask(portal, attempts, job) is True  # the fault did hit the load
    with export.open() as file:
        rows = list(csv.DictReader(file))
    people = [row for row in rows if row["actor_type"] != "bot"]
    found = figures(portal, source)
    for kind in ("post", "reply"):
        written = sum(row["type"] == kind for row in people)
        assert found[f"{kind}s" if kind == "post" else "replies"] == written
    receipt = "SELECT inserted FROM metrics_import WHERE id = %s"
    events = "SELECT count(*) FROM metrics_event WHERE import_id = %s"
    stored, counted = ask(portal, receipt, job), ask(portal, events, job)
    assert stored == counted == len(rows)


def test_the_sweep_finds_what_no_bell_announced(portal: Portal, export: Path) -> None:
    portal.kill(portal.pid("valkey"))
    job = queue(portal, export, "no-bell")
    empty = eventually(lambda: bool(portal.status()["services"]["valkey"].pid), 20)
    assert empty
    assert eventually(lambda: finished(portal, job), 120)
    assert figures(portal, "no-bell") == figures(portal, "kill-worker")
