"""`test`: every check of the project, on services made for it and thrown away after."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from strategy_portal.runtime import environment, schema
from strategy_portal.runtime.console import say
from strategy_portal.runtime.instance import CHECKOUT, Instance
from strategy_portal.runtime.supervisor import StopAsked, supervising

BIN = Path(sys.executable).parent
# What the tests must not inherit: the real instance and its servers.
OF_AN_INSTANCE = (
    "PORTAL_",
    "DATABASE_",
    "REDIS_",
    "CELERY_",
    "EMAIL_",
    "MAIL_",
    "OIDC_",
    "SECRET_KEY",
    "PSEUDONYM_",
    "STATIC_ROOT",
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "PG",
)
PRODUCTION = {"PORTAL_BASE_URL": "https://portal.example", "BEHIND_PROXY": "yes"}


def checks() -> list[tuple[str, list[str | Path], dict[str, str]]]:
    """The checks before pytest: name, command, variables of their own."""
    manage = environment.python(schema.MANAGE)
    return [
        ("ruff check", [BIN / "ruff", "check", ".", "portal"], {}),
        ("ruff format", [BIN / "ruff", "format", "--check", ".", "portal"], {}),
        ("djlint", [BIN / "djlint", "--check", "--lint", "templates"], {}),
        ("mypy", [BIN / "mypy", "."], {}),
        ("import contracts", [BIN / "lint-imports"], {}),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"], {}),
        (
            "deployment",
            [*manage, "check", "--deploy", "--fail-level=WARNING"],
            PRODUCTION,
        ),
    ]


def test(arguments: Sequence[str]) -> int:
    """Run all checks and pytest, or pytest alone when it is given arguments."""
    forget_the_instance()
    try:
        with throwaway_services() as variables:
            failed = [] if arguments else run_checks(variables)
            pytest = [str(BIN / "pytest"), *arguments]
            code = subprocess.call(pytest, cwd=CHECKOUT, env=variables)
            return code or int(bool(failed))
    except StopAsked:
        return 130


def forget_the_instance() -> None:
    """Take out of our environment what names a real instance or its servers."""
    for name in environment.given():
        if name.startswith(OF_AN_INSTANCE):
            os.environ[name] = ""
    # Set by importing our Celery application; pytest has settings of its own.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@contextmanager
def throwaway_services() -> Iterator[dict[str, str]]:
    """Variables of an instance that exists as long as the block."""
    with tempfile.TemporaryDirectory(prefix="portal-test-") as temp:
        instance = Instance(Path(temp) / "instance", throwaway=True)
        instance.make()
        say("Starting throw-away services")
        with supervising(instance, "keep", environment.DEFAULT_URL) as supervisor:
            sockets = Path(supervisor.state.sockets)
            yield environment.as_owner(
                environment.complete(
                    environment.given(), instance, sockets, environment.DEFAULT_URL
                )
            )
        instance.remove()


def run_checks(variables: dict[str, str]) -> list[str]:
    """Run each check to its end, and name those that failed."""
    key = {"SECRET_KEY": secrets.token_urlsafe(64)}
    failed = []
    for name, command, own in checks():
        begun = time.monotonic()
        done = subprocess.run(
            [str(word) for word in command],
            cwd=CHECKOUT,
            env=variables | key | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        verdict = "failed" if done.returncode else "ok"
        say(f"{time.monotonic() - begun:6.1f} s  {name}: {verdict}")
        if done.returncode:
            failed.append(name)
            say(done.stdout)
    if failed:
        say(f"Failed: {', '.join(failed)}. The run fails whatever pytest says.")
    return failed
