"""Real exports give the figures that were worked out for them by other means."""

from typing import Any

import pytest
from django.db import connection

from tests.metrics.samples import SAMPLES, needs_samples
from tests.metrics.verbs import answer, figures

# A load renews its lease over a second connection, which must see the import.
pytestmark = [needs_samples, pytest.mark.django_db(transaction=True)]

COUNTS = ("inserted", "updated", "unchanged", "duplicates", "rejected", "ignored")

REFERENCE: dict[str, dict[str, float | None]] = {
    "slack-houstondatavis": {
        "posts": 1_031,
        "replies": 0,
        "reactions": 198,
        "contributions": 1_229,
        "active_contributors": 34,
        "reply_share": 0,
        "response_rate": 0,
        "dialogue_rate": 0,
        "first_response_median_hours": None,
        "first_response_p90_hours": None,
        "mutual_pair_share": None,
        "reciprocity": None,
        "top10_share": 0.937924,
        "interactive_rate": 33 / 70,
    },
    "slack-tenacademy": {
        "posts": 10_075,
        "replies": 8_893,
        "reactions": 10_351,
        "contributions": 29_319,
        "active_contributors": 61,
        "reply_share": 0.468842,
        "response_rate": 0.197519,
        "dialogue_rate": 0.116328,
        "first_response_median_hours": 0.036362,
        "first_response_p90_hours": 1.162923,
        "mutual_pair_share": 0.488286,
        "reciprocity": 0.656172,
        "top10_share": 0.495202,
        "interactive_rate": 48 / 51,
    },
}
STICKINESS = {
    "slack-houstondatavis": ("2016-07-28", 0.149160, 17),
    "slack-tenacademy": ("2022-11-01", 0.634317, 46),
}
RECEIPTS: dict[str, dict[str, Any]] = {
    "slack-houstondatavis": {"inserted": 1_229, "people": 34, "channels": 16},
    "slack-tenacademy": {
        "read": 30_363,
        "inserted": 29_325,
        "ignored": 1_038,
        "channels": 39,
        "people": 61,
        "first_day": "2022-08-20",
        "last_day": "2023-01-20",
    },
}


def ingest(name: str) -> dict[str, Any]:
    return answer("ingest", str(SAMPLES / f"{name}.zip"), "--source", name)


@pytest.mark.parametrize("name", REFERENCE)
def test_measures_to_the_sixth_digit(name: str) -> None:
    ingest(name)
    found = figures("--source", name)
    values = {key: found[key]["value"] for key in REFERENCE[name]}
    assert values == pytest.approx(REFERENCE[name], abs=5e-7)
    assert found["response_rate"]["denominator"] == found["posts"]["value"]
    end, value, people = STICKINESS[name]
    stickiness = figures("--source", name, "--to", end)["stickiness"]
    assert (stickiness["value"], stickiness["n"]) == (
        pytest.approx(value, abs=5e-7),
        people,
    )


@pytest.mark.parametrize("name", RECEIPTS)
def test_the_receipt_adds_up(name: str) -> None:
    receipt = ingest(name)
    assert receipt["read"] == sum(receipt[count] for count in COUNTS)
    assert {key: receipt[key] for key in RECEIPTS[name]} == RECEIPTS[name]


def test_importing_twice_changes_nothing() -> None:
    first = ingest("slack-tenacademy")
    before = figures("--source", "slack-tenacademy")
    again = ingest("slack-tenacademy")
    assert again["import"] == first["import"]
    assert (again["status"], again["inserted"]) == ("unchanged", 0)
    assert again["unchanged"] == first["inserted"]
    assert figures("--source", "slack-tenacademy") == before


def test_a_message_counts_on_the_day_of_its_own_moment() -> None:
    """31 % of the messages lie in a file that is named after another UTC day."""
    ingest("slack-houstondatavis")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT occurred_at::date, count(*) FROM metrics_event"
            " WHERE kind = 1 GROUP BY 1"
        )
        expected = {day.isoformat(): count for day, count in cursor.fetchall()}
    found = answer(
        "measure", "posts", "--source", "slack-houstondatavis", "--grain", "day",
        "--floor", "1",
    )  # fmt: skip
    points = found["measures"][0]["points"]
    assert {p["start"]: p["value"] for p in points if p["value"]} == expected
