"""`ingest PATH --source SLUG`: load an export and recount before answering."""

import time
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from metrics import aggregation, ingest
from metrics.commands import sources
from metrics.models import Import, Source
from metrics.models.sources import Audience
from metrics.reporting.imports import receipt
from people.management.base import Refused, Verb
from people.models import Work
from programs.models import Program

PAUSE = 0.2  # seconds between looks at an import that a worker has taken


class Command(Verb):
    """Load a file, a ZIP or a folder of one source."""

    help = "Load an export: a file, a ZIP or a folder. The platform is detected."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--source", required=True, help="made on first use")
        parser.add_argument("--platform", default="")
        parser.add_argument("--channel", default="", help="where the format has none")
        parser.add_argument("--audience", default="", choices=Audience.values)
        parser.add_argument("--program", default="", help="short name; must exist")
        parser.add_argument("--timezone", default="", help="where a day begins")
        parser.add_argument("--queue", action="store_true", help="leave it to a worker")

    def handle(self, *args: Any, **options: Any) -> None:
        source = self._source(options)
        hints = ingest.Hints(
            platform=options["platform"],
            channel=options["channel"],
            audience=options["audience"],
            program=self._program(options["program"]),
        )
        try:
            with ingest.opened(options["path"]) as (content, name):
                job, is_new = ingest.receive(
                    content, name=name, source=source, by=None, hints=hints
                )
        except ingest.Refused as error:
            raise Refused(error) from error
        if not options["queue"]:
            _see_through(job)
        self.answer(receipt(job, again=not is_new))
        if job.status == Import.Status.REJECTED or job.error:
            raise Refused(job.error)

    def _source(self, options: dict[str, Any]) -> Source:
        try:
            return sources.source_named(
                options["source"], by=None, timezone=options["timezone"]
            )
        except ValidationError as error:
            raise Refused("; ".join(error.messages)) from error

    def _program(self, slug: str) -> Program | None:
        if not slug:
            return None
        try:
            return Program.objects.get(slug=slug)
        except Program.DoesNotExist as error:
            raise Refused(f"There is no program “{slug}”.") from error


def _see_through(job: Import) -> None:
    """Work on what waits until this import has come to an end, whoever ends it."""
    while job.state in {Work.State.WAITING, Work.State.RUNNING}:
        if not ingest.load_waiting():
            time.sleep(PAUSE)
        job.refresh_from_db()
    aggregation.catch_up()
