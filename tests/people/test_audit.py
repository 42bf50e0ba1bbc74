"""The audit trail: chained, complete, and protected from the portal itself."""

import json
from io import StringIO

import psycopg2
import psycopg2.errors
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from people.commands import audit
from people.commands.protection import append_only_tables, protect
from people.models import AuditEntry, AuditHead, Unit
from people.queries.audit import Fault, verify
from people.rules import chain
from tests.factories import history, make_unit


@pytest.fixture
def trail(administrator):
    """Five acts of an administrator."""
    unit = make_unit()
    for number in range(5):
        audit.record("rename", unit, by=administrator, after={"name": f"N{number}"})
    return AuditEntry.objects.order_by("sequence")


def fault() -> Fault:
    """The fault that a walk along the trail finds; there must be one."""
    bad = verify().first_bad
    assert bad
    return bad


def test_a_digest_depends_on_every_fact_and_on_what_stands_before():
    facts = ["people", 1, {"b": 2, "a": 1}]
    digest = chain.digest(chain.START, facts)
    assert digest == chain.digest(chain.START, ["people", 1, {"a": 1, "b": 2}])
    assert digest != chain.digest(chain.START, ["people", 2, {"a": 1, "b": 2}])
    assert digest != chain.digest(digest, facts)


def test_an_act_names_who_in_which_role_and_never_a_name(trail, administrator):
    with audit.request("request-1"):
        entry = audit.record("close", make_unit("Legal"), by=administrator)
    assert (entry.by, entry.role) == (administrator, "administrator")
    assert entry.request_id == "request-1"
    assert entry.subject.startswith("people.unit:")
    assert "Legal" not in json.dumps([entry.subject, entry.before, entry.after])


def test_an_untouched_trail_is_whole(trail):
    found = verify()
    assert (found.rows, found.first_bad) == (5, None)
    answer = run()
    assert answer == {"ok": True, "rows": 5, "head": found.head, "first_bad": None}


def test_an_empty_trail_is_whole(db):
    assert verify().facts()["ok"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verb", "praise"),
        ("reason", "because"),
        ("role", "executive"),
        ("by", None),
        ("after", {"name": "X"}),
        ("request_id", "x"),
    ],
)
def test_a_changed_row_is_found(trail, field, value):
    AuditEntry.objects.filter(sequence=3).update(**{field: value})
    bad = fault()
    assert (bad.sequence, bad.problem) == (3, "its contents were changed")


def test_a_row_taken_out_is_found(trail):
    AuditEntry.objects.filter(sequence=3).delete()
    assert fault().sequence == 4


@pytest.mark.parametrize("kept", [0, 4])
def test_rows_cut_off_at_the_end_are_found(trail, kept):
    AuditEntry.objects.filter(sequence__gt=kept).delete()
    assert fault().problem == "rows at the end are missing"


def test_a_lost_head_is_found(trail):
    AuditHead.objects.all().delete()
    assert verify().first_bad is not None


def test_a_forged_row_with_a_digest_of_its_own_breaks_the_next(trail):
    forged = trail.get(sequence=3)
    forged.reason = "forged"
    forged.digest = forged.digest_after(forged.previous_digest)
    forged.save()
    bad = fault()
    assert (bad.sequence, bad.problem) == (4, "it does not follow the row before it")


def test_the_command_exits_with_1_when_tampered_with(trail):
    AuditEntry.objects.filter(sequence=2).update(verb="praise")
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit", "--json", stdout=out)
    assert refusal.value.returncode == 1
    answer = json.loads(out.getvalue())
    assert not answer["ok"]
    assert answer["first_bad"]["sequence"] == 2


def test_two_acts_at_once_stand_one_after_the_other(trail, administrator):
    head = AuditHead.objects.get(stream="people")
    assert (head.sequence, head.digest) == (5, trail.last().digest)


def run() -> dict[str, object]:
    out = StringIO()
    call_command("verify_audit", "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def test_row_history_and_audit_trail_are_the_evidence(db):
    tables = append_only_tables()
    assert {"people_auditentry", "people_unitevent", "programs_programevent"} <= tables
    assert "people_unit" not in tables
    assert "people_audithead" not in tables


@pytest.mark.django_db(transaction=True)
class TestProtection:
    """What the portal's own role may not do."""

    @pytest.fixture
    def portal(self, administrator):
        """A connection as portal_app to a database that was protected."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'portal_app'")
            made = cursor.fetchone() is None
            if made:
                cursor.execute("CREATE ROLE portal_app LOGIN")
        assert protect().missing == ""
        assert protect().missing == ""
        audit.record("found", make_unit(), by=administrator)
        facts = connection.get_connection_params() | {"user": "portal_app"}
        facts.pop("cursor_factory", None)
        session = psycopg2.connect(**facts)
        session.autocommit = True
        with session.cursor() as cursor:
            yield cursor
        session.close()
        if made:
            with connection.cursor() as cursor:
                cursor.execute("DROP OWNED BY portal_app")
                cursor.execute("DROP ROLE portal_app")

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE people_auditentry SET reason = 'x'",
            "DELETE FROM people_auditentry",
            "TRUNCATE people_auditentry",
            "UPDATE people_unitevent SET name = 'x'",
            "DELETE FROM programs_programevent",
            "ALTER TABLE people_unit DISABLE TRIGGER ALL",
            "DROP TABLE people_auditentry",
        ],
    )
    def test_evidence_cannot_be_changed(self, portal, statement):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            portal.execute(statement)
        assert AuditEntry.objects.count() == 1

    def test_the_everyday_work_goes_on_and_leaves_its_history(self, portal):
        portal.execute("INSERT INTO people_unit (name, kind) VALUES ('New', 'it')")
        portal.execute("UPDATE people_unit SET name = 'Newer' WHERE name = 'New'")
        portal.execute("DELETE FROM people_unit WHERE name = 'Newer'")
        past = history(Unit).filter(name__startswith="New")
        assert list(past.order_by("pgh_id").values_list("pgh_label", "name")) == [
            ("insert", "New"),
            ("update", "Newer"),
            ("delete", "Newer"),
        ]

    def test_tables_made_later_can_be_used(self, portal):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE made_later (id bigserial)")
        try:
            portal.execute("INSERT INTO made_later DEFAULT VALUES")
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE made_later")


@pytest.mark.django_db
def test_without_the_role_it_is_said_what_is_not_protected(monkeypatch):
    monkeypatch.setattr("people.commands.protection.APP_ROLE", "no_such_role")
    out, words = StringIO(), StringIO()
    call_command("protect", "--json", stdout=out, stderr=words)
    answer = json.loads(out.getvalue())
    assert answer["append_only"] == []
    assert "no_such_role" in answer["missing"]
    assert "no_such_role" in words.getvalue()
