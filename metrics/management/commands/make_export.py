"""`manage.py make_export`: an export of an invented community in a real format."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from metrics.sources.synthetic import Plan, invent, write_canonical, write_slack
from people.management.base import Misused, Refused, Verb

CANONICAL_FILE = "events.csv"


class Command(Verb):
    """Prints platform, path, people, channels, days and the number of each kind."""

    help = "Write a synthetic export: the same options give the same export."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--platform", choices=["slack", "canonical"], default="slack"
        )
        parser.add_argument("--people", type=int, default=120)
        parser.add_argument("--events", type=int, default=20_000)
        parser.add_argument("--days", type=int, default=180)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--until", type=date.fromisoformat, help="the day after the last (today)"
        )
        parser.add_argument("--out", type=Path, required=True, help="a folder")

    def handle(self, *, out: Path, platform: str, **options: Any) -> None:
        until = options["until"] or timezone.now().date()
        try:
            plan = Plan(
                people=options["people"],
                events=options["events"],
                days=options["days"],
                seed=options["seed"],
                until=until,
            )
        except ValueError as error:
            raise Misused(str(error)) from error
        community = invent(plan)
        try:
            out.mkdir(parents=True, exist_ok=True)
            path = out
            if platform == "slack":
                write_slack(out, community)
            else:
                path = out / CANONICAL_FILE
                write_canonical(path, community)
        except OSError as error:
            raise Refused(f"{out} cannot be written: {error.strerror}.") from error
        self.answer(
            {
                "platform": platform,
                "path": str(path),
                "people": plan.people,
                "channels": plan.channels,
                "first_day": str(plan.first_day),
                "last_day": str(plan.last_day),
                **community.counts(),
            }
        )
