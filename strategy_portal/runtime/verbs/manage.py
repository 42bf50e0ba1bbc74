"""`manage VERB …`: Django's commands with the services they need around them."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from strategy_portal.runtime import environment, lending, processes, schema
from strategy_portal.runtime.instance import Instance

WITHOUT_SERVICES = {"", "help", "--help", "-h", "roi", "recount", "make_export"}
# These change the tables or look at them before they are up to date.
OF_THE_SCHEMA = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "protect"}


def manage(instance: Instance, arguments: Sequence[str]) -> int:
    """Run it; its output and its exit code are the command's own."""
    verb = arguments[0] if arguments else ""
    if verb in WITHOUT_SERVICES:
        instance.make()
        given = environment.given()
        url = lending.base_url(given, None)
        return run(environment.complete(given, instance, None, url), arguments)
    with lending.services(instance) as variables:
        if verb in OF_THE_SCHEMA:
            return run(environment.as_owner(variables), arguments)
        schema.migrate(instance, variables)
        return run(variables, arguments)


def run(variables: dict[str, str], arguments: Sequence[str]) -> int:
    """Run `manage.py` on our terminal and files, passing on what stops us."""
    command = environment.python(schema.MANAGE, *arguments)
    process = subprocess.Popen(
        [str(word) for word in command],
        env=variables | {"DJANGO_SETTINGS_MODULE": "strategy_portal.settings"},
        preexec_fn=processes.dies_with_parent(signal.SIGTERM),  # noqa: PLW1509
    )
    with passing_signals(process):
        code = process.wait()
    return 128 - code if code < 0 else code


@contextmanager
def passing_signals(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """While it runs, what stops us goes to it. A terminal sends Ctrl-C to both."""

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGINT or not sys.stdin.isatty():
            process.send_signal(number)

    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = {number: signal.signal(number, pass_on) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
