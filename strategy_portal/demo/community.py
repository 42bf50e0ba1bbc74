"""The demo's engagement data: exports are written, received and loaded as real ones."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from metrics import aggregation, ingest
from metrics.commands import sources
from metrics.sources.synthetic import Plan, write_canonical, write_slack
from metrics.sources.synthetic.community import invent
from people.models import User
from programs.models import Program


@dataclass(frozen=True)
class Export:
    """One export of one source, for one program; `ago` is how many days it lacks."""

    source: str
    platform: Literal["slack", "canonical"]
    audience: str
    program: str
    people: int
    events: int
    days: int
    ago: int = 0


EXPORTS: Final = (
    Export(
        "halden-workspace",
        "slack",
        "intranet",
        "field-service-exchange",
        150,
        24_000,
        540,
    ),
    Export("partner-forum", "canonical", "extranet", "partner-forum", 96, 9_000, 400),
    Export(
        "customer-voices",
        "canonical",
        "social",
        "customer-voices",
        60,
        4_000,
        320,
        ago=17,
    ),
    Export(
        "ask-an-engineer", "canonical", "intranet", "ask-an-engineer", 40, 2_500, 150
    ),
)


def load_exports(*, on: date, seed: int, by: User) -> None:
    """Write every export up to the day before `on`, load it and count it."""
    with TemporaryDirectory() as folder:
        for number, export in enumerate(EXPORTS):
            path = _write(export, Path(folder), on=on, seed=seed + number)
            _receive(export, path, by=by)
    ingest.load_waiting()
    aggregation.catch_up()


def _write(export: Export, folder: Path, *, on: date, seed: int) -> Path:
    plan = Plan(
        people=export.people,
        events=export.events,
        days=export.days,
        seed=seed,
        until=on - timedelta(days=export.ago),
    )
    if export.platform == "slack":
        path = folder / export.source
        path.mkdir()
        write_slack(path, invent(plan))
    else:
        path = folder / f"{export.source}.csv"
        write_canonical(path, invent(plan))
    return path


def _receive(export: Export, path: Path, *, by: User) -> None:
    hints = ingest.Hints(
        platform=export.platform,
        audience=export.audience,
        program=Program.objects.get(slug=export.program),
    )
    source = sources.source_named(export.source, by=by, platform=export.platform)
    with ingest.opened(path) as (content, name):
        ingest.receive(content, name=name, source=source, by=by, hints=hints)
