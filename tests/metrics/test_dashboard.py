"""The dashboard: its state is its address, its file is its screen, its floor holds."""

import csv
import gzip
import io
from datetime import date

import pytest
from django.core.cache import cache
from pytest_django.asserts import assertContains, assertNotContains

from metrics import aggregation
from metrics.models import Channel, ChannelProgram, DirtyDay, Population
from metrics.reporting.dashboards import Wish, answer, ask, fingerprints, prepare
from metrics.reporting.measuring import gather, point
from metrics.reporting.scopes import Asked, resolve
from metrics.screens.engagement.frame import step
from metrics.stats import BY_KEY
from people.models import Organisation
from tests.factories import make_program
from tests.metrics.community import settle
from tests.metrics.factories import load, make_source
from tests.metrics.slack_export import SlackExport, post

pytestmark = pytest.mark.django_db

PAGE = "/engagement/"
ALL_TIME = {"period": "all"}


@pytest.fixture
def plaza():
    return settle()


@pytest.fixture
def analyst(browse, strategist):
    return browse(strategist)


def question(asked=None, **wish):
    scope = resolve(asked or Asked(), Channel.objects.all())
    found = ask(scope, Wish(**wish), floor=5)
    assert found is not None
    return found


def rows_of(response):
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


# What it says


@pytest.mark.parametrize("people", list(Population))
def test_every_tile_is_the_measure_of_the_command_line(plaza, people):
    asked = question(period="all", population=people)
    dashboard = answer(asked)
    for tile in dashboard.tiles:
        measure = BY_KEY[tile.key]
        gathered = gather(asked.scope, [asked.window], people, [measure])
        expected = point(measure, gathered.windows[0], floor=5)
        assert tile.now == expected, tile.key


def test_a_part_of_a_source_is_measured_like_a_whole_one(plaza):
    general = Channel.objects.get(name="general")
    program = make_program("half")
    ChannelProgram.objects.create(
        channel=general, program=program, starts=date(2026, 3, 4), ends=date(2026, 5, 6)
    )
    for asked in (Asked(program="half"), Asked(channel=f"plaza/{general.external_id}")):
        half = question(asked, period="all")
        assert not half.scope.whole_sources
        for tile in answer(half).tiles:
            gathered = gather(
                half.scope, [half.window], half.population, [tile.measure]
            )
            assert tile.now == point(tile.measure, gathered.windows[0], floor=5)


@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_the_course_of_a_tile_is_the_measure_of_each_bin(plaza, grain):
    asked = question(period="all", grain=grain)
    tiles = {tile.key: tile for tile in answer(asked).tiles}
    for key in ("active_contributors", "response_rate", "first_response_median_hours"):
        gathered = gather(asked.scope, asked.bins, asked.population, [BY_KEY[key]])
        expected = [point(BY_KEY[key], one, floor=5) for one in gathered.windows]
        assert list(tiles[key].course) == expected


@pytest.mark.parametrize("compare", ["", "year"])
def test_the_period_before_is_measured_as_the_period_is(plaza, compare):
    start, end = date(2026, 4, 6), date(2026, 5, 4)
    asked = question(start=start, end=end, compare=compare)
    assert asked.before is not None
    for tile in answer(asked).tiles:
        measure = BY_KEY[tile.key]
        gathered = gather(asked.scope, [asked.before], asked.population, [measure])
        assert tile.before == point(measure, gathered.windows[0], floor=5), tile.key


def test_newcomers_and_those_who_return_are_all_who_are_active(plaza):
    dashboard = answer(question(period="all"))
    tiles = {tile.key: tile for tile in dashboard.tiles}
    first = dashboard.newcomers.now[0]
    assert first.value == 8  # everybody writes or reacts in the first week
    pairs = zip(dashboard.newcomers.now, dashboard.returning.now, strict=True)
    active = [point.value for point in tiles["active_contributors"].course]
    assert [(new.value or 0) + (back.value or 0) for new, back in pairs] == active


def test_every_post_ends_in_one_way_and_waits_in_one(plaza):
    dashboard = answer(question(period="all"))
    breakdown = dashboard.breakdown
    assert breakdown is not None
    posts = dashboard.totals["posts"].value
    assert sum(wait.posts for wait in breakdown.waits) == posts == 36
    assert sum(part.share or 0 for part in breakdown.parts) == pytest.approx(1)
    assert [(wait.key, wait.posts) for wait in breakdown.waits] == [
        ("within", 20),
        ("within", 0),
        ("within", 0),
        ("within", 1),
        ("later", 0),
        ("open", 15),
    ]
    assert breakdown.unanswered == 15
    waiting = [post.posted_at for post in breakdown.open_posts]
    assert waiting == sorted(waiting)
    assert waiting[0].date() == date(2026, 3, 6)


def test_a_small_channel_hides_itself_and_a_second_one(plaza):
    rows = {row.channel.name: row for row in answer(question(period="all")).channels}
    assert rows["duo"].hidden == "small"
    assert rows["help"].hidden == "protects"
    assert rows["duo"].posts is rows["help"].posts is None
    assert (rows["general"].posts, rows["general"].people) == (20, 8)


def test_groups_of_too_few_people_hold_no_figures(plaza):
    breakdown = answer(question(period="all")).breakdown
    assert breakdown is not None
    hidden = [group for group in breakdown.writers if group.hidden]
    assert [group.key for group in hidden] == ["top_1", "rest"]
    assert {group.count for group in hidden} == {None}


def test_days_outside_the_coverage_are_not_zero(plaza):
    asked = question(start=date(2026, 2, 1), end=date(2026, 3, 9), grain="week")
    states = [point.status for point in answer(asked).posts.now]
    assert states[:5] == ["not_covered"] * 5
    assert states[-1] == "final"


# The page


def test_the_default_is_never_empty(plaza, analyst):
    page = analyst.get(PAGE)
    assertContains(page, "Active contributors")
    assertContains(page, "2 Mar to 8 May 2026")


def test_a_page_takes_six_queries_and_few_bytes(
    plaza, analyst, django_assert_max_num_queries
):
    analyst.get(PAGE)  # loads templates and the organisation
    cache.clear()
    Organisation.current()
    with django_assert_max_num_queries(6):
        page = analyst.get(PAGE)
    assert len(gzip.compress(page.content)) < 40 * 1024


def test_a_kept_page_asks_three_questions(
    plaza, analyst, django_assert_max_num_queries
):
    analyst.get(PAGE)
    with django_assert_max_num_queries(3):
        analyst.get(PAGE)


def test_the_worker_answers_before_anybody_asks(
    plaza, analyst, django_assert_max_num_queries
):
    assert prepare() == 2  # everything, and the one source
    Organisation.current()
    with django_assert_max_num_queries(3):
        assertContains(analyst.get(PAGE), "Active contributors")


def test_the_browser_keeps_a_page_until_the_facts_change(plaza, analyst):
    first = analyst.get(PAGE)
    again = analyst.get(PAGE, headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    DirtyDay.objects.create(channel=Channel.objects.all()[0], day=date(2026, 3, 2))
    later = analyst.get(PAGE, headers={"if-none-match": first.headers["ETag"]})
    assertContains(later, "These figures are stale since")


def test_a_page_is_another_for_another_reader(plaza, analyst, browse, executive):
    first = analyst.get(PAGE)
    other = browse(executive).get(
        PAGE, headers={"if-none-match": first.headers["ETag"]}
    )
    assert other.status_code == 200
    assertContains(first, "Unanswered, longest first")
    assertNotContains(other, "Unanswered, longest first")


def test_the_file_of_the_tiles_holds_what_they_show(plaza, analyst):
    rows = rows_of(analyst.get(PAGE, ALL_TIME | {"format": "csv"}))
    tiles = answer(question(period="all")).tiles
    assert [row["Measure"] for row in rows] == [tile.key for tile in tiles]
    for row, tile in zip(rows, tiles, strict=True):
        value = tile.now.value
        assert row["Value"] == ("" if value is None else str(value))
        assert row["People"] == str(tile.now.people)


def test_the_file_of_the_channels_hides_what_the_table_hides(plaza, analyst):
    state = ALL_TIME | {"channels-format": "csv", "channels-sort": "name"}
    rows = rows_of(analyst.get(PAGE, state))
    assert [row["Channel"] for row in rows] == ["duo", "general", "help"]
    assert rows[0]["Posts"] == "Hidden: fewer than 5 people"
    assert rows[1]["Posts"] == "20"
    assert rows[2]["Posts"] == "Hidden: would reveal another row"


@pytest.mark.parametrize("layer", ["tiles", "drawing"])
def test_a_scope_of_too_few_people_shows_no_figure(plaza, analyst, layer):
    state = ALL_TIME | {"channel": "plaza/C-duo"}
    if layer == "tiles":
        rows = rows_of(analyst.get(PAGE, state | {"format": "csv"}))
        assert {row["Status"] for row in rows} == {"Hidden"}
        assert {row["Value"] + row["People"] for row in rows} == {""}
    else:
        page = analyst.get(PAGE, state)
        assertContains(page, "Fewer than 5 people")
        assertNotContains(page, "Unanswered, longest first")


def test_a_space_without_threads_is_not_scored(analyst):
    talk = [post(f"U{n}", n) for n in range(1, 8)]
    members = [f"U{n}" for n in range(1, 8)]
    load(make_source("old"), SlackExport({"general": talk}, members).zip())
    aggregation.catch_up()
    page = analyst.get(PAGE)
    assertContains(page, "This space has no threads.")
    assertNotContains(page, "Broadcast")


def test_another_release_does_not_trust_the_answers_of_the_last(plaza, monkeypatch):
    asked = question(period="all")
    before = fingerprints.fingerprint(asked)
    assert fingerprints.fingerprint(question(period="all")) == before
    monkeypatch.setattr(fingerprints, "RELEASE", fingerprints.RELEASE + 1)
    assert fingerprints.fingerprint(asked) != before


def test_a_period_without_an_import_says_so_and_leads_to_one_that_has(plaza, analyst):
    page = analyst.get(PAGE, {"from": "2001-01-01", "to": "2001-03-01"})
    assertContains(page, "No import covers a day of this period.")
    assertContains(page, "Show all that is covered")
    assertNotContains(page, "There is nothing to compare with.")
    assertContains(page, "From the day given")


def test_channels_of_one_name_are_told_apart_by_their_source(plaza, analyst):
    page = analyst.get(PAGE, ALL_TIME | {"channels-format": "csv"})
    assert {row["Source"] for row in rows_of(page)} == {"plaza"}


def test_who_sees_no_channel_is_told_why(plaza, browse, requester):
    page = browse(requester).get(PAGE)
    assertContains(page, "You see the channels of the programs you lead or work in")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 1, 5), date(2026, 1, 19), "by week"),
        (date(2026, 1, 7), date(2026, 1, 19), "by week, the first in part"),
        (date(2026, 1, 5), date(2026, 1, 21), "by week, the last in part"),
        (
            date(2026, 1, 7),
            date(2026, 1, 21),
            "by week, the first and the last in part",
        ),
    ],
)
def test_a_chart_says_which_of_its_weeks_are_cut(plaza, start, end, words):
    assert step(question(start=start, end=end, grain="week")) == words


# What is asked


@pytest.mark.parametrize(
    "query",
    [
        "period=%00",
        "period=" + "9" * 5000,
        "from=0001-01-01&to=9999-12-31",
        "from=1990-01-01&to=2100-01-01&grain=day&compare=year",
        "from=2026-05-01&to=2026-04-01",
        "to=1995-01-01",
        "from=2090-01-01",
        "from=x&to=%00",
        "grain=" + "%F0%9F%92%A9" * 50,
        "people=dogs&compare=never",
        "channels-page=" + "9" * 5000,
        "channels-page=%C2%B2&channels-sort=nothing",
        "audience=moon",
        "source=plaza&program=none",
        "frob=1",
    ],
)
def test_nothing_that_is_typed_breaks_the_page(plaza, analyst, query):
    assert analyst.get(f"{PAGE}?{query}").status_code in {200, 404}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("period=7d", "“period” was ignored"),
        ("from=1850-01-01", "“from” was ignored"),
        ("utm=mail", "“utm” is not known here"),
        ("from=1990-01-01&to=2020-01-01", "The period was shortened."),
        ("from=2010-01-01&to=2026-01-01&grain=day", "shown by month"),
        ("from=2026-05-01&to=2026-04-01", "The period ends before it begins."),
    ],
)
def test_what_is_not_understood_is_said(plaza, analyst, query, said):
    assertContains(analyst.get(f"{PAGE}?{query}"), said)


def test_links_keep_only_what_differs_from_the_defaults(plaza, analyst):
    page = analyst.get(f"{PAGE}?period=13w&people=human&compare=year&source=plaza")
    assertContains(page, "/engagement/measures/posts", count=0)
    assertContains(
        page, "/engagement/measures/contributions/?source=plaza&amp;compare=year"
    )


def test_a_form_sent_without_script_leaves_a_clean_address(plaza, analyst):
    page = analyst.get(f"{PAGE}?period=4w&from=&to=&compare=")
    assert page.status_code == 302
    assert page.headers["Location"] == f"{PAGE}?period=4w"


# Who may ask


def test_an_unknown_scope_is_not_found(plaza, analyst):
    for scope in ("source=none", "channel=plaza/none", "program=none"):
        assert analyst.get(f"{PAGE}?{scope}").status_code == 404


def test_a_lead_sees_the_own_program_and_no_other(plaza, browse, requester):
    general = Channel.objects.get(name="general")
    mine = make_program("mine", lead=requester.person)
    secret = make_program("secret")
    for program in (mine, secret):
        ChannelProgram.objects.create(channel=general, program=program)
    lead = browse(requester)
    assertContains(lead.get(f"{PAGE}?program=mine"), "Mine")
    assert lead.get(f"{PAGE}?program=secret").status_code == 404
    assert lead.get(f"{PAGE}?channel=plaza/C-help").status_code == 404
    assertNotContains(lead.get(PAGE), "help")


def test_whoever_sees_no_channel_gets_an_empty_page(plaza, browse, requester):
    page = browse(requester).get(PAGE)
    assert page.status_code == 200
    assertNotContains(page, "general")


def test_an_empty_program_leads_to_the_mapping(plaza, analyst):
    make_program("quiet")
    assertContains(analyst.get(f"{PAGE}?program=quiet"), "Map channels to programs")


def test_an_empty_portal_leads_to_the_upload(analyst):
    assertContains(analyst.get(PAGE), "Upload an export")


def test_the_scopes_are_those_the_reader_may_see(plaza, browse, requester, strategist):
    mine = make_program("mine", lead=requester.person)
    make_program("secret")
    general = Channel.objects.get(name="general")
    ChannelProgram.objects.create(channel=general, program=mine)
    page = browse(requester).get(f"{PAGE}scopes/?period=4w")
    assertContains(page, f"{PAGE}?program=mine&amp;period=4w")
    assertNotContains(page, "secret")
    assertNotContains(page, "duo")
    assertContains(browse(strategist).get(f"{PAGE}scopes/"), "duo")
