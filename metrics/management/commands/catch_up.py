"""`catch_up [--all]`: load what was received and recount what is dirty."""

from typing import Any

from django.core.management.base import CommandParser

from metrics import aggregation, ingest
from metrics.reporting.freshness import left_to_do
from people.management.base import Verb


class Command(Verb):
    """The worker's own job, run by hand or from a timer."""

    help = "Load what was received and recount what is dirty, without Celery."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help="count everything again from the events"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"]:
            aggregation.mark_everything()
        imports = ingest.load_waiting()
        days = aggregation.catch_up()
        self.answer({"imports": imports, "days": days, "left": left_to_do()})
