"""The runner's parts where no portal is needed to see them fail."""

import importlib.machinery
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from strategy_portal.runtime import (
    binaries,
    environment,
    instance,
    locks,
    processes,
    sockets,
)
from strategy_portal.runtime.child import LOG_BYTES, Child
from strategy_portal.runtime.console import CannotRun
from strategy_portal.runtime.instance import CHECKOUT, Instance
from strategy_portal.runtime.processes import Account


@pytest.fixture
def launcher():
    """The `portal` file as a module."""
    loader = importlib.machinery.SourceFileLoader("launcher", str(CHECKOUT / "portal"))
    spec = importlib.util.spec_from_loader("launcher", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def child(tmp_path, *command, **options):
    log = tmp_path / "child.log"
    return Child("child", command, dict(os.environ), log, tmp_path, **options)


def test_launcher_passes_pip_settings_on_to_uv(launcher, tmp_path, monkeypatch):
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://packages.example/simple\n"
        "extra-index-url = https://one.example\n  https://two.example\n"
        "retries = 3\n"
    )
    monkeypatch.setattr(launcher, "pip_files", lambda: [config])
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CERT", "/etc/certificates.pem")
    assert launcher.uv_environment() == {
        "UV_DEFAULT_INDEX": "https://packages.example/simple",
        "UV_INDEX": "https://one.example https://two.example",
        "SSL_CERT_FILE": "/etc/certificates.pem",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_launcher_needs_no_network_while_the_lock_is_the_same(
    launcher, tmp_path, monkeypatch
):
    stamp = tmp_path / "installed.json"
    monkeypatch.setattr(launcher, "STAMP", stamp)
    monkeypatch.setattr(launcher, "PYTHON", Path(sys.executable))
    assert not launcher.installed("requirements.lock")
    stamp.write_text(
        json.dumps({"requirements.lock": launcher.digest("requirements.lock")})
    )
    assert launcher.installed("requirements.lock")
    assert not launcher.installed("requirements-test.lock")


def test_every_lock_is_by_hash_and_names_no_index():
    for lock in CHECKOUT.glob("requirements*.lock"):
        text = lock.read_text()
        assert text.count("--hash=sha256:") >= text.count("==")
        assert "://" not in text
        assert "index-url" not in text


def test_env_file_gives_values_and_skips_the_rest(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# A comment\nMAIL_FROM='portal@example.org'\nEMAIL_URL=\n words\n")
    assert environment.env_file(file) == {"MAIL_FROM": "portal@example.org"}


def test_named_servers_are_used_and_nothing_is_embedded(tmp_path):
    own = Instance(tmp_path / "portal")
    own.make()
    given = {
        "DATABASE_URL": "postgresql://app@db/portal",
        "DATABASE_OWNER_URL": "postgresql://owner@db/portal",
        "REDIS_URL": "redis://cache/0",
    }
    complete = environment.complete(given, own, None, "https://portal.example")
    assert not environment.embedded_database(given)
    assert not environment.embedded_redis(given)
    assert given.items() <= complete.items()
    assert complete["ALLOWED_HOSTS"].endswith("portal.example")
    owner = environment.as_owner(complete)
    assert owner["DATABASE_URL"] == "postgresql://owner@db/portal"


def test_keys_are_made_once_and_for_the_owner_only(tmp_path):
    own = Instance(tmp_path / "portal")
    own.make()
    key = own.folder / "secret.key"
    first = key.read_text()
    own.make()
    assert key.read_text() == first
    assert len(first) >= 50
    assert key.stat().st_mode & 0o777 == 0o600
    assert own.folder.stat().st_mode & 0o777 == 0o700


def test_folder_that_was_there_keeps_its_rights(tmp_path):
    folder = tmp_path / "portal"
    folder.mkdir(mode=0o755)
    Instance(folder).make()
    assert folder.stat().st_mode & 0o777 == 0o755


def test_unwritable_place_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(CannotRun, match="Name another folder with PORTAL_DATA"):
        Instance(tmp_path / "file" / "portal").make()


def test_deleted_folder_gets_a_database_of_its_own(tmp_path):
    own = Instance(tmp_path / "portal")
    own.make()
    before = own.name
    own.remove()
    own.make()
    assert own.name != before


def fake_postgres(folder, version):
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        program.chmod(0o755)


def test_too_old_or_broken_postgres_is_passed_over(tmp_path, monkeypatch):
    places = [tmp_path / name for name in ("broken", "old", "good")]
    places[0].mkdir()
    fake_postgres(places[1], "13.9")
    fake_postgres(places[2], "16.4")
    monkeypatch.setattr(binaries, "candidates", lambda: iter(places))
    assert binaries.find_binaries(tmp_path / "new").version == "16.4"


def test_data_is_opened_by_the_version_that_made_it(tmp_path, monkeypatch):
    places = [tmp_path / "18", tmp_path / "16"]
    fake_postgres(places[0], "18.4")
    fake_postgres(places[1], "16.14")
    monkeypatch.setattr(binaries, "candidates", lambda: iter(places))
    data = tmp_path / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("16\n")
    assert binaries.find_binaries(data).folder == places[1]
    (data / "PG_VERSION").write_text("15\n")
    with pytest.raises(CannotRun, match=r"made by PostgreSQL 15; here is 18\.4"):
        binaries.find_binaries(data)


def test_without_any_postgres_the_way_out_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(binaries, "candidates", lambda: iter([]))
    with pytest.raises(CannotRun, match="apt-get install postgresql"):
        binaries.find_binaries(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
def test_programs_in_a_closed_folder_are_copied_for_the_other_account(
    tmp_path, monkeypatch
):
    nobody = Account(65534, 65534)
    closed = tmp_path / "closed"
    fake_postgres(closed / "wheel" / "pginstall" / "bin", "18.4")
    (closed / "wheel.libs").mkdir()
    closed.chmod(0o700)
    with tempfile.TemporaryDirectory() as shared:
        for module in (binaries, instance):
            monkeypatch.setattr(module, "SHARED_STATE", Path(shared))
        source = binaries.Binaries(closed / "wheel" / "pginstall" / "bin", "18.4")
        Path(shared).chmod(0o755)
        copied = binaries.reachable(source, nobody)
        assert copied.folder.is_relative_to(shared)
        assert binaries.runs_as(nobody, copied.folder / "postgres")
        assert binaries.reachable(source, nobody) == copied
    assert closed.stat().st_mode & 0o777 == 0o700


def test_zombie_counts_as_dead():
    process = subprocess.Popen(["/bin/true"])
    try:
        assert processes.wait_until(lambda: not processes.command_of(process.pid), 5)
    finally:
        process.wait()


def test_child_dies_with_its_parent():
    script = (
        "import os, signal, subprocess, sys\n"
        "from pathlib import Path\n"
        "from strategy_portal.runtime import processes\n"
        "child = processes.start(['sleep', '60'], environment=os.environ,"
        " folder=Path('/'), output=subprocess.DEVNULL)\n"
        "print(child.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    orphan = int(done.stdout)
    assert processes.wait_until(lambda: not processes.command_of(orphan), 5)


def test_child_that_keeps_dying_is_restarted_ever_more_slowly(tmp_path):
    one = child(tmp_path, "false")
    pauses = [one.pause(lived=0.1) for _ in range(8)]
    assert pauses[:3] == [0.4, 0.8, 1.6]
    assert pauses[-1] == 15.0
    assert one.pause(lived=3600) == 0.4
    assert one.restarts == 9


def test_child_that_cannot_start_shows_its_last_words(tmp_path):
    one = child(tmp_path, "sh", "-c", "echo no such table; exit 1", works=lambda: False)
    one.start()
    with pytest.raises(CannotRun, match=r"child ended at once.*\n.*no such table"):
        one.wait(5)


def test_long_log_is_moved_aside_and_goes_on(tmp_path):
    one = child(tmp_path, "true")
    for name in (b"first", b"second"):
        one.log.write_bytes(name * LOG_BYTES)
        one.rotate_log()
    assert one.log.stat().st_size == 0
    assert Path(f"{one.log}.1").read_bytes()[:6] == b"second"
    assert Path(f"{one.log}.2").read_bytes()[:5] == b"first"


def test_lock_is_dropped_by_a_dead_holder(tmp_path):
    path = tmp_path / "a.lock"
    holder = locks.take(path)
    assert holder
    assert not locks.is_free(path)
    assert locks.take(path) is None
    holder.close()
    assert locks.is_free(path)


def test_sockets_folder_is_private_and_only_ours_is_removed(tmp_path):
    folder = sockets.make(None)
    assert folder.stat().st_mode & 0o777 == 0o700
    sockets.remove(folder)
    assert not folder.exists()
    sockets.remove(tmp_path)
    assert tmp_path.exists()
