"""Measures of an invented community agree with a plain count of its events."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from metrics.models import Account
from metrics.stats import BY_KEY
from tests.factories import make_program
from tests.metrics.plain_count import Happening, PlainCount
from tests.metrics.verbs import answer, figures

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 20, tzinfo=UTC)
DAYS = 100
PEOPLE = [f"person{n}" for n in range(23)]
BOTS = ["bot0", "bot1"]
CHANNELS = ["ideas", "help", "news"]
COLUMNS = ["id", "type", "published", "actor", "actor_type", "channel", "in_reply_to"]


def community(seed: int, size: int = 1_200) -> list[Happening]:
    """Events at random: bots post and answer, starters answer themselves."""
    random = Random(seed)
    posts: list[Happening] = []
    events: list[Happening] = []
    for number in range(size):
        kind = random.choices(["post", "reply", "reaction", "share"], [3, 4, 2, 1])[0]
        answered = random.choice(posts) if posts and kind != "post" else None
        at = START + timedelta(minutes=random.randrange(DAYS * 24 * 60))
        if answered and kind == "reply" and random.random() < 0.8:
            at = answered.at + timedelta(seconds=random.expovariate(1 / 40_000))
        event = Happening(
            id=f"e{number}",
            type=kind if answered or kind == "share" else "post",
            at=min(at, START + timedelta(days=DAYS) - timedelta(seconds=1)),
            actor=random.choice(PEOPLE + BOTS),
            channel=answered.channel if answered else random.choice(CHANNELS),
            answers=answered.id if answered and kind == "reply" else "",
        )
        posts += [event] if event.type == "post" else []
        events.append(event)
    return events


def write(path: Path, events: Iterable[Happening]) -> str:
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for e in events:
            kind = "bot" if e.actor in BOTS else "person"
            rows.writerow(
                [e.id, e.type, e.at.isoformat(), e.actor, kind, e.channel, e.answers]
            )
    return str(path)


def values(*arguments: str) -> dict[str, float | None]:
    return {key: point["value"] for key, point in figures(*arguments).items()}


def assert_agrees(found: dict[str, float | None], plain: PlainCount) -> None:
    expected = plain.all()
    assert {key: found[key] for key in expected} == pytest.approx(expected)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_measure_agrees_over_any_window(seed: int, tmp_path: Path) -> None:
    events = community(seed)
    answer("ingest", write(tmp_path / "events.csv", events), "--source", "forum")
    random = Random(seed)
    for _round in range(6):
        first = random.randrange(DAYS - 1)
        length = random.randrange(1, DAYS - first + 1)
        start = START + timedelta(days=first)
        end = start + timedelta(days=length)
        plain = PlainCount(events, set(BOTS), set(CHANNELS), start, end)
        window = ("--from", f"{start:%Y-%m-%d}", "--to", f"{end:%Y-%m-%d}")
        assert_agrees(values("--source", "forum", *window), plain)
        plain = PlainCount(events, set(BOTS), {"help"}, start, end)
        assert_agrees(values("--channel", "forum/help", *window), plain)


def test_bins_agree_with_windows_of_their_own(tmp_path: Path) -> None:
    events = community(4)
    answer("ingest", write(tmp_path / "events.csv", events), "--source", "forum")
    months = answer("measure", "--all", "--grain", "month", "--floor", "1")
    for measure in months["measures"]:
        assert [p["start"] for p in measure["points"]] == [
            "2026-01-20",
            "2026-02-01",
            "2026-03-01",
            "2026-04-01",
        ]
    points = {m["measure"]: m["points"][2]["value"] for m in months["measures"]}
    assert points == pytest.approx(values("--from", "2026-03-01", "--to", "2026-04-01"))


def test_order_and_partition_of_files_do_not_matter(tmp_path: Path) -> None:
    events = community(5, 600)
    whole = write(tmp_path / "whole.csv", events)
    answer("ingest", whole, "--source", "whole")
    shuffled = events[:]
    Random(5).shuffle(shuffled)
    parts = [shuffled[:250], shuffled[200:450], shuffled[400:]]
    for number, part in enumerate(parts):
        path = write(tmp_path / f"part{number}.csv", part)
        answer("ingest", path, "--source", "parts")
    assert values("--source", "parts") == pytest.approx(values("--source", "whole"))


def test_a_bot_unmasked_later_is_taken_out(tmp_path: Path) -> None:
    events = [
        Happening("p", "post", START, "ana", "help"),
        Happening("r1", "reply", START + timedelta(hours=1), "bot0", "help", "p"),
        Happening("r2", "reply", START + timedelta(hours=3), "ben", "help", "p"),
    ]
    path = write(tmp_path / "events.csv", events)
    answer("ingest", path, "--source", "forum")
    assert values()["first_response_median_hours"] == 3
    Account.objects.filter(is_bot=True).update(is_bot_override=False)
    answer("catch_up", "--all")
    assert values()["first_response_median_hours"] == 1


def test_everybody_counts_when_bots_are_asked_for(tmp_path: Path) -> None:
    events = community(6, 400)
    answer("ingest", write(tmp_path / "events.csv", events), "--source", "forum")
    end = START + timedelta(days=DAYS)
    plain = PlainCount(events, set(), set(CHANNELS), START, end)
    assert_agrees(values("--people", "all"), plain)


def test_a_program_has_its_channels_only_on_its_days(tmp_path: Path) -> None:
    events = community(7, 400)
    program = make_program("campaign")
    path = write(tmp_path / "events.csv", events)
    answer("ingest", path, "--source", "forum", "--program", "campaign")
    starts = (START + timedelta(days=30)).date()
    ends = (START + timedelta(days=80)).date()
    program.channel_links.update(starts=starts, ends=ends)
    found = figures("--program", "campaign")
    assert (found["posts"]["start"], found["posts"]["end"]) == (
        starts.isoformat(),
        ends.isoformat(),
    )
    expected = values("--from", starts.isoformat(), "--to", ends.isoformat())
    del expected["new_contributors"]  # who is new depends on the scope
    got = {key: point["value"] for key, point in found.items() if key in expected}
    assert got == pytest.approx(expected)


class TestTrust:
    """A figure says how far it may be trusted."""

    def point(self, key: str, *arguments: str) -> dict[str, object]:
        found = answer("measure", key, *arguments)
        point: dict[str, object] = found["measures"][0]["points"][0]
        return point

    @pytest.fixture(autouse=True)
    def _four_people(self, tmp_path: Path) -> None:
        events = [
            Happening(f"p{n}", "post", START + timedelta(days=n), f"a{n}", "help")
            for n in range(4)
        ]
        late = START + timedelta(days=40)
        events += [Happening(f"q{n}", "post", late, f"b{n}", "help") for n in range(5)]
        answer("ingest", write(tmp_path / "e.csv", events), "--source", "forum")

    def test_fewer_people_than_the_floor_are_hidden(self) -> None:
        point = self.point("posts", "--to", "2026-02-01")
        assert point["status"] == "suppressed"
        hidden = ("value", "numerator", "denominator", "n", "people")
        assert [point[name] for name in hidden] == [None] * 5

    def test_an_operator_may_lift_the_floor(self) -> None:
        point = self.point("posts", "--to", "2026-02-01", "--floor", "1")
        assert (point["status"], point["value"]) == ("final", 4)

    def test_nobody_is_no_small_group(self) -> None:
        window = ("--from", "2026-02-05", "--to", "2026-02-10")
        point = self.point("posts", *window)
        assert (point["status"], point["value"]) == ("final", 0)
        assert self.point("reply_share", *window)["value"] is None

    def test_young_posts_make_a_response_provisional(self) -> None:
        assert self.point("response_rate")["status"] == "provisional"
        assert self.point("posts")["status"] == "final"
        early = self.point("response_rate", "--to", "2026-02-01", "--floor", "1")
        assert early["status"] == "final"

    def test_days_without_an_import_are_not_covered(self) -> None:
        point = self.point("posts", "--from", "2026-04-01", "--to", "2026-04-02")
        assert (point["status"], point["value"]) == ("not_covered", None)


def test_every_key_of_the_contract_is_declared() -> None:
    assert list(BY_KEY) == [
        "posts",
        "replies",
        "reactions",
        "shares",
        "contributions",
        "active_contributors",
        "new_contributors",
        "contributions_per_active",
        "reply_share",
        "response_rate",
        "unanswered_share",
        "dialogue_rate",
        "first_response_median_hours",
        "first_response_p90_hours",
        "reciprocity",
        "mutual_pair_share",
        "top10_share",
        "stickiness",
        "interactive_rate",
    ]
