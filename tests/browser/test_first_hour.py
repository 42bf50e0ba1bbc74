"""An administrator's first hour: one story, told in the order of the tests."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import assert_accessible
from tests.faults.portal_process import Portal, as_json

ADA = "ada@example.org"
PASSWORD = "harbour seven lantern"
TEN_THOUSAND = """
from people.models import Person
Person.objects.bulk_create(
    Person(name=f"Colleague {n}", number=f"E{n:05}", email=f"e{n}@example.org")
    for n in range(10_000)
)
"""


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


@pytest.fixture
def admin(page: Page, sign_in: Callable[[Page, str], None]) -> Page:
    sign_in(page, ADA)
    return page


def test_the_set_up_link_makes_the_administrator(page: Page, portal: Portal) -> None:
    link = as_json(portal.run("manage", "setup_link", "--json"))
    page.goto(link["url"])
    assert_accessible(page)
    page.get_by_label("Your name").fill("Ada Berg")
    page.get_by_label("Your e-mail").fill(ADA)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("button", name="Create the administrator").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Organisation")
    assert_accessible(page)
    page.get_by_label("Name", exact=True).fill("Halden Group")
    page.get_by_role("button", name="Save and go on").click()

    expect(page.get_by_role("link", name="Import an export")).to_be_visible()
    assert_accessible(page)
    page.goto("/")
    assert_accessible(page)
    page.goto(link["url"])
    expect(page.get_by_label("Your name")).to_have_count(0)


@pytest.mark.parametrize(
    ("address", "answers"),
    [
        ("people/unit", {"name": "Field Service", "kind": "business"}),
        ("people/person", {"name": "Mirela Danko", "email": "mirela@example.org"}),
        ("metrics/source", {"slug": "community"}),
    ],
)
def test_reference_data_is_added(
    admin: Page, address: str, answers: dict[str, str]
) -> None:
    admin.goto(f"/admin/{address}/add/")
    for name, answer in answers.items():
        field = admin.locator(f"#id_{name}")
        choose = field.evaluate("e => e.tagName") == "SELECT"
        field.select_option(answer) if choose else field.fill(answer)
    admin.get_by_role("button", name="Save", exact=True).click()
    expect(admin.locator(".messagelist .success")).to_be_visible()


def test_a_person_is_found_among_ten_thousand_and_given_a_role(
    admin: Page, portal: Portal
) -> None:
    done = portal.run("manage", "shell", "--no-imports", "-c", TEN_THOUSAND)
    assert done.returncode == 0, done.stderr
    admin.goto("/admin/people/person/")
    admin.locator("#searchbar").fill("E07431")
    admin.keyboard.press("Enter")
    expect(admin.locator("#result_list tbody tr")).to_have_count(1)
    expect(admin.locator("#result_list")).to_contain_text("Colleague 7431")

    admin.goto("/admin/people/role/add/")
    admin.locator(".field-person .select2-selection").click()
    admin.locator(".select2-search__field").fill("Colleague 7431")
    admin.locator(".select2-results__option", has_text="Colleague 7431").click()
    admin.locator("#id_kind").select_option("community_manager")
    admin.locator("#id_starts").fill("2026-01-01")
    admin.get_by_role("button", name="Save", exact=True).click()
    expect(admin.locator(".messagelist .success")).to_be_visible()


def test_what_commands_own_can_only_be_looked_at(admin: Page) -> None:
    admin.goto("/admin/people/auditentry/")
    expect(admin.locator("#result_list")).to_contain_text("people.unit:")
    expect(admin.locator(".addlink[href*=auditentry]")).to_have_count(0)


def test_a_wrong_password_is_refused_and_the_right_one_lets_in(page: Page) -> None:
    page.goto("/")
    assert_accessible(page)
    for password, words in (("not the password", "not correct"), (PASSWORD, "Ada")):
        page.get_by_label("Email").fill(ADA)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator("body")).to_contain_text(words)
