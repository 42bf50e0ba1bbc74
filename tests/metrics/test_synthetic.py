"""Invented communities: the same for the same plan, and true to the formats."""

from collections import Counter
from datetime import UTC, date, datetime
from io import StringIO
from json import loads
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from metrics.sources.synthetic import Plan, invent, write_canonical, write_slack
from people.management.base import Misused
from tests.metrics.exports import Taken, take

PLAN = Plan(people=40, events=3_000, days=90, seed=7, until=date(2026, 11, 23))


@pytest.fixture(scope="module")
def slack_export(tmp_path_factory):
    path = tmp_path_factory.mktemp("slack")
    write_slack(path, invent(PLAN))
    return path


@pytest.fixture(scope="module")
def from_slack(slack_export):
    return take(slack_export)


@pytest.fixture(scope="module")
def from_canonical(tmp_path_factory):
    path = tmp_path_factory.mktemp("canonical") / "events.csv"
    write_canonical(path, invent(PLAN))
    return take(path)


def test_exactly_the_planned_events_come_out(from_slack, from_canonical):
    counts = invent(PLAN).counts()
    assert sum(counts.values()) == PLAN.events
    for taken in (from_slack, from_canonical):
        kinds = Counter(
            f"{kind}s" if kind != "reply" else "replies" for kind in taken.kinds
        )
        assert kinds == counts
        assert taken.reading.tally.rejected == 0
        assert len(set(taken.column("key"))) == PLAN.events
    assert from_slack.reading.tally.ignored == {"channel_join": PLAN.people}


def told(taken: Taken) -> list[tuple[int, str, str]]:
    """When which kind of message came in which channel."""
    names = {one.external_id: one.name for one in taken.reading.channels}
    rows = zip(taken.column("at"), taken.kinds, taken.channels, strict=True)
    return sorted(
        (at, kind, names[channel]) for at, kind, channel in rows if kind != "reaction"
    )


def test_both_formats_tell_the_same(from_slack, from_canonical):
    assert told(from_slack) == told(from_canonical)
    assert len(from_slack.bots) == len(from_canonical.bots) == 1


def test_replies_come_after_their_posts_and_name_their_author(from_slack):
    rows = list(
        zip(
            from_slack.column("thread"),
            from_slack.column("at"),
            from_slack.kinds,
            from_slack.actors,
            from_slack.targets,
            strict=True,
        )
    )
    posts = {
        thread: (at, actor) for thread, at, kind, actor, _ in rows if kind == "post"
    }
    replies = [row for row in rows if row[2] == "reply"]
    assert replies
    assert all(at > posts[thread][0] for thread, at, *_ in replies)
    assert all(target == posts[thread][1] for thread, *_, target in replies)


def test_time_stays_in_the_plan_and_has_a_weeks_rhythm():
    at = invent(PLAN).messages.at
    assert PLAN.start <= at.min() <= at.max() < PLAN.end
    weekdays = Counter(datetime.fromtimestamp(one / 1e6, UTC).weekday() for one in at)
    assert weekdays[1] > 3 * weekdays[6]


def test_few_people_and_channels_do_much():
    messages = invent(PLAN).messages
    by_person = np.sort(np.bincount(messages.author))[::-1]
    assert by_person[:10].sum() > 0.4 * by_person.sum()
    by_channel = np.bincount(messages.channel)
    assert by_channel[0] > by_channel[1] > by_channel[2]


def test_the_same_seed_gives_the_same_bytes(tmp_path, slack_export):
    write_slack(tmp_path, invent(PLAN))
    files = sorted(one.relative_to(tmp_path) for one in tmp_path.rglob("*.json"))
    assert len(files) > 100
    assert all(
        (tmp_path / one).read_bytes() == (slack_export / one).read_bytes()
        for one in files
    )


def test_day_files_are_days_of_california(slack_export):
    """Before eight in the morning (UTC) it is still the day before there."""
    moments = [
        (path.stem, datetime.fromtimestamp(float(message["ts"]), UTC))
        for path in slack_export.glob("*/*.json")
        for message in loads(path.read_text())
    ]
    assert all(day <= str(moment.date()) for day, moment in moments)
    assert all(
        (day != str(moment.date())) == (moment.hour < 8)
        for day, moment in moments
        if moment.hour != 7  # summer time
    )
    assert any(moment.hour < 7 for _, moment in moments)


@pytest.mark.parametrize("events", [1, 2, 3, 10])
def test_tiny_communities(events, tmp_path):
    plan = Plan(people=2, events=events, days=1, seed=1, until=date(2026, 11, 23))
    write_slack(tmp_path, invent(plan))
    assert len(take(tmp_path).kinds) == events


@pytest.mark.parametrize("platform", ["slack", "canonical"])
def test_the_verb(platform, tmp_path):
    out = StringIO()
    arguments = [
        "--people=5",
        "--events=50",
        "--days=9",
        "--until=2026-11-23",
        "--json",
    ]
    call_command(
        *("make_export", f"--platform={platform}", f"--out={tmp_path}", *arguments),
        stdout=out,
    )
    answer = loads(out.getvalue())
    assert answer["platform"] == platform
    assert (answer["first_day"], answer["last_day"]) == ("2026-11-14", "2026-11-22")
    assert answer["posts"] + answer["replies"] + answer["reactions"] == 50
    assert len(take(Path(answer["path"])).kinds) == 50


def test_the_verb_refuses_nonsense(tmp_path):
    with pytest.raises(Misused, match="two people"):
        call_command("make_export", "--people=1", f"--out={tmp_path}")
