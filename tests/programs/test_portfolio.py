"""Programs: who may see and change them, and what a change leaves behind."""

import csv
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from people.commands import desk
from people.models import AuditEntry
from programs.commands import portfolio
from programs.models import Membership, Program
from programs.queries.portfolio import changes_since
from tests.factories import LONG_AGO, NOW, make_person, make_program, make_user

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


class TestWhoSeesWhat:
    """The queryset that lists is the gate that fetches."""

    @pytest.fixture
    def member(self, requester):
        make_program("elsewhere")
        program = make_program("mine")
        portfolio.appoint(program, requester.person, "member", starts=LONG_AGO, by=None)
        return requester

    def test_those_who_oversee_see_all(self, strategist, executive, auditor):
        make_program()
        for user in (strategist, executive, auditor):
            assert Program.objects.visible_to(user).count() == 1

    def test_others_see_what_they_work_in(self, browse, member):
        assert [p.slug for p in Program.objects.visible_to(member)] == ["mine"]
        client = browse(member)
        assert client.get("/programs/mine/").status_code == 200
        assert client.get("/programs/elsewhere/").status_code == 404
        assert client.get("/programs/mine/edit/").status_code == 404
        assert "elsewhere" not in client.get("/programs/").content.decode().lower()

    def test_a_role_that_ended_shows_nothing(self, member):
        Membership.objects.update(ends=member.today)
        assert not Program.objects.visible_to(member).exists()

    def test_a_login_without_a_person_sees_nothing(self, stranger):
        make_program(lead=None)
        assert not Program.objects.visible_to(stranger).exists()
        assert not Program.objects.editable_by(stranger).exists()

    def test_a_lead_changes_their_own_program_only(self, requester):
        make_program("elsewhere")
        make_program("mine", lead=requester.person)
        assert [p.slug for p in Program.objects.editable_by(requester)] == ["mine"]

    def test_only_strategists_and_administrators_enter_programs(
        self, browse, strategist, administrator, executive, requester
    ):
        add = reverse("programs:add")
        for user in (strategist, administrator):
            assert browse(user).get(add).status_code == 200
        for user in (executive, requester):
            assert browse(user).get(add).status_code == 403
            assert add not in browse(user).get("/programs/").content.decode()


class TestPages:
    """Entering, changing, staffing."""

    facts = {"name": "Field Service Exchange", "purpose": "", "state": "live"}

    def test_a_strategist_enters_a_program(self, browse, strategist):
        lead = make_person("Mirela Stan")
        posted = self.facts | {
            "audiences": ["intranet"],
            "lead": "mirela stan",
            "starts_on": "2026-01-12",
        }
        page = browse(strategist).post(reverse("programs:add"), posted, follow=True)
        program = Program.objects.get()
        assert (program.slug, program.lead) == ("field-service-exchange", lead)
        assert (program.state, program.audiences) == ("live", ["intranet"])
        text = page.content.decode()
        assert "12 Jan 2026" in text
        assert "/engagement/?program=field-service-exchange" in text
        entry = AuditEntry.objects.get()
        assert (entry.verb, entry.by) == ("create program", strategist)
        assert entry.after["lead"] == lead.pk

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({}, "A program serves at least one audience."),
            ({"audiences": ["social"], "lead": "Nobody"}, "Nobody is known by this."),
            (
                {"audiences": ["social"], "lead": "Twin"},
                "Several people are known by this",
            ),
            ({"audiences": ["social"], "slug": "taken"}, "already exists"),
            ({"audiences": ["social"], "slug": "add"}, "is taken"),
            (
                {
                    "audiences": ["social"],
                    "starts_on": "2026-02-01",
                    "stops_on": "2026-01-01",
                },
                "A program stops after it starts.",
            ),
        ],
    )
    def test_what_does_not_fit_is_refused_in_words(
        self, browse, strategist, facts, words
    ):
        make_program("taken")
        make_person("Twin")
        make_person("Twin")
        page = browse(strategist).post(reverse("programs:add"), self.facts | facts)
        assert words in page.content.decode()
        assert Program.objects.count() == 1

    def test_a_program_is_changed(self, browse, strategist):
        program = make_program("mine", name="Mine", social=True)
        both = ["intranet", "social"]
        posted = {"name": "Ours", "audiences": both, "version": "1"}
        page = browse(strategist).post("/programs/mine/edit/", posted)
        assert page.url == "/programs/mine/"
        program.refresh_from_db()
        assert (program.name, program.version) == ("Ours", 2)
        entry = AuditEntry.objects.get()
        assert entry.before == {"name": "Mine", "intranet": False}
        assert entry.after == {"name": "Ours", "intranet": True}

    def test_saving_without_a_change_leaves_no_trace(self, browse, strategist):
        make_program("mine", name="Mine", social=True)
        posted = {"name": "Mine", "audiences": ["social"], "version": "1"}
        browse(strategist).post("/programs/mine/edit/", posted)
        assert Program.objects.get().version == 1
        assert not AuditEntry.objects.exists()

    def test_who_saves_second_is_told_what_the_first_changed(
        self, browse, strategist, administrator
    ):
        make_program("mine", name="Mine", social=True, purpose="Old")
        opened = {"audiences": ["social"], "version": "1"}
        first = opened | {"name": "First", "purpose": "Old"}
        second = opened | {"name": "Mine", "purpose": "Mine"}
        browse(administrator).post("/programs/mine/edit/", first)
        client = browse(strategist)
        page = client.post("/programs/mine/edit/", second)
        text = page.content.decode()
        assert f"{administrator} changed this program while you edited." in text
        assert "Name: “Mine” became “First”" in text
        assert Program.objects.get().purpose == "Old"
        version = page.context["form"]["version"].value()
        client.post("/programs/mine/edit/", second | {"version": version})
        assert Program.objects.get().purpose == "Mine"
        assert Program.objects.get().version == 3

    def test_somebody_joins_and_leaves_the_team(self, browse, strategist):
        program = make_program("mine")
        person = make_person("Petter Lind")
        joins = {"person": person.email, "kind": "member", "starts": "2026-01-01"}
        client = browse(strategist)
        page = client.post("/programs/mine/team/add/", joins, follow=True)
        assert "Petter Lind" in page.content.decode()
        assert "Member since 1 Jan 2026" in page.content.decode()
        again = client.post("/programs/mine/team/add/", joins)
        assert "This role already starts on that day." in again.content.decode()
        member = program.memberships.get()
        client.post(f"/programs/mine/team/{member.pk}/end/")
        assert "Petter Lind" not in client.get("/programs/mine/").content.decode()
        verbs = AuditEntry.objects.order_by("sequence").values_list("verb", flat=True)
        assert list(verbs) == ["appoint member", "end membership"]

    def test_a_role_that_begins_today_does_not_end_today(self, browse, strategist):
        program = make_program("mine")
        member = portfolio.appoint(
            program, make_person(), "member", starts=strategist.today, by=None
        )
        page = browse(strategist).post(
            f"/programs/mine/team/{member.pk}/end/", follow=True
        )
        assert "ends tomorrow at the earliest" in page.content.decode()
        member.refresh_from_db()
        assert member.ends is None

    def test_the_list_is_filtered_by_the_address(self, browse, strategist):
        make_program("inside", intranet=True)
        make_program("outside", social=True, state="live")
        client = browse(strategist)
        text = client.get("/programs/?audience=social").content.decode()
        assert "Outside" in text
        assert "Inside" not in text
        assert "Outside" in client.get("/programs/?state=live").content.decode()
        none = client.get("/programs/?state=closed").content.decode()
        assert "Nothing matches these filters." in none

    def test_the_file_holds_what_the_page_shows(self, browse, strategist):
        lead = make_person("=HYPERLINK(1)")
        make_program("outside", social=True, lead=lead)
        make_program("inside")
        page = browse(strategist).get("/programs/?audience=social&format=csv")
        lines = list(csv.reader(StringIO(page.getvalue().decode())))
        assert lines[0] == ["Program", "State", "Lead", "Starts", "Stops"]
        assert lines[1:] == [["Outside", "Idea", "'=HYPERLINK(1)", "", ""]]

    def test_an_empty_list_says_what_to_do(self, browse, strategist, requester):
        text = browse(strategist).get("/programs/").content.decode()
        assert "Enter the first program" in text
        text = browse(requester).get("/programs/").content.decode()
        assert "A strategist can add you to one." in text

    def test_the_list_takes_few_queries_however_long(
        self, browse, strategist, django_assert_max_num_queries
    ):
        for _program in range(60):
            make_program(lead=make_person())
        client = browse(strategist)
        client.get("/programs/")
        with django_assert_max_num_queries(4):
            assert client.get("/programs/").status_code == 200


def test_a_command_refuses_what_does_not_fit(strategist):
    with pytest.raises(ValidationError):
        portfolio.create(by=strategist, name="Nowhere")
    assert not AuditEntry.objects.exists()


def test_short_names_are_made_and_never_twice(strategist):
    slugs = [
        portfolio.create(by=strategist, name=name, social=True).slug
        for name in ("Ask Legal", "Ask legal!", "ask legal", "Add", "寄合")
    ]
    assert slugs == ["ask-legal", "ask-legal-2", "ask-legal-3", "add-2", "program"]


def test_the_row_history_knows_the_version_that_was_opened(strategist):
    program = make_program("mine", name="Mine")
    old, new = make_person("Old lead"), make_person("New lead")
    program = portfolio.change(program, version=1, by=strategist, lead=old)
    program = portfolio.change(program, version=2, by=strategist, lead=new)
    (change,) = changes_since(program, 2).changes
    assert (str(change.label), change.before, change.after) == ("lead", old, new)


def test_a_membership_ends_once(strategist):
    member = portfolio.appoint(
        make_program(), make_person(), "member", starts=LONG_AGO, by=strategist
    )
    portfolio.end_membership(member, on=TODAY, by=strategist)
    with pytest.raises(portfolio.CannotEnd):
        portfolio.end_membership(member, on=TODAY, by=strategist)


def test_home_names_what_waits_and_what_is_mine(browse):
    person = make_person()
    user = make_user(person=person)
    make_program("mine", lead=person)
    make_program("elsewhere")
    desk.owe(person, key="a", subject="Answer", url="/r/1", due=NOW)
    text = browse(user).get("/").content.decode()
    assert "Answer" in text
    assert "late" in text
    assert "Mine" in text
    assert "Elsewhere" not in text


def test_home_says_so_when_nothing_waits(browse, stranger):
    text = browse(stranger).get("/").content.decode()
    assert "Nothing waits for you." in text
    assert "You lead no program and work in none." in text


def test_home_takes_few_queries_however_much_waits(
    browse, django_assert_max_num_queries
):
    person = make_person()
    for number in range(30):
        make_program(lead=person)
        desk.owe(person, key=f"k{number}", subject="Answer", url="/", due=NOW)
    client = browse(make_user(person=person))
    client.get("/")
    with django_assert_max_num_queries(6):
        assert client.get("/").status_code == 200
