"""The pages of imports: list, upload, progress, receipt, files, cancel and retry."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from metrics import aggregation, ingest
from metrics.forms.imports import UploadForm
from metrics.models import Channel, Import, Source
from metrics.reporting.imports import recent
from people.commands.desk import send_mail
from people.models import AuditEntry, Mail, Work
from tests.factories import make_program
from tests.metrics.factories import load, make_import, make_source
from tests.metrics.slack_export import SlackExport, conversation, post

pytestmark = pytest.mark.django_db

LIST = "/engagement/imports/"
UPLOAD = "/engagement/imports/upload/"
NEW = {"source": "+", "new_source": "forum"}


def page_of(job, *more):
    return "/".join([LIST + str(job.pk), *more, ""])


def downloaded(answer):
    """The content of a file that was sent, to its end, so that it is closed."""
    return b"".join(answer)


def export_file(name="export.zip", content=None):
    content = content or conversation().zip().read()
    return SimpleUploadedFile(name, content, "application/zip")


@pytest.fixture
def analyst(browse, strategist):
    return browse(strategist)


# Who may


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("strategist", (200, 200, 200, 200)),
        ("community_manager", (200, 200, 200, 200)),
        ("administrator", (200, 200, 200, 200)),
        ("auditor", (200, 403, 200, 404)),
        ("executive", (403, 403, 404, 404)),
        ("sponsor", (403, 403, 404, 404)),
        ("requester", (403, 403, 404, 404)),
        ("stranger", (403, 403, 404, 404)),
    ],
)
def test_who_may_see_and_upload(request, browse, who, codes):
    listed, upload, one, file = codes
    browser = browse(request.getfixturevalue(who))
    job = make_import()
    assert browser.get(LIST).status_code == listed
    assert browser.get(UPLOAD).status_code == upload
    assert browser.get(page_of(job)).status_code == one
    assert browser.get(page_of(job, "progress")).status_code == one
    sent = browser.get(page_of(job, "file"))
    assert downloaded(sent)
    assert sent.status_code == file
    assert browser.get(page_of(job, "cancel")).status_code == file


def test_a_visitor_is_asked_to_sign_in(browse):
    assert "/accounts/login/" in browse().get(LIST).url


@pytest.mark.parametrize("who", ["auditor", "requester"])
@pytest.mark.parametrize("act", ["cancel", "retry"])
def test_others_stop_and_start_nothing(request, browse, who, act):
    job = make_import()
    browser = browse(request.getfixturevalue(who))
    assert browser.post(page_of(job, act)).status_code == 404
    job.refresh_from_db()
    assert job.standing == "waiting"


@pytest.mark.parametrize("key", ["0", "9223372036854775808", "99999999999999999999999"])
def test_an_import_that_is_not_there_is_not_found(analyst, key):
    assert analyst.get(f"{LIST}{key}/").status_code == 404


# The list


def test_an_empty_list_says_what_to_do_first(analyst):
    assertContains(analyst.get(LIST), "Upload the first export")


def test_the_list_is_filtered_by_its_address(analyst):
    forum, wiki = make_source("forum"), make_source("wiki")
    load(wiki, BytesIO(b"no export"), name="notes.txt")
    make_import(forum, name="forum.zip")
    assertContains(analyst.get(f"{LIST}?source=forum"), "forum.zip")
    assertNotContains(analyst.get(f"{LIST}?source=forum"), "notes.txt")
    assertContains(analyst.get(f"{LIST}?status=rejected"), "notes.txt")
    assertNotContains(analyst.get(f"{LIST}?status=waiting"), "notes.txt")
    assertContains(analyst.get(f"{LIST}?status=cancelled"), "Nothing matches")


@pytest.mark.parametrize("query", ["source=%00", "status=abc", "sort=sha256", "page=x"])
def test_a_filter_that_makes_no_sense_is_ignored(analyst, query):
    make_import(name="forum.zip")
    assertContains(analyst.get(f"{LIST}?{query}"), "forum.zip")


def test_the_list_as_a_file_holds_the_same(analyst):
    load(make_source("forum"), conversation().zip(), name="=forum.zip")
    answer = analyst.get(f"{LIST}?format=csv")
    lines = downloaded(answer).decode().splitlines()
    assert lines[0].startswith("File,Source,Status,Received,Days,Read,New,Rejected")
    assert lines[1].startswith("'=forum.zip,forum,Loaded,")
    assert ",11,9,0," in lines[1]


def test_the_list_costs_as_many_queries_for_ten_as_for_two(
    analyst, django_assert_max_num_queries
):
    for number in range(10):
        make_import(name=f"{number}.zip")
    with django_assert_max_num_queries(8):
        analyst.get(LIST)


# Uploading


def test_an_upload_waits_in_the_database_and_shows_its_progress(analyst, strategist):
    answer = analyst.post(UPLOAD, {"exports": export_file(), **NEW})
    job = Import.objects.get()
    assertRedirects(answer, page_of(job))
    assert (job.source.slug, job.by, job.standing) == ("forum", strategist, "waiting")
    assertContains(analyst.get(page_of(job)), "Waiting for a worker")
    assertContains(analyst.get(page_of(job)), f'data-poll="{page_of(job, "progress")}"')


def test_what_the_uploader_says_is_kept(analyst):
    program = make_program()
    said = {
        "exports": export_file(),
        **NEW,
        "timezone": "Europe/Berlin",
        "platform": "slack",
        "audience": "social",
        "program": program.pk,
        "channel": "lobby",
    }
    analyst.post(UPLOAD, said)
    job = Import.objects.get()
    assert job.source.timezone == "Europe/Berlin"
    assert (job.platform, job.audience, job.channel_name) == (
        "slack",
        "social",
        "lobby",
    )
    assert job.program == program


def test_several_files_are_several_imports(analyst):
    other = SlackExport({"help": [post("U1", 1)]}).zip().read()
    files = [export_file("a.zip"), export_file("b.zip", other)]
    answer = analyst.post(UPLOAD, {"exports": files, **NEW})
    assertRedirects(answer, f"{LIST}?source=forum")
    assert set(Import.objects.values_list("name", flat=True)) == {"a.zip", "b.zip"}


def test_the_same_file_again_leads_to_its_import_with_a_notice(analyst):
    job = make_import(make_source("forum"))
    answer = analyst.post(
        UPLOAD, {"exports": export_file(), "source": "forum"}, follow=True
    )
    assert Import.objects.get() == job
    assert answer.redirect_chain == [(page_of(job), 302)]
    assertContains(answer, "was taken before")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (NEW, "This field is required"),
        ({"exports": True, "source": "+"}, "Name the new source"),
        ({"exports": True, "source": "+", "new_source": "no slug!"}, "valid “slug”"),
        ({"exports": True, "source": "old", "new_source": "new"}, "Only a new source"),
        ({"exports": True, "source": "nowhere"}, "Select a valid choice"),
        (
            {"exports": True, "source": "old", "timezone": "Asia/Tokyo"},
            "has its time zone",
        ),
        (
            {"exports": True, **NEW, "platform": "fax"},
            "valid choice",
        ),
        (
            {"exports": True, **NEW, "program": "abc"},
            "valid choice",
        ),
    ],
)
def test_a_mistake_is_said_and_nothing_is_kept(analyst, said, words):
    make_source("old")
    if said.get("exports"):
        said = said | {"exports": export_file()}
    assertContains(analyst.post(UPLOAD, said), words)
    assert not Import.objects.exists()
    assert Source.objects.count() == 1


@pytest.mark.parametrize("name", ["page.html", "virus.exe", "export.zip.exe"])
def test_other_kinds_of_files_are_refused_at_once(analyst, name):
    answer = analyst.post(UPLOAD, {"exports": export_file(name), **NEW})
    assertContains(answer, "is no ZIP, JSON, NDJSON, CSV or TSV file")
    assert not Source.objects.exists()


def test_an_empty_file_is_refused_by_name(analyst):
    empty = SimpleUploadedFile("void.zip", b"")
    answer = analyst.post(UPLOAD, {"exports": empty, **NEW})
    assertContains(answer, "empty")
    assert not Import.objects.exists()


def test_an_upload_over_the_limit_is_not_read_to_its_end(analyst, settings):
    settings.MAX_IMPORT_BYTES = 100
    assertContains(analyst.get(UPLOAD), "up to 100\xa0bytes at once")
    answer = analyst.post(UPLOAD, {"exports": export_file(), **NEW})
    assert answer.status_code == 400
    assert not Import.objects.exists()


def test_files_over_the_limit_together_are_refused_in_words(settings, strategist):
    settings.MAX_IMPORT_BYTES = 2000
    files = [export_file("a.zip"), export_file("b.zip")]
    form = UploadForm(NEW, MultiValueDict({"exports": files}), by=strategist)
    (words,) = form.errors["exports"]
    assert "more than 2.0\xa0KB" in words


def test_a_large_upload_goes_through_a_file_on_disk(analyst, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    analyst.post(UPLOAD, {"exports": export_file(), **NEW})
    ingest.load_waiting()
    assert Import.objects.get().standing == "loaded"


def test_hostile_names_do_no_harm(analyst):
    name = '<script>alert(1)</script>\r\n"x\u202e.zip'
    job = make_import(name=name)
    page = analyst.get(page_of(job))
    assertNotContains(page, "<script>alert")
    answer = analyst.get(page_of(job, "file"))
    assert downloaded(answer)
    assert "\n" not in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment; filename=")


# One import


def test_the_receipt_adds_up_on_the_page(analyst):
    job = load(make_source("forum"), conversation().zip())
    aggregation.catch_up()
    page = analyst.get(page_of(job))
    assertContains(page, "11 read = 9 + 0 + 0 + 0 + 0 + 2")
    assertContains(page, "People joining a channel")
    assertContains(page, "2 Mar to 3 Mar 2026")
    assertContains(page, "/engagement/?source=forum")
    assertContains(page, "/engagement/channels/?source=forum")
    assertNotContains(page, "data-poll")


def test_a_loaded_import_tells_what_is_still_to_be_counted(analyst):
    job = load(make_source(), conversation().zip())
    assertContains(analyst.get(page_of(job, "progress")), "3 days of this source")
    aggregation.catch_up()
    assert b"progress" not in analyst.get(page_of(job, "progress")).content


def test_while_it_runs_the_bar_shows_how_far_it_is(analyst):
    job = make_import()
    claimed: Any = Import.objects.claim()
    claimed.renew(progress=0.42)
    page = analyst.get(page_of(job, "progress"))
    assertContains(page, "42 %")
    assertContains(page, 'value="42"')


def test_problems_are_named_with_file_line_and_value(analyst):
    bad = SlackExport({"general": [post("U1", n) for n in range(30)]})
    bad.channels["general"][7]["ts"] = "<b>yesterday</b>"
    job = load(make_source(), bad.zip())
    page = analyst.get(page_of(job))
    assertContains(page, "general/2026-03-02.json")
    assertContains(page, "&lt;b&gt;yesterday&lt;/b&gt;")
    assertContains(page, "Take the file as Slack exported it.")
    rows = analyst.get(page_of(job, "rejected"))
    assert rows["X-Content-Type-Options"] == "nosniff"
    named = f'attachment; filename="rejected-{job.pk}.csv"'
    assert rows["Content-Disposition"] == named
    assert b"<b>yesterday</b>" in downloaded(rows)


def test_a_rejected_import_says_why(analyst):
    job = load(make_source(), BytesIO(b"no export"), name="notes.txt")
    page = analyst.get(page_of(job))
    assertContains(page, "Nothing of this file was taken.")
    assertContains(page, "notes.txt is of no kind that can be read")
    assertNotContains(page, "Cancel the import")
    assertNotContains(page, "0 read")


def test_the_original_file_comes_back_byte_by_byte_and_is_never_shown(analyst):
    job = make_import(name="export.zip")
    answer = analyst.get(page_of(job, "file"))
    assert downloaded(answer) == conversation().zip().read()
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_file_that_retention_has_removed_is_not_found(analyst):
    job = make_import()
    job.file.delete(save=False)
    Import.objects.filter(pk=job.pk).update(file="imports/gone")
    assert analyst.get(page_of(job, "file")).status_code == 404
    assert analyst.get(page_of(job, "rejected")).status_code == 404


def test_cancelling_asks_first_and_is_audited(analyst, strategist):
    job = make_import()
    assertContains(analyst.get(page_of(job, "cancel")), "Cancel the import of")
    job.refresh_from_db()
    assert job.standing == "waiting"
    assertRedirects(analyst.post(page_of(job, "cancel")), page_of(job))
    job.refresh_from_db()
    assert (job.standing, job.state) == ("cancelled", Work.State.CANCELLED)
    entry = AuditEntry.objects.get(verb="cancel")
    assert (entry.by, entry.before["state"]) == (strategist, "waiting")
    assert ingest.load_waiting() == 0
    assert not Channel.objects.exists()


def test_what_was_cancelled_may_be_uploaded_again(analyst):
    job = make_import(make_source("forum"))
    analyst.post(page_of(job, "cancel"))
    analyst.post(UPLOAD, {"exports": export_file(), "source": "forum"})
    assert Import.objects.exclude(pk=job.pk).get().standing == "waiting"


def test_an_import_that_has_ended_is_not_cancelled(analyst):
    job = load(make_source(), conversation().zip())
    answer = analyst.post(page_of(job, "cancel"), follow=True)
    assertContains(answer, "has ended and cannot be cancelled")
    job.refresh_from_db()
    assert job.standing == "loaded"


def test_what_was_set_aside_is_tried_again(analyst, strategist):
    job = make_import()
    Import.objects.update(state=Work.State.QUARANTINED, attempts=3, error="disk full")
    assertContains(analyst.get(page_of(job)), "disk full")
    assert analyst.get(page_of(job, "retry")).status_code == 405
    assertRedirects(analyst.post(page_of(job, "retry")), page_of(job))
    assert ingest.load_waiting() == 1
    job.refresh_from_db()
    assert (job.standing, job.attempts) == ("loaded", 1)
    assert AuditEntry.objects.get(verb="retry").by == strategist


def test_an_import_that_waits_is_not_retried(analyst):
    job = make_import()
    answer = analyst.post(page_of(job, "retry"), follow=True)
    assertContains(answer, "Only an import that was set aside")


def test_recent_imports_are_told_to_those_who_may_see_them(strategist, executive):
    job = make_import(make_source("forum"), name="export.zip")
    (told,) = recent(strategist)
    assert (told.name, told.source, told.url) == (
        "export.zip",
        "forum",
        reverse("metrics:import", args=[job.pk]),
    )
    assert recent(executive) == []


# Operations


def test_operations_list_what_has_not_ended(browse, administrator, strategist):
    load(make_source(), conversation().zip(), name="done.zip")
    job = make_import(name="export.zip")
    page = browse(strategist).get("/operations/")
    assertNotContains(page, "done.zip")
    assertContains(page, "export.zip")
    assertNotContains(page, "Try again")
    Import.objects.filter(pk=job.pk).update(state=Work.State.QUARANTINED)
    assertContains(browse(strategist).get("/operations/"), page_of(job, "retry"))


def test_mail_that_was_set_aside_is_an_administrators_to_retry(
    browse, administrator, strategist
):
    mail = send_mail(key="k", to="x@example.org", subject="Due", text="Look")
    Mail.objects.update(state=Work.State.QUARANTINED, attempts=3)
    address = f"/operations/mail/{mail.pk}/retry/"
    assertContains(browse(administrator).get("/operations/"), address)
    assertNotContains(browse(strategist).get("/operations/"), "x@example.org")
    assert browse(strategist).post(address).status_code == 403
    assertRedirects(browse(administrator).post(address), "/operations/")
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (Work.State.WAITING, 0)
    assert AuditEntry.objects.get(verb="retry").by == administrator
    answer = browse(administrator).post(address, follow=True)
    assertContains(answer, "Only mail that was set aside")


def test_operations_as_a_file(browse, strategist):
    make_import(name="export.zip")
    answer = browse(strategist).get("/operations/?format=csv")
    lines = downloaded(answer).decode().splitlines()
    assert lines[0] == "Job,State,Done,Attempts,Due,Error"
    assert lines[1].startswith("export.zip")


@pytest.mark.parametrize("who", ["auditor", "executive", "requester", "stranger"])
def test_operations_are_for_those_who_run_them(request, browse, who):
    assert browse(request.getfixturevalue(who)).get("/operations/").status_code == 403


def test_pages_never_hold_scripts_of_their_own(analyst):
    job = load(make_source(), conversation().zip())
    for address in (LIST, UPLOAD, page_of(job), "/operations/"):
        text = analyst.get(address).content.decode()
        assert "style=" not in text
        assert "<script>" not in text
