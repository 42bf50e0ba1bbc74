"""A measure explained, and the records behind it: as many rows as were counted."""

import csv
import io
from datetime import date

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from metrics import aggregation
from metrics.models import Channel, Import, Population
from metrics.reporting.evidence import Evidence, Records, contributors
from metrics.reporting.measuring import gather, point
from metrics.reporting.scopes import Asked, resolve
from metrics.stats import BY_KEY, MEASURES
from tests.metrics.community import settle
from tests.metrics.factories import load, make_source
from tests.metrics.slack_export import conversation

pytestmark = pytest.mark.django_db

MEASURE = "/engagement/measures/{}/"
RECORDS = "/engagement/measures/{}/records/"
ALL_TIME = {"period": "all"}


@pytest.fixture
def plaza():
    return settle()


@pytest.fixture
def analyst(browse, strategist):
    return browse(strategist)


def rows_of(response):
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def evidence(key, population=Population.HUMAN, answered=None):
    scope = resolve(Asked(), Channel.objects.all())
    assert scope.extent is not None
    return Evidence(scope, scope.extent, population, BY_KEY[key], answered)


def counted(found, key):
    gathered = gather(found.scope, [found.window], found.population, [BY_KEY[key]])
    return point(BY_KEY[key], gathered.windows[0], floor=1)


COUNTS = ("posts", "replies", "reactions", "shares", "contributions")


@pytest.mark.parametrize("population", list(Population))
@pytest.mark.parametrize("key", COUNTS)
def test_there_are_as_many_records_as_were_counted(plaza, key, population):
    load(make_source("bots"), conversation().zip())  # with a bot that answers
    aggregation.catch_up()
    found = evidence(key, population)
    assert len(Records(found)) == len(list(Records(found))) == counted(found, key).value


def test_the_answered_posts_are_those_of_the_response_rate(plaza):
    rate = counted(evidence("response_rate"), "response_rate")
    answered = list(Records(evidence("response_rate", answered=True)))
    waiting = list(Records(evidence("response_rate", answered=False)))
    assert (len(answered), len(answered) + len(waiting)) == (
        rate.numerator,
        rate.denominator,
    )
    assert all(post.response_hours is not None for post in answered)
    assert {post.response_hours for post in waiting} == {None}
    assert [post.at for post in waiting] == sorted(post.at for post in waiting)


def test_records_come_page_by_page_and_chunk_by_chunk_alike(plaza, monkeypatch):
    monkeypatch.setattr("metrics.reporting.evidence.CHUNK", 7)
    records = Records(evidence("contributions"))
    assert list(records) == list(records[0 : len(records)])
    assert records[3] == list(records)[3]


def test_contributors_are_the_active_ones_and_their_work_adds_up(plaza):
    found = evidence("active_contributors")
    people = contributors(found)
    assert len(people) == counted(found, "active_contributors").value
    total = sum(person.contributions for person in people)
    assert total == counted(found, "contributions").value


# Pages


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.key)
def test_every_measure_opens_to_what_is_behind_it(plaza, analyst, measure):
    page = analyst.get(MEASURE.format(measure.key), ALL_TIME)
    assertContains(page, str(measure.meaning))
    assertContains(page, "export.zip")
    job = Import.objects.get()
    assertContains(page, job.get_absolute_url())
    assertContains(page, RECORDS.format(measure.key) + "?period=all")
    assert analyst.get(RECORDS.format(measure.key), ALL_TIME).status_code == 200


def test_the_file_of_a_measure_is_its_table(plaza, analyst):
    page = MEASURE.format("response_rate")
    rows = rows_of(analyst.get(page, ALL_TIME | {"format": "csv", "grain": "month"}))
    assert [row["First day"] for row in rows] == [
        "2026-03-02",
        "2026-04-01",
        "2026-05-01",
    ]
    march = rows[0]
    share = int(march["Numerator"]) / int(march["Denominator"])
    assert march["Value"] == str(share)


def test_records_name_their_import_and_no_account(plaza, analyst):
    page = analyst.get(RECORDS.format("posts"), ALL_TIME)
    assertContains(page, Import.objects.get().get_absolute_url())
    assertNotContains(page, ">U1<")
    assertContains(page, "36 rows")


def test_the_file_of_the_records_has_every_row(plaza, analyst):
    state = ALL_TIME | {"format": "csv"}
    rows = rows_of(analyst.get(RECORDS.format("contributions"), state))
    assert len(rows) == 127
    answered = rows_of(analyst.get(RECORDS.format("posts"), state | {"answered": "no"}))
    assert len(answered) == 15


def test_numbers_are_for_all_and_records_for_analysts_and_auditors(
    plaza, browse, executive, sponsor, auditor, community_manager
):
    page = RECORDS.format("posts")
    for user in (executive, sponsor):
        refused = browse(user).get(page, ALL_TIME)
        assertContains(refused, "An administrator can give you", status_code=403)
        numbers = browse(user).get(MEASURE.format("posts"), ALL_TIME)
        assertContains(numbers, "Definition")
        assertNotContains(numbers, page)
    for user in (auditor, community_manager):
        assert browse(user).get(page, ALL_TIME).status_code == 200


@pytest.mark.parametrize("key", ["posts", "active_contributors"])
def test_records_of_too_few_people_are_hidden_on_page_and_in_file(plaza, analyst, key):
    state = ALL_TIME | {"channel": "plaza/C-duo"}
    for more in ({}, {"format": "csv"}):
        page = analyst.get(RECORDS.format(key), state | more)
        assertContains(page, "fewer than 5 people contributed")
        assertNotContains(page, "2026, 09:")


def test_an_unknown_measure_is_not_found(plaza, analyst):
    assert analyst.get(MEASURE.format("likes")).status_code == 404
    assert analyst.get(RECORDS.format("likes")).status_code == 404


@pytest.mark.parametrize("query", ["answered=%00", "answered=maybe", "page=x&to=%00"])
def test_nothing_that_is_typed_breaks_the_records(plaza, analyst, query):
    page = analyst.get(f"{RECORDS.format('posts')}?{query}")
    assertContains(page, "was ignored")


def test_a_measure_of_days_without_data_says_so(plaza, analyst):
    state = {"from": date(2024, 1, 1), "to": date(2024, 2, 1)}
    assertContains(analyst.get(MEASURE.format("posts"), state), "Not covered")


def test_a_measure_without_any_data_is_still_explained(analyst):
    page = analyst.get(MEASURE.format("posts"))
    assertContains(page, "number of posts")
    assertContains(analyst.get(RECORDS.format("posts")), "No import holds a day")


def test_all_measures_are_explained(analyst):
    page = analyst.get("/engagement/measures/")
    for measure in MEASURES:
        assertContains(page, f'id="{measure.key}"')
