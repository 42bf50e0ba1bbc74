"""The channels page: who sees which, and how they are mapped to programs on dates."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from metrics import aggregation
from metrics.commands import channels as commands
from metrics.models import Account, Channel, ChannelProgram, DirtyDay
from metrics.reporting.channels import listing
from people.models import AuditEntry
from tests.factories import make_program
from tests.metrics.factories import (
    apart,
    load,
    make_channel,
    make_source,
    together,
)
from tests.metrics.slack_export import conversation

pytestmark = pytest.mark.django_db

LIST = "/engagement/channels/"
SPRING, SUMMER, AUTUMN = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)


def page_of(channel, *more):
    return "/".join([LIST + str(channel.pk), *map(str, more), ""])


@pytest.fixture
def analyst(browse, strategist):
    return browse(strategist)


# Who sees what


def test_those_who_oversee_see_all_channels_and_only_analysts_map(
    browse, strategist, executive
):
    channel = make_channel("general")
    assertContains(browse(strategist).get(LIST), 'id="mapping"')
    seen = browse(executive).get(LIST)
    assertContains(seen, "general")
    assertNotContains(seen, 'id="mapping"')
    assertNotContains(seen, 'checkbox" name="channel')
    assert browse(executive).get(page_of(channel)).status_code == 200
    assert browse(executive).get(page_of(channel, "edit")).status_code == 404


def test_a_lead_sees_the_channels_of_the_program_alone(browse, requester):
    mine = make_program("mine", lead=requester.person)
    others = make_program("others")
    shared, secret = make_channel("shared"), make_channel("secret")
    ChannelProgram.objects.create(channel=shared, program=mine)
    ChannelProgram.objects.create(channel=shared, program=others)
    ChannelProgram.objects.create(channel=secret, program=others)
    seen = browse(requester).get(LIST)
    assertContains(seen, "shared")
    assertNotContains(seen, "secret")
    assertNotContains(seen, "Others")
    one = browse(requester)
    assertNotContains(one.get(page_of(shared)), "Others")
    assert one.get(page_of(secret)).status_code == 404


def test_a_stranger_sees_no_channel(browse, stranger):
    channel = make_channel()
    assertContains(browse(stranger).get(LIST), "There are none yet.")
    assert browse(stranger).get(page_of(channel)).status_code == 404


@pytest.mark.parametrize("who", ["auditor", "executive", "requester", "stranger"])
def test_nobody_else_changes_anything(request, browse, who):
    channel, program = make_channel(), make_program()
    link = ChannelProgram.objects.create(channel=channel, program=program)
    browser = browse(request.getfixturevalue(who))
    said = {"link": "yes", "channel": channel.pk, "program": program.pk}
    browser.post(LIST, said)
    browser.post(page_of(channel), said)
    assert ChannelProgram.objects.get() == link
    for act in ("", "unlink"):
        address = page_of(channel, "links", link.pk, *filter(None, [act]))
        assert browser.post(address).status_code == 404
    assert ChannelProgram.objects.exists()


# The list


def test_the_list_is_filtered_by_its_address(analyst):
    forum, wiki = make_source("forum"), make_source("wiki")
    talk = make_channel("talk", source=forum, audience="social")
    make_channel("edits", source=wiki)
    ChannelProgram.objects.create(channel=talk, program=make_program("alpha"))
    for query in ("source=forum", "audience=social", "program=alpha"):
        page = analyst.get(f"{LIST}?{query}")
        assertContains(page, "talk")
        assertNotContains(page, "edits")
    page = analyst.get(f"{LIST}?unmapped=on")
    assertContains(page, "edits")
    assertNotContains(page, "talk")
    assertContains(analyst.get(f"{LIST}?source=wiki&program=alpha"), "Nothing matches")


@pytest.mark.parametrize(
    "query", ["source=%00", "program=x", "sort=pk", "page=-1", "audience=abc"]
)
def test_a_filter_that_makes_no_sense_is_ignored(analyst, query):
    make_channel("talk")
    assertContains(analyst.get(f"{LIST}?{query}"), "talk")


def test_the_list_as_a_file_holds_the_same_without_boxes(analyst):
    load(make_source("forum"), conversation().zip(), audience="social")
    aggregation.catch_up()
    lines = b"".join(analyst.get(f"{LIST}?format=csv")).decode().splitlines()
    assert lines == [
        "Channel,Source,Audience,Programs,First day,Last day",
        "general,forum,Social web,None,2026-03-02,2026-03-03",
        "help,forum,Social web,None,2026-03-02,2026-03-02",
    ]


def test_the_list_costs_as_many_queries_for_fifty_as_for_two(
    analyst, django_assert_max_num_queries
):
    source = make_source()
    for number in range(50):
        channel = make_channel(f"c{number}", source=source)
        ChannelProgram.objects.create(channel=channel, program=make_program())
    with django_assert_max_num_queries(12):
        analyst.get(LIST)


def test_the_command_line_lists_what_is_counted():
    load(make_source("forum"), conversation().zip())
    aggregation.catch_up()
    make_channel("silent", source=Channel.objects.all()[0].source)
    general, helped, silent = listing()
    assert general == {
        "channel": "forum/C-general",
        "source": "forum",
        "external_id": "C-general",
        "name": "general",
        "audience": None,
        "programs": [],
        "first_day": "2026-03-02",
        "last_day": "2026-03-03",
        "posts": 2,
        "replies": 4,
    }
    assert (helped["posts"], silent["posts"], silent["first_day"]) == (1, 0, None)


# Mapping


def test_chosen_channels_serve_a_program_on_dates(analyst, strategist):
    program = make_program("alpha")
    talk, board = make_channel("talk"), make_channel("board")
    make_channel("aside")
    said = {
        "link": "yes",
        "channel": [talk.pk, board.pk],
        "program": program.pk,
        "starts": "2026-03-01",
        "ends": "2026-06-01",
    }
    answer = analyst.post(f"{LIST}?unmapped=on", said, follow=True)
    assert answer.redirect_chain == [(f"{LIST}?unmapped=on", 302)]
    assertContains(answer, "2 channels serve Alpha.")
    links = ChannelProgram.objects.order_by("channel__name")
    assert [(link.channel, link.starts, link.ends) for link in links] == [
        (board, SPRING, SUMMER),
        (talk, SPRING, SUMMER),
    ]
    entry = AuditEntry.objects.filter(verb="link").order_by("pk")[0]
    assert entry.by == strategist
    assert entry.after == {
        "program": program.pk,
        "starts": "2026-03-01",
        "ends": "2026-06-01",
    }
    page = analyst.get(LIST)
    assertContains(page, "Alpha (from 1 Mar 2026, before 1 Jun 2026)")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"channel": []}, "Choose one or more channels"),
        ({"channel": ["abc"]}, "is not a valid value"),
        ({"channel": [999999999]}, "Select a valid choice"),
        ({"program": ""}, "This field is required"),
        ({"starts": "31/31/2026"}, "Enter a valid date"),
        ({"starts": "2026-06-01", "ends": "2026-06-01"}, "before or on the first one"),
    ],
)
def test_a_mistake_is_said_and_keeps_the_boxes(analyst, said, words):
    channel, program = make_channel("talk"), make_program()
    good = {"link": "yes", "channel": [channel.pk], "program": program.pk}
    page = analyst.post(LIST, good | said)
    assertContains(page, words)
    if "channel" not in said:
        assertContains(page, 'aria-label="Choose talk" checked')
    assert not ChannelProgram.objects.exists()


@pytest.mark.parametrize(
    ("starts", "ends", "clashes"),
    [
        (None, None, True),
        (SPRING, None, True),
        (None, SUMMER, True),
        (date(2026, 8, 31), None, True),
        (AUTUMN, None, False),
        (None, SPRING, False),
    ],
)
def test_a_channel_serves_a_program_once_a_day(analyst, starts, ends, clashes):
    channel, program = make_channel("talk"), make_program("alpha")
    ChannelProgram.objects.create(
        channel=channel, program=program, starts=SPRING, ends=AUTUMN
    )
    said = {"link": "yes", "channel": channel.pk, "program": program.pk}
    dates = {"starts": starts or "", "ends": ends or ""}
    page = analyst.post(LIST, said | dates, follow=True)
    assert ChannelProgram.objects.count() == (1 if clashes else 2)
    if clashes:
        assertContains(
            page, "talk serves Alpha already, from 1 Mar 2026, before 1 Sep 2026."
        )


def test_what_the_form_forgets_the_database_refuses():
    channel, program = make_channel(), make_program()
    ChannelProgram.objects.create(channel=channel, program=program, starts=SPRING)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelProgram.objects.create(channel=channel, program=program)


def test_all_chosen_channels_or_none(strategist):
    program = make_program()
    free, taken = make_channel("free"), make_channel("taken")
    ChannelProgram.objects.create(channel=taken, program=program)
    with pytest.raises(commands.AlreadyServes) as refusal:
        commands.link([free, taken], program, starts=None, ends=None, by=strategist)
    assert [link.channel for link in refusal.value.links] == [taken]
    assert not ChannelProgram.objects.filter(channel=free).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_map_the_same_channel_at_once_map_it_once(strategist):
    channel, program = make_channel(), make_program()

    def link():
        try:
            commands.link([channel], program, starts=None, ends=None, by=strategist)
        except commands.AlreadyServes:
            return "refused"
        return "linked"

    assert sorted(together(link)) == ["linked", "refused"]
    assert ChannelProgram.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_mapping_does_not_wait_for_an_import_that_is_loading(strategist):
    load(make_source(), conversation().zip())
    channel, program = Channel.objects.all()[0], make_program()
    with transaction.atomic():
        # What a running import holds: marks that refer to the channel.
        DirtyDay.objects.create(channel=channel, day=SPRING)
        Account.objects.create(source=channel.source, pseudonym="new")
        apart(
            lambda: commands.link(
                [channel], program, starts=None, ends=None, by=strategist
            )
        )
        apart(lambda: commands.set_audience([channel], "social", by=strategist))
    assert Channel.objects.get(pk=channel.pk).audience == "social"


def test_an_audience_is_set_for_chosen_channels(analyst, strategist):
    talk, board = make_channel("talk"), make_channel("board", audience="social")
    said = {"reach": "yes", "channel": [talk.pk, board.pk], "audience": "social"}
    assertContains(analyst.post(LIST, said, follow=True), "of 1 channel is changed")
    talk.refresh_from_db()
    assert talk.audience == "social"
    entry = AuditEntry.objects.get(verb="set audience")
    assert (entry.by, entry.subject) == (strategist, f"metrics.channel:{talk.pk}")
    assert (entry.before, entry.after) == ({"audience": ""}, {"audience": "social"})


# One channel


def test_the_page_of_a_channel_tells_where_it_belongs_and_what_covers_it(analyst):
    load(make_source("forum", timezone="Asia/Tokyo"), conversation().zip())
    aggregation.catch_up()
    channel = Channel.objects.get(name="general")
    program = make_program("alpha")
    ChannelProgram.objects.create(channel=channel, program=program, starts=SPRING)
    page = analyst.get(page_of(channel))
    for words in ("Asia/Tokyo", "2 Mar to 3 Mar 2026", "from 1 Mar 2026", "Alpha"):
        assertContains(page, words)
    assertContains(page, "/engagement/?channel=forum%2FC-general")


def test_a_channel_is_mapped_on_its_own_page(analyst):
    channel, program = make_channel(), make_program()
    answer = analyst.post(page_of(channel), {"program": program.pk})
    assertRedirects(answer, page_of(channel))
    assert ChannelProgram.objects.get().program == program
    again = analyst.post(page_of(channel), {"program": program.pk})
    assertContains(again, "already, always")


def test_the_days_of_a_link_are_changed_and_audited(analyst):
    channel, program = make_channel(), make_program()
    link = ChannelProgram.objects.create(channel=channel, program=program)
    address = page_of(channel, "links", link.pk)
    assertContains(analyst.get(address), "Until")
    assertRedirects(analyst.post(address, {"ends": "2026-06-01"}), page_of(channel))
    link.refresh_from_db()
    assert (link.starts, link.ends) == (None, SUMMER)
    entry = AuditEntry.objects.get(verb="change link")
    assert (entry.before["ends"], entry.after["ends"]) == (None, "2026-06-01")
    wrong = analyst.post(address, {"starts": "2026-06-01", "ends": "2026-03-01"})
    assertContains(wrong, "before or on the first one")


def test_a_link_does_not_stretch_over_another(analyst):
    channel, program = make_channel(), make_program()
    early = ChannelProgram.objects.create(channel=channel, program=program, ends=SPRING)
    ChannelProgram.objects.create(channel=channel, program=program, starts=SUMMER)
    page = analyst.post(page_of(channel, "links", early.pk), {"ends": "2026-07-01"})
    assertContains(page, "already, from 1 Jun 2026")
    early.refresh_from_db()
    assert early.ends == SPRING


def test_unlinking_asks_first_and_is_audited(analyst):
    channel, program = make_channel(), make_program("alpha")
    link = ChannelProgram.objects.create(channel=channel, program=program)
    address = page_of(channel, "links", link.pk, "unlink")
    assertContains(analyst.get(address), "out of Alpha?")
    assert ChannelProgram.objects.exists()
    assertRedirects(analyst.post(address), page_of(channel))
    assert not ChannelProgram.objects.exists()
    assert AuditEntry.objects.get(verb="unlink").before["program"] == program.pk


def test_a_link_is_reached_through_its_own_channel_only(analyst):
    link = ChannelProgram.objects.create(
        channel=make_channel("talk"), program=make_program()
    )
    other = make_channel("other")
    assert analyst.get(page_of(other, "links", link.pk)).status_code == 404
    assert analyst.post(page_of(other, "links", link.pk, "unlink")).status_code == 404


def test_another_clock_moves_the_days_of_a_channel_alone(analyst):
    load(make_source(), conversation().zip())
    aggregation.catch_up()
    general = Channel.objects.get(name="general")
    said = {"audience": "intranet", "timezone": "Pacific/Kiritimati"}
    assertRedirects(analyst.post(page_of(general, "edit"), said), page_of(general))
    assert aggregation.catch_up() == 3  # none of the other channel
    days = general.dayfact_set.values_list("day", flat=True).distinct()
    # From 10:00 UTC it is tomorrow there.
    assert sorted(set(days)) == [date(2026, 3, day) for day in (2, 3, 4)]
    general.refresh_from_db()
    assert (general.audience, general.timezone) == ("intranet", "Pacific/Kiritimati")
    assert AuditEntry.objects.get(verb="keep clock").after == {
        "zone": "Pacific/Kiritimati"
    }


def test_the_same_clock_again_counts_nothing_anew(analyst):
    load(make_source(), conversation().zip())
    aggregation.catch_up()
    general = Channel.objects.get(name="general")
    analyst.post(page_of(general, "edit"), {"audience": "social", "timezone": ""})
    assert aggregation.catch_up() == 0
    assert not AuditEntry.objects.filter(verb="keep clock").exists()
