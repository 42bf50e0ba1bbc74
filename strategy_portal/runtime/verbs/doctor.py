"""`doctor`: what this machine offers the portal, and what is not protected."""

import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from strategy_portal.runtime import binaries, environment, state, valkey
from strategy_portal.runtime.console import CannotRun, say
from strategy_portal.runtime.instance import CHECKOUT, Instance
from strategy_portal.runtime.verbs import up

GIGABYTE = 1024**3
SHORTEST_KEY = 50
LOW_DISK = 2 * GIGABYTE
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `bad` keeps the portal from running, `note` does not."""

    subject: str
    verdict: str
    words: str


def good(subject: str, words: str) -> Finding:
    """All is well."""
    return Finding(subject, "ok", words)


def note(subject: str, words: str) -> Finding:
    """It works, with less."""
    return Finding(subject, "note", words)


def bad(subject: str, words: str) -> Finding:
    """It does not work."""
    return Finding(subject, "bad", words)


def doctor(instance: Instance, *, port: int, as_json: bool) -> int:
    """Look at everything and say it. Exit code 1 when something is bad."""
    given = environment.given()
    findings = [
        good("Python", f"{platform.python_version()} in {sys.prefix}"),
        machine(),
        disk(instance),
        database(instance, given),
        roles(given),
        cache(given),
        port_of(instance, port),
        chromium(),
        mail(given),
        *keys(given),
    ]
    if as_json:
        say(json.dumps({"findings": [asdict(finding) for finding in findings]}))
    else:
        for one in findings:
            say(f"{one.verdict:4}  {one.subject:10}  {one.words}")
    return int(any(finding.verdict == "bad" for finding in findings))


def machine() -> Finding:
    """The system and who we are on it."""
    words = f"{platform.system()} {platform.machine()}, checkout in {CHECKOUT}"
    if os.geteuid() == 0:
        return note("Machine", f"{words}; you are root: use an account of its own")
    return good("Machine", words)


def disk(instance: Instance) -> Finding:
    """Free space where the instance lies or will lie."""
    place = instance.folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    words = f"{free / GIGABYTE:.1f} GB free for {instance.folder}"
    return good("Disk", words) if free > LOW_DISK else bad("Disk", words)


def database(instance: Instance, given: dict[str, str]) -> Finding:
    """The PostgreSQL in use."""
    if not environment.embedded_database(given):
        return good("PostgreSQL", "the server that DATABASE_URL names")
    where = instance.database if instance.exists else instance.folder
    return found(
        "PostgreSQL",
        lambda: "{0.version} embedded, from {0.folder}".format(
            binaries.find_binaries(where)
        ),
    )


def found(subject: str, look: Callable[[], str]) -> Finding:
    """What looking found, or why it found nothing."""
    try:
        return good(subject, look())
    except CannotRun as problem:
        return bad(subject, str(problem))


def roles(given: dict[str, str]) -> Finding:
    """Whether the portal's own role can rewrite what must not be rewritten."""
    if environment.embedded_database(given):
        return good("Roles", "the portal may only add to audit, votes and decisions")
    owner = given.get("DATABASE_OWNER_URL")
    if owner and owner != given["DATABASE_URL"]:
        return good("Roles", "DATABASE_URL and DATABASE_OWNER_URL differ")
    return note(
        "Roles",
        "with one URL only, whoever takes over the portal can change audit entries, "
        "votes and decisions; give DATABASE_OWNER_URL a role of its own",
    )


def cache(given: dict[str, str]) -> Finding:
    """The Redis or Valkey in use."""
    if not environment.embedded_redis(given):
        return good("Redis", "the server that REDIS_URL names")
    return found("Redis", lambda: f"embedded, from {valkey.find_binary()}")


def port_of(instance: Instance, port: int) -> Finding:
    """Whether the portal can listen."""
    running = state.current(instance)
    if running and running.serves:
        return good("Address", f"up at {running.url}")
    if up.is_free(up.THIS_MACHINE, port):
        return good("Address", f"port {port} is free")
    return note("Address", f"port {port} is taken; choose another with --port")


def chromium() -> Finding:
    """What makes PDF files and runs the browser tests."""
    for name in CHROMIUM:
        if path := shutil.which(name):
            return good("Chromium", path)
    return note("Chromium", "none: no PDF files, and browser tests are skipped")


def mail(given: dict[str, str]) -> Finding:
    """Where mail goes."""
    url = given.get("EMAIL_URL", "")
    if url.startswith("smtp"):
        return good("Mail", f"sent as {given.get('MAIL_FROM') or 'portal@localhost'}")
    return note("Mail", "not sent but written to files; set EMAIL_URL and MAIL_FROM")


def keys(given: dict[str, str]) -> Iterator[Finding]:
    """Keys that are too short to hold."""
    for name in ("SECRET_KEY", "PSEUDONYM_KEYS"):
        if 0 < len(given.get(name, "")) < SHORTEST_KEY:
            yield bad("Keys", f"{name} is shorter than {SHORTEST_KEY} characters")
