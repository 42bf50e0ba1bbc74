"""Tables: one declaration, shown as a page and as a file, with its state in the URL."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from people.models import Person
from people.screens.cells import Absent, in_file
from people.screens.downloads import as_csv
from people.screens.tables import Column, Table

HIDDEN = Absent("Hidden: fewer than 5 people")


@dataclass(frozen=True)
class Channel:
    name: str
    posts: int | Absent | None
    rate: float | Absent | None = None


CHANNELS = Table(
    "channels",
    "Channels",
    (
        Column("name", "Channel", lambda row: row.name, sortable=True),
        Column("posts", "Posts", lambda row: row.posts, "count", sortable=True),
        Column("rate", "Response rate", lambda row: row.rate, "share"),
        Column(
            "course",
            "Course",
            lambda row: "",
            show=lambda row: SafeString("<svg></svg>"),
            drawn=True,
        ),
    ),
    sort="-posts",
)
ROWS = [
    Channel("beta", 1204, 0.781),
    Channel("Alpha", 968, None),
    Channel("gamma", HIDDEN, HIDDEN),
    Channel("delta", 1300, 0.5),
]


def names(query: str) -> list[str]:
    return [row.name for row in CHANNELS.arranged(ROWS, QueryDict(query))]


def downloaded(table: Table, rows: list[Channel], query: str = "") -> list[list[str]]:
    response = as_csv(table, rows, QueryDict(query), on=date(2026, 11, 23))
    text = response.getvalue().decode()
    return list(csv.reader(io.StringIO(text)))


def test_the_declared_order_holds_until_the_address_names_another():
    assert names("") == ["delta", "beta", "Alpha", "gamma"]
    assert names("sort=name") == ["Alpha", "beta", "delta", "gamma"]


@pytest.mark.parametrize("query", ["sort=posts", "sort=-posts"])
def test_what_is_missing_stands_last_in_both_directions(query):
    assert names(query)[-1] == "gamma"


@pytest.mark.parametrize("query", ["sort=nonsense", "sort=rate", "other=1", "page=x"])
def test_what_the_table_does_not_know_is_ignored(query):
    assert names(query) == names("")
    assert CHANNELS.shown(ROWS, QueryDict(query)).count == 4


def test_the_sorted_column_says_so_and_turns_round():
    html = CHANNELS.shown(ROWS, QueryDict("sort=-posts&grain=week")).html
    assert 'class="num" aria-sort="descending"' in html
    assert 'href="?grain=week&amp;sort=posts"' in html
    assert html.count("aria-sort") == 1


def test_a_first_click_on_a_number_puts_the_largest_first():
    html = CHANNELS.shown(ROWS, QueryDict("sort=name")).html
    assert 'href="?sort=-posts"' in html


def test_rows_have_caption_scope_and_aligned_numbers():
    html = CHANNELS.shown(ROWS, QueryDict("")).html
    assert '<caption class="unseen">Channels</caption>' in html
    assert '<th scope="row">beta</th><td class="num">1,204</td>' in html
    assert '<td class="num">None</td>' in html


def test_equal_absences_share_one_wide_cell():
    html = CHANNELS.shown(ROWS, QueryDict("")).html
    assert '<td colspan="2" class="dim">Hidden: fewer than 5 people</td>' in html


def test_a_total_stands_below_and_is_no_row():
    shown = CHANNELS.shown(ROWS, QueryDict(""), total=Channel("All", 3472, 0.7))
    assert '<tfoot><tr><th scope="row">All</th>' in shown.html
    assert shown.summary == "4 rows"


def test_labels_links_and_notes_are_escaped():
    table = Table(
        "people",
        "<b>People</b>",
        (
            Column(
                "name",
                "<i>Name</i>",
                lambda row: row.name,
                url=lambda row: '"><script>',
                note=lambda row: "<em>",
            ),
        ),
    )
    html = table.shown([Channel("<script>", 1)], QueryDict("")).html
    assert "<script>" not in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<em>" not in html


def test_fifty_rows_make_a_page():
    rows = [Channel(f"channel {index}", index) for index in range(120)]
    second = CHANNELS.shown(rows, QueryDict("page=2&grain=week"))
    assert second.summary == "51 to 100 of 120 rows"
    assert second.html.count('<th scope="row">') == 50
    assert second.previous_url == "?grain=week&page=1"
    assert second.next_url == "?grain=week&page=3"


@pytest.mark.parametrize(("page", "summary"), [("99", "101 to"), ("0", "1 to")])
def test_a_page_beyond_the_ends_is_the_nearest(page, summary):
    rows = [Channel("c", index) for index in range(120)]
    shown = CHANNELS.shown(rows, QueryDict(f"page={page}"))
    assert shown.summary.startswith(summary)


def test_two_tables_on_a_page_keep_their_own_state():
    other = Table("people", "People", CHANNELS.columns, prefix="people-")
    query = QueryDict("sort=name&people-sort=-name&people-format=csv")
    assert other.wants_csv(query)
    assert not CHANNELS.wants_csv(query)
    assert next(row.name for row in other.arranged(ROWS, query)) == "gamma"


def test_a_file_holds_every_page_in_the_order_shown():
    rows = [Channel(f"c{index}", index) for index in range(120)]
    lines = downloaded(CHANNELS, rows, "sort=posts&page=2")
    assert lines[0] == ["Channel", "Posts", "Response rate"]
    assert [line[1] for line in lines[1:]] == [str(index) for index in range(120)]


def test_a_file_keeps_numbers_whole_and_absences_told():
    lines = downloaded(CHANNELS, [Channel("beta", 1204, 0.78125), ROWS[2], ROWS[1]])
    assert lines[1] == ["beta", "1204", "0.78125"]
    assert lines[2] == ["Alpha", "968", ""]
    assert lines[3] == ["gamma", HIDDEN.why, HIDDEN.why]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_that_a_spreadsheet_would_run_is_made_plain(start):
    assert in_file(f"{start}cmd|' /C calc'!A0").startswith(f"'{start}")  # type: ignore[union-attr]


@pytest.mark.parametrize("value", [-1.25, 0, 17])
def test_numbers_stay_numbers_in_a_file(value):
    assert in_file(value) == value


def test_a_file_is_utf_8_and_named_after_its_subject_and_day():
    response = as_csv(
        CHANNELS,
        [Channel("Über-Kanal", 1)],
        QueryDict(""),
        on=date(2026, 11, 23),
        subject="Field Service",
    )
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        'filename="channels-field-service-2026-11-23.csv"'
        in response.headers["Content-Disposition"]
    )
    assert "Über-Kanal".encode() in response.getvalue()


def panel(rows: list[Channel], *, filtered: bool = False) -> str:
    return render_to_string(
        "components/table.html",
        {
            "table": CHANNELS.shown(rows, QueryDict("q=x"), filtered=filtered),
            "title": "Channels",
            "empty_text": "No channel has been imported yet.",
            "empty_url": "/upload",
            "empty_action": "Upload an export",
        },
    )


def test_a_list_with_nothing_yet_says_what_to_do_first():
    assert "No channel has been imported yet." in panel([])
    assert 'href="/upload"' in panel([])


def test_a_list_in_which_nothing_matches_offers_to_clear_the_filters():
    assert "Nothing matches these filters." in panel([], filtered=True)
    assert 'href="?"' in panel([], filtered=True)


def test_a_list_with_rows_offers_its_file():
    assert 'href="?q=x&amp;format=csv"' in panel(ROWS)


PEOPLE = Table(
    "people",
    "People",
    (
        Column("name", "Name", lambda row: row.name, sortable=True),
        Column("joined", "Joined", lambda row: row.joined_on, field="joined_on"),
    ),
    sort="-joined",
)


@pytest.mark.django_db
def test_the_database_sorts_and_pages_in_two_queries(django_assert_num_queries):
    for name, joined_on in (("Ada", None), ("Bo", date(2024, 1, 1)), ("Cy", None)):
        Person.objects.create(name=name, joined_on=joined_on)
    Person.objects.create(name="Di", joined_on=date(2025, 1, 1))
    with django_assert_num_queries(2):
        shown = PEOPLE.shown(Person.objects.all(), QueryDict(""))
    assert re.findall(r'scope="row">(\w+)', shown.html) == ["Di", "Bo", "Ada", "Cy"]
    assert '<td class="still">1 Jan 2025</td>' in shown.html
