"""A strategist uploads an export, watches it load, and follows a number down."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from metrics.reporting.dashboards.answering import TILES
from metrics.stats import BY_KEY
from tests.browser.conftest import WIDTHS, assert_accessible
from tests.faults.portal_process import Portal, as_json
from tests.metrics.samples import SAMPLES

STRATEGIST = "strategist@example.org"
DASHBOARD = "/engagement/?source=workspace&period=all"
RECORDS = re.compile("records|posts|replies|events", re.I)
APPOINT = f"""
from datetime import date
from people.commands import accounts, roles
from people.models import Person
person = Person.objects.create(name="Nora Velden", email="{STRATEGIST}")
roles.appoint(person, "strategist_social", starts=date(2020, 1, 1), by=None)
accounts.make_login(email=person.email, person=person, by=None)
"""


@pytest.fixture(scope="module")
def strategist(portal: Portal) -> str:
    done = portal.run("manage", "shell", "--no-imports", "-c", APPOINT)
    assert done.returncode == 0, done.stderr
    return STRATEGIST


@pytest.fixture(scope="module")
def export(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real export where there is one, else a synthetic one in the same format."""
    real = SAMPLES / "slack-tenacademy.zip"
    if real.exists():
        return real
    folder = tmp_path_factory.mktemp("export")
    size = ["--people", "80", "--events", "20000", "--days", "150", "--seed", "2"]
    where = ["--platform", "slack", "--out", str(folder), "--json"]
    as_json(portal.run("manage", "make_export", *size, *where))
    return zipped(folder)


def zipped(folder: Path) -> Path:
    import shutil

    return Path(shutil.make_archive(str(folder / "export"), "zip", folder))


def figures(portal: Portal) -> dict[str, float | None]:
    found = as_json(portal.run("manage", "measure", "--all", "--json"))
    return {one["measure"]: one["points"][0]["value"] for one in found["measures"]}


@pytest.fixture
def page(
    open_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    strategist: str,
) -> Page:
    page = open_page(accept_downloads=True)
    sign_in(page, strategist)
    return page


def test_an_upload_is_watched_until_its_receipt(page: Page, export: Path) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Imports").click()
    page.get_by_role("link", name=re.compile("Upload")).first.click()
    page.locator("input[type=file]").set_input_files(export)
    page.get_by_label(re.compile("new source", re.I)).first.fill("workspace")
    page.get_by_role("main").get_by_role("button", name=re.compile("Upload")).click()

    expect(page.locator("progress, .badge", has_text="").first).to_be_attached()
    expect(page.get_by_text("Loaded").first).to_be_visible(timeout=120_000)
    assert_accessible(page)
    expect(page.get_by_role("main")).to_contain_text("30,363")


def test_a_tile_opens_to_its_records(page: Page, portal: Portal) -> None:
    page.goto(DASHBOARD)
    tile = page.locator(".tile", has_text="Contributions").first
    shown = tile.locator(".figure").inner_text()
    assert shown.replace(",", "").strip() == f"{figures(portal)['contributions']:.0f}"

    tile.get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text(shown)
    assert_accessible(page)
    page.get_by_role("main").get_by_role("link", name=RECORDS).first.click()
    expect(page.locator("table tbody tr").first).to_be_visible()
    assert_accessible(page)


def test_the_csv_equals_the_screen(page: Page, portal: Portal) -> None:
    page.goto(DASHBOARD)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV", exact=True).first.click()
    with Path(waiting.value.path()).open(encoding="utf-8-sig", newline="") as file:
        table = {row[0]: row for row in csv.reader(file) if row}
    header = next(iter(table.values()))
    column = next(n for n, name in enumerate(header) if name.lower() == "value")
    compared = 0
    for key, value in figures(portal).items():
        row = table.get(str(BY_KEY[key].label)) or table.get(key)
        if row and value is not None:
            assert float(row[column]) == pytest.approx(value), key
            compared += 1
    assert compared >= len(TILES) - 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_in_anybodys_way(
    width: str,
    scheme: str,
    open_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    strategist: str,
) -> None:
    page = open_page(width, scheme)
    sign_in(page, strategist)
    for address in (
        "/",
        DASHBOARD,
        "/engagement/measures/response_rate/?source=workspace&period=all",
        "/engagement/measures/response_rate/records/?source=workspace&period=all",
        "/engagement/measures/",
        "/engagement/imports/",
        "/engagement/imports/upload/",
        "/engagement/imports/1/",
        "/engagement/channels/",
        "/programs/",
        "/programs/add/",
        "/people/preferences/",
    ):
        page.goto(address)
        assert_accessible(page)
        widest = page.evaluate("document.documentElement.scrollWidth")
        assert widest <= WIDTHS[width], f"{address} scrolls sideways"


def test_the_dashboard_stays_light(
    open_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    strategist: str,
) -> None:
    """At most 40 kB of HTML, 12 kB of CSS and 30 kB of scripts, as they travel."""
    page = open_page()
    sign_in(page, strategist)
    page.goto(DASHBOARD)
    sizes = json.loads(
        page.evaluate(
            "JSON.stringify([...performance.getEntriesByType('navigation'),"
            " ...performance.getEntriesByType('resource')]"
            ".map(e => [e.name.split('?')[0], e.encodedBodySize]))"
        )
    )

    def total(ending: str) -> int:
        return sum(size for name, size in sizes if name.endswith(ending))

    assert 0 < total("/engagement/") <= 40_000
    assert 0 < total(".css") <= 12_000
    assert 0 < total(".js") <= 30_000


def test_pages_answer_without_javascript(
    open_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    strategist: str,
) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, strategist)
    page.goto(DASHBOARD)
    page.get_by_label("Show by").select_option("month")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("grain=month"))
