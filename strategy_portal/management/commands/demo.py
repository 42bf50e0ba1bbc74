"""`demo [--on DATE] [--seed N]`: build the demo organisation."""

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from people.management.base import Refused, Verb
from strategy_portal.demo import AlreadyInUse, build


class Command(Verb):
    """Build the demo organisation in an empty instance."""

    help = "Build an invented organisation with programs and engagement data."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, help="the day it is built for; today"
        )
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or timezone.localdate()
        try:
            built = build(on=on, seed=options["seed"])
        except AlreadyInUse as error:
            raise Refused(
                "This instance is in use. Build the demo in a new folder:"
                " PORTAL_DATA=FOLDER ./portal up --demo"
            ) from error
        self.answer({"built": built, "on": on.isoformat()})
