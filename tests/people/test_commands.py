"""The verbs of the command line: one JSON object, and how they refuse."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from people.commands import desk, roles
from people.models import AuditEntry, Mail, Person
from people.rules.roles import ADVISOR
from tests.factories import NOW, make_person, make_unit

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def answer(*words: str) -> dict[str, object]:
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def test_a_sign_in_link_for_whom_we_know(requester):
    before = timezone.now()
    link = answer("login_link", requester.email.upper())
    expires = datetime.fromisoformat(str(link["expires"]))
    assert str(link["url"]).startswith("http://127.0.0.1:8000/people/enter/")
    assert timedelta(minutes=14) < expires - before < timedelta(minutes=16)
    assert AuditEntry.objects.get().by is None


def test_no_link_for_strangers_and_the_deactivated(requester):
    with pytest.raises(CommandError, match="no login with the e-mail") as refusal:
        answer("login_link", "eve@example.org")
    assert refusal.value.returncode == 1
    requester.is_active = False
    requester.save()
    with pytest.raises(CommandError, match="deactivated"):
        answer("login_link", requester.email)


def test_a_set_up_link_until_there_is_an_administrator(administrator):
    with pytest.raises(CommandError, match="an administrator already"):
        answer("setup_link")
    administrator.person.roles.all().delete()
    assert "/people/setup/?token=" in str(answer("setup_link")["url"])


def test_mail_leaves_without_celery(mailoutbox):
    desk.send_mail(key="a", to="ada@example.org", subject="Figures", text="Read me")
    assert answer("deliver") == {"sent": 1, "left": 0}
    assert answer("deliver") == {"sent": 0, "left": 0}
    assert mailoutbox[0].to == ["ada@example.org"]
    assert Mail.objects.get().sent_at


def test_without_json_it_is_words_for_a_reader(mailoutbox):
    out = StringIO()
    call_command("deliver", stdout=out)
    assert out.getvalue() == "sent: 0\nleft: 0\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["verify_audit", "--json"], 0, ""),
        (["login_link", "eve@example.org", "--json"], 1, "no login with the e-mail"),
        (["login_link", "--json"], 2, "usage"),
        (["deliver", "--nonsense"], 2, "unrecognized"),
    ],
)
def test_the_exit_code_tells_a_script_what_happened(words, code, says):
    facts = connection.settings_dict
    database = f"postgresql://{facts['USER']}@/{facts['NAME']}?host={facts['HOST']}"
    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    if code == 0:
        assert json.loads(done.stdout)["ok"]
    else:
        assert done.stdout == ""


class TestRoles:
    """Who holds which role from when to when."""

    def test_a_role_is_held_from_its_start_to_the_day_before_its_end(self):
        person, today = make_person(), NOW.date()
        role = roles.appoint(person, ADVISOR, starts=today, by=None)
        assert person.role_kinds(on=today) == {ADVISOR}
        end = today + timedelta(days=30)
        roles.end_role(role, on=end, by=None)
        held = Person.objects.get(pk=person.pk)
        assert held.role_kinds(on=end - timedelta(days=1)) == {ADVISOR}
        assert held.role_kinds(on=end) == frozenset()
        assert held.role_kinds(on=today - timedelta(days=1)) == frozenset()
        verbs = AuditEntry.objects.order_by("sequence").values_list("verb", flat=True)
        assert list(verbs) == ["appoint", "end role"]

    def test_a_role_ends_once_and_not_before_it_starts(self):
        today = NOW.date()
        role = roles.appoint(make_person(), ADVISOR, starts=today, by=None)
        with pytest.raises(roles.CannotEnd):
            roles.end_role(role, on=today, by=None)
        roles.end_role(role, on=today + timedelta(days=9), by=None)
        with pytest.raises(roles.CannotEnd):
            roles.end_role(role, on=today + timedelta(days=9), by=None)
        roles.end_role(role, on=today + timedelta(days=2), by=None)

    @pytest.mark.parametrize("share", [0, 101])
    def test_a_share_is_a_percentage(self, share):
        with pytest.raises(Exception, match="A share lies above 0"):
            roles.appoint(
                make_person(), ADVISOR, starts=NOW.date(), share=share, by=None
            )

    def test_the_same_role_starts_once_a_day_and_scope(self):
        person, unit, today = make_person(), make_unit(), NOW.date()
        roles.appoint(person, ADVISOR, starts=today, by=None)
        roles.appoint(person, ADVISOR, starts=today, unit=unit, by=None)
        with pytest.raises(Exception, match="already starts on that day"):
            roles.appoint(person, ADVISOR, starts=today, by=None)


def test_a_unit_is_no_part_of_itself():
    top = make_unit("Top")
    middle = make_unit("Middle", parent=top)
    low = make_unit("Low", parent=middle)
    top.parent = low
    with pytest.raises(Exception, match="lies within this unit"):
        top.full_clean()
