"""Slack exports: every trap of the format, and the figures of the real ones."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from metrics.sources.package import Package
from metrics.sources.reading import QUESTION, ChannelSeen, Unreadable
from tests.metrics.exports import Taken, folder, take, zipped
from tests.metrics.samples import SAMPLES, needs_samples

DAY = "general/2026-03-02.json"
TS = "1772442000.000100"
LATER = "1772445600.000200"


def message(**fields: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U1", "ts": TS, "text": "Hello", **fields}


def read_day(tmp_path: Path, *messages: Any, **files: Any) -> Taken:
    """Read an export of one day of one channel, with these further files."""
    named = {f"{name}.json": content for name, content in files.items()}
    lists = {"users.json": [{"id": "U1"}], "channels.json": [CHANNEL]}
    return take(folder(tmp_path / "export", {**lists, DAY: list(messages), **named}))


CHANNEL = {"id": "C1", "name": "general"}


class TestTime:
    def test_is_exact_to_the_microsecond_and_never_the_files_day(self, tmp_path):
        taken = read_day(tmp_path, message(ts="1663919287.747249"))
        assert taken.column("at") == [1663919287747249]

    def test_short_fractions_are_fractions(self, tmp_path):
        assert read_day(tmp_path, message(ts="1663919287.5")).column("at") == [
            1663919287500000
        ]

    @pytest.mark.parametrize(
        "ts",
        [
            None,
            1663919287.747249,
            "",
            "16639",
            "-1.5",
            "1663919287.7472491",
            "nan",
            "1.0",
        ],
    )
    def test_a_bad_one_is_rejected_by_file_and_element(self, tmp_path, ts):
        taken = read_day(tmp_path, message(), message(ts=ts))
        assert taken.kinds == ["post"]
        assert [problem[:2] for problem in taken.problems] == [(DAY, 2)]
        assert taken.reading.tally.read == 2

    def test_the_last_edit_orders_versions(self, tmp_path):
        taken = read_day(tmp_path, message(edited={"user": "U1", "ts": LATER}))
        assert taken.column("version") == [1772445600000200]


class TestWhatCounts:
    @pytest.mark.parametrize(
        "subtype", [None, "file_share", "me_message", "thread_broadcast"]
    )
    def test_messages_of_people(self, tmp_path, subtype):
        assert read_day(tmp_path, message(subtype=subtype)).kinds == ["post"]

    def test_a_comment_on_a_file_is_its_commenters(self, tmp_path):
        comment = message(subtype="file_comment", comment={"user": "U7"})
        del comment["user"]
        assert read_day(tmp_path, comment).actors == ["U7"]

    def test_the_rest_is_ignored_by_its_name(self, tmp_path):
        taken = read_day(
            tmp_path,
            message(),
            message(subtype="channel_join"),
            message(subtype="tombstone"),
            message(subtype="bot_message"),
            message(type="presence"),
        )
        assert taken.kinds == ["post"]
        assert taken.reading.tally.ignored == {
            "channel_join": 1,
            "tombstone": 1,
            "bot_message": 1,
            "type:presence": 1,
        }

    def test_only_dated_files_of_channels(self, tmp_path):
        taken = take(
            folder(
                tmp_path / "export",
                {"users.json": [], DAY: [message()], "general/copy.json": [message()]},
            )
        )
        assert taken.reading.tally.read == 1
        assert any("general/copy.json" in note for note in taken.reading.tally.notes)

    def test_direct_messages_are_dropped(self, tmp_path):
        direct = [message(reactions=[{"name": "+1", "users": ["U2"], "count": 1}])]
        taken = take(
            folder(
                tmp_path / "export",
                {
                    "dms.json": [{"id": "D0AAAAAAAA"}],
                    "mpims.json": [{"id": "G1", "name": "three-of-us"}],
                    DAY: [message()],
                    "D0AAAAAAAA/2026-03-02.json": direct,
                    "three-of-us/2026-03-02.json": [message()],
                    "mpdm-a--b-1/2026-03-02.json": [message()],
                },
            )
        )
        assert taken.kinds == ["post"]
        assert taken.reading.channels == [ChannelSeen("general", "general")]
        assert taken.reading.tally.ignored == {
            "direct_message": 3,
            "reaction_on_ignored": 1,
        }

    def test_an_element_that_is_no_message_is_rejected(self, tmp_path):
        taken = read_day(tmp_path, message(), "text", None)
        assert taken.problems == [(DAY, 2, "text"), (DAY, 3, "None")]

    @pytest.mark.parametrize(
        "field", ["user", "text", "thread_ts", "parent_user_id", "reactions"]
    )
    def test_a_field_of_another_form_is_rejected(self, tmp_path, field):
        taken = read_day(tmp_path, message(), message(**{field: {"a": 1}}))
        assert len(taken.problems) == 1
        assert taken.reading.tally.read == 2


class TestPeople:
    def test_a_human_user_is_human_even_with_a_bot_id(self, tmp_path):
        taken = read_day(tmp_path, message(bot_id="B1"))
        assert taken.actors == ["U1"]
        assert taken.bots == set()

    @pytest.mark.parametrize(
        ("fields", "author"),
        [
            ({"bot_id": "B1", "username": "ci"}, "B1"),
            ({"bot_id": None, "username": "ci"}, "ci"),
        ],
    )
    def test_without_a_user_it_is_a_bots(self, tmp_path, fields, author):
        taken = read_day(tmp_path, message(user=None, **fields))
        assert taken.actors == [author]
        assert taken.bots == {author}

    def test_without_any_author_it_is_rejected(self, tmp_path):
        taken = read_day(tmp_path, message(), message(user=None))
        assert taken.problems == [(DAY, 2, TS)]

    def test_bots_of_the_list_and_slackbot(self, tmp_path):
        users = [
            {"id": "U1", "profile": {"real_name": "Ines Dahl"}, "name": "ines"},
            {"id": "U2", "is_bot": True},
            {"id": "U3", "deleted": True},
        ]
        taken = read_day(
            tmp_path, message(user="USLACKBOT"), message(user="U9"), users=users
        )
        accounts = {one.external_id: one for one in taken.reading.accounts}
        assert taken.bots == {"U2", "USLACKBOT"}
        assert accounts["U1"].name == "Ines Dahl"
        assert {key: one.listed for key, one in accounts.items()} == {
            "U1": True,
            "U2": False,
            "U3": False,
            "USLACKBOT": False,
            "U9": False,
        }

    def test_without_a_list_nobody_is_known_to_be_on_it(self, tmp_path):
        taken = take(folder(tmp_path / "export", {DAY: [message()]}))
        assert [one.listed for one in taken.reading.accounts] == [None]
        assert any("users.json" in note for note in taken.reading.tally.notes)

    def test_the_list_of_a_grid(self, tmp_path):
        files = {"org_users.json": [{"id": "U1"}, {"id": "U5"}], DAY: [message()]}
        taken = take(folder(tmp_path / "export", files))
        assert [one.listed for one in taken.reading.accounts] == [True, True]


class TestThreads:
    def test_a_reply_shares_the_key_of_its_post(self, tmp_path):
        taken = read_day(
            tmp_path,
            message(thread_ts=TS),
            message(user="U2", ts=LATER, thread_ts=TS, parent_user_id="U1"),
            message(user="U3", ts="1772445700.000000"),
        )
        assert taken.kinds == ["post", "reply", "post"]
        first, second, third = taken.column("thread")
        assert first == second != third
        assert taken.targets == ["", "U1", ""]

    def test_a_reply_without_parent_answers_nobody_known(self, tmp_path):
        taken = read_day(tmp_path, message(thread_ts=LATER, parent_user_id=None))
        assert taken.kinds == ["reply"]
        assert taken.targets == [""]

    def test_two_authors_at_one_moment_are_two_messages(self, tmp_path):
        taken = read_day(tmp_path, message(), message(user="U2"))
        assert len(set(taken.column("key"))) == 2

    def test_keys_are_the_same_in_every_export_and_differ_by_source(self, tmp_path):
        path = folder(tmp_path / "export", {DAY: [message()]})
        packed = zipped(tmp_path / "a.zip", {f"x/{DAY}": (path / DAY).read_bytes()})
        again = zipped(
            tmp_path / "b.zip",
            {f"x/{DAY}": (path / DAY).read_bytes(), "x/users.json": "[]"},
        )
        keys = [take(one).column("key") for one in (path, again)]
        assert keys[0] == keys[1] == take(packed).column("key")
        assert take(path, namespace="other").column("key") != keys[0]


class TestReactions:
    def test_are_one_each_at_the_messages_time(self, tmp_path):
        reactions = [
            {"name": "+1", "users": ["U2", "U3"], "count": 2},
            {"name": "eyes", "users": ["U2"], "count": 1},
        ]
        taken = read_day(tmp_path, message(reactions=reactions))
        assert taken.kinds == ["post", "reaction", "reaction", "reaction"]
        assert taken.actors == ["U1", "U2", "U3", "U2"]
        assert taken.targets == ["", "U1", "U1", "U1"]
        assert len(set(taken.column("at"))) == 1
        assert len(set(taken.column("key"))) == 4
        assert len(set(taken.column("thread"))) == 1

    def test_without_a_name_are_counted_as_such(self, tmp_path):
        reactions = [{"name": "+1", "users": ["U2"], "count": 5}]
        taken = read_day(tmp_path, message(reactions=reactions))
        assert taken.kinds == ["post", "reaction"]
        assert taken.reading.tally.ignored == {"reaction_without_user": 4}

    def test_null_and_missing_are_the_same(self, tmp_path):
        taken = read_day(
            tmp_path,
            message(reactions=None, edited=None, thread_ts=None, text=None),
            message(user="U2", reactions=[{"name": "+1", "users": None, "count": 0}]),
        )
        assert taken.kinds == ["post", "post"]
        assert taken.column("length") == [0, 5]

    def test_on_what_is_ignored_are_ignored(self, tmp_path):
        join = message(
            subtype="channel_join",
            reactions=[{"name": "wave", "users": ["U2", "U3"], "count": 2}],
        )
        taken = read_day(tmp_path, join, message())
        assert taken.reading.tally.ignored == {
            "channel_join": 1,
            "reaction_on_ignored": 2,
        }


class TestChannels:
    def test_are_known_by_id(self, tmp_path):
        taken = read_day(tmp_path, message())
        assert taken.reading.channels == [ChannelSeen("C1", "general")]

    def test_without_a_list_by_folder(self, tmp_path):
        taken = take(folder(tmp_path / "export", {DAY: [message()]}))
        assert taken.channels == ["general"]
        assert any("channels.json" in note for note in taken.reading.tally.notes)

    def test_private_ones_are_channels_too(self, tmp_path):
        groups = [{"id": "G1", "name": "general"}]
        taken = read_day(tmp_path, message(), groups=groups, channels=[])
        assert taken.channels == ["G1"]

    def test_listed_ones_without_a_folder_are_not_invented(self, tmp_path):
        channels = [CHANNEL, {"id": "C2", "name": "quiet"}]
        taken = read_day(tmp_path, message(), channels=channels)
        assert len(taken.reading.channels) == 1

    def test_a_folder_of_one_channel_is_enough(self, tmp_path):
        days = {"2026-03-02.json": [message()]}
        taken = take(folder(tmp_path / "general", days))
        assert taken.channels == ["general"]


def test_a_question_is_flagged_and_text_only_measured(tmp_path):
    taken = read_day(tmp_path, message(text="Why not?"), message(user="U2"))
    assert taken.column("flags") == [QUESTION, 0]
    assert taken.column("length") == [8, 5]


@pytest.mark.parametrize(
    ("content", "at"),
    [
        (b'[{"type": "message"', "byte 19"),
        (b'["\xc3\xa9", x]', "byte 7"),
        (b'["\xff"]', "byte 2"),
        (b"", "byte 0"),
    ],
)
def test_a_day_that_breaks_refuses_the_file_and_names_the_byte(tmp_path, content, at):
    path = folder(tmp_path / "export", {"users.json": [], DAY: content})
    with pytest.raises(Unreadable, match=at) as refused:
        take(path)
    assert refused.value.problem.where == DAY


def test_a_day_that_is_no_array_refuses_the_file(tmp_path):
    with pytest.raises(Unreadable, match="array"):
        take(folder(tmp_path / "export", {DAY: {"messages": []}}))


def test_an_export_without_messages_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="no messages"):
        read_day(tmp_path)


@dataclass(frozen=True)
class Reference:
    """The figures of a real export."""

    name: str
    read: int
    counted: int
    joins: int
    channels: int
    people: int
    days: tuple[str, str]


TENACADEMY = Reference(
    name="slack-tenacademy.zip",
    read=30_363,
    counted=29_325,
    joins=1_027,
    channels=39,
    people=61,
    days=("2022-08-20", "2023-01-20"),
)
HOUSTON = Reference(
    name="slack-houstondatavis.zip",
    read=1_581,
    counted=1_229,
    joins=320,
    channels=16,
    people=34,
    days=("2015-06-06", "2016-07-27"),
)


@needs_samples
@pytest.mark.parametrize("expected", [TENACADEMY, HOUSTON], ids=lambda one: one.name)
def test_real_exports(expected):
    taken = take(SAMPLES / expected.name)
    tally = taken.reading.tally
    assert tally.read == expected.read
    assert tally.ignored["channel_join"] == expected.joins
    assert tally.read - tally.ignored.total() == len(taken.kinds) == expected.counted
    assert tally.rejected == 0
    assert len(taken.reading.channels) == expected.channels
    assert len(set(taken.actors) - taken.bots) == expected.people
    assert len(set(taken.column("key"))) == expected.counted
    days = [datetime.fromtimestamp(at / 1e6, UTC).date() for at in taken.column("at")]
    assert (str(min(days)), str(max(days))) == expected.days
    assert taken.reading.progress == 1


@needs_samples
def test_the_kinds_of_a_real_export():
    taken = take(SAMPLES / "slack-tenacademy.zip")
    humans = [
        kind
        for kind, actor in zip(taken.kinds, taken.actors, strict=True)
        if actor not in taken.bots
    ]
    assert Counter(humans) == {"post": 10_075, "reply": 8_893, "reaction": 10_351}
    assert sum(bool(one.listed) for one in taken.reading.accounts) == 51


@needs_samples
def test_a_third_of_a_real_export_lies_on_another_day_than_its_files_say(tmp_path):
    """Day files are cut at midnight in California, not in UTC."""
    days: dict[str, dict[str, bytes]] = {}
    with Package(SAMPLES / "slack-houstondatavis.zip") as package:
        for name in package.names:
            if "/20" in name:
                days.setdefault(name[-15:-5], {})[name] = package.read(name)
    counted = moved = 0
    for day, files in days.items():
        taken = take(folder(tmp_path / day, files))
        moments = [datetime.fromtimestamp(at / 1e6, UTC) for at in taken.column("at")]
        counted += len(moments)
        moved += sum(str(moment.date()) != day for moment in moments)
    assert counted == 1_229
    assert moved == 418
