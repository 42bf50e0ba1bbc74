"""`measure KEY… | --all`: figures of a scope over a range, as one JSON object."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from metrics.models import Channel, Population
from metrics.models.sources import Audience
from metrics.periods import Grain, Window, bins
from metrics.reporting.measuring import gather, point
from metrics.reporting.scopes import Asked, Scope, UnknownScope, resolve
from metrics.stats import BY_KEY, MEASURES, Measure
from people.management.base import Misused, Refused, Verb
from people.models import Organisation

PEOPLE = {"human": Population.HUMAN, "all": Population.ALL}


class Command(Verb):
    """Answer measures."""

    help = "Compute measures of a source, channel, program or audience."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("keys", nargs="*", metavar="KEY")
        parser.add_argument("--all", action="store_true", help="every measure")
        parser.add_argument("--list", action="store_true", help="name all keys")
        scope = parser.add_mutually_exclusive_group()
        scope.add_argument("--source", default="")
        scope.add_argument("--channel", default="", metavar="SOURCE/EXTERNAL-ID")
        scope.add_argument("--program", default="", metavar="SLUG")
        scope.add_argument("--audience", default="", choices=Audience.values)
        parser.add_argument("--from", dest="start", type=date.fromisoformat)
        parser.add_argument("--to", dest="end", type=date.fromisoformat)
        parser.add_argument(
            "--grain", default=Grain.ALL, choices=list(Grain), type=Grain
        )
        parser.add_argument("--people", default="human", choices=PEOPLE)
        parser.add_argument("--floor", type=int, help="smallest group shown")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            self.answer({"measures": list(BY_KEY)})
            return
        measures = _measures(options)
        asked = Asked(
            **{
                name: options[name]
                for name in ("source", "channel", "program", "audience")
            }
        )
        try:
            scope = resolve(asked, Channel.objects.all())
        except UnknownScope as error:
            raise Refused(f"There is no {asked.kind} “{error}”.") from error
        self.answer(
            {
                "scope": {asked.kind: asked.key} if asked.key else {},
                "timezone": scope.timezone,
                "measures": _answers(scope, measures, options),
            }
        )


def _measures(options: dict[str, Any]) -> list[Measure]:
    if options["all"]:
        return list(MEASURES)
    unknown = [key for key in options["keys"] if key not in BY_KEY]
    if unknown or not options["keys"]:
        what = f"Unknown: {', '.join(unknown)}. " if unknown else ""
        raise Misused(f"{what}Name measures, or --all. Known: {', '.join(BY_KEY)}.")
    return [BY_KEY[key] for key in options["keys"]]


def _answers(
    scope: Scope, measures: list[Measure], options: dict[str, Any]
) -> list[dict[str, Any]]:
    windows = bins(_range(scope, options), options["grain"])
    floor = options["floor"]
    floor = Organisation.current().privacy_floor if floor is None else floor
    gathered = gather(scope, windows, PEOPLE[options["people"]], measures)
    return [
        {
            "measure": measure.key,
            "unit": measure.unit,
            "definition_version": measure.version,
            "points": [
                _plain(asdict(point(measure, material, floor=floor)))
                for material in gathered.windows
            ],
        }
        for measure in measures
    ]


def _range(scope: Scope, options: dict[str, Any]) -> Window:
    covered = scope.extent
    start = options["start"] or (covered.start if covered else options["end"])
    end = options["end"] or (covered.end if covered else start)
    if start is None or end is None:
        return Window(date.min, date.min)
    if end < start:
        raise Misused("--to lies before --from.")
    return Window(start, end)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return values | {name: values[name].isoformat() for name in ("start", "end")}
