"""A small invented community: eight people, three channels, ten weeks."""

from metrics import aggregation
from metrics.models import Source
from tests.metrics.factories import load, make_source
from tests.metrics.slack_export import SlackExport, post, reply, thumbs

MEMBERS = tuple(f"U{number}" for number in range(1, 9))
DAY = 24 * 60
WEEKS = 10
# Every week somebody asks in `general` and five answer; `help` has six people who are
# answered late; in `duo` two people talk among themselves.


def export() -> SlackExport:
    """Posts: 2 a week in general, 6 in help (once), 1 a week in duo."""
    general, duo = [], []
    for week in range(WEEKS):
        start = week * 7 * DAY
        general.append(post("U1", start, "Who knows?", **thumbs("U7", "U8")))
        general += [
            reply(f"U{number}", start + 10 * number, to=start) for number in range(2, 7)
        ]
        general.append(reply("U1", start + 90, to=start))
        general.append(post("U7", start + 4 * DAY))
        duo.append(post("U1", start + 15))
        duo.append(reply("U2", start + 20, to=start + 15))
    late = 8 * 7 * DAY
    help_ = [post(f"U{number}", late + number) for number in range(1, 7)]
    help_ += [reply("U7", late + 30 * 60, to=late + 1)]
    return SlackExport({"general": general, "help": help_, "duo": duo}, members=MEMBERS)


def settle() -> Source:
    """The community's export, loaded and counted."""
    source = make_source("plaza", timezone="UTC")
    load(source, export().zip())
    aggregation.catch_up()
    return source
