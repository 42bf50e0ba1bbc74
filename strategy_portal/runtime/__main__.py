"""The command line of the runner: `./portal VERB`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from strategy_portal.runtime import environment, instance, lending, state
from strategy_portal.runtime.console import CannotRun, warn
from strategy_portal.runtime.instance import Instance
from strategy_portal.runtime.verbs import (
    backup,
    checks,
    doctor,
    look,
    manage,
    reset,
    restore,
    up,
)

Verb = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str]) -> int:
    """Carry out the verb and answer with the exit code."""
    # Everything after these two belongs to Django and to pytest, dashes and all.
    if arguments[:1] == ["manage"]:
        return attempt(lambda: manage.manage(running_or_own(), arguments[1:]))
    if arguments[:1] == ["test"]:
        return attempt(lambda: checks.test(arguments[1:]))
    options = parser().parse_args(arguments)
    return attempt(lambda: options.verb(options))


def attempt(verb: Callable[[], int]) -> int:
    """Turn a refusal into its words and exit code 1."""
    try:
        return verb()
    except CannotRun as problem:
        warn(str(problem))
        return 1


def parser() -> argparse.ArgumentParser:
    """The verbs and what they take."""
    top = argparse.ArgumentParser(prog="./portal", description="The Strategy Portal.")
    verbs = top.add_subparsers(metavar="VERB", required=True)

    def add(name: str, help_text: str, verb: Verb) -> argparse.ArgumentParser:
        one = verbs.add_parser(name, help=help_text, description=help_text)
        one.set_defaults(verb=verb)
        return one

    one = add("up", "set up and run everything until Ctrl-C", run_up)
    one.add_argument("--demo", action="store_true", help="with a demo organisation")
    one.add_argument("--port", type=int, default=8000)
    one.add_argument("--lan", action="store_true", help="let the local network in")
    verbs.add_parser("test", help="run every check and test; takes pytest's arguments")
    verbs.add_parser("manage", help="run a command of manage.py, services included")
    add("stop", "stop what `up` started", lambda _: look.stop(running_or_own()))
    one = add("status", "say what runs", run_status)
    one.add_argument("--json", action="store_true")
    one = add("logs", "show the logs", run_logs)
    one.add_argument("name", nargs="?", metavar="NAME", help="of one service only")
    one.add_argument("-f", "--follow", action="store_true")
    one = add("doctor", "look at the machine and the configuration", run_doctor)
    one.add_argument("--port", type=int, default=8000)
    one.add_argument("--json", action="store_true")
    add_verbs_on_data(add)
    hidden = verbs.add_parser("keep")
    hidden.set_defaults(verb=lambda _: lending.keep(own()))
    return top


def add_verbs_on_data(add: Callable[[str, str, Verb], argparse.ArgumentParser]) -> None:
    """The verbs that save, replace and delete."""
    one = add("backup", "write the whole instance to one file", run_backup)
    one.add_argument("file", type=Path, metavar="FILE")
    one = add("restore", "bring an instance back from a backup", run_restore)
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("--yes", action="store_true", help="replace what is there")
    one = add("reset", "delete the instance and all its data", run_reset)
    one.add_argument("--demo", action="store_true", help="the demo of this checkout")
    one.add_argument("--yes", action="store_true", help="you are sure")


def own() -> Instance:
    """The instance that PORTAL_DATA names, or that of this checkout."""
    return instance.named(environment.given()) or instance.standard()


def demo_or_own(*, demo: bool) -> Instance:
    """The same; where nothing is named, the demo has a folder of its own."""
    named = instance.named(environment.given())
    return named or (instance.demo() if demo else instance.standard())


def running_or_own() -> Instance:
    """The same; where nothing is named and only the demo is up, that one is meant."""
    chosen, demo = own(), instance.demo()
    if instance.named(environment.given()) or state.current(chosen):
        return chosen
    return demo if state.current(demo) else chosen


def run_up(options: argparse.Namespace) -> int:
    """`up`"""
    chosen = demo_or_own(demo=options.demo)
    return up.up(chosen, demo=options.demo, port=options.port, lan=options.lan)


def run_status(options: argparse.Namespace) -> int:
    """`status`"""
    return look.status(running_or_own(), as_json=options.json)


def run_logs(options: argparse.Namespace) -> int:
    """`logs`"""
    return look.logs(running_or_own(), options.name, follow=options.follow)


def run_doctor(options: argparse.Namespace) -> int:
    """`doctor`"""
    return doctor.doctor(running_or_own(), port=options.port, as_json=options.json)


def run_backup(options: argparse.Namespace) -> int:
    """`backup`"""
    return backup.backup(running_or_own(), options.file)


def run_restore(options: argparse.Namespace) -> int:
    """`restore`"""
    return restore.restore(own(), options.file, overwrite=options.yes)


def run_reset(options: argparse.Namespace) -> int:
    """`reset`"""
    return reset.reset(demo_or_own(demo=options.demo), sure=options.yes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
