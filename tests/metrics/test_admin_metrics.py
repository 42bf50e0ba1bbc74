"""An administrator keeps sources, channels and accounts; the rest is to be read."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from metrics import aggregation
from metrics.models import Account, Channel, DirtyDay, Source
from people.models import AuditEntry
from tests.metrics.factories import load, make_import, make_source
from tests.metrics.slack_export import conversation

pytestmark = pytest.mark.django_db

ADMIN = "/admin/metrics/"


@pytest.fixture
def office(browse, administrator):
    return browse(administrator)


@pytest.fixture
def source():
    source = make_source("forum")
    load(source, conversation().zip())
    aggregation.catch_up()
    return source


@pytest.mark.parametrize(
    "table", ["source", "channel", "account", "import", "channelprogram"]
)
def test_every_table_is_listed_and_searched(office, source, table):
    assert office.get(f"{ADMIN}{table}/").status_code == 200
    assert office.get(f"{ADMIN}{table}/?q=forum").status_code == 200


@pytest.mark.parametrize("table", ["event", "dayfact", "thread", "dirtyday"])
def test_facts_have_no_administration(office, table):
    assert office.get(f"{ADMIN}{table}/").status_code == 404


@pytest.mark.parametrize("table", ["channel", "account", "import", "channelprogram"])
def test_what_commands_own_is_not_added_here(office, table):
    assert office.get(f"{ADMIN}{table}/add/").status_code == 403


def test_a_source_is_added_and_audited(office, administrator):
    said = {"slug": "wiki", "name": "The wiki", "timezone": "Europe/Berlin"}
    answer = office.post(f"{ADMIN}source/add/", said)
    assertRedirects(answer, f"{ADMIN}source/")
    assert Source.objects.get().timezone == "Europe/Berlin"
    entry = AuditEntry.objects.get(verb="add")
    assert (entry.by, entry.after["slug"]) == (administrator, "wiki")


def test_the_short_name_of_a_source_stays(office, source):
    page = office.get(f"{ADMIN}source/{source.pk}/change/")
    assertNotContains(page, 'name="slug"')
    office.post(f"{ADMIN}source/{source.pk}/change/", {"slug": "x", "name": "Forum"})
    source.refresh_from_db()
    assert (source.slug, source.name) == ("forum", "Forum")
    assert not DirtyDay.objects.exists()


def test_a_source_is_not_deleted(office, source):
    assert office.get(f"{ADMIN}source/{source.pk}/delete/").status_code == 403


def test_another_clock_of_a_source_recounts_its_days(office, source):
    office.post(f"{ADMIN}source/{source.pk}/change/", {"timezone": "Pacific/Auckland"})
    source.refresh_from_db()
    assert source.timezone == "Pacific/Auckland"
    assert aggregation.catch_up() == 3
    entry = AuditEntry.objects.get(verb="keep clock")
    assert (entry.before, entry.after) == ({"zone": ""}, {"zone": "Pacific/Auckland"})


def test_a_zone_that_is_none_is_refused(office, source):
    page = office.post(f"{ADMIN}source/{source.pk}/change/", {"timezone": "Mars/Base"})
    assertContains(page, "is not a time zone")


def test_an_account_is_found_and_overruled(office, administrator, source):
    bot = Account.objects.get(is_bot=True)
    assertContains(
        office.get(f"{ADMIN}account/?q={bot.pseudonym}&is_bot__exact=1"), bot.pseudonym
    )
    page = office.get(f"{ADMIN}account/{bot.pk}/change/")
    assertContains(page, "As the source says")
    assertNotContains(page, 'name="pseudonym"')
    said = {"is_bot_override": "False", "official": "on"}
    office.post(f"{ADMIN}account/{bot.pk}/change/", said)
    bot.refresh_from_db()
    assert (bot.is_bot, bot.is_bot_override, bot.official) == (True, False, True)
    assert DirtyDay.objects.exists()
    entry = AuditEntry.objects.get(verb="set nature")
    assert entry.by == administrator
    assert entry.after == {"is_bot_override": False, "official": True}


def test_a_channel_is_changed_by_commands(office, source):
    channel = Channel.objects.get(name="help")
    said = {"audience": "social", "timezone": "Asia/Tokyo"}
    office.post(f"{ADMIN}channel/{channel.pk}/change/", said)
    channel.refresh_from_db()
    assert (channel.audience, channel.timezone) == ("social", "Asia/Tokyo")
    verbs = AuditEntry.objects.filter(stream="metrics").values_list("verb", flat=True)
    assert {"set audience", "keep clock"} <= set(verbs)


def test_an_import_is_read_and_not_changed(office):
    job = make_import(name="export.zip")
    address = f"{ADMIN}import/{job.pk}/change/"
    assertContains(office.get(address), "export.zip")
    assert office.post(address, {"name": "other"}).status_code == 403
    assert office.get(f"{ADMIN}import/{job.pk}/delete/").status_code == 403


def test_others_are_not_let_in(browse, strategist):
    assert browse(strategist).get(f"{ADMIN}source/").status_code in {302, 403}
