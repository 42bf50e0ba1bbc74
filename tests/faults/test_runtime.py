"""The runner against a hostile world: real processes in an instance of their own."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from strategy_portal.runtime import state
from strategy_portal.runtime.instance import CHECKOUT
from strategy_portal.runtime.sockets import LONGEST
from tests.faults.portal_process import (
    Portal,
    as_json,
    clean_environment,
    descendants,
    eventually,
    free_port,
    survivors,
)

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]
NOBODY = 65534
COUNT = "SELECT count(*) FROM django_migrations"


@pytest.fixture(scope="module")
def portal():
    """One portal for this module, in a folder too deep for a socket's name."""
    home = Path(tempfile.mkdtemp(prefix="faults-"))
    portal = Portal(home / "/".join(["a-rather-long-name-of-a-folder"] * 5))
    try:
        portal.up()
        yield portal
    finally:
        portal.run("stop")
        if portal.process:
            portal.process.communicate(timeout=60)
        if portal.instance.exists:
            portal.instance.remove()
        shutil.rmtree(home)


@dataclass(frozen=True)
class Saved:
    """A backup, and what was there when it was made."""

    file: Path
    upload: Path
    key: str
    rows: str


@pytest.fixture(scope="module")
def saved(portal, tmp_path_factory):
    upload = portal.instance.files / "imports" / "export.zip"
    upload.parent.mkdir(exist_ok=True)
    upload.write_bytes(b"bytes of an upload")
    file = tmp_path_factory.mktemp("backup") / "portal.backup"
    rows = portal.query(COUNT).stdout
    done = portal.run("backup", str(file))
    assert done.returncode == 0, done.stderr
    return Saved(file, upload, (portal.folder / "secret.key").read_text(), rows)


def test_serves_from_a_deep_folder_through_short_sockets(portal):
    assert portal.answers()
    running = state.current(portal.instance)
    assert running
    assert len(str(portal.folder)) > 140
    assert len(running.sockets) < LONGEST + 20
    assert Path(running.sockets).stat().st_mode & 0o077 == 0


def test_status_names_every_service(portal):
    answer = as_json(portal.run("status", "--json"))
    assert answer["state"] == "up"
    assert answer["url"] == f"http://127.0.0.1:{portal.port}"
    assert list(answer["services"]) == ["postgres", "valkey", "web", "worker", "beat"]
    assert {one["state"] for one in answer["services"].values()} == {"running"}


def test_second_portal_on_the_same_folder_is_refused(portal):
    second = portal.run("up", "--port", str(free_port()))
    assert second.returncode == 1
    assert f"already runs at http://127.0.0.1:{portal.port}" in second.stderr
    assert portal.answers()


def test_taken_port_is_named_with_a_way_out(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = Portal(tmp_path / "new").run("up", "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} is taken" in refused.stderr
    assert "--port " in refused.stderr
    assert not (tmp_path / "new" / "run.json").exists()


def test_manage_uses_the_running_services_and_prints_nothing_of_its_own(portal):
    before = portal.pid("postgres")
    asked = portal.query("SELECT 6 * 7")
    assert (asked.returncode, asked.stdout) == (0, "42\n"), asked.stderr
    assert portal.pid("postgres") == before


def test_the_portal_signs_in_as_the_role_without_power_over_the_schema(portal):
    assert portal.query("SELECT current_user").stdout == "portal_app\n"
    refused = portal.query("CREATE TABLE mine (id int)")
    assert refused.returncode != 0
    assert "permission denied for schema public" in refused.stderr


def test_manage_passes_the_exit_code_on(portal):
    code = "raise SystemExit(7)"
    done = portal.run("manage", "shell", "--no-imports", "-c", code)
    assert done.returncode == 7


@pytest.mark.parametrize("service", ["postgres", "valkey", "worker", "web", "beat"])
def test_a_killed_service_is_started_again(portal, service):
    killed = portal.pid(service)
    family = descendants(killed) | {killed}
    portal.kill(killed)
    assert eventually(
        lambda: (
            portal.status()["services"][service].state == "running"
            and portal.pid(service) != killed
        ),
        within=15,
    )
    assert survivors(family, within=10) == []
    assert eventually(portal.answers, within=30)


def test_committed_rows_survive_a_killed_supervisor_which_leaves_no_orphan(portal):
    rows = portal.query(COUNT).stdout
    family = portal.family()
    portal.kill(portal.process.pid)
    assert survivors(family, within=20) == []
    assert portal.status()["state"] == "down"
    portal.process.communicate()
    assert portal.up() < 60
    assert portal.query(COUNT).stdout == rows


def test_backup_of_a_running_portal_is_for_its_owner_only(portal, saved):
    assert portal.answers()
    assert saved.file.stat().st_mode & 0o777 == 0o600
    refused = portal.run("restore", str(saved.file), "--yes")
    assert refused.returncode == 1
    assert "Stop it first" in refused.stderr


def test_stop_leaves_no_process_and_no_socket(portal):
    family = portal.family()
    running = state.current(portal.instance)
    assert running
    done = portal.run("stop")
    assert (done.returncode, done.stdout) == (0, "Stopped.\n")
    assert portal.process.wait(10) == 0
    assert survivors(family) == []
    assert not Path(running.sockets).exists()
    assert as_json(portal.run("status", "--json")) == {
        "state": "down",
        "url": None,
        "services": {},
    }


def test_two_manage_commands_share_services_that_end_with_them(portal):
    slow = "import time; time.sleep(2); print('slow')"
    first = portal.begin("manage", "shell", "--no-imports", "-c", slow)
    second = portal.query("SELECT 1")
    assert (second.returncode, second.stdout) == (0, "1\n"), second.stderr
    out, err = first.communicate(timeout=60)
    assert (first.returncode, out) == (0, "slow\n"), err
    assert state.current(portal.instance) is None


def test_killed_manage_leaves_no_services(portal):
    waiting = "import time; print('on', flush=True); time.sleep(60)"
    command = portal.begin("manage", "shell", "--no-imports", "-c", waiting)
    assert command.stdout.readline() == "on\n"
    keeper = state.current(portal.instance)
    assert keeper
    family = {keeper.pid} | descendants(keeper.pid) | descendants(command.pid)
    portal.kill(command.pid)
    command.communicate()
    assert survivors(family, within=20) == []


def test_start_heals_the_lock_of_a_process_that_is_not_postgres(portal):
    lock = portal.instance.database / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{portal.instance.database}\n")
    assert portal.query("SELECT 1").stdout == "1\n"


def test_backup_comes_back_whole_after_a_reset(portal, saved):
    refused = portal.run("restore", str(saved.file))
    assert refused.returncode == 1
    assert "holds data" in refused.stderr
    assert portal.run("reset").returncode == 1, "nobody said --yes"
    assert portal.run("reset", "--yes").returncode == 0
    assert not portal.folder.exists()

    restored = portal.run("restore", str(saved.file))
    assert restored.returncode == 0, restored.stderr
    assert saved.upload.read_bytes() == b"bytes of an upload"
    assert (portal.folder / "secret.key").read_text() == saved.key
    assert portal.query(COUNT).stdout == saved.rows


def test_restore_refuses_what_is_no_backup(portal, tmp_path):
    (tmp_path / "letter").write_text("Dear portal,")
    refused = portal.run("restore", str(tmp_path / "letter"), "--yes")
    assert refused.returncode == 1
    assert "not a readable backup" in refused.stderr


AS_ORDINARY_USER = """
import os, sys
from pathlib import Path
from strategy_portal.runtime import lending, postgres
from strategy_portal.runtime.instance import Instance

with lending.services(Instance(Path(sys.argv[1]))) as variables:
    with postgres.connected(variables["DATABASE_URL"]) as cursor:
        cursor.execute("SELECT current_user")
        print(os.geteuid(), cursor.fetchone()[0], "REDIS_URL" in variables)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_services_need_no_rights():
    python = python_for_everybody()
    home = Path(tempfile.mkdtemp(prefix="faults-user-"))
    os.chown(home, NOBODY, NOBODY)
    packages = Path(pytest.__file__).parents[1]
    try:
        done = subprocess.run(
            [python, "-P", "-c", AS_ORDINARY_USER, str(home / "portal")],
            env=clean_environment(home / "portal")
            | {"PYTHONPATH": f"{CHECKOUT}:{packages}", "HOME": str(home)},
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"{NOBODY} portal_app True\n"
        assert (home / "portal" / "postgres").stat().st_uid == NOBODY
    finally:
        shutil.rmtree(home)


def python_for_everybody():
    """A Python of our version that any user may run, able to read the checkout."""
    same = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            tried = subprocess.run(
                [python, "-c", f"open({__file__!r}); {same}"],
                user=NOBODY,
                group=NOBODY,
                extra_groups=[],
                cwd="/",
                capture_output=True,
                check=False,
            )
        except OSError:
            continue
        if tried.returncode == 0:
            return python
    pytest.skip("no Python that an ordinary user may run beside this checkout")
