"""A file comes in: it is taken once, under a name that harms nobody."""

from io import BytesIO

import pytest
from django.db import transaction

from metrics import ingest
from metrics.commands.sources import source_named
from metrics.models import Account, Import, Source
from people.models import AuditEntry
from tests.metrics.factories import apart, make_import, make_source, together
from tests.metrics.slack_export import conversation


@pytest.mark.django_db
def test_the_same_bytes_are_taken_once():
    source = make_source()
    first, first_is_new = _received(source)
    again, again_is_new = _received(source)
    assert (first_is_new, again_is_new) == (True, False)
    assert first == again
    assert Import.objects.count() == 1


@pytest.mark.django_db
def test_the_same_bytes_may_come_from_two_sources():
    assert make_import(make_source()) != make_import(make_source())


@pytest.mark.django_db
def test_a_file_that_was_rejected_may_come_again():
    source = make_source()
    job = make_import(source, BytesIO(b"no export"), name="notes.txt")
    ingest.load_waiting()
    job.refresh_from_db()
    assert job.status == Import.Status.REJECTED
    again = make_import(source, BytesIO(b"no export"), name="notes.txt")
    assert again != job


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_the_same_moment_leave_one_import():
    source = make_source()
    taken = together(lambda: _received(source))
    assert len({job.pk for job, _is_new in taken}) == 1
    assert sorted(is_new for _job, is_new in taken) == [False, True]
    assert Import.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_is_received_while_another_of_its_source_is_loading():
    source = make_source()
    with transaction.atomic():
        # What a running import holds: new accounts that refer to the source.
        Account.objects.create(source=source, pseudonym="a")
        job, is_new = apart(lambda: _received(source))
    assert is_new
    assert Import.objects.get() == job


@pytest.mark.django_db(transaction=True)
def test_a_source_made_by_two_at_the_same_moment_is_one():
    one, other = together(lambda: source_named("forum", by=None))
    assert one == other
    assert Source.objects.count() == 1
    assert AuditEntry.objects.filter(verb="make").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.zip", "aSet-Cookie: x.zip"),
        ("gpj.\u202etxt.zip", "gpj.txt.zip"),
        ("nul\0.zip", "nul.zip"),
        ("\0", "Unnamed file"),
        ("x" * 5000 + ".zip", "x" * 196 + ".zip"),
    ],
)
def test_a_name_is_kept_without_what_could_harm(name, kept):
    job = make_import(name=name)
    assert job.name == kept
    assert job.file.name == f"imports/{job.sha256[:2]}/{job.sha256}"


@pytest.mark.django_db
def test_an_empty_file_is_refused():
    with pytest.raises(ingest.Refused, match="empty"):
        make_import(content=BytesIO(b""), name="void.zip")
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_receiving_is_audited(strategist):
    job = make_import(by=strategist)
    entry = AuditEntry.objects.get(verb="receive")
    assert entry.by == strategist
    assert entry.subject == f"metrics.import:{job.pk}"
    assert entry.after["sha256"] == job.sha256


def test_a_folder_is_the_same_bytes_each_time(tmp_path):
    for name, content in conversation().files():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    with ingest.opened(tmp_path) as (first, name):
        once = first.read()
    with ingest.opened(tmp_path) as (second, _name):
        assert second.read() == once
    assert name == f"{tmp_path.name}.zip"


def test_a_path_without_anything_is_refused(tmp_path):
    with pytest.raises(ingest.Refused), ingest.opened(tmp_path / "nothing"):
        pass


def _received(source):
    return ingest.receive(
        conversation().zip(), name="export.zip", source=source, by=None
    )
