"""How every verb of the command line takes `--json`, answers, refuses and ends."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Refused(CommandError):
    """The input was refused: the reason goes to stderr and the exit code is 1."""


class Misused(CommandError):
    """The command line makes no sense: words on stderr and exit code 2."""

    def __init__(self, reason: object) -> None:
        super().__init__(reason, returncode=2)


class Verb(BaseCommand):
    """A verb that answers once, with one JSON object or with lines for a reader.

    A subclass declares its own arguments in `arguments` and calls `answer` from
    `handle`. A verb that shows what it refused calls `answer` and raises Refused.
    """

    # Scripts call verbs in a row; the checks have run when the schema was made.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object, nothing else"
        )
        self.arguments(parser)

    def arguments(self, parser: CommandParser) -> None:
        """Declare what the verb takes besides `--json`."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        self.as_json: bool = options["json"]
        return super().execute(*args, **options)

    def answer(self, facts: Mapping[str, Any]) -> None:
        """Print the answer on stdout."""
        if self.as_json:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
            return
        for name, value in facts.items():
            self.stdout.write(f"{name}: {value}")
