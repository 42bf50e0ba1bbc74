"""Canonical event files: columns, moments, broken rows, and what is never lost."""

import csv
import gzip
import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.sources import detection
from metrics.sources.package import Package
from metrics.sources.reading import DAY_ONLY, QUESTION, ChannelSeen, Unreadable
from tests.metrics.exports import Taken, folder, take, zipped

HEADER = "id,type,published,actor,channel,in_reply_to,text_length,question,updated"
WHEN = "2026-03-02T09:00:00Z"
GOOD = f"m1,post,{WHEN},ann,ideas,,5,true,"


def read_text(tmp_path: Path, text: str | bytes, name: str = "a.csv", **more) -> Taken:
    content = text if isinstance(text, bytes) else text.encode()
    path = tmp_path / name
    path.write_bytes(content)
    return take(path, **more)


def read_rows(tmp_path: Path, *rows: str) -> Taken:
    return read_text(tmp_path, "\n".join([HEADER, *rows, ""]))


def micros(iso: str) -> int:
    moment = datetime.fromisoformat(iso)
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


class TestRows:
    def test_say_who_did_what_where(self, tmp_path):
        taken = read_text(
            tmp_path,
            "id,type,published,actor,actor_type,actor_name,channel,channel_name,"
            "in_reply_to,thread,target\n"
            f"1,Post,{WHEN},ann,person,Ann Weiss,c1,Ideas,,,\n"
            f"2,reply,{WHEN},bob,,,c1,,1,,\n"
            f"3,reply,{WHEN},ann,,,c1,,2,1,bob\n"
            f"4,reaction,{WHEN},robo,bot,,c1,,2,1,bob\n"
            f"5,share,{WHEN},eve,,,c2,,,,\n",
        )
        assert taken.kinds == ["post", "reply", "reply", "reaction", "share"]
        assert taken.actors == ["ann", "bob", "ann", "robo", "eve"]
        assert taken.targets == ["", "", "bob", "bob", ""]
        assert taken.bots == {"robo"}
        assert taken.reading.accounts[0].name == "Ann Weiss"
        assert taken.reading.channels == [
            ChannelSeen("c1", "Ideas"),
            ChannelSeen("c2", "c2"),
        ]
        threads = taken.column("thread")
        assert len(set(threads[:4])) == 1 != threads[4]
        assert len(set(taken.column("key"))) == 5

    def test_carry_length_question_and_version(self, tmp_path):
        taken = read_rows(tmp_path, f"m1,post,{WHEN},ann,ideas,,12,YES,{WHEN}")
        assert taken.column("length") == [12]
        assert taken.column("flags") == [QUESTION]
        assert taken.column("version") == [micros(WHEN)]

    def test_have_the_channel_of_the_upload_where_theirs_is_empty(self, tmp_path):
        text = f"{HEADER}\nm1,post,{WHEN},ann,,,,,\nm2,post,{WHEN},ann,c2,,,,\n"
        taken = read_text(tmp_path, text, channel="it's ours")
        assert taken.channels == ["it's ours", "c2"]

    def test_keep_their_keys_when_sent_again(self, tmp_path):
        first = read_rows(tmp_path, GOOD)
        row = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))
        again = read_text(tmp_path, json.dumps(row))
        assert first.column("key") == again.column("key")
        assert first.column("thread") == again.column("thread")
        other = read_text(tmp_path, f"{HEADER}\n{GOOD}", namespace="other")
        assert first.column("key") != other.column("key")


class TestMoments:
    @pytest.mark.parametrize(
        ("published", "at"),
        [
            ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00+00:00"),
            ("2026-03-02t09:00z", "2026-03-02T09:00:00+00:00"),
            ("2026-03-02 09:00:00.123456+02:00", "2026-03-02T07:00:00.123456+00:00"),
            ("2026-03-02T09:00:00-0530", "2026-03-02T14:30:00+00:00"),
            ("2024-02-29T23:59:59.5Z", "2024-02-29T23:59:59.500000+00:00"),
        ],
    )
    def test_are_exact(self, tmp_path, published, at):
        taken = read_rows(tmp_path, f"m1,post,{published},ann,ideas,,,,")
        assert taken.column("at") == [micros(at)]
        assert taken.column("flags") == [0]

    def test_a_bare_date_is_a_day(self, tmp_path):
        taken = read_rows(tmp_path, "m1,post,2026-03-02,ann,ideas,,,,")
        assert taken.column("at") == [micros("2026-03-02T00:00:00+00:00")]
        assert taken.column("flags") == [DAY_ONLY]

    @pytest.mark.parametrize(
        "published",
        [
            "2026-03-02T09:00:00",
            "2026-02-30T09:00:00Z",
            "2025-02-29",
            "2026-03-02T24:00:00Z",
            "2026-03-02T09:00:60Z",
            "2026-03-02T09:00:00+15:00",
            "02/03/2026",
            "1772442000",
            "1772442000000",
            "0001-01-01",
            "9999-12-31",
            "10000-01-01",
            "infinity",
            "٢٠٢٦-03-02",
            "",
        ],
    )
    def test_bad_ones_are_rejected_with_what_to_do(self, tmp_path, published):
        taken = read_rows(tmp_path, GOOD, f"m2,post,{published},ann,ideas,,,,")
        assert taken.problems == [("a.csv", 3, published)]
        assert len(taken.kinds) == 1

    def test_a_local_time_is_told_to_name_its_offset(self, tmp_path):
        taken = read_rows(tmp_path, "m2,post,2026-03-02T09:00,ann,ideas,,,,")
        assert "offset" in taken.reading.tally.rejects[0].message


class TestBadValues:
    @pytest.mark.parametrize(
        ("row", "value"),
        [
            (f",post,{WHEN},ann,ideas,,,,", ""),
            (f"m2,like,{WHEN},ann,ideas,,,,", "like"),
            (f"m2,,{WHEN},ann,ideas,,,,", ""),
            (f"m2,post,{WHEN}, ,ideas,,,,", ""),
            (f"m2,post,{WHEN},ann,,,,,", ""),
            (f"m2,reply,{WHEN},ann,ideas,,,,", ""),
            (f"m2,post,{WHEN},ann,ideas,,1e99,,", "1e99"),
            (f"m2,post,{WHEN},ann,ideas,,NaN,,", "NaN"),
            (f"m2,post,{WHEN},ann,ideas,,-1,,", "-1"),
            (f"m2,post,{WHEN},ann,ideas,,1_000,,", "1_000"),
            (f"m2,post,{WHEN},ann,ideas,,٣,,", "٣"),
            (f"m2,post,{WHEN},ann,ideas,,{'9' * 40},,", "9" * 40),
            (f"m2,post,{WHEN},ann,ideas,,,maybe,", "maybe"),
            (f"m2,post,{WHEN},ann,ideas,,,,yesterday", "yesterday"),
            (f"{'m' * 201},post,{WHEN},ann,ideas,,,,", "m" * 200 + "…"),
        ],
    )
    def test_are_rejected_by_line_and_value(self, tmp_path, row, value):
        taken = read_rows(tmp_path, GOOD, row, GOOD)
        assert taken.problems == [("a.csv", 3, value)]
        assert taken.reading.tally.read == 3


class TestBrokenRows:
    @pytest.mark.parametrize(
        "row",
        [
            "m2,post",
            f"m2,post,{WHEN},ann,ideas,,,,,",
            "\\.",
            f'm2,post,{WHEN},"ann,ideas,,,,',
            f'm2,post,{WHEN},"a"nn,ideas,,,,',
            f"m2,post,{WHEN},a\0nn,ideas,,,,",
            f"m2,post,{WHEN},{'a' * 200_000},ideas,,,,",
            f'm2,post,{WHEN},"ann","ideas",,,',
        ],
    )
    def test_cost_themselves_only(self, tmp_path, row):
        taken = read_rows(tmp_path, GOOD, row, GOOD.replace("m1", "m3"))
        assert [problem[:2] for problem in taken.problems] == [("a.csv", 3)]
        assert len(taken.kinds) == 2

    def test_lines_are_physical_ones(self, tmp_path):
        taken = read_rows(
            tmp_path,
            GOOD.replace("ideas", '"id\neas\r\n!"'),
            "",
            "m2,post",
            GOOD.replace("ideas", '"say ""hi"", you"'),
            f"m4,post,never,ann,{'x'},,,,",
        )
        assert [problem[1] for problem in taken.problems] == [6, 8]
        assert taken.channels == ["id\neas\r\n!", 'say "hi", you']

    def test_one_open_quote_before_many_good_rows(self, tmp_path):
        rows = [GOOD.replace("m1", f"n{number}") for number in range(5_000)]
        taken = read_rows(tmp_path, GOOD.replace("ann", '"ann'), *rows)
        assert [problem[1] for problem in taken.problems] == [2]
        assert len(taken.kinds) == 5_000

    def test_quotes_broken_everywhere_refuse_the_file(self, tmp_path):
        with pytest.raises(Unreadable, match="Too many lines"):
            read_rows(tmp_path, *[GOOD.replace("ann", 'an"n"n')[:-1] + '"'] * 1_200)


class TestForms:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_delimiters_and_line_ends(self, tmp_path, delimiter, end):
        text = f"{HEADER}\n{GOOD}\n".replace(",", delimiter).replace("\n", end)
        assert read_text(tmp_path, text).actors == ["ann"]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_encodings(self, tmp_path, encoding):
        text = f"{HEADER}\n{GOOD.replace('ann', 'Zoë 🎈')}\n"
        assert read_text(tmp_path, text.encode(encoding)).actors == ["Zoë 🎈"]

    def test_another_encoding_is_named_by_its_byte(self, tmp_path):
        text = f"{HEADER}\n{GOOD.replace('ann', 'Zoë')}\n".encode("latin-1")
        with pytest.raises(Unreadable, match=f"byte {text.index(0xEB)}"):
            read_text(tmp_path, text)

    def test_separators_that_are_data(self, tmp_path):
        name = "a\u2028b\x0bc\x85d"
        assert read_rows(tmp_path, GOOD.replace("ann", name)).actors == [name]

    def test_twins_of_one_name_are_one(self, tmp_path):
        rows = [GOOD.replace("ann", name) for name in ("Zoe\u0308", " Zoë ")]
        assert set(read_rows(tmp_path, *rows).actors) == {"Zoë"}

    def test_columns_in_any_order_and_spelling_and_unknown_ones(self, tmp_path):
        text = "sep=;\nActor;Text-Length;mood;ID;In Reply To;TYPE;Published;channel\n"
        taken = read_text(tmp_path, f"{text}ann;7;good;m1;;post;{WHEN};ideas\n")
        assert taken.actors == ["ann"]
        assert taken.column("length") == [7]
        assert taken.reading.unknown_columns == ["mood"]

    def test_a_missing_column_refuses_the_file(self, tmp_path):
        with pytest.raises(Unreadable, match="lacks the column actor"):
            read_text(tmp_path, f"id,type,published\nm1,post,{WHEN}\n")

    def test_a_column_twice_refuses_the_file(self, tmp_path):
        with pytest.raises(Unreadable, match="actor twice"):
            read_text(tmp_path, f"{HEADER},Actor\n{GOOD},bob\n")

    def test_a_header_alone_is_no_rows(self, tmp_path):
        with pytest.raises(Unreadable, match="no rows"):
            read_text(tmp_path, HEADER)

    def test_packed_alone_or_with_others(self, tmp_path):
        text = f"{HEADER}\n{GOOD}\n"
        packed = gzip.compress(text.encode())
        assert read_text(tmp_path, packed, "a.csv.gz").actors == ["ann"]
        line = json.dumps({"id": 2, "type": "post", "published": WHEN, "actor": "bob"})
        objects = gzip.compress(line.encode())
        files = {"a.csv": text.encode(), "b.ndjson.gz": objects, "c.txt": b""}
        taken = take(zipped(tmp_path / "a.zip", files), channel="ideas")
        assert taken.actors == ["ann", "bob"]


class TestObjects:
    def test_one_a_line(self, tmp_path):
        row = {
            "id": 1,
            "type": "post",
            "published": WHEN,
            "actor": "ann",
            "channel": "ideas",
            "text_length": 12,
            "question": True,
            "thread": None,
            "mood": "good",
        }
        taken = read_text(tmp_path, json.dumps(row) + "\n", "a.ndjson")
        assert taken.reading.format == "ndjson"
        assert taken.column("length") == [12]
        assert taken.column("flags") == [QUESTION]
        assert taken.reading.unknown_columns == ["mood"]

    @pytest.mark.parametrize(
        "line",
        [
            "{",
            "[1]",
            "null",
            '{"id": NaN}',
            '{"id": "m2", "type": ["post"]}',
            '{"id": 1.5}',
            '{"id": "a\\u0000b"}',
            '{"a":' * 2_000,
        ],
    )
    def test_bad_lines_are_rejected_by_number(self, tmp_path, line):
        good = json.dumps(
            {"id": "1", "type": "post", "published": WHEN, "actor": "a", "channel": "c"}
        )
        taken = read_text(tmp_path, f"{good}\n\n{line}\n{good}", "a.jsonl")
        assert [problem[:2] for problem in taken.problems] == [("a.jsonl", 3)]
        assert len(taken.kinds) == 2


class TestDetection:
    def test_says_what_it_looks_like(self, tmp_path):
        path = folder(tmp_path / "a", {"a.csv": f"{HEADER}\n{GOOD}\n".encode()})
        with Package(path) as package, pytest.raises(Unreadable, match="looks like"):
            detection.choose(package, "slack")

    def test_says_what_is_known_and_what_was_seen(self, tmp_path):
        path = folder(tmp_path / "a", {"notes.txt": b"hello"})
        with Package(path) as package, pytest.raises(Unreadable) as refused:
            detection.choose(package)
        assert "Slack (slack)" in str(refused.value)
        assert "notes.txt" in str(refused.value)

    def test_knows_no_other_platform(self):
        with pytest.raises(Unreadable, match="no platform"):
            detection.adapter("fax")


CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")
FIELDS = st.text(CHARACTERS, max_size=12)
ROWS = st.lists(
    st.one_of(
        st.tuples(FIELDS, st.sampled_from(["post", "odd"]), FIELDS, FIELDS, FIELDS),
        st.builds(lambda i, a: (i, "post", WHEN, a, "c"), FIELDS, FIELDS),
    ),
    max_size=25,
)
fuzzed = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@fuzzed
@given(rows=ROWS)
def test_no_record_is_lost(tmp_path, rows: list[tuple[str, ...]]):
    """Whatever the fields hold, each record is taken or rejected, once."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "type", "published", "actor", "channel"])
    writer.writerows([("last", "post", WHEN, "ann", "c"), *rows])
    taken = read_text(tmp_path, text.getvalue())
    assert len(taken.kinds) + len(taken.problems) == len(rows) + 1
    assert taken.reading.tally.read == len(rows) + 1
    assert "ann" in taken.actors


@fuzzed
@given(rubbish=st.text(st.sampled_from('a,";\n\r\0\\\t é\u2028'), max_size=80))
def test_rubbish_never_takes_a_good_row_along(tmp_path, rubbish: str):
    taken = read_rows(tmp_path, GOOD, rubbish, GOOD.replace("ann", "bob"))
    assert "ann" in taken.actors
    assert len(taken.kinds) + len(taken.problems) == taken.reading.tally.read
