"""The administration: reference data changes with a trace, evidence not at all."""

import pytest
from django.urls import reverse

from people.models import AuditEntry, Mail, Organisation, Person, Role, Unit, User
from people.queries.audit import verify
from tests.factories import history, make_person, make_program, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(browse, administrator):
    """An administrator's browser."""
    return browse(administrator)


def form_of(page) -> dict[str, object]:
    """What the page's form would post unchanged."""
    form = page.context["adminform"].form
    return {name: form[name].value() or "" for name in form.fields}


def test_a_visitor_signs_in_like_everywhere_else(browse):
    page = browse().get("/admin/", follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"


def test_without_the_role_it_is_refused_in_words(browse, strategist):
    page = browse(strategist).get("/admin/", follow=True)
    assert page.status_code == 403
    assert b"You are not allowed to see this" in page.content


def test_a_first_hour(admin, administrator):
    admin.post(reverse("admin:people_unit_add"), {"name": "Legal", "kind": "legal"})
    unit = Unit.objects.get()
    person = {"name": "Ada Hill", "email": "ada@example.org", "unit": unit.pk}
    admin.post(reverse("admin:people_person_add"), person)
    ada = Person.objects.get(email="ada@example.org")
    role = {"person": ada.pk, "kind": "strategist_social", "starts": "2026-01-01"}
    admin.post(reverse("admin:people_role_add"), role)
    login = {"email": "Ada@example.org", "person": ada.pk, "theme": "system"}
    admin.post(reverse("admin:people_user_add"), login)
    user = User.objects.get(person=ada)
    assert user.email == "ada@example.org"
    assert not user.has_usable_password()
    assert user.holds("strategist_social")
    acts = AuditEntry.objects.order_by("sequence").values_list("verb", "subject", "by")
    assert list(acts) == [
        ("add", f"people.unit:{unit.pk}", administrator.pk),
        ("add", f"people.person:{ada.pk}", administrator.pk),
        ("add", f"people.role:{Role.objects.latest('pk').pk}", administrator.pk),
        ("add", f"people.user:{user.pk}", administrator.pk),
    ]
    appointed = AuditEntry.objects.get(subject__startswith="people.role:")
    assert appointed.after == {
        "person": ada.pk,
        "kind": "strategist_social",
        "starts": "2026-01-01",
    }
    assert verify().first_bad is None


def test_a_change_leaves_from_and_to_but_no_name_of_a_person(admin):
    unit = make_unit("Legal")
    address = reverse("admin:people_unit_change", args=[unit.pk])
    changed = form_of(admin.get(address)) | {"name": "Law"}
    admin.post(address, changed)
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"name": "Legal"}, {"name": "Law"})
    person = make_person("Ada Hill")
    address = reverse("admin:people_person_change", args=[person.pk])
    admin.post(address, form_of(admin.get(address)) | {"name": "Ada Hall"})
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.before, entry.after) == (
        {"name": "(changed)"},
        {"name": "(changed)"},
    )
    past = history(Person).filter(pgh_obj_id=person.pk)
    names = past.order_by("pgh_id").values_list("name", flat=True)
    assert list(names) == ["Ada Hill", "Ada Hall"]


def test_deleting_leaves_a_trace(admin):
    unit, other = make_unit(), make_unit()
    subject = f"people.unit:{unit.pk}"
    admin.post(reverse("admin:people_unit_delete", args=[unit.pk]), {"post": "yes"})
    assert AuditEntry.objects.get().subject == subject
    chosen = {
        "action": "delete_selected",
        "_selected_action": [other.pk],
        "post": "yes",
    }
    admin.post(reverse("admin:people_unit_changelist"), chosen)
    assert not Unit.objects.exists()
    assert AuditEntry.objects.filter(verb="delete").count() == 2


def test_a_unit_in_use_stays(admin):
    unit = make_unit()
    make_person(unit=unit)
    admin.post(reverse("admin:people_unit_delete", args=[unit.pk]), {"post": "yes"})
    assert Unit.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_organisation_is_one_row_that_is_edited(
    admin, django_capture_on_commit_callbacks
):
    Organisation.objects.create(pk=1, name="Halden")
    assert Organisation.current().name == "Halden"
    address = reverse("admin:people_organisation_change", args=[1])
    posted = form_of(admin.get(address)) | {"name": "Halden Group"}
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.post(address, posted).status_code == 302
    assert Organisation.current().name == "Halden Group"
    assert admin.get(reverse("admin:people_organisation_add")).status_code == 403
    delete = reverse("admin:people_organisation_delete", args=[1])
    assert admin.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "table",
    [
        "people_auditentry",
        "people_mail",
        "people_obligation",
        "programs_program",
        "programs_membership",
    ],
)
def test_what_commands_own_is_read_only(admin, table):
    assert admin.get(reverse(f"admin:{table}_changelist")).status_code == 200
    assert admin.get(reverse(f"admin:{table}_add")).status_code == 403


def test_a_program_can_be_read_and_not_changed(admin):
    program = make_program()
    address = reverse("admin:programs_program_change", args=[program.pk])
    assert admin.get(address).status_code == 200
    assert admin.post(address, {"name": "Other"}).status_code == 403


def test_a_sign_in_link_is_sent_and_its_text_not_shown(admin, requester):
    posted = {"action": "send_sign_in_link", "_selected_action": [requester.pk]}
    page = admin.post(reverse("admin:people_user_changelist"), posted, follow=True)
    assert "1 link is sent." in page.content.decode()
    mail = Mail.objects.get()
    shown = admin.get(reverse("admin:people_mail_change", args=[mail.pk]))
    assert mail.subject in shown.content.decode()
    assert "/people/enter/" not in shown.content.decode()


def test_logins_are_deactivated_and_never_deleted(admin, administrator, requester):
    address = reverse("admin:people_user_changelist")
    both = [requester.pk, administrator.pk]
    posted = {"action": "deactivate", "_selected_action": both}
    page = admin.post(address, posted, follow=True).content.decode()
    assert "1 login is deactivated." in page
    assert "The last administrator stays: admin@example.org." in page
    assert not User.objects.get(pk=requester.pk).is_active
    delete = reverse("admin:people_user_delete", args=[requester.pk])
    assert admin.post(delete, {"post": "yes"}).status_code == 403
    posted = {"action": "reactivate", "_selected_action": [requester.pk]}
    admin.post(address, posted)
    assert User.objects.get(pk=requester.pk).is_active


class TestTenThousandPeople:
    """Anybody is found, by few queries."""

    @pytest.fixture
    def crowd(self) -> list[Person]:
        unit = make_unit()
        return Person.objects.bulk_create(
            Person(
                name=f"Colleague {number:05}",
                email=f"c{number}@example.org",
                number=f"E{number:05}",
                unit=unit,
            )
            for number in range(10_000)
        )

    def test_the_list_the_search_and_the_choice(
        self, admin, crowd, django_assert_max_num_queries
    ):
        people = reverse("admin:people_person_changelist")
        choice = reverse("admin:autocomplete")
        wanted = {"app_label": "people", "model_name": "role", "field_name": "person"}
        admin.get(people)
        with django_assert_max_num_queries(6):
            page = admin.get(people)
        assert len(page.context["cl"].result_list) == 50
        for words in ("Colleague 07777", "c7777@example", "E07777"):
            with django_assert_max_num_queries(6):
                found = admin.get(people, {"q": words}).context["cl"].result_list
            assert [person.name for person in found] == ["Colleague 07777"]
        with django_assert_max_num_queries(6):
            answer = admin.get(choice, wanted | {"term": "Colleague 07777"}).json()
        assert [result["text"] for result in answer["results"]] == ["Colleague 07777"]

    def test_the_form_of_a_role_does_not_list_everybody(
        self, admin, crowd, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(8):
            page = admin.get(reverse("admin:people_role_add"))
        assert len(page.content) < 100_000


def test_a_list_of_logins_asks_once_for_all_persons(
    admin, django_assert_max_num_queries
):
    for _login in range(20):
        make_user()
    address = reverse("admin:people_user_changelist")
    admin.get(address)
    with django_assert_max_num_queries(6):
        assert len(admin.get(address).context["cl"].result_list) == 21
